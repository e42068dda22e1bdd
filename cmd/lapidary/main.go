package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"lapidary/kernels"
)

func main() { os.Exit(run(os.Args[1:])) }

// run is main with the exit code as its result.
func run(args []string) int {
	ignoreFileSizeSignal()
	ctx, stop := interruptible()
	defer stop()
	err := kernels.LevelError()
	if err != nil {
		err = coded{exitUsage, err}
	} else {
		root := newRoot()
		root.SetArgs(joinValues(args))
		err = root.ExecuteContext(ctx)
		if errors.Is(err, context.Canceled) {
			err = context.Cause(ctx) // the signal
		}
	}
	if err == nil {
		return 0
	}
	code := exitCode(err)
	if !errors.Is(err, errSilent) {
		fmt.Fprintln(os.Stderr, "lapidary: "+err.Error())
	}
	return code
}

// newRoot puts the verbs together.
func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:           "lapidary",
		Short:         "Fine-tune Gemma-2 for function calling with LoRA, on CPUs",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usagef("unknown verb %q%s (lapidary --help lists them)", args[0], didYouMean(args[0], verbNames(c)))
			}
			return c.Help()
		},
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetGlobalNormalizationFunc(flagName)
	root.SetFlagErrorFunc(flagError)
	root.PersistentFlags().BoolVar(&quiet, "quiet", false, help["quiet"])
	root.PersistentFlags().TextVar(&logLevel, "log-level", new(slog.LevelVar), help["log_level"])
	for _, verb := range verbs() {
		root.AddCommand(verb)
	}
	return root
}

func verbNames(c *cobra.Command) []string {
	var names []string
	for _, v := range c.Commands() {
		names = append(names, v.Name())
	}
	return names
}

// flagName accepts the spelling of Python's libraries: --learning_rate is --learning-rate.
func flagName(_ *pflag.FlagSet, name string) pflag.NormalizedName {
	name = strings.ReplaceAll(name, "_", "-")
	if alias, ok := flagAliases[name]; ok {
		name = alias
	}
	return pflag.NormalizedName(name)
}

// flagAliases are mlx-lm's and older TRL's names for the same thing.
var flagAliases = map[string]string{
	"iters":           "max-steps",
	"batch-size":      "per-device-train-batch-size",
	"adapter-path":    "adapter",
	"max-seq-length":  "max-length",
	"steps-per-eval":  "eval-steps",
	"save-every":      "save-steps",
	"grad-checkpoint": "gradient-checkpointing",
	"max-tokens":      "max-new-tokens",
	"temp":            "temperature",
}

// flagError names the nearest flag when one is unknown.
func flagError(c *cobra.Command, err error) error {
	msg := err.Error()
	if name, ok := strings.CutPrefix(msg, "unknown flag: --"); ok {
		var known []string
		c.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, f.Name) })
		msg = fmt.Sprintf("unknown flag --%s%s", name, didYouMean(name, known))
	}
	var invalid *pflag.InvalidValueError
	var number *strconv.NumError
	if errors.As(err, &invalid) && errors.As(err, &number) {
		msg = fmt.Sprintf("--%s: %q is not %s", invalid.GetFlag().Name, invalid.GetValue(), numberKinds[invalid.GetFlag().Value.Type()])
	}
	return usagef("%s (see %s --help)", msg, c.CommandPath())
}

// numberKinds says what a flag of each type wants.
var numberKinds = map[string]string{
	"int": "a whole number", "int64": "a whole number", "uint64": "a whole number of at least 0", "float64": "a number", "bool": "true or false",
}

// interruptHandler, where set, is asked whether an interrupt ends something smaller than the program.
var interruptHandler atomic.Pointer[func() bool]

func interruptHere() bool {
	h := interruptHandler.Load()
	return h != nil && (*h)()
}

// interruptible returns a context that the first SIGINT or SIGTERM cancels, with the signal as its cause; the second
// ends the process at once.
func interruptible() (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		first, ok := <-signals
		for ok && first == os.Interrupt && interruptHere() {
			first, ok = <-signals
		}
		if !ok {
			return
		}
		cancel(interrupted{first})
		fmt.Fprintf(os.Stderr, "lapidary: %v: stopping; a training run saves its last finished step first (again to stop at once)\n", first)
		if second, ok := <-signals; ok {
			os.Exit(interrupted{second}.code())
		}
	}()
	return ctx, func() { signal.Stop(signals); close(signals); cancel(nil) }
}
