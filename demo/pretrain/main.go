// Command pretrain makes the demo model from nothing: tokenizer, random weights, then the stages of its curriculum. A
// run that was stopped goes on where it was when it is started again; what is finished is kept.
//
//	go run ./demo/pretrain --output-dir pretrained
package main

import (
	"context"
	"flag"
	"fmt"
	"io/fs"
	"log"
	"os"
	"os/signal"
	"path/filepath"
	"strings"

	"lapidary/autograd"
	"lapidary/demo"
	"lapidary/internal/durable"
	"lapidary/kernels"
	"lapidary/model/gemma2"
	"lapidary/tensor"
	"lapidary/tokenizer"
	"lapidary/train"
)

func main() {
	out := flag.String("output-dir", "pretrained", "directory to write to")
	threads := flag.Int("threads", 2, "worker threads; the result is the same for any number")
	scale := flag.Float64("scale", 1, "length of every stage, as a multiple of the recipe's")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *out, *threads, *scale); err != nil {
		log.Fatal(err)
	}
}

// run goes through the stages; each begins with the model that the one before it left.
func run(ctx context.Context, out string, threads int, scale float64) error {
	tok, err := demo.NewTokenizer()
	if err != nil {
		return err
	}
	pool := kernels.NewPool(threads)
	defer pool.Close()
	dir := ""
	for _, s := range demo.Stages() {
		s.Steps = int(float64(s.Steps) * scale)
		from := dir
		dir = filepath.Join(out, s.Name)
		if _, err := os.Stat(filepath.Join(dir, "model.safetensors")); err == nil {
			continue
		}
		if err := runStage(ctx, s, from, dir, tok, pool); err != nil {
			return fmt.Errorf("stage %s: %w", s.Name, err)
		}
	}
	return finish(dir, filepath.Join(out, "model"), tok)
}

func runStage(ctx context.Context, s demo.Stage, from, dir string, tok *tokenizer.Tokenizer, pool *kernels.Pool) error {
	m, err := begin(from, tok)
	if err != nil {
		return err
	}
	defer m.Close()
	m.TrainAll()
	in := train.Inputs{
		Model: m, Store: store{m, tok}, Pool: pool, Train: s.Corpus(tok),
		Evaluate: func(ctx context.Context, _ int) (map[string]float64, error) { return skills(ctx, m, tok, pool) },
		Hooks: train.Hooks{
			Step: func(r train.StepReport) {
				if r.Logged {
					fmt.Printf("%s %d/%d loss %.4f norm %.2f %.0f tokens/s\n", s.Name, r.Step, r.Steps, r.MeanLoss, r.GradNorm, r.TokensPerSecond)
				}
			},
			Evaluated: func(e train.EvalReport) { fmt.Println(s.Name, e.Step, table(e.Values)) },
			Problem:   func(err error) { fmt.Println("warning:", err) },
		},
	}
	cfg := s.Config(dir)
	if found, _ := filepath.Glob(filepath.Join(dir, "checkpoint-*")); len(found) > 0 {
		cfg.ResumeFromCheckpoint = "latest"
	}
	_, err = train.Run(ctx, cfg, in)
	return err
}

func begin(from string, tok *tokenizer.Tokenizer) (*gemma2.Model, error) {
	if from == "" {
		return demo.NewModel(tok.VocabSize(), demo.Seed)
	}
	return gemma2.Load(from)
}

// skills measures what has been learned on words that training never shows.
func skills(ctx context.Context, m *gemma2.Model, tok *tokenizer.Tokenizer, pool *kernels.Pool) (map[string]float64, error) {
	values := map[string]float64{}
	for _, kind := range demo.KindNames() {
		v, err := demo.Skill(ctx, m, autograd.NewTape(pool), tok, kind, demo.AllHeld, 64, demo.Seed+1)
		if err != nil {
			return nil, err
		}
		values[kind] = v
	}
	return values, nil
}

func table(values map[string]float64) string {
	var b strings.Builder
	for _, kind := range demo.KindNames() {
		fmt.Fprintf(&b, " %s %.0f%%", kind, 100*values["eval_"+kind])
	}
	return b.String()
}

// store saves all weights; the next step needs all of their bits.
type store struct {
	model *gemma2.Model
	tok   *tokenizer.Tokenizer
}

func (s store) Save(files train.Files) error {
	if err := s.model.Save(files, gemma2.SaveOptions{DType: tensor.F32}); err != nil {
		return err
	}
	return s.tok.SaveTo(files)
}

func (s store) Restore(dir string) error { return s.model.Restore(dir) }

// finish writes the checkpoint as it is embedded: in bfloat16.
func finish(from, to string, tok *tokenizer.Tokenizer) error {
	m, err := gemma2.Load(from)
	if err != nil {
		return err
	}
	defer m.Close()
	if err := os.RemoveAll(to); err != nil {
		return err
	}
	files, err := durable.CreateDir(to)
	if err != nil {
		return err
	}
	if err := m.Save(files, gemma2.SaveOptions{DType: tensor.BF16}); err != nil {
		return err
	}
	if err := tok.SaveTo(files); err != nil {
		return err
	}
	if err := files.Commit(); err != nil {
		return err
	}
	return size(to)
}

func size(dir string) error {
	var total int64
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		total += info.Size()
		return err
	})
	fmt.Printf("wrote %s, %d bytes\n", dir, total)
	return err
}
