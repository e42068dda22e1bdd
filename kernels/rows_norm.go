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
	t.ops = t.ops.forOutput(&y, &x, &res)
	size, n := normBlocks(x.Rows, x.Cols)
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
	x := ops.loadRow(&t.x, r0, 0, c, s.get(0, c))
	sum := ops.sumSquares(x)
	for r := r0; r < r1; r++ {
		rstd := float32(1 / math.Sqrt(float64(sum/float32(c)+t.eps)))
		if t.rstd != nil {
			t.rstd[r] = rstd
		}
		next := x // the last one's sum is not wanted
		if r+1 < r1 {
			next = ops.loadRow(&t.x, r+1, 0, c, s.get(3*((r+1-r0)&1), c))
		}
		y := ops.outRow(&t.y, r, 0, c, s.get(1, c))
		if t.res.Rows > 0 {
			sum = ops.normScaleAdd(y, ops.loadRow(&t.res, r, 0, c, s.get(2, c)), x, t.w, next, rstd)
		} else {
			sum = ops.normScale(y, x, t.w, next, rstd)
		}
		ops.storeRow(&t.y, r, 0, c, y)
		x = next
	}
	ops.finish()
	scratches.put(s)
}

// normBlocks is rowBlocks for kernels that sum the next row while they write this one, so that memory is read and
// written all the time: up to four times as many rows a block, as each block begins with a sum alone, but at least 128
// blocks.
func normBlocks(rows, cols int) (size, n int) {
	size, _ = rowBlocks(rows, cols)
	size = max(size, min(4*size, rows/128))
	return size, (rows + size - 1) / size
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
	if !accumulate {
		t.ops = t.ops.forOutput(&dx, &dy, &x)
	}
	size, n := normBlocks(x.Rows, x.Cols)
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
			activeRows().add(dw, dw, t.partial[i*x.Cols:(i+1)*x.Cols])
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
	x, dy := ops.loadRow(&t.x, r0, 0, c, s.get(0, c)), ops.loadRow(&t.dy, r0, 0, c, s.get(1, c))
	dot := ops.normDot(dy, x, t.w)
	for r := r0; r < r1; r++ {
		rs := t.rstd[r]
		if t.wantWeight {
			ops.mulScaleAdd(t.partial[i*c:(i+1)*c], dy, x, rs)
		}
		k := rs * rs * (dot / float32(c))
		nx, ndy := x, dy // the last one's sum is not wanted
		if r+1 < r1 {
			other := 3 * ((r + 1 - r0) & 1)
			nx, ndy = ops.loadRow(&t.x, r+1, 0, c, s.get(other, c)), ops.loadRow(&t.dy, r+1, 0, c, s.get(other+1, c))
		}
		var dx []float32
		if t.accumulate {
			dx = ops.loadRow(&t.dx, r, 0, c, s.get(2, c))
			dot = ops.normGradAdd(dx, dy, x, t.w, ndy, nx, rs, k)
		} else {
			dx = ops.outRow(&t.dx, r, 0, c, s.get(2, c))
			dot = ops.normGrad(dx, dy, x, t.w, ndy, nx, rs, k)
		}
		ops.storeRow(&t.dx, r, 0, c, dx)
		x, dy = nx, ndy
	}
	ops.finish()
	scratches.put(s)
}
