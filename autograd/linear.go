package autograd

import (
	"fmt"

	"lapidary/kernels"
	"lapidary/tensor"
)

// Shapes: x [N,K], w [M,K] (out, in, as torch stores a Linear), y [N,M].

// Linear returns y = x·wᵀ.
func Linear(t *Tape, x, w *Var) *Var {
	return linear(t, t.act, x, w)
}

// LinearF32 is Linear with a float32 result, whatever activations are stored in: for logits, and for the narrow
// inner side of an adapter.
func LinearF32(t *Tape, x, w *Var) *Var {
	return linear(t, tensor.F32, x, w)
}

// LinearArgMax sets out to the place of the largest element of each row of cap·tanh(x·wᵀ/cap), as LinearF32 computes the
// product and kernels.ArgMaxCapped finds it, among the first limit of them; -1 where one of those is not finite. given takes the
// place of columns. Nothing is recorded.
func LinearArgMax(t *Tape, x, w *Var, given kernels.Columns, limit int, cap float32, out []int32) {
	if x.cols != w.cols {
		panic(fmt.Sprintf("autograd: LinearArgMax: x %v, w %v", x, w))
	}
	kernels.GemmArgMax(t.pool, x.mat(), w.mat().RowRange(0, limit), given, t.round, cap, out)
}

func linear(t *Tape, d tensor.DType, x, w *Var) *Var {
	if x.cols != w.cols {
		panic(fmt.Sprintf("autograd: Linear: x %v, w %v", x, w))
	}
	y := t.New(d, x.rows, w.rows, AnyNeedsGrad(x, w))
	t.gemm(false, true, 1, x.mat(), w.mat(), 0, y.mat())
	recordLinear(t, y, y, x, w, 1)
	return y
}

// LinearInto adds alpha·x·wᵀ to y, in place, and returns y. It is how an adapter joins its base layer without a
// second result. No recorded operation may hold on to y.
func LinearInto(t *Tape, y, x, w *Var, alpha float32) *Var {
	if x.cols != w.cols || y.rows != x.rows || y.cols != w.rows {
		panic(fmt.Sprintf("autograd: LinearInto: y %v, x %v, w %v", y, x, w))
	}
	t.Mutate(y, x, w)
	t.gemm(false, true, alpha, x.mat(), w.mat(), 1, y.mat())
	recordLinear(t, nil, y, x, w, alpha)
	return y
}

// LinearPlus returns y = x·wᵀ + alpha·u·vᵀ, of type d: a layer and its low-rank update u [N,r], v [M,r] in one pass over y,
// which is rounded once.
func LinearPlus(t *Tape, d tensor.DType, x, w, u, v *Var, alpha float32) *Var {
	if x.cols != w.cols || u.rows != x.rows || v.rows != w.rows || u.cols != v.cols {
		panic(fmt.Sprintf("autograd: LinearPlus: x %v, w %v, u %v, v %v", x, w, u, v))
	}
	y := t.New(d, x.rows, w.rows, AnyNeedsGrad(x, w, u, v))
	if u.cols > kernels.MaxPlus {
		t.gemm(false, true, 1, x.mat(), w.mat(), 0, y.mat())
		t.gemm(false, true, alpha, u.mat(), v.mat(), 1, y.mat())
	} else {
		scaled := t.Scratch(tensor.F32, u.rows, u.cols)
		kernels.ScaleMat(t.pool, scaled.Mat(), alpha, u.mat())
		kernels.GemmPlus(t.pool, true, x.mat(), w.mat(), scaled.Mat(), v.mat(), y.mat(), t.round)
		t.Free(scaled)
	}
	last := y // the operation undone last gives y's gradient back
	if t.Wants(x, w) {
		recordLinear(t, y, y, x, w, 1)
		last = nil
	}
	recordLinear(t, last, y, u, v, alpha)
	return y
}

type linearOp struct {
	y, x, w *Var
	alpha   float32
}

func recordLinear(t *Tape, out, y, x, w *Var, alpha float32) {
	if !t.Wants(x, w) {
		return
	}
	op := NewOp[linearOp](t)
	*op = linearOp{y: y, x: x, w: w, alpha: alpha}
	if w.needs {
		t.Record(op, out, x) // dw reads x
	} else {
		t.Record(op, out)
	}
}

// Backward: dx += α·dy·w, dw += α·dyᵀ·x.
func (o *linearOp) Backward(t *Tape) {
	if o.y.Grad == nil {
		return
	}
	if o.x.needs {
		g, beta := t.GradAdd(o.x)
		t.gemm(false, false, o.alpha, o.y.grad(), o.w.mat(), beta, g.Mat())
	}
	if o.w.needs {
		g, beta := t.GradAdd(o.w)
		t.gemm(true, false, o.alpha, o.y.grad(), o.x.mat(), beta, g.Mat())
	}
}
