package kernels

import "unsafe"

// NF4 with few rows of A. Where rows are whole blocks the kernels take codes and scales as they are: the sum over a block
// is multiplied by its scale, so a weight costs a lookup and a multiply-add. Other shapes, which no published model has,
// are widened row by row and go the way of float32.

// nf4Task is C = alpha*A*B^T + beta*C for few rows of A and NF4 rows of B.
type nf4Task gemmState

func (g *gemmState) gemvNF4() {
	b := &g.s.m
	tasks := (b.Rows + gemvTaskRows - 1) / gemvTaskRows
	if g.k%NF4Block != 0 || b.Stride%NF4Block != 0 || b.From%NF4Block != 0 {
		g.p.Run(tasks, (*nf4WideTask)(g))
		return
	}
	rows := ceilTo(g.c.Rows, 4)
	if g.c.Rows == 1 {
		rows = 1
	}
	if order := g.ks.nf4.order; order != &inOrder {
		for at := 0; at < rows*g.k; at += NF4Block {
			var block [NF4Block]float32
			copy(block[:], g.packed[at:])
			for i, to := range order {
				g.packed[at+int(to)&(NF4Block-1)] = block[i]
			}
		}
	}
	if len(g.rows) < g.p.workers {
		g.rows = make([]nf4Rows, g.p.workers)
	}
	g.p.Run(tasks, (*nf4Task)(g))
	clear(g.rows)
}

func (t *nf4Task) Do(w, i int) {
	g := (*gemmState)(t)
	b, m := &g.s.m, g.c.Rows
	n0, n1 := i*gemvTaskRows, min((i+1)*gemvTaskRows, b.Rows)
	buf := g.p.workerScratch(w, 6*gemvTaskRows)
	sums, line, spare := buf[:4*gemvTaskRows], buf[4*gemvTaskRows:][:gemvTaskRows], buf[5*gemvTaskRows:]
	for r := 0; r < m; r += 4 {
		f, xRows := g.ks.nf4.four, min(4, m-r)
		width := 4
		if m == 1 {
			f, width = g.ks.nf4.one, 1
		}
		// A view of fewer columns than its matrix has whole blocks between its rows: one row at a time.
		step := n1 - n0
		if b.Cols != b.Stride {
			step = 1
		}
		for n := n0; n < n1; n += step {
			rows := &g.rows[w]
			*rows = nf4Rows{out: &sums[0], x: &g.packed[r*g.k], ldx: g.k, blocks: g.k / NF4Block, rows: step}
			b.Q.nf4From(rows, (b.From+n*b.Stride)/NF4Block)
			f(rows)
			for x := range xRows {
				for j := range step {
					line[j] = sums[j*width+x]
				}
				g.finishDots(r+x, n, line[:step], spare)
			}
		}
	}
}

// nf4From fills in where block number first and its scale stand.
func (q *Quant) nf4From(w *nf4Rows, first int) {
	w.codes = &q.Codes[first*NF4Block/2]
	if !q.Double() {
		w.scales = &q.Scale[first]
		return
	}
	w.qs, w.qmap, w.offset = &q.ScaleCodes[first], &q.ScaleMap[0], q.Offset
	w.scale2, w.first = &q.Scale2[first/ScaleBlock], first%ScaleBlock
}

// nf4WideTask is nf4Task for rows that are no whole blocks.
type nf4WideTask gemmState

func (t *nf4WideTask) Do(w, i int) {
	g := (*gemmState)(t)
	b, m := g.s.m, g.c.Rows
	n0, n1 := i*gemvTaskRows, min((i+1)*gemvTaskRows, b.Rows)
	set := &g.ks.gemv[F32]
	buf := g.p.workerScratch(w, 16+4*g.k+1)
	sums, wide := buf[:16], buf[16:]
	for n := n0; n < n1; n++ {
		b.Q.widen(g.ks, wide[:g.k], NF4, b.From+n*b.Stride, b.Stride)
		for r := 0; r < m; r += 4 {
			f, rows, wRows := set.four, min(4, m-r), set.fourRows
			if rows == 1 {
				f, wRows = set.one, set.oneRows
			}
			f(&sums[0], &g.packed[r*g.k], g.k, unsafe.Pointer(&wide[0]), 0, g.k)
			for x := range rows {
				g.finishDots(r+x, n, sums[x*wRows:][:1], wide[4*g.k:])
			}
		}
	}
}
