package kernels

import (
	"math"
	"unsafe"
)

// BFMMLA multiplies 2 rows x 4 steps by 4 steps x 2 columns. Packed pairs are folded for it, in place, when a block is
// packed: the words of a block of 2 rows x 4 steps come to lie side by side, so that one load is one operand.
//
//	S  rows r, r+1 (r even), words q, q+1 (q even):  r*lds + 2q + {0, 1} of row r, {2, 3} of row r+1
//	V  words q, q+1 of columns j, j+1 (even):        q*cols + 2j + {0, 1} of column j, {2, 3} of column j+1
//
// An odd last word is followed by one of zeros.

// foldS folds rows rows (even) of n words of packed S; tmp holds a row.
func (w *words) foldS(dst []float32, lds, rows, n int, tmp []float32) {
	even := ceilTo(n, 2)
	for r := 0; r < rows; r += 2 {
		pair := dst[r*lds:]
		if n < even {
			pair[n], pair[lds+n] = 0, 0
		}
		copy(tmp[:even], pair)
		w.ks.foldRows(&pair[0], &tmp[0], lds, even)
	}
}

// foldV folds panels of n words of packed V.
func (w *words) foldV(dst []float32, step, panels, n int) {
	cols := w.ks.cols
	for p := range panels {
		panel := dst[p*step:]
		if n%2 != 0 {
			clear(panel[n*cols:][:cols])
		}
		w.ks.foldCols(&panel[0], ceilTo(n, 2), cols)
	}
}

// foldRowsGeneric: words of one row pair, the even row given apart; see foldRowsNEON.
func foldRowsGeneric(dst, even *float32, lds, n int) {
	d := unsafe.Slice((*uint32)(unsafe.Pointer(dst)), max(2*n, lds+n))
	e := unsafe.Slice((*uint32)(unsafe.Pointer(even)), n)
	for i := 0; i < n; i += 2 {
		o0, o1 := d[lds+i], d[lds+i+1]
		d[2*i], d[2*i+1], d[2*i+2], d[2*i+3] = e[i], e[i+1], o0, o1
	}
}

// foldColsGeneric: one panel of n words (even), cols even and at most 32.
func foldColsGeneric(panel *float32, n, cols int) {
	p := unsafe.Slice((*uint32)(unsafe.Pointer(panel)), n*cols)
	var two [64]uint32
	for q := 0; q < n; q += 2 {
		part := p[q*cols:][:2*cols]
		copy(two[:], part)
		for j := range cols {
			part[2*j], part[2*j+1] = two[j], two[cols+j]
		}
	}
}

// microFoldedGeneric is the twin of the tiles on folded pairs, bit for bit what BFMMLA does (Arm ARM, BFMatMulAdd with
// FPCR.EBF = 0): of four steps two products are added, then their sum to the sum so far, then the other two likewise.
// All is rounded to odd, denormals are zero.
func microFoldedGeneric(rows, cols int, c, s *float32, lds int, v *float32, k, add int) {
	k = ceilTo(k, 2)
	cs := unsafe.Slice(c, rows*cols)
	ss := unsafe.Slice(s, (rows-2)*lds+2*k)
	vs := unsafe.Slice(v, k*cols)
	for i := range rows {
		for j := range cols {
			var sum float32
			row, column := ss[(i&^1)*lds+2*(i&1):], vs[2*j:]
			for q := range k {
				x := math.Float32bits(row[2*(q&^1)+q&1])
				y := math.Float32bits(column[(q&^1)*cols+q&1])
				lo := flush(bf16Part(x<<16) * bf16Part(y<<16)) // exact, or beyond float32
				hi := flush(bf16Part(x&0xffff0000) * bf16Part(y&0xffff0000))
				sum = addToOdd(sum, addToOdd(lo, hi))
			}
			if add != 0 {
				sum += cs[i*cols+j]
			}
			cs[i*cols+j] = sum
		}
	}
}

// addToOdd is a + b cut to float32, its last bit set where anything was cut off, with denormals as zero.
func addToOdd(a, b float32) float32 {
	x, y := float64(a), float64(b)
	sum := x + y
	back := sum - x
	err := (x - (sum - back)) + (y - back) // exact (Knuth); NaN when the sum is not finite
	const cut = 1<<29 - 1                  // of 52 bits behind the point to 23
	bits := math.Float64bits(sum)
	if err != 0 && err == err && (err > 0) != (sum > 0) {
		bits-- // the exact sum is nearer to zero
	}
	if sum-sum == 0 && (err != 0 || bits&cut != 0) {
		bits = bits&^cut | 1<<29
	}
	return flush(float32(math.Float64frombits(bits)))
}
