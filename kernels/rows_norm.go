package kernels

import "math"

// Shapes: x, y, res, dx, dy [N, C]; w [1, C]; rstd [N]; dw [C].

// RMSNorm computes y = x*rstd*(1+w) with rstd = 1/sqrt(mean(x²)+eps) per row (Gemma's form: the weight is an offset
// from one, and rounding to y's storage comes after the multiplication). rstd may be nil. y may be x.
func RMSNorm(p *Pool, y, x, w Mat, eps float32, rstd []float32) {
	mustShape("RMSNorm", "y", &y, x.Rows, x.Cols)
	runNorm(p, "RMSNorm", y, Mat{}, x, w, eps, rstd)
}

// AddRMSNorm computes y = res + x*rstd*(1+w), the post-norm of a branch and its residual sum in one pass.
// y may be res or x. rstd may be nil.
func AddRMSNorm(p *Pool, y, res, x, w Mat, eps float32, rstd []float32) {
	mustShape("AddRMSNorm", "y", &y, x.Rows, x.Cols)
	mustShape("AddRMSNorm", "res", &res, x.Rows, x.Cols)
	runNorm(p, "AddRMSNorm", y, res, x, w, eps, rstd)
}

type normTask struct {
	ops       *rowOps
	y, res, x Mat
	w         []float32
	wBuf      []float32
	eps       float32
	rstd      []float32
	size      int
}

var normTasks freeList[normTask]

func runNorm(p *Pool, op string, y, res, x, w Mat, eps float32, rstd []float32) {
	mustShape(op, "w", &w, 1, x.Cols)
	if rstd != nil {
		mustLen(op, "rstd", len(rstd), x.Rows)
	}
	if x.Rows == 0 || x.Cols == 0 {
		return
	}
	t := normTasks.get()
	t.ops = activeRows()
	t.y, t.res, t.x, t.eps, t.rstd = y, res, x, eps, rstd
	t.w = t.ops.weightRow(&w, &t.wBuf)
	size, n := rowBlocks(x.Rows, x.Cols)
	t.size = size
	p.Run(n, t)
	*t = normTask{wBuf: t.wBuf}
	normTasks.put(t)
}

// weightRow returns the [1, C] parameter as float32, widened into buf where it is stored otherwise.
func (ops *rowOps) weightRow(w *Mat, buf *[]float32) []float32 {
	if w.Storage != F32 && cap(*buf) < w.Cols {
		*buf = make([]float32, w.Cols)
	}
	return ops.loadRow(w, 0, 0, w.Cols, (*buf)[:cap(*buf)])
}

func (t *normTask) Do(_, i int) {
	s := scratches.get()
	ops, c := t.ops, t.x.Cols
	r0, r1 := blockRange(i, t.size, t.x.Rows)
	for r := r0; r < r1; r++ {
		x := ops.loadRow(&t.x, r, 0, c, s.get(0, c))
		rstd := float32(1 / math.Sqrt(float64(ops.sumSquares(x)/float32(c)+t.eps)))
		if t.rstd != nil {
			t.rstd[r] = rstd
		}
		y := ops.outRow(&t.y, r, 0, c, s.get(1, c))
		if t.res.Rows > 0 {
			ops.normScaleAdd(y, ops.loadRow(&t.res, r, 0, c, s.get(2, c)), x, t.w, rstd)
		} else {
			ops.normScale(y, x, t.w, rstd)
		}
		ops.storeRow(&t.y, r, 0, c, y)
	}
	scratches.put(s)
}

// RMSNormBackward computes dx = rstd*(u - x*rstd²*mean(u*x)), u = dy*(1+w), and, where dw is not nil,
// dw += Σ_rows dy*x*rstd. With accumulate, dx is added to instead of written. dx may be dy.
func RMSNormBackward(p *Pool, dx Mat, accumulate bool, dw []float32, dy, x, w Mat, rstd []float32) {
	mustShape("RMSNormBackward", "dx", &dx, x.Rows, x.Cols)
	mustShape("RMSNormBackward", "dy", &dy, x.Rows, x.Cols)
	mustShape("RMSNormBackward", "w", &w, 1, x.Cols)
	mustLen("RMSNormBackward", "rstd", len(rstd), x.Rows)
	if x.Rows == 0 || x.Cols == 0 {
		return
	}
	t := normGradTasks.get()
	t.ops = activeRows()
	t.dx, t.dy, t.x, t.rstd, t.accumulate = dx, dy, x, rstd, accumulate
	t.w = t.ops.weightRow(&w, &t.wBuf)
	size, n := rowBlocks(x.Rows, x.Cols)
	if dw != nil {
		mustLen("RMSNormBackward", "dw", len(dw), x.Cols)
		// At most weightGroups partial sums: their number and their rows depend on the shape only.
		size = max(size, (x.Rows+weightGroups-1)/weightGroups)
		n = (x.Rows + size - 1) / size
		if need := n * x.Cols; cap(t.partial) < need {
			t.partial = make([]float32, need)
		}
		t.partial = t.partial[:n*x.Cols]
		clear(t.partial)
		t.wantWeight = true
	}
	t.size = size
	p.Run(n, t)
	if dw != nil {
		for i := range n {
			t.ops.add(dw, dw, t.partial[i*x.Cols:(i+1)*x.Cols])
		}
	}
	*t = normGradTask{wBuf: t.wBuf, partial: t.partial}
	normGradTasks.put(t)
}

const weightGroups = 32

type normGradTask struct {
	ops                    *rowOps
	dx, dy, x              Mat
	w, wBuf, rstd, partial []float32
	accumulate, wantWeight bool
	size                   int
}

var normGradTasks freeList[normGradTask]

func (t *normGradTask) Do(_, i int) {
	s := scratches.get()
	ops, c := t.ops, t.x.Cols
	r0, r1 := blockRange(i, t.size, t.x.Rows)
	for r := r0; r < r1; r++ {
		x := ops.loadRow(&t.x, r, 0, c, s.get(0, c))
		dy := ops.loadRow(&t.dy, r, 0, c, s.get(1, c))
		rs := t.rstd[r]
		if t.wantWeight {
			ops.mulScaleAdd(t.partial[i*c:(i+1)*c], dy, x, rs)
		}
		mean := ops.normDot(dy, x, t.w) / float32(c)
		k := rs * rs * mean
		if t.accumulate {
			g := s.get(2, c)
			ops.normGrad(g, dy, x, t.w, rs, k)
			old := ops.loadRow(&t.dx, r, 0, c, s.get(3, c))
			ops.add(old, old, g)
			ops.storeRow(&t.dx, r, 0, c, old)
			continue
		}
		dx := ops.outRow(&t.dx, r, 0, c, s.get(2, c))
		ops.normGrad(dx, dy, x, t.w, rs, k)
		ops.storeRow(&t.dx, r, 0, c, dx)
	}
	scratches.put(s)
}
