package autograd

import (
	"lapidary/kernels"
	"lapidary/tensor"
)

// DropoutLinear returns y = dropout(x)·wᵀ in float32. The mask is a pure function of key and the element's place, so
// the dropped input is not kept: the backward walk makes it again. A rate of zero is LinearF32.
func DropoutLinear(t *Tape, x, w *Var, rate float32, key uint64) *Var {
	if rate == 0 {
		return LinearF32(t, x, w)
	}
	y := t.New(tensor.F32, x.rows, w.rows, AnyNeedsGrad(x, w))
	d := t.Scratch(x.Data.DType(), x.rows, x.cols)
	kernels.Dropout(t.pool, d.Mat(), x.mat(), rate, key, false)
	t.gemm(false, true, 1, d.Mat(), w.mat(), 0, y.mat())
	t.Free(d)
	if t.Wants(x, w) {
		op := NewOp[dropoutLinearOp](t)
		*op = dropoutLinearOp{y: y, x: x, w: w, rate: rate, key: key}
		t.Record(op, y, x)
	}
	return y
}

type dropoutLinearOp struct {
	y, x, w *Var
	rate    float32
	key     uint64
}

// Backward: dw += dyᵀ·dropout(x), dx += mask/(1−rate) ∘ (dy·w).
func (o *dropoutLinearOp) Backward(t *Tape) {
	if o.y.Grad == nil {
		return
	}
	if o.w.needs {
		d := t.Scratch(o.x.Data.DType(), o.x.rows, o.x.cols)
		kernels.Dropout(t.pool, d.Mat(), o.x.mat(), o.rate, o.key, false)
		g, beta := t.GradAdd(o.w)
		t.gemm(true, false, 1, o.y.grad(), d.Mat(), beta, g.Mat())
		t.Free(d)
	}
	if o.x.needs {
		d := t.Scratch(tensor.F32, o.x.rows, o.x.cols)
		t.gemm(false, false, 1, o.y.grad(), o.w.mat(), 0, d.Mat())
		g, beta := t.GradAdd(o.x)
		kernels.Dropout(t.pool, g.Mat(), d.Mat(), o.rate, o.key, beta == 1)
		t.Free(d)
	}
}

// Dropout returns x with elements zeroed at the given rate and the rest scaled by 1/(1−rate).
func Dropout(t *Tape, x *Var, rate float32, key uint64) *Var {
	y := t.New(x.Data.DType(), x.rows, x.cols, x.needs)
	kernels.Dropout(t.pool, y.mat(), x.mat(), rate, key, false)
	if t.Wants(x) {
		op := NewOp[dropoutOp](t)
		*op = dropoutOp{y: y, x: x, rate: rate, key: key}
		t.Record(op, y)
	}
	return y
}

type dropoutOp struct {
	y, x *Var
	rate float32
	key  uint64
}

// Backward: dx += mask/(1−rate) ∘ dy.
func (o *dropoutOp) Backward(t *Tape) {
	if o.y.Grad == nil {
		return
	}
	g, beta := t.GradAdd(o.x)
	kernels.Dropout(t.pool, g.Mat(), o.y.grad(), o.rate, o.key, beta == 1)
}
