package main

import (
	"bytes"
	"fmt"
	"runtime/pprof"

	"github.com/spf13/cobra"

	"lapidary/finetune"
	"lapidary/internal/durable"
)

func benchStepVerb() *cobra.Command {
	var m benchModel
	var profile string
	o := finetune.DefaultOptions()
	b := finetune.StepBench{Tokens: 512, Documents: 1, Labels: 1, Steps: 3, Adapter: o.Adapter}
	c := &cobra.Command{
		Use:   "step",
		Short: "Training steps on random tokens against a loop in registers",
		Example: `  lapidary bench step --shape gemma-2-2b --tokens 512 --json
  lapidary bench step --shape gemma-2-2b --tokens 1500 --labels 0.3 --gradient-checkpointing
  lapidary bench step --shape gemma-2-2b --num-hidden-layers 4 --profile cpu.pprof`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) (err error) {
			if b.Config, b.DType, err = m.config(); err != nil {
				return err
			}
			b.Model, b.Machine = m.model, m.machine
			if profile != "" {
				stop, err := startProfile(profile)
				if err != nil {
					return err
				}
				defer stop()
			}
			b.Each = func(f finetune.StepFigures) {
				say("step: %.2f s, %.1f tok/s, %.1f GF/s of %.1f = %.3f; processor %.2f s = %.3f", f.SecondsPerStep, f.TokensPerSecond, f.GFlops, f.PeakGFlops, f.MFU, f.CPUSeconds, f.ProcessorMFU)
			}
			f, err := b.Run(c.Context())
			if err != nil {
				return benchError(err)
			}
			if m.json {
				return printJSON(c.OutOrStdout(), f)
			}
			_, err = fmt.Fprintf(c.OutOrStdout(), "%d tokens, %d with loss, %d layers, %s, level %s, %d threads: %.2f tok/s, %.3f s a step, %.1f GF/s of %.1f, MFU %.3f, peak memory %.2f GB\n",
				f.Tokens, f.LabelTokens, f.Layers, f.Precision, f.Level, f.Threads, f.TokensPerSecond, f.SecondsPerStep, f.GFlops, f.PeakGFlops, f.MFU, float64(f.PeakRSS)/1e9)
			return err
		},
	}
	m.bind(c.Flags())
	f := c.Flags()
	f.IntVar(&b.Tokens, "tokens", b.Tokens, "tokens of the step")
	f.IntVar(&b.Documents, "documents", b.Documents, "documents that the tokens are divided into")
	f.Float64Var(&b.Labels, "labels", b.Labels, "share of the tokens that carry loss, at the end of each document")
	f.IntVar(&b.Steps, "steps", b.Steps, "measured steps, after one that warms up")
	f.BoolVar(&b.Adapter.UseLora, "use-lora", b.Adapter.UseLora, help["use_lora"])
	f.IntVar(&b.Adapter.R, "lora-r", b.Adapter.R, help["lora_r"])
	f.Float64Var(&b.Adapter.Dropout, "lora-dropout", b.Adapter.Dropout, help["lora_dropout"])
	f.StringSliceVar(&b.Adapter.TargetModules, "lora-target-modules", b.Adapter.TargetModules, help["lora_target_modules"])
	f.BoolVar(&b.Adapter.Recompute, "gradient-checkpointing", false, help["gradient_checkpointing"])
	f.StringVar(&m.machine.MaxMemory, "max-memory", "", help["max_memory"])
	f.StringVar(&profile, "profile", "", "write a CPU profile for go tool pprof to this file")
	return c
}

// startProfile begins a CPU profile; stop ends and writes it.
func startProfile(path string) (stop func(), err error) {
	var b bytes.Buffer
	if err := pprof.StartCPUProfile(&b); err != nil {
		return nil, err
	}
	return func() {
		pprof.StopCPUProfile()
		if err := durable.WriteBytes(path, b.Bytes(), 0o644); err != nil {
			warn(err)
		}
	}, nil
}
