package finetune

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"lapidary/autograd"
	"lapidary/kernels"
	"lapidary/lora"
	"lapidary/model/gemma2"
	"lapidary/tensor"
	"lapidary/tokenizer"
)

// Session is a model ready to compute: base, adapter, tokenizer and workers.
type Session struct {
	Model     *gemma2.Model
	Adapter   *lora.Adapter        // nil for the base alone
	Tokenizer *tokenizer.Tokenizer // nil where neither adapter nor model has one
	Pool      *kernels.Pool
	// Activations is the type that activations are stored in.
	Activations tensor.DType
}

// Open opens a checkpoint and, unless adapter is empty, an adapter on it. An adapter's own tokenizer wins: it may have
// tokens that the model's has not.
func Open(model, adapter string, m Machine) (*Session, error) {
	if err := m.Validate(); err != nil {
		return nil, err
	}
	pool := kernels.NewPool(m.threads())
	base, err := gemma2.LoadQuantised(model, m.Quant.base(), pool)
	if err != nil {
		pool.Close()
		return nil, err
	}
	s := &Session{Model: base, Pool: pool, Activations: m.activations(base.Config.DType)}
	if err := s.complete(model, adapter); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Session) complete(model, adapter string) (err error) {
	dirs := []string{model}
	if adapter != "" {
		if s.Adapter, err = lora.Load(adapter, s.Model); err != nil {
			return err
		}
		dirs = []string{adapter, model}
	}
	s.Tokenizer, err = findTokenizer(dirs)
	return err
}

// findTokenizer loads the tokenizer of the first directory that has one; nil where none has.
func findTokenizer(dirs []string) (*tokenizer.Tokenizer, error) {
	for _, dir := range dirs {
		for _, name := range []string{"tokenizer.json", "tokenizer.model"} {
			_, err := os.Stat(filepath.Join(dir, name))
			switch {
			case err == nil:
				return tokenizer.Load(dir)
			case !errors.Is(err, fs.ErrNotExist):
				return nil, err
			}
		}
	}
	return nil, nil
}

// threads is how many workers a pool has.
func (m Machine) threads() int {
	if m.Threads > 0 {
		return m.Threads
	}
	return runtime.GOMAXPROCS(0) // Go sets it from the affinity mask and the cgroup's quota
}

// Tape makes a tape of the session's workers and precision.
func (s *Session) Tape() *autograd.Tape {
	t := autograd.NewTape(s.Pool)
	t.SetActivations(s.Activations)
	return t
}

// Precision names the activations' type as options do.
func (s *Session) Precision() string {
	if s.Activations == tensor.BF16 {
		return "bf16"
	}
	return "f32"
}

// Text is the tokenizer, or an error that says what to do without one.
func (s *Session) Text() (*tokenizer.Tokenizer, error) {
	if s.Tokenizer == nil {
		return nil, fmt.Errorf("the checkpoint has neither tokenizer.json nor tokenizer.model: copy them beside its config.json, or use token ids")
	}
	return s.Tokenizer, nil
}

// Close ends the workers and takes the mapped weights away.
func (s *Session) Close() error {
	if s.Pool != nil {
		s.Pool.Close()
	}
	return s.Model.Close()
}
