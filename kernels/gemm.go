package kernels

import "fmt"

// Gemm computes C = alpha*op(A)*op(B) + beta*C, where op transposes when its flag is set: op(A) is m x k, op(B)
// is k x n, C is m x n. A and B are of any storage, C is F32 or BF16 and is rounded once, after the whole of k.
// With beta == 0 C is not read. C must not overlap A or B.
func Gemm(p *Pool, transA, transB bool, alpha float32, a, b Mat, beta float32, c Mat) {
	m, k := opShape(a, transA)
	kb, n := opShape(b, transB)
	if k != kb || c.Rows != m || c.Cols != n {
		panic(fmt.Sprintf("kernels: Gemm: op(A) %d x %d, op(B) %d x %d, C %d x %d", m, k, kb, n, c.Rows, c.Cols))
	}
	a.check("Gemm A")
	b.check("Gemm B")
	c.check("Gemm C")
	if c.Storage == F16 {
		panic("kernels: Gemm: C in f16")
	}
	if m == 0 || n == 0 {
		return
	}
	g := &p.gemm
	*g = gemmState{p: p, transA: transA, transB: transB, alpha: alpha, beta: beta, a: a, b: b, c: c, m: m, n: n, k: k}
	p.Run((m+portableRows-1)/portableRows, g)
}

func opShape(m Mat, trans bool) (int, int) {
	if trans {
		return m.Cols, m.Rows
	}
	return m.Rows, m.Cols
}

const portableRows = 8

type gemmState struct {
	p              *Pool
	transA, transB bool
	alpha, beta    float32
	a, b, c        Mat
	m, n, k        int
}

// Do computes a block of rows of C.
func (g *gemmState) Do(w, i int) {
	r0, r1 := i*portableRows, min((i+1)*portableRows, g.m)
	buf := g.p.workerScratch(w, g.k*(portableRows+1)+g.n)
	ar, br, acc := buf[:g.k*portableRows], buf[g.k*portableRows:g.k*(portableRows+1)], buf[g.k*(portableRows+1):]
	for r := r0; r < r1; r++ {
		for q := 0; q < g.k; q++ {
			if g.transA {
				ar[(r-r0)*g.k+q] = g.a.At(q, r)
			} else {
				ar[(r-r0)*g.k+q] = g.a.At(r, q)
			}
		}
	}
	if g.transB {
		g.dots(r0, r1, ar, br)
		return
	}
	for r := r0; r < r1; r++ {
		row := ar[(r-r0)*g.k:][:g.k]
		clear(acc)
		for q, av := range row {
			if g.b.Storage == F32 {
				for j, bv := range g.b.RowF32(q) {
					acc[j] += float32(av * bv)
				}
				continue
			}
			for j := range acc {
				acc[j] += float32(av * g.b.At(q, j))
			}
		}
		for j, v := range acc {
			g.put(r, j, v)
		}
	}
}

func (g *gemmState) dots(r0, r1 int, ar, br []float32) {
	for j := 0; j < g.n; j++ {
		row := br
		if g.b.Storage == F32 {
			row = g.b.RowF32(j)
		} else {
			for q := range br {
				br[q] = g.b.At(j, q)
			}
		}
		for r := r0; r < r1; r++ {
			x := ar[(r-r0)*g.k:][:len(row)]
			var s0, s1, s2, s3 float32
			q := 0
			for ; q+4 <= len(row); q += 4 {
				s0 += float32(x[q] * row[q])
				s1 += float32(x[q+1] * row[q+1])
				s2 += float32(x[q+2] * row[q+2])
				s3 += float32(x[q+3] * row[q+3])
			}
			for ; q < len(row); q++ {
				s0 += float32(x[q] * row[q])
			}
			g.put(r, j, s0+s1+(s2+s3))
		}
	}
}

func (g *gemmState) put(r, j int, v float32) {
	v *= g.alpha
	if g.beta != 0 {
		v += float32(g.beta * g.c.At(r, j))
	}
	g.c.Set(r, j, v)
}
