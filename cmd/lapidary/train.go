package main

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"lapidary/data"
	"lapidary/finetune"
)

type trainOptions struct {
	finetune.Options
	Recipe string `json:"recipe"`
	Config string `json:"config"`
}

func trainVerb() *cobra.Command {
	o := trainOptions{Options: finetune.DefaultOptions()}
	c := &cobra.Command{
		Use:   "train --model DIR --data FILE|DIR --output-dir DIR",
		Short: "Fine-tune: LoRA by default, every weight with --use-lora=false",
		Example: `  lapidary train --model gemma-2-2b-it --data calls.jsonl --output-dir out
  lapidary train --config run.yaml --learning-rate 1e-4
  lapidary train --model gemma-2-2b-it --data calls.jsonl --output-dir out --resume-from-checkpoint latest`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if o.Config != "" {
				if err := readRunFile(c.Flags(), o.Config, &o); err != nil {
					return err
				}
			}
			if err := applyRecipe(c.Flags(), &o); err != nil {
				return err
			}
			return runTraining(c.Context(), o)
		},
	}
	bindFlags(c.Flags(), &o)
	c.Flags().Var(&maskPromptFlag{on: &o.Rows.LossOn}, "mask-prompt", "mlx-lm's name for --loss-on auto; --mask-prompt=false for --loss-on all")
	c.Flags().Lookup("mask-prompt").NoOptDefVal = "true"
	c.Flags().Lookup("resume-from-checkpoint").NoOptDefVal = "latest"
	return c
}

// maskPromptFlag is mlx-lm's name for where the loss is.
type maskPromptFlag struct {
	on    *data.LossOn
	value string
}

func (m *maskPromptFlag) Set(value string) error {
	setting, ok := maskPrompt[value]
	if !ok {
		return fmt.Errorf("%q is neither true nor false", value)
	}
	*m.on, m.value = data.LossOn(setting), value
	return nil
}

func (m *maskPromptFlag) String() string { return m.value }
func (m *maskPromptFlag) Type() string   { return "bool" }

func runTraining(ctx context.Context, o trainOptions) error {
	if err := o.Validate(); err != nil {
		return coded{exitUsage, err}
	}
	job, err := finetune.Prepare(ctx, o.Options)
	if err != nil {
		return badInput(err)
	}
	defer job.Close()
	for _, note := range job.Notes {
		say("note: %s", note)
	}
	printHeader(&job.Session)
	say("data: %d rows, %d tokens, %d with loss; training %s of %s values", job.Train.Report.Examples, job.Train.Report.Tokens,
		job.Train.Report.LabelTokens, count(job.Parameters()), count(job.Model.Config.NumParameters()))
	plan, err := job.Plan()
	if err != nil {
		return trainingError(err)
	}
	limitHeap(plan.Memory)
	if !silent() {
		printPlan(os.Stderr, plan)
	}
	p := newProgress(os.Stderr, silent())
	summary, err := job.Run(ctx, p.hooks())
	p.end()
	if summary.Step > 0 {
		p.summary(summary, o.Train.OutputDir)
	}
	return trainingError(err)
}

// printHeader says once what computes, and how.
func printHeader(s *finetune.Session) {
	b := buildInfo()
	say("lapidary %s (%s), %s, level %s, %d threads, precision %s", b.Version, b.Commit, b.CPU, b.Level, s.Pool.Workers(), s.Precision())
}

// count writes a number as people do.
func count(n int64) string {
	switch {
	case n >= 1e9:
		return fmt.Sprintf("%.2f G", float64(n)/1e9)
	case n >= 1e6:
		return fmt.Sprintf("%.2f M", float64(n)/1e6)
	case n >= 1e4:
		return fmt.Sprintf("%.1f k", float64(n)/1e3)
	}
	return fmt.Sprint(n)
}
