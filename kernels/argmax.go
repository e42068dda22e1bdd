package kernels

import "math"

const (
	argMaxBlock  = 2048 // 8 KB, read twice in L1
	argMaxBlocks = 128  // at most, larger ones for a longer x
	argMaxLanes  = 64
)

// ArgMax returns the place of the largest element, the first of equals, and false where x holds a NaN or an infinity.
// Of an empty x it returns 0.
func ArgMax(x []float32) (at int, finite bool) { return ArgMaxCapped(x, 0) }

// ArgMaxCapped is ArgMax of cap*tanh(x/cap), rounded to float32, without computing it but for the elements near the
// largest: tanh rises all along, so only rounding makes others equal to that one's. cap 0 is none.
func ArgMaxCapped(x []float32, cap float32) (at int, finite bool) {
	ops := activeRows()
	scratch := scratches.get()
	defer scratches.put(scratch)
	var tops [argMaxBlocks]float32
	size := max(argMaxBlock, (len(x)+argMaxBlocks-1)/argMaxBlocks)
	top := float32(math.Inf(-1))
	for i, from := 0, 0; from < len(x); i, from = i+1, from+size {
		part := x[from:min(from+size, len(x))]
		if !ops.allFinite(part) {
			return 0, false
		}
		tops[i] = largest(ops, part, scratch.get(0, argMaxLanes))
		top = max(top, tops[i])
	}
	s := seek(top, cap)
	for i, from := 0, 0; from < len(x); i, from = i+1, from+size {
		if tops[i] < s.least {
			continue
		}
		if j := s.in(x[from:min(from+size, len(x))]); j >= 0 {
			return from + j, true
		}
	}
	return 0, true
}

// ArgMaxRows sets out[r] to the place of the largest element of row r of x, float32, as ArgMaxCapped finds it, or to -1 where
// the row holds a NaN or an infinity.
func ArgMaxRows(p *Pool, x Mat, cap float32, out []int32) {
	mustLen("ArgMaxRows", "out", len(out), x.Rows)
	if x.check("ArgMaxRows x"); x.Storage != F32 {
		panic("kernels: ArgMaxRows: x in " + x.Storage.String())
	}
	t := argMaxTasks.get()
	t.x, t.cap, t.out = x, cap, out
	p.Run(x.Rows, t)
	*t = argMaxTask{}
	argMaxTasks.put(t)
}

// argMaxTask is one row.
type argMaxTask struct {
	x   Mat
	cap float32
	out []int32
}

var argMaxTasks freeList[argMaxTask]

func (t *argMaxTask) Do(_, r int) {
	at, finite := ArgMaxCapped(t.x.RowF32(r), t.cap)
	if !finite {
		at = -1
	}
	t.out[r] = int32(at)
}

// sought is the largest element, and what a cap makes equal to it.
type sought struct{ top, least, capped, cap float32 }

// seek says what is sought where the largest element is top.
func seek(top, cap float32) sought {
	s := sought{top, top, capExact(top, cap), cap}
	if cap != 0 {
		s.least = leastEqual(s.capped, cap)
	}
	return s
}

// in returns the first place in x of what is sought, -1 where there is none.
func (s *sought) in(x []float32) int {
	for j, v := range x {
		if v == s.top || v >= s.least && capExact(v, s.cap) == s.capped {
			return j
		}
	}
	return -1
}

// capExact is cap*tanh(x/cap), correctly rounded but for a few in a million.
func capExact(x, cap float32) float32 {
	if cap == 0 {
		return x
	}
	return float32(float64(cap) * math.Tanh(float64(x)/float64(cap)))
}

// leastEqual is a bound below all that a cap turns into y: what turns into the number before it, less some rounding.
func leastEqual(y, cap float32) float32 {
	before := float64(math.Nextafter32(y, float32(math.Inf(-1))))
	x := float64(cap) * math.Atanh(before/float64(cap))
	if x -= 1e-9 * math.Abs(x); math.IsNaN(x) {
		return float32(math.Inf(-1)) // y is -cap
	}
	return math.Nextafter32(float32(x), float32(math.Inf(-1)))
}

// largest returns the largest element of x, all finite; lanes is room for argMaxLanes.
func largest(ops *rowOps, x, lanes []float32) float32 {
	top := float32(math.Inf(-1))
	if len(x) >= argMaxLanes {
		copy(lanes, x)
		for x = x[argMaxLanes:]; len(x) >= argMaxLanes; x = x[argMaxLanes:] {
			ops.columnMax(lanes, x[:argMaxLanes])
		}
		for _, v := range lanes {
			top = max(top, v)
		}
	}
	for _, v := range x {
		top = max(top, v)
	}
	return top
}
