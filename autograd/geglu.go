package autograd

import "lapidary/kernels"

// GeGLU returns gelu(gate) ∘ up with the tanh form of gelu; gate, up [N,F].
func GeGLU(t *Tape, gate, up *Var) *Var {
	y := t.New(t.act, gate.rows, gate.cols, AnyNeedsGrad(gate, up))
	kernels.GeGLU(t.pool, y.mat(), gate.mat(), up.mat())
	if t.Wants(gate, up) {
		op := NewOp[gegluOp](t)
		*op = gegluOp{y: y, gate: gate, up: up}
		t.Record(op, y, gate, up)
	}
	return y
}

type gegluOp struct{ y, gate, up *Var }

// Remake implements Remaker.
func (o *gegluOp) Remake(t *Tape) {
	t.restore(o.gate)
	t.restore(o.up)
	kernels.GeGLU(t.pool, o.y.mat(), o.gate.mat(), o.up.mat())
}

// Backward: dup += dy·gelu(gate), dgate += dy·up·gelu′(gate).
func (o *gegluOp) Backward(t *Tape) {
	if o.y.Grad == nil {
		return
	}
	dg := t.GradOut(o.gate)
	if o.up.needs && o.up.Grad == nil { // nobody reads dy after this: its memory becomes dup's
		kernels.GeGLUBackward(t.pool, dg.Mat(), o.y.grad(), o.y.grad(), o.gate.mat(), o.up.mat())
		t.PassGrad(o.up, o.y)
	} else {
		du := t.GradOut(o.up)
		kernels.GeGLUBackward(t.pool, dg.Mat(), du.Mat(), o.y.grad(), o.gate.mat(), o.up.mat())
		t.GradDone(o.up, du)
	}
	t.GradDone(o.gate, dg)
}
