// Command finetune shows the library at work: it makes a tiny random Gemma-2, trains it on the function-calling
// conversations beside it, and lets it answer a question from each of them.
//
//	go run ./examples/finetune
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"lapidary/finetune"
	"lapidary/generate"
	"lapidary/internal/durable"
	"lapidary/model/gemma2"
	"lapidary/tensor"
	"lapidary/tokenizer"
	"lapidary/train"
)

func main() {
	dir, err := os.MkdirTemp("", "lapidary-*")
	if err != nil {
		log.Fatal(err)
	}
	if err := run(context.Background(), dir); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("\nThe model is in %s. Next: lapidary generate --model %s --prompt \"…\"\n", dir, filepath.Join(dir, "out"))
}

func run(ctx context.Context, dir string) error {
	base, out := filepath.Join(dir, "base"), filepath.Join(dir, "out")
	if err := makeBase(base); err != nil {
		return err
	}

	// The part that every program has: options, prepare, run.
	o := finetune.DefaultOptions()
	o.Model, o.Data, o.Train.OutputDir = base, []string{"examples/functioncalling"}, out
	o.Adapter.UseLora = false // a base that knows nothing has to learn everything
	o.Train.LearningRate, o.Train.NumTrainEpochs, o.Train.EvalSteps = 3e-3, 6, 0.25
	job, err := finetune.Prepare(ctx, o)
	if err != nil {
		return err
	}
	defer job.Close()
	summary, err := job.Run(ctx, train.Hooks{Step: func(s train.StepReport) {
		fmt.Printf("\rstep %d/%d  loss %.3f  %.0f tokens/s   ", s.Step, s.Steps, s.Loss, s.TokensPerSecond)
	}})
	if err != nil {
		return err
	}
	fmt.Printf("\n%s\n\n", summary.Plot)
	return answer(ctx, out)
}

// makeBase writes a random checkpoint of the tiny shape, with the built-in tokenizer.
func makeBase(path string) error {
	tok, _, err := tokenizer.Tiny(768)
	if err != nil {
		return err
	}
	cfg, _ := gemma2.Preset("tiny")
	cfg.VocabSize = tok.VocabSize()
	files, err := durable.CreateDir(path)
	if err != nil {
		return err
	}
	if err := gemma2.Initialise(files, cfg, 42, gemma2.SaveOptions{DType: tensor.F32}); err != nil {
		return err
	}
	if err := tok.SaveTo(files); err != nil {
		return err
	}
	return files.Commit()
}

// answer lets the trained model speak.
func answer(ctx context.Context, model string) error {
	s, err := finetune.Open(model, "", finetune.Machine{})
	if err != nil {
		return err
	}
	defer s.Close()
	for _, question := range []string{"I lent Nine Lanterns to Runa.", "How many bees were in hive 11 on Thursday?"} {
		prompt, err := s.Prompt(finetune.PromptOptions{Text: question})
		if err != nil {
			return err
		}
		g := generate.DefaultOptions()
		g.MaxNewTokens = 100
		r, err := s.Generate(ctx, prompt, g, nil)
		if err != nil {
			return err
		}
		fmt.Printf("> %s\n%s\n", question, s.Tokenizer.Decode(r.Content(), false))
	}
	return nil
}
