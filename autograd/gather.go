package autograd

import "lapidary/kernels"

// GatherRows returns the given rows of x [N,C], in their order.
func GatherRows(t *Tape, x *Var, rows []int32) *Var {
	y := t.New(x.dtype, len(rows), x.cols, x.needs)
	kernels.Gather(t.pool, y.mat(), x.mat(), rows, 1)
	if t.Wants(x) {
		op := NewOp[gatherOp](t)
		*op = gatherOp{y: y, x: x, rows: rows}
		t.Record(op, y, x)
	}
	return y
}

type gatherOp struct {
	y, x *Var
	rows []int32
}

// Remake implements Remaker.
func (o *gatherOp) Remake(t *Tape) {
	t.restore(o.x)
	kernels.Gather(t.pool, o.y.mat(), o.x.mat(), o.rows, 1)
}

// Backward: dx[row] += dy, in the order of the rows.
func (o *gatherOp) Backward(t *Tape) {
	if o.y.Grad == nil {
		return
	}
	g, beta := t.GradAdd(o.x)
	if beta == 0 {
		clear(g.F32())
	}
	kernels.ScatterAdd(t.pool, g.F32(), o.y.grad(), o.rows, 1)
}
