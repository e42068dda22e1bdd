// Command measure fine-tunes a demo checkpoint as quickstart does and scores it on each held-out axis apart, so that
// every figure says what it measures.
//
//	go run ./demo/measure --model pretrained/model
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"time"

	"lapidary/demo"
	"lapidary/finetune"
	"lapidary/train"
)

func main() {
	model := flag.String("model", "pretrained/model", "checkpoint to measure")
	out := flag.String("output-dir", "measured", "directory to write to")
	l := demo.DefaultLesson("")
	flag.IntVar(&l.Threads, "threads", 2, "worker threads; the figures are the same for any number")
	flag.IntVar(&l.Steps, "max-steps", l.Steps, "steps of fine-tuning")
	flag.Float64Var(&l.Rate, "learning-rate", l.Rate, "highest learning rate")
	flag.IntVar(&l.Rank, "lora-r", l.Rank, "rank")
	every := flag.Int("eval-steps", 50, "score the test set every so many steps")
	flag.Parse()
	l.Dir, l.Base = *out, *model
	if err := run(context.Background(), l, *every); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, l demo.Lesson, every int) error {
	if err := os.MkdirAll(l.Dir, 0o755); err != nil {
		return err
	}
	if err := l.Write(); err != nil {
		return err
	}
	job, err := finetune.Prepare(ctx, l.Options())
	if err != nil {
		return err
	}
	defer job.Close()
	for _, n := range job.Notes {
		fmt.Println("note:", n)
	}
	if err := show(ctx, l, &job.Session, "before"); err != nil {
		return err
	}
	exam, err := l.Exam(ctx)
	if err != nil {
		return err
	}
	began := time.Now()
	_, err = job.Run(ctx, train.Hooks{Step: func(s train.StepReport) {
		if s.Step%every != 0 {
			return
		}
		scores, _, err := exam.Take(ctx, &job.Session, 50)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("step %d loss %.4f %.0f tokens/s %.1fs: %s\n", s.Step, s.MeanLoss, s.TokensPerSecond, time.Since(began).Seconds(), demo.Line(scores))
	}})
	if err != nil {
		return err
	}
	return show(ctx, l, &job.Session, "after")
}

// show scores every axis, and a set about tools of the training distribution.
func show(ctx context.Context, l demo.Lesson, s *finetune.Session, when string) error {
	for _, a := range []struct {
		name string
		axes demo.Axis
	}{
		{"nothing new", 0}, {"new nouns", demo.HeldNoun}, {"new verbs", demo.HeldVerb}, {"new parameters", demo.HeldParameter},
		{"new values", demo.HeldValue}, {"new combinations", demo.HeldCombination}, {"all new", demo.AllHeld},
	} {
		x := l
		x.Dir, x.Axes = filepath.Join(l.Dir, "axis"), a.axes
		if err := os.MkdirAll(x.Dir, 0o755); err != nil {
			return err
		}
		if err := x.Write(); err != nil {
			return err
		}
		exam, err := x.Exam(ctx)
		if err != nil {
			return err
		}
		scores, answers, err := exam.Take(ctx, s, x.Tests)
		if err != nil {
			return err
		}
		fmt.Printf("%-7s %-17s %s\n", when, a.name, demo.Line(scores))
		for i := range 2 {
			fmt.Printf("    %s -> %s\n", x.Questions()[i].Request, answers[i])
		}
	}
	return nil
}
