package kernels

import "math"

const (
	argMaxBlock = 2048 // 8 KB, read twice in L1
	argMaxLanes = 64
)

// ArgMax returns the place of the largest element, the first of equals, and false where x holds a NaN or an infinity.
// Of an empty x it returns 0.
func ArgMax(x []float32) (at int, finite bool) {
	ops := activeRows()
	top, block := float32(math.Inf(-1)), x[:min(len(x), argMaxBlock)]
	for from := 0; from < len(x); from += argMaxBlock {
		part := x[from:min(from+argMaxBlock, len(x))]
		if !ops.allFinite(part) {
			return 0, false
		}
		if m := largest(ops, part); m > top {
			top, at, block = m, from, part
		}
	}
	for i, v := range block {
		if v == top {
			return at + i, true
		}
	}
	return at, true
}

// largest returns the largest element of x, all finite.
func largest(ops *rowOps, x []float32) float32 {
	top := float32(math.Inf(-1))
	if len(x) >= argMaxLanes {
		lanes := [argMaxLanes]float32(x)
		for x = x[argMaxLanes:]; len(x) >= argMaxLanes; x = x[argMaxLanes:] {
			ops.columnMax(lanes[:], x[:argMaxLanes])
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
