package kernels

import "unsafe"

// GemvRows is the largest m for which C = A*B^T is computed as dots of rows: the path of decoding, where every
// weight is used m times only and the product runs at the speed of memory.
const GemvRows = 8

// gemvFunc computes out[i*wRows+j] = sum over q < k of x[i*ldx+q] * w[j*ldw+q] for a few rows of x and of w.
type gemvFunc func(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)

// gemvSet is the pair of dot kernels for one storage of w. A row of x gets the same bits from both.
type gemvSet struct {
	one, four         gemvFunc // on 1 and on 4 rows of x
	oneRows, fourRows int      // rows of w each takes
}

// gemvTaskRows rows of w are one piece of work: 64 rows of 2304 bfloat16 are 295 KB, 15 microseconds of memory time.
const gemvTaskRows = 64

// gemvTask is C = alpha*A*B^T + beta*C for few rows of A.
type gemvTask gemmState

// gemv packs A as float32 rows and shares the rows of B among the workers.
func (g *gemmState) gemv(a, b Mat) {
	m := a.Rows
	g.lds = g.k
	if need := ceilTo(m, 4) * g.k; len(g.packed) < need {
		g.packed = alignedFloats(need)
	}
	for r := range m {
		g.widen(g.packed[r*g.k:], &a, r, 0, g.k)
		g.roundRow(g.packed[r*g.k : (r+1)*g.k])
	}
	clear(g.packed[m*g.k : ceilTo(m, 4)*g.k])
	g.s.m = b
	g.p.Run((b.Rows+gemvTaskRows-1)/gemvTaskRows, (*gemvTask)(g))
}

func (t *gemvTask) Do(w, i int) {
	g := (*gemmState)(t)
	n0, n1 := i*gemvTaskRows, min((i+1)*gemvTaskRows, g.s.m.Rows)
	m := g.c.Rows
	set := &g.ks.gemv[g.s.m.Storage]
	sums := g.p.workerScratch(w, 16)
	const group = 4 // rows of w: a multiple of what either kernel takes; they stay in L1 for all rows of x
	for n := n0; n < n1; n += group {
		end := min(n+group, n1)
		for r := 0; r < m; r += 4 {
			f, rows, step := set.four, min(4, m-r), set.fourRows
			if rows == 1 {
				f, step = set.one, set.oneRows
			}
			for at := n; at < end; at += step {
				g.dots(f, r, rows, at, min(at+step, end), step, sums)
			}
		}
	}
}

// dots computes C[r:r+rows, n0:n1]; the kernel takes wRows rows of B, so a short rest starts earlier and what is
// there already is not stored again.
func (g *gemmState) dots(f gemvFunc, r, rows, n0, n1, wRows int, sums []float32) {
	b := &g.s.m
	first, ldw := max(0, n1-wRows), b.Stride
	if n1-n0 == wRows {
		first = n0
	}
	x := &g.packed[r*g.lds]
	if n1 < wRows { // fewer rows in all: one at a time, each taken wRows times
		for n := n0; n < n1; n++ {
			f(&sums[0], x, g.lds, b.pointer(n, 0), 0, g.k)
			for i := range rows {
				g.put(r+i, n, sums[i*wRows])
			}
		}
		return
	}
	f(&sums[0], x, g.lds, b.pointer(first, 0), ldw, g.k)
	for i := range rows {
		for n := n0; n < n1; n++ {
			g.put(r+i, n, sums[i*wRows+n-first])
		}
	}
}

// put finishes one element of C.
func (g *gemmState) put(r, c int, sum float32) {
	v := float32(g.alpha * sum)
	if g.beta != 0 {
		v += float32(g.beta * g.c.At(r, c))
	}
	g.c.Set(r, c, v)
}
