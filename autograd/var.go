package autograd

import (
	"fmt"

	"lapidary/kernels"
	"lapidary/tensor"
)

// Var is a matrix that a tape computes or reads, and its gradient.
type Var struct {
	// Data holds the values; nil once nobody needs them any more.
	Data *tensor.Tensor
	// Grad holds the sum of the gradients that have arrived, in float32; nil before the first.
	Grad *tensor.Tensor

	rows, cols int
	dtype      tensor.DType
	maker      Remaker // makes Data again where that is cheaper than keeping it; nil: it is kept
	needs      bool    // some gradient must flow to here
	leaf       bool    // a parameter or constant: outlives the tape, its memory is not the arena's
	saved      int     // recorded operations that will read Data in the backward walk
}

// NewParam makes a leaf that is trained: its gradient accumulates over tapes until ZeroGrad.
func NewParam(data *tensor.Tensor) *Var {
	if data.DType() != tensor.F32 {
		panic("autograd: a trained parameter is float32, not " + data.DType().String())
	}
	v := NewConst(data)
	v.Grad, v.needs = tensor.New(tensor.F32, data.Shape()...), true
	return v
}

// NewConst makes a leaf that is not trained: a frozen weight of any float type, or an input.
func NewConst(data *tensor.Tensor) *Var {
	m := data.Mat()
	return &Var{Data: data, rows: m.Rows, cols: m.Cols, dtype: data.DType(), leaf: true}
}

// NeedsGrad reports whether a gradient must flow to the variable.
func (v *Var) NeedsGrad() bool { return v.needs }

// Rows returns the number of rows; a vector is one row.
func (v *Var) Rows() int { return v.rows }

// Cols returns the length of a row.
func (v *Var) Cols() int { return v.cols }

// mat is the matrix that kernels work on.
func (v *Var) mat() kernels.Mat { return v.Data.Mat() }

// grad is the gradient as a matrix.
func (v *Var) grad() kernels.Mat { return v.Grad.Mat() }

// ZeroGrad clears the gradient of a parameter.
func (v *Var) ZeroGrad() {
	if v.Grad != nil {
		clear(v.Grad.F32())
	}
}

func (v *Var) String() string {
	if v.Data == nil {
		return "Var(released)"
	}
	return fmt.Sprintf("Var(%v %v)", v.Data.DType(), v.Data.Shape())
}
