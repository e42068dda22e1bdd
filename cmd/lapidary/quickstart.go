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
			return quickstart(c.Context(), demo.DefaultLesson(o.OutputDir), o.Threads, c.OutOrStdout())
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

// quickstart tells the story of a lesson.
func quickstart(ctx context.Context, l demo.Lesson, threads int, out io.Writer) error {
	began := time.Now()
	l.Threads = threads
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
	exam, err := l.Exam(ctx)
	if err != nil {
		return badInput(err)
	}
	s := story{out: out, paint: paintFor(out), job: job, lesson: l, exam: exam}
	printHeader(&job.Session)
	s.title("1  A model that talks")
	s.say("Gemma-2 with %s parameters, built into this program. It was never shown a function call.\n", count(job.Model.Config.NumParameters()))
	if err := s.ask(ctx, true); err != nil {
		return err
	}
	s.title("2  Fine-tune it")
	s.say("LoRA of rank %d, %s values, on %d conversations about other tools, other parameters and other values.\n", l.Rank, count(job.Parameters()), l.Rows)
	if err := s.train(ctx); err != nil {
		return err
	}
	s.title("3  A model that calls functions")
	if err := s.ask(ctx, false); err != nil {
		return err
	}
	s.say("\n%s", s.bold(short(time.Since(began))+" in all.")+" The adapter is in "+l.Adapter()+". Next:\n")
	s.say("%s", nextSteps(l))
	return nil
}

// train runs the lesson, with the loss and a sample of the exam on the way, and draws the loss.
func (s *story) train(ctx context.Context) error {
	p := newProgress(os.Stderr, quiet)
	hooks := p.hooks()
	hooks.Step = func(r train.StepReport) {
		if p.bar != nil || quiet {
			p.step(r)
		}
		if r.Step%peekSteps != 0 || r.Step >= r.Steps {
			return
		}
		scores, _, err := s.exam.Take(ctx, &s.job.Session, peekQuestions)
		if err != nil {
			return // the run notices by itself that it is interrupted
		}
		to := s.out
		if p.bar != nil {
			to = p.writer()
		}
		calls, wrong := scores.Intervals["ast_accuracy"], scores.Intervals["false_call_rate"]
		fmt.Fprintf(to, "  step %3d  loss %6.4f  %s\n", r.Step, r.Loss, s.meter(calls, wrong))
	}
	summary, err := s.job.Run(ctx, hooks)
	p.end()
	if err != nil {
		return trainingError(err)
	}
	s.say("\n%s", summary.Plot)
	return nil
}

func nextSteps(l demo.Lesson) string {
	return fmt.Sprintf(`lapidary eval --model %[1]s --adapter %[2]s --data %[3]s --task calls
lapidary data show --template auto --tokenizer %[2]s --data %[4]s
lapidary train --model gemma-2-2b-it --data your_calls.jsonl --output-dir out`, l.Base, l.Adapter(), filepath.Join(l.Dir, "test.jsonl"), filepath.Join(l.Dir, "train.jsonl"))
}
