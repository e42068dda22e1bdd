// Command quirks measures what each mistake of the function-calling course costs: it fine-tunes the quickstart's model as
// the quickstart does, with one quirk at a time, and asks about tools never seen in training, in the form of the training.
// It prints the table of docs/course.md. A row takes about as long as the quickstart.
//
//	go run ./examples/quirks --output-dir /tmp/quirks
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"strings"

	"lapidary/demo"
	"lapidary/eval"
	"lapidary/finetune"
	"lapidary/generate"
	"lapidary/lora"
	"lapidary/train"
)

func main() {
	dir := flag.String("output-dir", "quirks", "directory to write to")
	l := demo.DefaultLesson("")
	l.Words &^= demo.Crossing // plainer rows: what few steps learn from them is enough to compare by
	flag.IntVar(&l.Threads, "threads", 0, "worker threads; the figures are the same for any number")
	flag.IntVar(&l.Steps, "max-steps", l.Steps, "steps of fine-tuning")
	only := flag.String("only", "", "measure this quirk alone")
	flag.Parse()
	l.Dir, l.Base = *dir, filepath.Join(*dir, "base")
	if err := run(context.Background(), l, *only); err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, l demo.Lesson, only string) error {
	if err := demo.WriteBase(l.Base); err != nil {
		return err
	}
	if err := l.Write(); err != nil {
		return err
	}
	fmt.Printf("| quirk | switch | loss of the answers | calls right | false calls | unreadable | adapter |\n|---|---|---|---|---|---|---|\n")
	for _, q := range quirks() {
		if only != "" && q.name != only {
			continue
		}
		line, err := measure(ctx, l, q)
		if err != nil {
			return fmt.Errorf("%s: %w", q.name, err)
		}
		fmt.Println(line)
	}
	return nil
}

// measure fine-tunes with one quirk and returns its row of the table.
func measure(ctx context.Context, l demo.Lesson, q quirk) (string, error) {
	data, test := filepath.Join(l.Dir, "train.jsonl"), filepath.Join(l.Dir, "test.jsonl")
	out := filepath.Join(l.Dir, strings.ReplaceAll(q.name, " ", "-"))
	answered := test // with the answers as they are trained
	if q.rows != nil {
		var err error
		if data, err = rewrite(data, out+".jsonl", q.rows); err != nil {
			return "", err
		}
		if answered, err = rewrite(test, out+"-test.jsonl", q.rows); err != nil {
			return "", err
		}
	}
	o := l.Options()
	o.Data, o.Train.OutputDir = []string{data}, out
	if err := q.change(&o, l.Base, l.Dir); err != nil {
		return "", err
	}
	job, err := finetune.Prepare(ctx, o)
	if err != nil {
		return "", err
	}
	defer job.Close()
	if _, err := job.Run(ctx, train.Hooks{}); err != nil {
		return "", err
	}
	answers := o.Rows
	answers.LossOn = "assistant"
	rows, err := job.ReadRows(ctx, []string{answered}, answers)
	if err != nil {
		return "", err
	}
	loss, err := job.EvalLoss(ctx, rows, 0, 0, nil)
	if err != nil {
		return "", err
	}
	sampling := generate.DefaultOptions()
	sampling.MaxNewTokens = 64
	exam, err := job.NewCallTest(ctx, finetune.CallTestOptions{Task: eval.TaskCalls, Files: []string{test}, Template: q.asked(o.Rows.Template),
		DoubleBOS: o.Rows.DoubleBOS, Side: 32, Sampling: sampling})
	if err != nil {
		return "", err
	}
	a, err := job.Ask(ctx, exam, nil)
	if err != nil {
		return "", err
	}
	calls, wrong := a.Scores.Intervals["ast_accuracy"], a.Scores.Intervals["false_call_rate"]
	size := int64(0)
	if info, err := os.Stat(filepath.Join(out, lora.WeightsFile)); err == nil {
		size = info.Size()
	}
	return fmt.Sprintf("| %s | %s | %.4f | %d of %d (%.1f %%) | %d of %d (%.1f %%) | %d | %d KB |", q.what, q.flag, loss.Loss,
		calls.Passed, calls.N, 100*calls.Value, wrong.Passed, wrong.N, 100*wrong.Value, a.Scores.Garbled, size/1000), nil
}
