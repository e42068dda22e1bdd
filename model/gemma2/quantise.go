package gemma2

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"lapidary/kernels"
	"lapidary/tensor"
	"lapidary/tensor/safetensors"
)

// Quantisation says which weights are quantised while a model is loaded. As with transformers and bitsandbytes these are
// the linear layers of the blocks; embedding, head and norms stay as they are stored. The zero value quantises nothing.
type Quantisation struct {
	// Linear is Int8 or NF4 for the projections; Invalid leaves them as they are.
	Linear tensor.DType
	// Double quantises the scales of NF4 too.
	Double bool
	// Embedding keeps the embedding, and an untied head, in rows of int8: not done by transformers.
	Embedding bool
}

// Any reports whether something is quantised.
func (q Quantisation) Any() bool { return q != Quantisation{} }

// String names what is quantised; it is part of what a run depends on.
func (q Quantisation) String() string {
	var parts []string
	if q.Linear != tensor.Invalid {
		parts = append(parts, q.Linear.String())
	}
	if q.Double {
		parts = append(parts, "double")
	}
	if q.Embedding {
		parts = append(parts, "embedding int8")
	}
	return strings.Join(parts, ", ")
}

// Of is the type that a tensor of the checkpoint is kept in; Invalid: as it is stored.
func (q Quantisation) Of(name string, rank int) tensor.DType {
	switch {
	case rank == 1: // a norm
		return tensor.Invalid
	case name == embedPath+".weight" || name == headPath+".weight":
		if q.Embedding {
			return tensor.Int8
		}
		return tensor.Invalid
	}
	return q.Linear
}

// LoadQuantised is Load with weights quantised one after another: each one's pages are given back before the next is read,
// so that the checkpoint is never in memory whole.
func LoadQuantised(dir string, q Quantisation, pool *kernels.Pool) (*Model, error) {
	if !q.Any() {
		return Load(dir)
	}
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
	m, err := newQuantised(c, weights, dir, q, pool)
	if err != nil {
		return nil, errors.Join(err, weights.Close())
	}
	m.generation, m.stop, m.close = raw, eos, weights.Close
	return m, nil
}

func newQuantised(c Config, weights *safetensors.Checkpoint, path string, q Quantisation, pool *kernels.Pool) (*Model, error) {
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
	specs := c.tensors()
	for i, s := range specs {
		d := q.Of(s.name, len(s.shape))
		if d == tensor.Invalid {
			continue
		}
		if i+1 < len(specs) {
			weights.WillNeed(specs[i+1].name)
		}
		x, err := found[s.name].Quantise(pool, d, q.Double)
		if err != nil {
			return nil, fmt.Errorf("%s: tensor %s: %w", path, s.name, err)
		}
		weights.DontNeed(s.name)
		found[s.name] = x
	}
	return build(c, func(name string) *tensor.Tensor { return found[name] }), nil
}

// NewRandomQuantised is NewRandom with weights quantised one after another.
func NewRandomQuantised(c Config, seed uint64, d tensor.DType, q Quantisation, pool *kernels.Pool) (*Model, error) {
	if err := c.complete(); err != nil {
		return nil, err
	}
	c.DType = d
	n := newNormals(d, c.InitializerRange)
	specs, largest := map[string]spec{}, int64(0)
	for _, s := range c.tensors() {
		specs[s.name] = s
		switch q.Of(s.name, len(s.shape)) {
		case tensor.NF4:
			largest = max(largest, s.len())
		case tensor.Int8:
			largest = max(largest, int64(min(randomRows, s.shape[0])*s.shape[1]))
		}
	}
	source := tensor.New(d, int(largest)) // of all weights that are quantised
	random := func(s spec, r0, r1 int) *tensor.Tensor {
		flat := source.RowRange(0, (r1-r0)*s.shape[1])
		n.random(flat, s, seed, r0*s.shape[1])
		return flat.Reshape(r1-r0, s.shape[1])
	}
	var failed error
	m := build(c, func(name string) *tensor.Tensor {
		s := specs[name]
		var x *tensor.Tensor
		var err error
		switch q.Of(name, len(s.shape)) {
		case tensor.NF4:
			x, err = random(s, 0, s.shape[0]).Quantise(pool, tensor.NF4, q.Double)
		case tensor.Int8:
			x, err = randomInt8(s, pool, random)
		}
		if x == nil {
			x = tensor.New(d, s.shape...)
			n.random(x.Reshape(x.Len()), s, seed, 0)
		}
		failed = errors.Join(failed, err)
		return x
	})
	return m, failed
}

// randomRows rows of int8 are made at a time: the embedding, the largest of all, is never there whole in its own type.
const randomRows = 1 << 12

func randomInt8(s spec, pool *kernels.Pool, random func(s spec, r0, r1 int) *tensor.Tensor) (*tensor.Tensor, error) {
	rows, cols := s.shape[0], s.shape[1]
	all := &kernels.Quant{Codes: make([]byte, rows*cols), Scale: make([]float32, rows)}
	for r := 0; r < rows; r += randomRows {
		part, err := random(s, r, min(r+randomRows, rows)).Quantise(pool, tensor.Int8, false)
		if err != nil {
			return nil, err
		}
		copy(all.Codes[r*cols:], part.Quant().Codes)
		copy(all.Scale[r:], part.Quant().Scale)
	}
	return tensor.FromQuant(tensor.Int8, all, rows, cols), nil
}
