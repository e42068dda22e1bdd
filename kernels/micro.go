package kernels

import "unsafe"

// microFunc computes one tile over a run of k:
//
//	c[i*cols+j] = (add != 0 ? c[i*cols+j] : 0) + sum over q < k of s[i*lds+q] * v[q*cols+j]
//
// for i < rows, j < cols of the tile that the function is written for. A word of s and v is a float32, or two
// bfloat16 of consecutive k in the pair format (even k in the low half). Every four steps it prefetches the line at
// near, and at kernelSet.ahead addresses from next on, stride bytes apart; then near moves on by a line, next by step.
type microFunc func(c, s *float32, lds int, v *float32, k, add int, next unsafe.Pointer, stride, step int, near unsafe.Pointer)

// columnFunc runs a column.
type columnFunc func(r *column)

// column is one panel of V against panels of S that follow each other: tiles tiles of rows x cols of the function it is
// written for, S interleaved by panelRows rows. For each tile
//
//	t[i*cols+j] = sum over q < k of s[q*panelRows+i] * v[q*cols+j]  (+ sums[i*cols+j] where add != 0)
//
// goes to sums or, where out is not nil, to rows of the output:
//
//	out[i*outRow/4+j] = alpha*t[i*cols+j]  (+ beta*out[i*outRow/4+j] where beta != 0)
//
// The next tile's sums are rows*cols floats on, its s panelRows*k floats and jump bytes, its out rows*outRow bytes. Every 16
// steps the lines at near and next are prefetched; near moves on by a line, next by step, and by stride with every tile: any
// address will do. tiles is zero afterwards, the other fields stay. The assembly knows the offsets of the fields.
type column struct {
	sums, s, v  *float32
	k           int
	tiles       int
	jump        int
	add         int
	out         *float32
	outRow      int // bytes
	alpha, beta float32
	next, near  uintptr // no pointers: they run ahead of what there is
	step        int
	stride      int
}

// kernelSet is what a level gives to the driver of the matrix product: a tile, the functions on it and the functions
// that fill and empty panels. The meaning of each function is that of its twin in micro_generic.go.
type kernelSet struct {
	cols  int          // columns of V in a tile
	rows  [3]int       // rows of S in a tile, most first; the smaller two serve the last rows
	f32   [3]microFunc // on float32 words, by rows; not looked at where there are columns
	pairs [3]microFunc // on words of two bfloat16; nil where the level multiplies float32 only
	// tiles multiplies words of two bfloat16 where other tiles do so than float32's; nil where this set does.
	tiles *kernelSet
	// unit is the number of words of k that pairs takes at once, to which packers fill up with zeros; such tiles leave the
	// prefetching arguments alone. 0 is one word, with prefetches.
	unit int
	// columns multiply float32 words where a level has them: S is then interleaved, word q of row i of a panel of
	// rows[0] rows at q*rows[0]+i, and no pairs.
	columns [3]columnFunc

	// foldRows and foldCols bring packed pairs into the blocks that pairs takes; nil where it takes them as they are.
	foldRows func(dst, even *float32, lds, n int)
	foldCols func(panel *float32, n, cols int)

	// block is the number of steps (words) of k in a block; see the tile for the arithmetic.
	block int
	// ahead is the number of rows from next on that a tile prefetches.
	ahead int

	strip     int // rows that transpose takes at once
	transpose func(dst *float32, ldd int, src *float32, lds, n int)
	spread    func(dst *float32, step int, src *float32, panels, cols int)
	// transpose and spread of bfloat16 that they widen; nil where a level takes two steps
	transposeBF16 func(dst *float32, ldd int, src *uint16, lds, n int)
	spreadBF16    func(dst *float32, step int, src *uint16, panels, cols int)

	fromBF16   func(dst *float32, src *uint16, n int)
	fromF16    func(dst *float32, src *uint16, n int)
	toBF16     func(dst *uint16, src *float32, n int)
	interleave func(dst *float32, even, odd *uint16, n int)
	finishF32  func(dst, src *float32, step, n, cols int, alpha, beta float32)
	finishBF16 func(dst *uint16, src *float32, step, n, cols int, alpha, beta float32)
	prefetch   func(p unsafe.Pointer, bytes int)
	gemv       *[4]gemvSet // by storage of the weight
	turned     *turnedSet  // nil where a level has none
	fromI8     func(dst *float32, src *byte, n int, scale float32)
	nf4        *nf4Set

	peak, peakPairs peakLoop
}

// kernel is the index of the smallest tile that holds rows, or the largest there is.
func (s *kernelSet) kernel(rows int) int {
	i := 2
	for i > 0 && s.rows[i] < rows {
		i--
	}
	return i
}

// paddedRows is the number of rows of S that tiles over rows touch.
func (s *kernelSet) paddedRows(rows int) int {
	full := rows / s.rows[0] * s.rows[0]
	if full == rows {
		return rows
	}
	return full + s.rows[s.kernel(rows-full)]
}
