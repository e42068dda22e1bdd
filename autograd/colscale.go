package autograd

import (
	"fmt"

	"lapidary/kernels"
)

// ColScale returns y = x ∘ q with one factor for each column; x [N,C], q [1,C] in float32.
func ColScale(t *Tape, x, q *Var) *Var {
	if q.rows != 1 || q.cols != x.cols {
		panic(fmt.Sprintf("autograd: ColScale: x %v, q %v", x, q))
	}
	y := like(t, x, AnyNeedsGrad(x, q))
	run := NewOp[colScaleRun](t)
	*run = colScaleRun{y: y.mat(), x: x.mat(), q: q.Data.F32()}
	t.pool.Run(blocks(x.rows, colScaleRows), run)
	if t.Wants(x, q) {
		op := NewOp[colScaleOp](t)
		*op = colScaleOp{y: y, x: x, q: q}
		t.Record(op, y, x, q)
	}
	return y
}

type colScaleOp struct{ y, x, q *Var }

// Backward: dx += dy ∘ q, dq += Σ over rows of dy ∘ x.
func (o *colScaleOp) Backward(t *Tape) {
	if o.y.Grad == nil {
		return
	}
	if o.x.needs {
		g, beta := t.GradAdd(o.x)
		run := NewOp[colScaleRun](t)
		*run = colScaleRun{y: g.Mat(), x: o.y.grad(), q: o.q.Data.F32(), add: beta == 1}
		t.pool.Run(blocks(o.x.rows, colScaleRows), run)
	}
	if o.q.needs {
		g, beta := t.GradAdd(o.q)
		if beta == 0 {
			clear(g.F32())
		}
		run := NewOp[colDotRun](t)
		*run = colDotRun{dq: g.F32(), dy: o.y.grad(), x: o.x.mat()}
		t.pool.Run(blocks(o.q.cols, colDotCols), run)
	}
}

// Work is handed out in blocks: rows of the result, and columns of the sum, so that it has one order.
const (
	colScaleRows = 16
	colDotCols   = 64
)

func blocks(n, size int) int { return (n + size - 1) / size }

// colScaleRun computes y = x ∘ q, or y += x ∘ q.
type colScaleRun struct {
	y, x kernels.Mat
	q    []float32
	add  bool
}

func (w *colScaleRun) Do(_, i int) {
	for r := i * colScaleRows; r < min((i+1)*colScaleRows, w.y.Rows); r++ {
		if w.y.Storage != kernels.F32 || w.x.Storage != kernels.F32 {
			for c, q := range w.q {
				w.y.Set(r, c, w.x.At(r, c)*q) // adding happens in gradients only, which are float32
			}
			continue
		}
		x, y := w.x.RowF32(r), w.y.RowF32(r)
		if w.add {
			for c, q := range w.q {
				y[c] += float32(x[c] * q)
			}
		} else {
			for c, q := range w.q {
				y[c] = x[c] * q
			}
		}
	}
}

// colDotRun computes dq += Σ over rows of dy ∘ x.
type colDotRun struct {
	dq    []float32
	dy, x kernels.Mat
}

func (w *colDotRun) Do(_, i int) {
	lo, hi := i*colDotCols, min((i+1)*colDotCols, len(w.dq))
	var sum [colDotCols]float64
	for r := range w.dy.Rows {
		dy := w.dy.RowF32(r)[lo:hi]
		if w.x.Storage != kernels.F32 {
			for c, d := range dy {
				sum[c] += float64(d) * float64(w.x.At(r, lo+c))
			}
			continue
		}
		for c, x := range w.x.RowF32(r)[lo:hi] {
			sum[c] += float64(dy[c]) * float64(x)
		}
	}
	for c := range w.dq[lo:hi] {
		w.dq[lo+c] += float32(sum[c])
	}
}
