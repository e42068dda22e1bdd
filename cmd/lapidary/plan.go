package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"lapidary/finetune"
)

type planOptions struct {
	Run  trainOptions
	JSON bool `json:"json"`
}

func planVerb() *cobra.Command {
	o := planOptions{Run: trainOptions{Options: finetune.DefaultOptions()}}
	c := &cobra.Command{
		Use:   "plan --model DIR --data FILE|DIR",
		Short: "Memory, disk and time of a training run before it starts",
		Example: `  lapidary plan --model gemma-2-2b-it --data calls.jsonl
  lapidary plan --config run.yaml --max-memory 8GB --json`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if o.Run.Config != "" {
				if err := readRunFile(c.Flags(), o.Run.Config, &o); err != nil {
					return err
				}
			}
			if err := applyRecipe(c.Flags(), &o.Run); err != nil {
				return err
			}
			return runPlan(c.Context(), o, c.OutOrStdout())
		},
	}
	bindFlags(c.Flags(), &o)
	return c
}

func runPlan(ctx context.Context, o planOptions, out io.Writer) error {
	if o.Run.Train.OutputDir == "" {
		o.Run.Train.OutputDir = "." // nothing is written
	}
	if err := o.Run.Validate(); err != nil {
		return coded{exitUsage, err}
	}
	job, err := finetune.Prepare(ctx, o.Run.Options)
	if err != nil {
		return badInput(err)
	}
	defer job.Close()
	p, err := job.Plan()
	if p.Steps > 0 {
		if o.JSON {
			err = errors.Join(err, printJSON(out, p))
		} else {
			printPlan(out, p)
		}
	}
	return trainingError(err)
}

// printPlan says in three lines what a run will take.
func printPlan(out io.Writer, p finetune.RunPlan) {
	m, gb := p.Memory, func(n int64) float64 { return float64(n) / 1e9 }
	fmt.Fprintf(out, "memory: %.2f GB = weights %.2f + quantised %.2f + process %.2f + optimizer %.2f + activations %.2f (%d tokens, %d blocks computed again) + logits %.2f + products %.2f; allowed %.2f\n",
		gb(m.Total), gb(m.Weights), gb(m.Quantised), gb(m.Process), gb(m.Optimizer), gb(m.Activations), m.Tokens, m.Recomputed, gb(m.Logits), gb(m.Kernels), gb(m.Budget))
	fmt.Fprintf(out, "disk: %.2f GB\n", gb(p.Disk))
	fmt.Fprintf(out, "time: %s for %d steps, %s each of %.0f tokens, %.1f TF; products run at %.0f GF/s of %.0f\n",
		short(seconds(p.SecondsPerRun)), p.Steps, short(seconds(p.SecondsPerStep)), p.TokensPerStep, p.FlopsPerStep/1e12, p.GemmGFlops, p.PeakGFlops)
}

func seconds(s float64) time.Duration { return time.Duration(min(s, 1e9) * float64(time.Second)) }

// limitHeap holds the process to its plan; GOMEMLIMIT wins.
func limitHeap(m finetune.MemoryPlan) {
	if os.Getenv("GOMEMLIMIT") == "" {
		m.LimitHeap()
	}
}
