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
	var tops [argMaxBlocks]float32
	size := max(argMaxBlock, (len(x)+argMaxBlocks-1)/argMaxBlocks)
	top := float32(math.Inf(-1))
	for i, from := 0, 0; from < len(x); i, from = i+1, from+size {
		part := x[from:min(from+size, len(x))]
		if !ops.allFinite(part) {
			return 0, false
		}
		tops[i] = largest(ops, part)
		top = max(top, tops[i])
	}
	least, capped := top, capExact(top, cap)
	if cap != 0 {
		least = leastEqual(capped, cap)
	}
	for i, from := 0, 0; from < len(x); i, from = i+1, from+size {
		if tops[i] < least {
			continue
		}
		for j, v := range x[from:min(from+size, len(x))] {
			if v == top || v >= least && capExact(v, cap) == capped {
				return from + j, true
			}
		}
	}
	return 0, true
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
