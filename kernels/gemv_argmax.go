package kernels

import (
	"fmt"
	"math"
)

// likeliest is a product of which no more is wanted than the place of each row's largest element: C is not written down.
// Of pieces of columns the largest is kept; those that may hold what is sought are computed once more, for that row alone,
// whose bits are the same.
type likeliest struct {
	g      *gemmState
	cap    float32
	cols   int
	tall   int       // columns of a piece
	ld     int       // rows of C and what they are padded with
	tops   []float32 // [pieces, ld]: NaN where an element is not finite
	out    []int32
	given  Columns
	lo, hi int       // all places given lie in [lo,hi)
	logits []float32 // C, where the product has no dots of rows
}

// Columns are columns of a product that are computed apart: those of Places are the columns of Values, float32, in their order.
// Places that the product does not have are passed over.
type Columns struct {
	Places []int32
	Values Mat
}

// GemmArgMax sets out[r] to the place of the largest element of row r of A*B^T, as ArgMaxCapped finds it under cap, or to -1
// where the row holds a NaN or an infinity. round is as in GemmBF16. It is Gemm with ArgMaxCapped, to the bit. given takes the
// place of columns of the product.
func GemmArgMax(p *Pool, a, b Mat, given Columns, round bool, cap float32, out []int32) {
	m, n := a.Rows, b.Rows
	if a.Cols != b.Cols || len(out) != m {
		panic(fmt.Sprintf("kernels: GemmArgMax: A %d x %d, B %d x %d, %d results", m, a.Cols, n, b.Cols, len(out)))
	}
	if len(given.Places) > 0 {
		mustShape("GemmArgMax", "given values", &given.Values, m, len(given.Places))
		if given.Values.Storage != F32 {
			panic("kernels: GemmArgMax: given values in " + given.Values.Storage.String())
		}
	}
	if m == 0 || n == 0 {
		clear(out)
		return
	}
	a.check("GemmArgMax A")
	b.check("GemmArgMax B")
	l, g := &p.likeliest, &p.gemm
	l.g, l.cap, l.cols, l.out, l.given = g, cap, n, out, given
	l.lo, l.hi = n, 0
	for _, at := range given.Places {
		l.lo, l.hi = min(l.lo, int(at)), max(l.hi, int(at)+1)
	}
	g.begin(p, 1, &a, &b, 0, Mat{Rows: m, Cols: n, Stride: n}, a.Cols, round)
	if g.few(&a, &b, round) && b.Storage != NF4 {
		g.best = l
		g.gemv(a, b)
		p.Run(m, (*seekTask)(l))
	} else {
		if len(l.logits) < m*n {
			l.logits = make([]float32, m*n)
		}
		c := F32Mat(l.logits[:m*n], m, n)
		g.run(p, false, true, 1, a, b, 0, c, round)
		for r := range m {
			l.replace(r, 0, n, c.RowF32(r), 1)
		}
		ArgMaxRows(p, c, cap, out)
	}
	g.release()
	l.out, l.given = nil, Columns{}
}

// replace sets what is given of columns [n0,n1) of row r of C, whose elements stand step apart.
func (l *likeliest) replace(r, n0, n1 int, row []float32, step int) {
	if l.hi <= n0 || l.lo >= n1 || r >= l.given.Values.Rows {
		return
	}
	for j, at := range l.given.Places {
		if n := int(at); n >= n0 && n < n1 {
			row[(n-n0)*step] = l.given.Values.RowF32(r)[j]
		}
	}
}

// begin makes room for the largest of pieces of so many columns.
func (l *likeliest) begin(tall int) {
	l.tall, l.ld = tall, l.g.gemvRows()
	if need := l.pieces() * l.ld; len(l.tops) < need {
		l.tops = make([]float32, need)
	}
}

func (l *likeliest) pieces() int { return (l.cols + l.tall - 1) / l.tall }

// add keeps the largest of row r of a piece.
func (l *likeliest) add(ops *rowOps, piece, r int, sums []float32) {
	l.replace(r, piece*l.tall, piece*l.tall+len(sums), sums, 1)
	top := float32(math.NaN())
	if ops.allFinite(sums) {
		top = ops.scaleMax(sums, sums, 1)
	}
	l.tops[piece*l.ld+r] = top
}

// addTurned keeps the largest of 16 rows of n columns of a piece, from row r on, once the last block of k is there. sums
// [n,16] are those of the block that begins at q, total has room for as much.
func (l *likeliest) addTurned(piece, r, n, q int, sums, total []float32) {
	g := l.g
	sums, total = sums[:n*turnedCols], total[:n*turnedCols]
	if g.block < g.k {
		if q == 0 {
			copy(total, sums)
		} else {
			activeRows().add(total, total, sums)
		}
		sums = total
	}
	if q+g.block >= g.k {
		for i := range turnedCols {
			l.replace(r+i, piece*l.tall, piece*l.tall+n, sums[i:], turnedCols)
		}
		g.ks.turned.tops(&l.tops[piece*l.ld+r], &sums[0], n)
	}
}

// seekTask finds the place in a row whose pieces' largest are known.
type seekTask likeliest

func (t *seekTask) Do(w, r int) {
	l := (*likeliest)(t)
	top := float32(math.Inf(-1))
	for i := range l.pieces() {
		v := l.tops[i*l.ld+r]
		if v != v {
			l.out[r] = -1
			return
		}
		top = max(top, v)
	}
	s := seek(top, l.cap)
	for i := range l.pieces() {
		if l.tops[i*l.ld+r] < s.least {
			continue
		}
		if at := l.again(w, r, i*l.tall, min((i+1)*l.tall, l.cols), &s); at >= 0 {
			l.out[r] = int32(at)
			return
		}
	}
	panic("kernels: GemmArgMax: a row alone has other bits than among others")
}

// again computes columns [n0,n1) of row r and returns the first that is sought, -1 where there is none.
func (l *likeliest) again(w, r, n0, n1 int, s *sought) int {
	g := l.g
	set := &g.ks.gemv[g.s.m.Storage]
	buf := g.p.workerScratch(w, 16+(r+1)*gemvTaskRows)
	for n := n0; n < n1; n += gemvTaskRows {
		end := min(n+gemvTaskRows, n1)
		d := dots{gemmState: g, n0: n, sums: buf[:16], total: buf[16:]}
		sums := d.total[r*gemvTaskRows:][:end-n]
		clear(sums)
		for q := 0; q < g.k; q += g.block {
			for at := n; at < end; at += set.oneRows {
				d.add(set.one, r, 1, at, min(at+set.oneRows, end), set.oneRows, q)
			}
		}
		g.scaleDots(n, sums)
		l.replace(r, n, end, sums, 1)
		if j := s.in(sums); j >= 0 {
			return n + j
		}
	}
	return -1
}
