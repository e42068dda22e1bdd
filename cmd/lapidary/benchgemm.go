package main

import (
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"lapidary/finetune"
	"lapidary/kernels"
)

// benchRun is what the verbs on kernels have in common.
type benchRun struct {
	rounds, threads int
	json            bool
}

func (b *benchRun) bind(f *pflag.FlagSet) {
	f.IntVar(&b.rounds, "rounds", 21, "measurements, of which the median counts")
	f.IntVar(&b.threads, "threads", 0, help["threads"])
	f.BoolVar(&b.json, "json", false, help["json"])
}

func benchGemmVerb() *cobra.Command {
	b := finetune.GemmBench{M: 512, N: 9216, K: 2304}
	var run benchRun
	var dtype, weights string
	c := &cobra.Command{
		Use:   "gemm",
		Short: "A matrix product against a loop in registers",
		Example: `  lapidary bench gemm --m 512 --n 9216 --k 2304 --dtype bf16 --json
  lapidary bench gemm --m 512 --n 2304 --k 9216 --weights bf16 --backward`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) (err error) {
			if b.DType, err = benchStorage("dtype", dtype); err != nil {
				return err
			}
			if b.Weights = b.DType; weights != "" {
				if b.Weights, err = benchStorage("weights", weights); err != nil {
					return err
				}
			}
			b.Rounds, b.Threads = run.rounds, run.threads
			f, err := b.Run()
			if err != nil {
				return benchError(err)
			}
			if run.json {
				return printJSON(c.OutOrStdout(), f)
			}
			_, err = fmt.Fprintf(c.OutOrStdout(), "%d x %d x %d %s, weights %v, level %s, %d threads: %s\n",
				b.M, b.N, b.K, dtype, b.Weights, f.Level, f.Threads, rateText(f))
			return err
		},
	}
	f := c.Flags()
	f.IntVar(&b.M, "m", b.M, "rows of the input: tokens")
	f.IntVar(&b.N, "n", b.N, "rows of the weight: outputs")
	f.IntVar(&b.K, "k", b.K, "columns of both: inputs")
	f.StringVar(&dtype, "dtype", "f32", "f32 or bf16")
	f.StringVar(&weights, "weights", "", "f32 or bf16, instead of --dtype")
	f.BoolVar(&b.Backward, "backward", false, "the gradient of the input instead: [m,n] times the weight")
	run.bind(f)
	return c
}

func benchStorage(flag, name string) (kernels.Storage, error) {
	for _, s := range []kernels.Storage{kernels.F32, kernels.BF16} {
		if s.String() == name {
			return s, nil
		}
	}
	return 0, usagef("--%s %q is neither f32 nor bf16", flag, name)
}

func rateText(f finetune.GemmFigures) string {
	return fmt.Sprintf("%.1f GF/s of %.1f, %.3f of the peak (%.3f by processor time)", f.GFlops, f.PeakGFlops, f.Ratio, f.ProcessorRatio)
}

func benchAttentionVerb() *cobra.Command {
	b := finetune.AttentionBench{Tokens: 2048, Heads: 8, KVHeads: 4, HeadDim: 256, Cap: 50}
	var run benchRun
	c := &cobra.Command{
		Use:     "attention",
		Short:   "Attention forward and backward against a loop in registers",
		Example: "  lapidary bench attention --tokens 2048 --sliding-window 4096 --json",
		Args:    noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			b.Rounds, b.Threads = run.rounds, run.threads
			f, err := b.Run()
			if err != nil {
				return benchError(err)
			}
			if run.json {
				return printJSON(c.OutOrStdout(), f)
			}
			_, err = fmt.Fprintf(c.OutOrStdout(), "%d tokens, %d heads of %d, %d of keys, level %s, %d threads\nforward  %s\nbackward %s\nboth     %s\n",
				b.Tokens, b.Heads, b.HeadDim, b.KVHeads, f.Level, f.Threads, rateText(f.Forward), rateText(f.Backward), rateText(f.GemmFigures))
			return err
		},
	}
	f := c.Flags()
	f.IntVar(&b.Tokens, "tokens", b.Tokens, "of one document, causally masked")
	f.IntVar(&b.Heads, "heads", b.Heads, "of queries")
	f.IntVar(&b.KVHeads, "kv-heads", b.KVHeads, "of keys and values")
	f.IntVar(&b.HeadDim, "head-dim", b.HeadDim, "elements of a head")
	f.IntVar(&b.Window, "sliding-window", 0, "keys a query sees; 0 for all")
	f.Float64Var(&b.Cap, "softcap", b.Cap, "of the scores; 0 for none")
	run.bind(f)
	return c
}
