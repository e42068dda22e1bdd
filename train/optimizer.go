package train

import (
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"

	"lapidary/internal/bound"
	"lapidary/tensor"
	"lapidary/tensor/safetensors"
)

// writeOptimizer writes optimizer.safetensors: for every trained parameter NAME its moments exp_avg.NAME and
// exp_avg_sq.NAME, float32, in the parameter's shape; the number of steps taken is in the metadata too.
func (r *run) writeOptimizer(w io.Writer) error {
	tensors := map[string]*tensor.Tensor{}
	for _, s := range r.opt.State() {
		tensors[s.Name] = s.Tensor
	}
	meta := map[string]string{"format": "pt", "step": strconv.Itoa(r.opt.Steps())}
	return safetensors.Encode(w, tensors, meta)
}

// readOptimizer gives the optimizer the moments of a checkpoint. Moments of parameters that the model does not have
// are an error: it is not the model that was trained.
func (r *run) readOptimizer(dir string, steps int) error {
	f, err := safetensors.Open(filepath.Join(dir, optimizerFile))
	if err != nil {
		return err
	}
	defer f.Close()
	names := f.Names()
	get := func(name string) (*tensor.Tensor, error) {
		if !slices.Contains(names, name) {
			return nil, nil
		}
		return f.Tensor(name)
	}
	if err := r.opt.Restore(steps, get); err != nil {
		return fmt.Errorf("%s: %w", optimizerFile, err)
	}
	for _, s := range r.opt.State() {
		if i := slices.Index(names, s.Name); i >= 0 {
			names = slices.Delete(names, i, i+1)
		}
	}
	if len(names) > 0 {
		return fmt.Errorf("%s: %d tensors of unknown parameters, such as %s", optimizerFile, len(names), bound.Escape(names[0], 120))
	}
	return nil
}
