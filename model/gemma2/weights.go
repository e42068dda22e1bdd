package gemma2

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"lapidary/internal/bound"
	"lapidary/tensor"
	"lapidary/tensor/safetensors"
)

// Source is where weights come from: a safetensors file or a sharded checkpoint.
type Source interface {
	Names() []string
	Tensor(name string) (*tensor.Tensor, error)
}

// Load opens a Hugging Face checkpoint: config.json, generation_config.json and the weights, which stay mapped in their
// stored type until Close.
func Load(dir string) (*Model, error) {
	c, err := ReadConfig(filepath.Join(dir, configName))
	if err != nil {
		return nil, err
	}
	raw, eos, err := readGeneration(dir)
	if err != nil {
		return nil, err
	}
	weights, err := safetensors.OpenCheckpoint(dir)
	if err != nil {
		return nil, err
	}
	m, err := New(c, weights, dir)
	if err != nil {
		return nil, errors.Join(err, weights.Close())
	}
	m.generation, m.stop, m.close = raw, eos, weights.Close
	return m, nil
}

// Close takes away what Load mapped; weights that are neither trained nor grown become invalid.
func (m *Model) Close() error {
	if m.close == nil {
		return nil
	}
	f := m.close
	m.close = nil
	return f()
}

// Restore gives every weight the values of a checkpoint that Save wrote: a full fine-tuning run continues from it with
// the same bits, if it was saved as float32. All weights must be trained ones.
func (m *Model) Restore(dir string) error {
	for _, p := range m.params {
		if !p.Trained() {
			return fmt.Errorf("gemma2: %s is frozen and cannot be restored", p.Name)
		}
	}
	weights, err := safetensors.OpenCheckpoint(dir)
	if err != nil {
		return err
	}
	found, err := collect(&m.Config, weights, dir)
	for _, p := range m.params {
		if err == nil {
			copy(p.Data().F32(), found[p.Name].Float32s())
		}
	}
	return errors.Join(err, weights.Close())
}

// WeightsError reports every way in which a checkpoint's tensors are not those of its configuration.
type WeightsError struct {
	Path       string
	Missing    []string
	Unexpected []string
	Misshapen  []Misshapen
}

// Misshapen is a tensor of the wrong shape, or of a type that holds no weights.
type Misshapen struct {
	Name       string
	DType      tensor.DType
	Have, Want []int
}

// shown is how many names of each kind a message spells out; the error value holds all.
const shown = 12

func (e *WeightsError) Error() string {
	var parts []string
	list := func(what string, names []string) {
		if len(names) == 0 {
			return
		}
		text := strings.Join(names[:min(shown, len(names))], ", ")
		if more := len(names) - shown; more > 0 {
			text += fmt.Sprintf(" and %d more", more)
		}
		parts = append(parts, fmt.Sprintf("%d %s: %s", len(names), what, text))
	}
	escaped := make([]string, len(e.Unexpected))
	for i, n := range e.Unexpected {
		escaped[i] = bound.Escape(n, 120)
	}
	wrong := make([]string, len(e.Misshapen))
	for i, w := range e.Misshapen {
		wrong[i] = fmt.Sprintf("%s is %v %v, want a float %v", w.Name, w.DType, w.Have, w.Want)
	}
	list("missing", e.Missing)
	list("unexpected", escaped)
	list("misshapen", wrong)
	return fmt.Sprintf("%s: tensors do not fit config.json: %s", e.Path, strings.Join(parts, "; "))
}

// New makes a model of a configuration and weights, which stay where and as they are stored. path is what errors call
// the weights.
func New(c Config, weights Source, path string) (*Model, error) {
	if err := c.complete(); err != nil {
		return nil, err
	}
	found, err := collect(&c, weights, path)
	if err != nil {
		return nil, err
	}
	if c.DType == tensor.Invalid {
		c.DType = found[embedPath+".weight"].DType()
	}
	return build(c, func(name string) *tensor.Tensor { return found[name] }), nil
}

// collect takes every tensor of the configuration from the source.
func collect(c *Config, weights Source, path string) (map[string]*tensor.Tensor, error) {
	names := weights.Names()
	have := make(map[string]bool, len(names))
	for _, n := range names {
		have[n] = true
	}
	e := WeightsError{Path: path}
	found := map[string]*tensor.Tensor{}
	for _, s := range c.tensors() {
		if !have[s.name] {
			e.Missing = append(e.Missing, s.name)
			continue
		}
		delete(have, s.name)
		x, err := weights.Tensor(s.name)
		if err != nil {
			return nil, err
		}
		if !x.DType().IsFloat() || !slices.Equal(x.Shape(), s.shape) {
			e.Misshapen = append(e.Misshapen, Misshapen{s.name, x.DType(), x.Shape(), s.shape})
		}
		found[s.name] = x
	}
	for _, n := range names {
		if have[n] && !c.ignored(n) {
			e.Unexpected = append(e.Unexpected, n)
		}
	}
	if len(e.Missing)+len(e.Unexpected)+len(e.Misshapen) > 0 {
		return nil, &e
	}
	return found, nil
}
