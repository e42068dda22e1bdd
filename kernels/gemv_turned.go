package kernels

import (
	"math"
	"unsafe"
)

// With more rows of A than turnedFrom their places and those of the rows of B are exchanged: rows of A, transposed, lie in
// the lanes of a vector, and elements of B are broadcast, so that no lanes are added. The order of a dot's sum, and so each
// bit, stays that of the level's other dots: a row alone and one among many are the same.
const (
	turnedFrom = 8   // half of the lanes
	turnedCols = 16  // rows of A in a tile
	turnedRows = 6   // rows of B in it; gemvTaskRows is a multiple
	turnedBF16 = 512 // steps of k of bfloat16 up to which it pays
	// turnedRoom is what a tile needs beside its sums.
	turnedRoom = 2 * turnedRows * turnedCols
)

// turnedSet is what a level has for it.
type turnedSet struct {
	// dots computes out[j*16+i] = sum over q < k of x[q*16+i] * w[j*ldw+q] for i < 16, j < 6, k a multiple of 8, each as the
	// level's dots of float32. turnedRoom floats behind out are lost.
	dots func(out, x, w *float32, ldw, k int)
	// dotsBF16 is dots with w of bfloat16, whose elements are widened in the order of gemvSet.halves, which the level has; k a
	// multiple of 16.
	dotsBF16 func(out, x *float32, w *uint16, ldw, k int)
	// tops is turnedTops.
	tops func(tops, x *float32, n int)
}

// turns reports whether the product takes turned dots: where they pay. Sums over lanes weigh less the longer the rows are.
func (g *gemmState) turns() bool {
	if g.ks.turned == nil || g.c.Rows <= turnedFrom || g.s.m.Rows < turnedRows {
		return false
	}
	switch g.s.m.Storage {
	case F32:
		return g.k%8 == 0
	case BF16:
		return g.k%16 == 0 && g.k <= turnedBF16
	}
	return false
}

// gemvRows is the number of packed rows of A.
func (g *gemmState) gemvRows() int {
	if g.turned {
		return ceilTo(g.c.Rows, turnedCols)
	}
	return ceilTo(g.c.Rows, 4)
}

// turn lays A, packed, down a second time behind it: block of k after block of k, and in each 16 rows after 16 rows, those
// transposed [k,16].
func (g *gemmState) turn() {
	for q := 0; q < g.k; q += g.block {
		k := min(g.block, g.k-q)
		for r := 0; r < g.c.Rows; r += turnedCols {
			to := g.turnedX(r, q)
			for half := 0; half < turnedCols; half += g.ks.strip {
				g.ks.transpose(&to[half], turnedCols, &g.gemvRow(r+half, q)[0], k, k)
			}
		}
	}
}

// turnedX is what turn made of 16 rows from r on, of the block of k that begins at q.
func (g *gemmState) turnedX(r, q int) []float32 {
	return g.packed[g.gemvRows()*(g.k+q)+r*min(g.block, g.k-q):]
}

// turnedTall rows of B are one piece of work: as many as of gemvTask for each worker to have several pieces, or four times as
// many, whose columns of C are then written in longer runs.
func (g *gemmState) turnedTall() int {
	if g.s.m.Rows < 64*gemvTaskRows*g.p.workers {
		return gemvTaskRows
	}
	return 4 * gemvTaskRows
}

// turnedTask is gemvTask for turned dots.
type turnedTask gemmState

// Do computes up to turnedTall columns of C.
func (t *turnedTask) Do(w, i int) {
	g := (*gemmState)(t)
	m, tall := g.gemvRows(), g.turnedTall()
	n0 := i * tall
	n1 := min(n0+tall, g.s.m.Rows)
	size := turnedCols*(turnedRows+tall) + turnedRoom // a short rest starts earlier, perhaps before n0
	buf := g.p.workerScratch(w, m/turnedCols*size+(m+turnedCols)*tall)
	sums, buf := buf[:m/turnedCols*size], buf[m/turnedCols*size:]
	total, block := buf[:m*tall], buf[m*tall:][:turnedCols*tall]
	for q := 0; q < g.k; q += g.block {
		k := min(g.block, g.k-q)
		for n := n0; n < n1; n += turnedRows {
			at := min(n, n1-turnedRows)
			for r := 0; r < m; r += turnedCols {
				g.turnedDots(&sums[r/turnedCols*size+(turnedRows+at-n0)*turnedCols], r, at, q, k)
			}
		}
		for r := 0; r < m; r += turnedCols {
			from, to := sums[r/turnedCols*size+turnedRows*turnedCols:], total[r*tall:][:turnedCols*tall]
			if g.best != nil {
				g.best.addTurned(i, r, n1-n0, q, from, to)
				continue
			}
			if q > 0 {
				to = block
			}
			for n := 0; n < tall; n += g.ks.strip {
				g.ks.transpose(&to[n], tall, &from[n*turnedCols], turnedCols, turnedCols)
			}
			if q > 0 {
				for j, s := range block {
					total[r*tall+j] += s
				}
			}
		}
	}
	if g.best != nil {
		return
	}
	for r := range g.c.Rows {
		g.finishDots(r, n0, total[r*tall:][:n1-n0], block)
	}
}

// turnedDots computes the block of k that begins at q of 16 rows of A from r on with turnedRows rows of B from n on.
func (g *gemmState) turnedDots(out *float32, r, n, q, k int) {
	x, b := &g.turnedX(r, q)[0], &g.s.m
	if b.Storage == BF16 {
		g.ks.turned.dotsBF16(out, x, (*uint16)(b.pointer(n, q)), b.Stride, k)
	} else {
		g.ks.turned.dots(out, x, (*float32)(b.pointer(n, q)), b.Stride, k)
	}
}

// turnedTops sets tops[i] to the largest of x[j*16+i], j < n, or NaN where one of them is not finite, for i < 16: the twin.
func turnedTops(tops, x *float32, n int) {
	out, in := unsafe.Slice(tops, turnedCols), unsafe.Slice(x, n*turnedCols)
	for i := range out {
		top := in[i]
		for j := i; j < len(in); j += turnedCols {
			if v := in[j]; v-v != 0 {
				top = float32(math.NaN())
				break
			}
			top = max(top, in[j])
		}
		out[i] = top
	}
}
