package tensor

import (
	"fmt"

	"lapidary/kernels"
)

// Mat views a float tensor as the matrix that kernels work on: the last dimension is the row, all before it are
// folded together; a vector is one row.
func (t *Tensor) Mat() kernels.Mat {
	cols := 1
	if len(t.shape) > 0 {
		cols = t.shape[len(t.shape)-1]
	}
	rows := 0
	if cols > 0 {
		rows = t.Len() / cols
	}
	m := kernels.Mat{Rows: rows, Cols: cols, Stride: cols}
	switch t.dtype {
	case F32:
		m.Storage, m.F32 = kernels.F32, t.f32
	case BF16:
		m.Storage, m.U16 = kernels.BF16, t.u16
	case F16:
		m.Storage, m.U16 = kernels.F16, t.u16
	case Int8:
		m.Storage, m.Q = kernels.I8, t.quant
	case NF4:
		m.Storage, m.Q = kernels.NF4, t.quant
	default:
		panic("tensor: no arithmetic on " + t.dtype.String())
	}
	return m
}

// Float32s returns a fresh copy of a float or quantised tensor's elements, widened.
func (t *Tensor) Float32s() []float32 {
	out := make([]float32, t.Len())
	switch t.dtype {
	case F32:
		copy(out, t.f32)
	case BF16:
		for i, b := range t.u16 {
			out[i] = kernels.BF16ToF32(b)
		}
	case F16:
		for i, b := range t.u16 {
			out[i] = kernels.F16ToF32(b)
		}
	case Int8, NF4:
		m := t.Mat()
		for r := range m.Rows {
			m.Floats(r, out[r*m.Cols:(r+1)*m.Cols])
		}
	default:
		panic("tensor: Float32s of a " + t.dtype.String() + " tensor")
	}
	return out
}

// As returns the tensor in another float type, rounding to nearest even; the tensor itself where nothing changes.
func (t *Tensor) As(p *kernels.Pool, dtype DType) *Tensor {
	if t.dtype == dtype {
		return t
	}
	if !(t.dtype.IsFloat() || t.dtype.IsQuantised()) || !dtype.IsFloat() {
		panic(fmt.Sprintf("tensor: As: %v to %v", t.dtype, dtype))
	}
	out := New(dtype, t.shape...)
	kernels.Convert(p, out.Mat(), t.Mat())
	return out
}
