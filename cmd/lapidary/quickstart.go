package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"lapidary/demo"
	"lapidary/finetune"
	"lapidary/train"
)

type quickstartOptions struct {
	OutputDir string `json:"output_dir"`
	Threads   int    `json:"threads"`
}

func quickstartVerb() *cobra.Command {
	o := quickstartOptions{OutputDir: "quickstart"}
	c := &cobra.Command{
		Use:     "quickstart",
		Short:   "The whole story on a tiny built-in model, offline: measure, fine-tune, measure again",
		Example: `  lapidary quickstart`,
		Args:    noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return quickstart(c.Context(), o, c.OutOrStdout())
		},
	}
	bindFlags(c.Flags(), &o)
	return c
}

// peek is how often the test set is sampled during training, and by how many questions.
const (
	peekSteps     = 50
	peekQuestions = 40
)

func quickstart(ctx context.Context, o quickstartOptions, out io.Writer) error {
	began := time.Now()
	l := demo.DefaultLesson(o.OutputDir)
	l.Threads = o.Threads
	if err := demo.WriteBase(l.Base); err != nil {
		return saveFailed(err)
	}
	if err := l.Write(); err != nil {
		return saveFailed(err)
	}
	job, err := finetune.Prepare(ctx, l.Options())
	if err != nil {
		return badInput(err)
	}
	defer job.Close()
	printHeader(&job.Session)
	exam, err := l.Exam(ctx)
	if err != nil {
		return badInput(err)
	}
	show := l.Example()
	fmt.Fprintf(out, "A Gemma-2 of %s parameters that can talk and copy, and was never shown a function call.\n\n", count(job.Model.Config.NumParameters()))
	fmt.Fprintf(out, "tools     %s\nquestion  %s\n", show.ToolList(), show.Request)
	if err := examine(ctx, out, job, exam, l, show, "before"); err != nil {
		return err
	}
	fmt.Fprintf(out, "\nFine-tuning LoRA of rank %d on %d conversations about other tools: %s values, %d steps.\n", l.Rank, l.Rows, count(job.Parameters()), l.Steps)
	p := newProgress(os.Stderr, quiet)
	hooks := p.hooks()
	hooks.Step = func(s train.StepReport) {
		p.step(s)
		if s.Step%peekSteps == 0 && s.Step < s.Steps {
			if scores, _, err := exam.Take(ctx, &job.Session, peekQuestions); err == nil {
				p.line("step %d  loss %.4f  %s", s.Step, s.Loss, demo.Line(scores))
			}
		}
	}
	summary, err := job.Run(ctx, hooks)
	p.end()
	if err != nil {
		return trainingError(err)
	}
	fmt.Fprintf(out, "\n%s\n\n", summary.Plot)
	if err := examine(ctx, out, job, exam, l, show, "after"); err != nil {
		return err
	}
	fmt.Fprintf(out, "\n%s in all. The adapter is in %s. Next:\n%s", short(time.Since(began)), l.Adapter(), nextSteps(l))
	return nil
}

// examine prints the answer to the question shown and the figures of the test set.
func examine(ctx context.Context, out io.Writer, job *finetune.Job, exam *demo.Exam, l demo.Lesson, show demo.Task, when string) error {
	answer, err := show.Ask(ctx, &job.Session)
	if err != nil {
		return err
	}
	scores, _, err := exam.Take(ctx, &job.Session, l.Tests)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%-9s %s\n          %d questions about tools never seen in training: %s\n", when, answer, l.Tests, demo.Line(scores))
	return nil
}

func nextSteps(l demo.Lesson) string {
	return fmt.Sprintf(`  lapidary eval --model %[1]s --adapter %[2]s --data %[3]s --task calls
  lapidary data show --template auto --tokenizer %[2]s --data %[4]s
  lapidary train --model gemma-2-2b-it --data your_calls.jsonl --output-dir out
`, l.Base, l.Adapter(), filepath.Join(l.Dir, "test.jsonl"), filepath.Join(l.Dir, "train.jsonl"))
}
