package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"lapidary/finetune"
	"lapidary/model/gemma2"
	"lapidary/tensor"
)

func benchVerb() *cobra.Command {
	c := &cobra.Command{
		Use:   "bench gemm|attention|step|decode",
		Short: "Figures of this machine, with its peak beside them",
		Example: `  lapidary bench gemm --m 512 --n 9216 --k 2304 --dtype bf16
  lapidary bench attention --tokens 2048
  lapidary bench step --shape gemma-2-2b --tokens 512 --json
  lapidary bench decode --shape gemma-2-2b`,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usagef("unknown bench %q%s", args[0], didYouMean(args[0], verbNames(c)))
			}
			return c.Help()
		},
		Args: cobra.ArbitraryArgs,
	}
	c.AddCommand(benchGemmVerb(), benchAttentionVerb(), benchStepVerb(), benchDecodeVerb())
	return c
}

// benchModel is what step and decode run on.
type benchModel struct {
	shape, model, dtype string
	layers, vocab       int
	machine             finetune.Machine
	json                bool
}

func (b *benchModel) bind(f *pflag.FlagSet) {
	f.StringVar(&b.shape, "shape", "gemma-2-2b", "a named shape, with random weights: "+strings.Join(gemma2.PresetNames(), ", "))
	f.StringVar(&b.model, "model", "", "directory of a checkpoint instead of a shape: its weights are mapped")
	f.StringVar(&b.dtype, "dtype", "bf16", "type that random weights are stored in: f32, bf16 or f16")
	f.IntVar(&b.layers, "num-hidden-layers", 0, help["num_hidden_layers"])
	f.IntVar(&b.vocab, "vocab-size", 0, "instead of the shape's")
	f.IntVar(&b.machine.Threads, "threads", 0, help["threads"])
	f.StringVar(&b.machine.Precision, "precision", "", help["precision"])
	f.BoolVar(&b.json, "json", false, help["json"])
	bindFlags(f, &b.machine.Quant)
}

func (b *benchModel) config() (c gemma2.Config, d tensor.DType, err error) {
	c, ok := gemma2.Preset(b.shape)
	if !ok {
		return c, d, usagef("--shape %q is not known%s; there are %s", b.shape, didYouMean(b.shape, gemma2.PresetNames()), strings.Join(gemma2.PresetNames(), ", "))
	}
	if b.layers != 0 {
		c.SetLayers(b.layers)
	}
	if b.vocab != 0 {
		c.VocabSize = b.vocab
	}
	if err := c.Validate(); err != nil {
		return c, d, coded{exitUsage, err}
	}
	d, err = storage(b.dtype)
	return c, d, err
}

// benchError tells the caller's mistakes from those of files.
func benchError(err error) error {
	var options *finetune.OptionsError
	var memory *finetune.MemoryError
	switch {
	case errors.As(err, &options):
		return coded{exitUsage, err}
	case errors.As(err, &memory):
		return coded{exitResource, err}
	}
	return badInput(err)
}

func benchDecodeVerb() *cobra.Command {
	var m benchModel
	b := finetune.DecodeBench{Prompt: 64, Tokens: 32, Batch: 1}
	c := &cobra.Command{
		Use:   "decode",
		Short: "Generation token by token against reading memory",
		Example: `  lapidary bench decode --shape gemma-2-2b --json
  lapidary bench decode --shape gemma-2-2b --batch 16`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) (err error) {
			if b.Config, b.DType, err = m.config(); err != nil {
				return err
			}
			b.Model, b.Machine = m.model, m.machine
			f, err := b.Run(c.Context())
			if err != nil {
				return benchError(err)
			}
			if m.json {
				return printJSON(c.OutOrStdout(), f)
			}
			if f.Batch > 1 {
				fmt.Fprintf(c.OutOrStdout(), "%d texts side by side: %.2f times the tokens of one at a time (%.2f tok/s)\n", f.Batch, f.Speedup, f.OneAtATime)
			}
			_, err = fmt.Fprintf(c.OutOrStdout(), "prefill %.1f tok/s, then %.2f tok/s: weights at %.1f GB/s, %.2f of what reading reaches (%.1f); peak memory %.2f GB\n",
				f.PrefillTokensPerSecond, f.TokensPerSecond, f.GBPerSecond, f.Ratio, f.PeakGBPerSecond, float64(f.PeakRSS)/1e9)
			return err
		},
	}
	m.bind(c.Flags())
	c.Flags().IntVar(&b.Prompt, "prompt-tokens", b.Prompt, "tokens before the first new one")
	c.Flags().IntVar(&b.Batch, "batch", b.Batch, "texts side by side: one pass over the weights moves all of them; one alone is measured beside them")
	c.Flags().IntVar(&b.Tokens, "max-new-tokens", b.Tokens, "new tokens")
	return c
}
