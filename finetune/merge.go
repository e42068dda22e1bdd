package finetune

import (
	"context"
	"errors"
	"path/filepath"

	"lapidary/autograd/nn"
	"lapidary/internal/durable"
	"lapidary/lora"
	"lapidary/model/gemma2"
	"lapidary/tensor"
)

// Merge writes a complete checkpoint with the adapter in its weights. dtype is the type to store in; Invalid keeps that
// of each weight. The result reports whether the head had to be untied from the embedding. The session's adapter is
// detached by it.
func (s *Session) Merge(ctx context.Context, out string, dtype tensor.DType) (untied bool, err error) {
	if s.Adapter == nil {
		return false, errors.New("merge: there is no adapter")
	}
	a := s.Adapter
	untied = a.Untie()
	a.Detach()
	if untied {
		if err := s.Model.Untie(); err != nil {
			return false, err
		}
	}
	dir, err := durable.CreateDir(out)
	if err != nil {
		return false, err
	}
	err = s.writeMerged(ctx, dir, a, dtype)
	if err == nil {
		err = dir.Commit()
	}
	if err != nil {
		return false, errors.Join(err, dir.Abort())
	}
	return untied, nil
}

func (s *Session) writeMerged(ctx context.Context, dir *durable.Dir, a *lora.Adapter, dtype tensor.DType) error {
	err := s.Model.Save(dir, gemma2.SaveOptions{DType: dtype, Poll: ctx.Err, Weight: func(p *nn.Parameter) (*tensor.Tensor, error) {
		d := dtype
		if d == tensor.Invalid {
			d = p.Data().DType()
		}
		w, _, err := a.Merged(s.Pool, p.Name, p.Data(), d)
		return w, err
	}})
	if err != nil || s.Tokenizer == nil {
		return err
	}
	return s.Tokenizer.SaveTo(dir)
}

// Title names a session for messages: the last part of a path.
func Title(path string) string { return filepath.Base(filepath.Clean(path)) }
