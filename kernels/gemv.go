package kernels

import "unsafe"

// GemvRows is the largest m for which C = A*B^T is computed as dots of rows: the path of decoding, where every
// weight is used m times only and the product runs at the speed of memory. A row of C has the same bits for every m up
// to it, so that texts decoded side by side are those decoded alone. Beyond it, packing the weights pays (AVX2, bf16).
const GemvRows = 32

// gemvFunc computes out[i*wRows+j] = sum over q < k of x[i*ldx+q] * w[j*ldw+q] for a few rows of x and of w.
type gemvFunc func(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)

// gemvSet is the pair of dot kernels for one storage of w. A row of x gets the same bits from both.
type gemvSet struct {
	one, four         gemvFunc // on 1 and on 4 rows of x
	oneRows, fourRows int      // rows of w each takes
	// halves: of every 16 elements of x whole, those of even place lie before those of odd place.
	halves bool
}

const (
	// gemvTaskRows rows of w are one piece of work: 48 rows of 2304 bfloat16 are 221 KB, 15 microseconds of memory time.
	gemvTaskRows = 48 // a multiple of what any kernel takes
	// gemvBlock steps of k are summed at once: 4 rows of x, 20 KB, then stay in L1 while the rows of w pass by, and the
	// 48 rows of w, 123 KB in bfloat16, in L2 for all rows of x.
	gemvBlock = 1280
)

// gemvTask is C = alpha*A*B^T + beta*C for few rows of A.
type gemvTask gemmState

// gemv packs A as float32 and shares the rows of B among the workers.
func (g *gemmState) gemv(a, b Mat) {
	g.s.m = b
	blocks := (g.k + gemvBlock - 1) / gemvBlock
	g.block = ceilTo((g.k+blocks-1)/blocks, 16)
	if b.Storage == NF4 {
		g.block = g.k
	}
	g.turned = g.turns()
	g.gemvPack(&a)
	if b.Storage == NF4 {
		g.gemvNF4()
		return
	}
	tall, task := gemvTaskRows, Task((*gemvTask)(g))
	if g.turned {
		g.turn()
		tall, task = g.turnedTall(), (*turnedTask)(g)
	}
	if g.best != nil {
		g.best.begin(tall)
	}
	g.p.Run((b.Rows+tall-1)/tall, task)
}

// gemvPack lays block of k after block of k, in each the rows of A one after another and zeros up to whole fours of rows,
// or whole tiles of turned ones: rows as far apart as k is long would need a page each, more than the first level of
// translations has.
func (g *gemmState) gemvPack(a *Mat) {
	rows, need := g.gemvRows(), g.gemvRows()*g.k
	if g.turned {
		need *= 2
	}
	if len(g.packed) < need {
		g.packed = alignedFloats(need)
	}
	halves := g.s.m.Storage != NF4 && g.ks.gemv[g.s.m.Storage].halves
	for q := 0; q < g.k; q += g.block {
		k := min(g.block, g.k-q)
		for r := range a.Rows {
			row := g.gemvRow(r, q)[:k]
			g.widen(row, a, r, q, k)
			g.roundRow(row)
			if halves {
				splitHalves(row)
			}
		}
		clear(g.gemvRow(a.Rows, q)[:(rows-a.Rows)*k])
	}
}

// gemvRow is packed row r of the block of k that begins at q, and what follows it.
func (g *gemmState) gemvRow(r, q int) []float32 {
	return g.packed[g.gemvRows()*q+r*min(g.block, g.k-q):]
}

// splitHalves puts, of every 16 elements, those of even place before those of odd place.
func splitHalves(row []float32) {
	for ; len(row) >= 16; row = row[16:] {
		x := [16]float32(row)
		for i := range 8 {
			row[i], row[8+i] = x[2*i], x[2*i+1]
		}
	}
}

// Do computes up to gemvTaskRows columns of C. The order of the loops is one of speed alone: each element of C is the
// sum of its blocks of k, in their order.
func (t *gemvTask) Do(w, i int) {
	g := (*gemmState)(t)
	m, n0 := g.c.Rows, i*gemvTaskRows
	n1 := min(n0+gemvTaskRows, g.s.m.Rows)
	set := &g.ks.gemv[g.s.m.Storage]
	buf := g.p.workerScratch(w, 16+(m+1)*gemvTaskRows)
	d := dots{gemmState: g, n0: n0, sums: buf[:16], total: buf[16:][:m*gemvTaskRows]}
	spare := buf[16+m*gemvTaskRows:]
	clear(d.total)
	group := gemvTaskRows
	switch {
	case m == 1:
		group = set.oneRows // w is read along its rows, once, and the next rows are called in all along
	case m <= 4:
		group = 12 // the same, for rows by threes and by fours
	}
	for n := n0; n < n1; n += group {
		end := min(n+group, n1)
		for q := 0; q < g.k; q += g.block {
			for r := 0; r < m; r += 4 {
				f, rows, step := set.four, min(4, m-r), set.fourRows
				if rows == 1 {
					f, step = set.one, set.oneRows
				}
				for at := n; at < end; at += step {
					d.add(f, r, rows, at, min(at+step, end), step, q)
				}
			}
		}
	}
	ops := activeRows()
	for r := range m {
		sums := d.total[r*gemvTaskRows:][:n1-n0]
		if g.scaleDots(n0, sums); g.best != nil {
			g.best.add(ops, i, r, sums)
			continue
		}
		g.storeDots(ops, r, n0, sums, spare)
	}
}

// dots are the sums of one task: total [m, gemvTaskRows], and what one call of a kernel gives.
type dots struct {
	*gemmState
	n0          int
	sums, total []float32
}

// add adds to C[r:r+rows, a:b] the block of k that begins at q; the kernel takes wRows rows of B, so a short rest starts
// earlier and what is there already is not added again.
func (d *dots) add(f gemvFunc, r, rows, a, b, wRows, q int) {
	w := &d.s.m
	k := min(d.block, d.k-q)
	x := &d.gemvRow(r, q)[0]
	total := d.total[r*gemvTaskRows:]
	first := a
	switch {
	case w.Rows < wRows: // one at a time, each taken wRows times
		for n := a; n < b; n++ {
			f(&d.sums[0], x, k, w.pointer(n, q), 0, k)
			for i := range rows {
				total[i*gemvTaskRows+n-d.n0] += d.sums[i*wRows]
			}
		}
		return
	case b-a < wRows:
		first = b - wRows
	}
	f(&d.sums[0], x, k, w.pointer(first, q), w.Stride, k)
	for i := range rows {
		to := total[i*gemvTaskRows+a-d.n0:][:b-a]
		for j, s := range d.sums[i*wRows+a-first:][:b-a] {
			to[j] += s
		}
	}
}

// finishDots scales and stores a row's finished sums.
func (g *gemmState) finishDots(r, n int, sums, spare []float32) {
	g.scaleDots(n, sums)
	g.storeDots(activeRows(), r, n, sums, spare)
}

// scaleDots finishes sums of a row, of columns from n on.
func (g *gemmState) scaleDots(n int, sums []float32) {
	if b := &g.s.m; b.Storage == I8 {
		for j := range sums {
			sums[j] = b.scaled(n+j, sums[j])
		}
	}
	if g.alpha != 1 {
		for j := range sums {
			sums[j] *= g.alpha
		}
	}
}

// storeDots stores a row's finished sums, which it uses up, in row r of C from column n on. spare is room for as many.
func (g *gemmState) storeDots(ops *rowOps, r, n int, sums, spare []float32) {
	end := n + len(sums)
	if g.beta != 0 {
		spare = spare[:len(sums)]
		c := ops.loadRow(&g.c, r, n, end, spare)
		if g.beta != 1 {
			ops.scale(spare, g.beta, c)
			c = spare
		}
		ops.add(sums, sums, c)
	}
	copy(ops.outRow(&g.c, r, n, end, sums), sums)
	ops.storeRow(&g.c, r, n, end, sums)
}
