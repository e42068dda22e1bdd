package gemma2

import (
	"hash/fnv"
	"math"

	"lapidary/kernels"
	"lapidary/tensor"
)

// Random weights are those of transformers' _init_weights: normal with deviation initializer_range, norms zero (the
// norm multiplies by one plus the weight), the padding token's row zero. Each weight is a function of the seed, its
// tensor's name and its place, so that any part can be made at any time.

// normals makes normal numbers by table: 16 random bits choose one of 65536 equally likely quantiles, the outermost at
// 4.3 deviations. A hash yields four numbers, which makes the 2.6e9 weights of the 2b shape a matter of seconds.
type normals struct {
	dtype tensor.DType
	f32   []float32 // quantiles, scaled
	u16   []uint16  // the same in a 16-bit type
}

func newNormals(d tensor.DType, std float64) *normals {
	n := &normals{dtype: d, f32: make([]float32, 1<<16)}
	for i := range n.f32 {
		p := (float64(i) + 0.5) / (1 << 16)
		n.f32[i] = float32(std * math.Sqrt2 * math.Erfinv(2*p-1))
	}
	switch d {
	case tensor.BF16, tensor.F16:
		round := kernels.F32ToBF16
		if d == tensor.F16 {
			round = kernels.F32ToF16
		}
		n.u16 = make([]uint16, 1<<16)
		for i, v := range n.f32 {
			n.u16[i] = round(v)
		}
	case tensor.F32:
	default:
		panic("gemma2: weights are F32, BF16 or F16, not " + d.String())
	}
	return n
}

// fill sets x to elements from, from+1, ... of a key's stream; from is a multiple of four.
func (n *normals) fill(x *tensor.Tensor, key uint64, from int) {
	if n.dtype == tensor.F32 {
		fillTable(x.F32(), n.f32, key, from)
	} else {
		fillTable(x.U16(), n.u16, key, from)
	}
}

func fillTable[T float32 | uint16](x, table []T, key uint64, from int) {
	for i := 0; i < len(x); i += 4 {
		h := kernels.Hash64(key, uint64(from+i)/4)
		for j := range min(4, len(x)-i) {
			x[i+j] = table[uint16(h>>(16*j))]
		}
	}
}

// tensorKey is the key of one tensor's stream.
func tensorKey(seed uint64, name string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(name))
	return kernels.Hash64(seed, h.Sum64())
}

// random sets x to elements from, from+1, ... of one tensor of a random checkpoint; from is a multiple of four.
func (n *normals) random(x *tensor.Tensor, s spec, seed uint64, from int) {
	if s.norm {
		clear(x.Bytes())
		return
	}
	n.fill(x, tensorKey(seed, s.name), from)
	if s.name == embedPath+".weight" {
		row := s.shape[1] // of the padding token, which is the first
		if rest := min(row-from, x.Len()); rest > 0 {
			clear(x.RowRange(0, rest).Bytes())
		}
	}
}

// NewRandom makes a model of random weights in memory.
func NewRandom(c Config, seed uint64, d tensor.DType) (*Model, error) {
	if err := c.complete(); err != nil {
		return nil, err
	}
	c.DType = d
	n := newNormals(d, c.InitializerRange)
	specs := map[string]spec{}
	for _, s := range c.tensors() {
		specs[s.name] = s
	}
	return build(c, func(name string) *tensor.Tensor {
		x := tensor.New(d, specs[name].shape...)
		n.random(x.Reshape(x.Len()), specs[name], seed, 0)
		return x
	}), nil
}
