package kernels

import "math"

// SumSquares returns Σ x² in float64. Blocks are summed in order, so the bits do not depend on the workers.
func SumSquares(p *Pool, x []float32) float64 {
	t := sumTasks.get()
	n := t.run(p, x, false)
	total := 0.0
	for _, s := range t.sums[:n] {
		total += s
	}
	t.x = nil
	sumTasks.put(t)
	return total
}

// AllFinite reports whether x holds neither NaN nor infinity.
func AllFinite(p *Pool, x []float32) bool {
	t := sumTasks.get()
	n := t.run(p, x, true)
	ok := true
	for _, s := range t.sums[:n] {
		ok = ok && s == 0
	}
	t.x = nil
	sumTasks.put(t)
	return ok
}

type sumTask struct {
	ops    *rowOps
	x      []float32
	finite bool
	sums   []float64
}

var sumTasks freeList[sumTask]

func (t *sumTask) run(p *Pool, x []float32, finite bool) int {
	n := (len(x) + blockElements - 1) / blockElements
	if cap(t.sums) < n {
		t.sums = make([]float64, n)
	}
	t.sums = t.sums[:n]
	t.ops, t.x, t.finite = activeRows(), x, finite
	if n > 0 {
		p.Run(n, t)
	}
	return n
}

func (t *sumTask) Do(_, i int) {
	a, b := blockRange(i, blockElements, len(t.x))
	if !t.finite {
		t.sums[i] = t.ops.sumSquares64(t.x[a:b])
		return
	}
	t.sums[i] = 0
	if !t.ops.allFinite(t.x[a:b]) {
		t.sums[i] = 1
	}
}

func sumSquares64Generic(x []float32) float64 {
	var lane [8]float64
	for i, v := range x {
		lane[i&7] += float64(v) * float64(v) // the product is exact: fusing cannot change it
	}
	return ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]))
}

func allFiniteGeneric(x []float32) bool {
	for _, v := range x {
		if math.Float32bits(v)&0x7f800000 == 0x7f800000 {
			return false
		}
	}
	return true
}
