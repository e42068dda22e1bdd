package tensor

import (
	"errors"
	"fmt"
	"slices"

	"lapidary/kernels"
)

// ErrNotFinite says that a tensor cannot be quantised: a number is NaN or infinite, for Int8 in binary16.
var ErrNotFinite = errors.New("a value is not finite, and such a tensor cannot be quantised")

// Quantise returns a copy in Go memory with the codes and scales that bitsandbytes gives: Int8 for rows of the last
// dimension, NF4 in blocks of 64, with scales quantised too where double is set.
func (t *Tensor) Quantise(p *kernels.Pool, dtype DType, double bool) (*Tensor, error) {
	if !t.dtype.IsFloat() {
		panic("tensor: Quantise of a " + t.dtype.String() + " tensor")
	}
	var q *kernels.Quant
	var ok bool
	switch dtype {
	case Int8:
		q, ok = kernels.QuantiseI8(p, t.Mat())
	case NF4:
		q, ok = kernels.QuantiseNF4(p, t.Mat(), double)
	default:
		panic("tensor: Quantise to " + dtype.String())
	}
	if !ok {
		return nil, ErrNotFinite
	}
	return FromQuant(dtype, q, t.shape...), nil
}

// FromQuant wraps codes and scales, without copying them.
func FromQuant(dtype DType, q *kernels.Quant, shape ...int) *Tensor {
	if !dtype.IsQuantised() {
		panic("tensor: FromQuant: " + dtype.String())
	}
	if n := count(shape); len(q.Codes) != (n*dtype.Bits()+7)/8 {
		panic(fmt.Sprintf("tensor: FromQuant: shape %v holds %d elements of %v, there are %d bytes of codes", shape, n, dtype, len(q.Codes)))
	}
	return &Tensor{dtype: dtype, shape: slices.Clone(shape), quant: q}
}

// Quant returns codes and scales of a quantised tensor, nil for others.
func (t *Tensor) Quant() *kernels.Quant { return t.quant }
