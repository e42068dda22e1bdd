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
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"lapidary/demo"
	"lapidary/eval"
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
	flag.IntVar(&l.Batch, "per-device-train-batch-size", l.Batch, "conversations of a step")
	flag.IntVar(&l.Rows, "rows", l.Rows, "conversations of the training set")
	flag.IntVar(&l.Tests, "questions", l.Tests, "questions of an exam")
	flag.Float64Var(&l.AnswerWeight, "answer-weight", l.AnswerWeight, "weight of a token of an answer in words beside one of a call")
	flag.Uint64Var(&l.Training, "seed", l.Training, "seed of the training set and of the adapter")
	dev := flag.Bool("dev", false, "ask the exams that settings are chosen by, not the one that is quoted")
	o := options{}
	flag.BoolVar(&o.eachAxis, "each-axis", false, "score also with one thing new at a time")
	flag.BoolVar(&o.failures, "failures", false, "print the questions that were answered wrongly")
	flag.IntVar(&o.every, "eval-steps", 100, "score the test set every so many steps")
	flag.Parse()
	l.Dir, l.Base = *out, *model
	o.exams = []uint64{l.Seed}
	if *dev {
		o.exams = demo.DevSeeds
	}
	if err := run(context.Background(), l, o); err != nil {
		log.Fatal(err)
	}
}

type options struct {
	exams              []uint64 // seeds
	eachAxis, failures bool
	every              int
}

func run(ctx context.Context, l demo.Lesson, o options) error {
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
	if err := show(ctx, l, o, &job.Session, "before"); err != nil {
		return err
	}
	exam, err := l.Exam(ctx)
	if err != nil {
		return err
	}
	began := time.Now()
	_, err = job.Run(ctx, train.Hooks{Step: func(s train.StepReport) {
		if s.Step%o.every != 0 {
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
	return show(ctx, l, o, &job.Session, "after")
}

// show scores the exam, and where it is asked for every axis and a set about tools of the training distribution.
func show(ctx context.Context, l demo.Lesson, o options, s *finetune.Session, when string) error {
	axes := []struct {
		name string
		axes demo.Axis
	}{
		{"all new", demo.AllHeld}, {"nothing new", 0}, {"new nouns", demo.HeldNoun}, {"new verbs", demo.HeldVerb},
		{"new parameters", demo.HeldParameter}, {"new values", demo.HeldValue}, {"new combinations", demo.HeldCombination},
	}
	if !o.eachAxis {
		axes = axes[:1]
	}
	for _, seed := range o.exams {
		for _, a := range axes {
			x := l
			x.Dir, x.Axes, x.Seed = filepath.Join(l.Dir, "axis"), a.axes, seed
			if err := ask(ctx, x, o, s, fmt.Sprintf("%-7s %-17s exam %d", when, a.name, seed), when == "after"); err != nil {
				return err
			}
		}
	}
	return nil
}

// ask scores one exam and says what was wrong, where that is asked for.
func ask(ctx context.Context, l demo.Lesson, o options, s *finetune.Session, what string, wrong bool) error {
	if err := os.MkdirAll(l.Dir, 0o755); err != nil {
		return err
	}
	if err := l.Write(); err != nil {
		return err
	}
	exam, err := l.Exam(ctx)
	if err != nil {
		return err
	}
	scores, answers, err := exam.Take(ctx, s, l.Tests)
	if err != nil {
		return err
	}
	fmt.Printf("%s  %s\n", what, demo.Line(scores))
	if wrong {
		failed(scores, l.Questions(), answers, o.failures)
	}
	return nil
}

// failed counts the wrong answers by kind, and prints them where that is asked for.
func failed(scores *eval.Scores, questions []demo.Task, answers []string, print bool) {
	counts := map[string]int{}
	for i, row := range scores.PerRow {
		if row.Valid {
			continue
		}
		kind := string(row.ErrorType)
		counts[kind]++
		if print {
			q := questions[i]
			fmt.Printf("  %s\n    tools    %s\n    question %s\n    expected %s\n    answer   %s\n", kind, q.ToolList(), q.Request, q.Call(), answers[i])
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(counts)) {
		fmt.Printf("    %-40s %d\n", kind, counts[kind])
	}
}
