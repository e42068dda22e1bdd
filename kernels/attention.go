package kernels

import (
	"fmt"
	"math"
)

// QueryTile is the number of queries whose scores are computed together. A query's result does not depend on which of a
// sequence's queries are in the call, where spans begin at multiples of it.
func (s AttentionShape) QueryTile() int { return max(1, 2*attentionTile*s.KVHeads/s.Heads) }

// AttentionShape describes grouped-query attention. Query head j reads key/value head j / (Heads/KVHeads).
type AttentionShape struct {
	Heads, KVHeads, HeadDim int
	Scale                   float32 // of the scores, applied after the dot product
	Cap                     float32 // soft cap of the scaled scores, before masking; 0 for none
	Window                  int     // keys a query sees, itself included; 0 for all
}

// Span says that query rows [Q0,Q1) see key rows [K0,K1), causally, the last query standing at the last key. There
// are at least as many keys as queries; more where a key/value cache holds what came before.
type Span struct{ Q0, Q1, K0, K1 int }

// Shapes: q, o, dq, do [N, H*D]; k, v, dk, dv [M, K*D]; lse [N*H], row major. G = H/K query heads share a key head.
// A tile stacks the rows of its G heads: row g*b+i of a query tile is query i of head g.

// attentionTile is the edge of a tile of scores: the keys of one, and the stacked rows of one in the backward, which
// holds ten tiles of attentionTile x D float32 at once: 0.9 MiB at D = 256, about a second-level cache. The forward
// holds fewer and stacks twice the rows, which halves the copying of keys. A multiple of every microkernel's edges (4, 6, 8, 16, 32).
const attentionTile = 96

// Attention computes o = softmax(mask(cap(scale*q·kᵀ)))·v per head, and lse = log Σ e^score of each query. Scores
// live a tile at a time (online softmax, Milakov and Gimelshein 2018; tiles as in FlashAttention, Dao 2022).
// Rows outside every span are not touched. lse may be nil.
func Attention(p *Pool, o, q, k, v Mat, lse []float32, spans []Span, s AttentionShape) {
	s.check("Attention", &q, &k, spans)
	mustShape("Attention", "o", &o, q.Rows, q.Cols)
	mustShape("Attention", "v", &v, k.Rows, k.Cols)
	if lse != nil {
		mustLen("Attention", "lse", len(lse), q.Rows*s.Heads)
	}
	t := attentionTasks.get()
	t.ops, t.shape, t.spans = activeRows(), s, spans
	t.o, t.q, t.k, t.v, t.lse = o, q, k, v, lse
	t.backward = false
	if n := t.plan(2*attentionTile, p.Workers(), t.queryTiles); n > 0 {
		p.Run(n, t)
	}
	t.release()
}

func (s *AttentionShape) check(op string, q, k *Mat, spans []Span) {
	if s.KVHeads <= 0 || s.Heads%s.KVHeads != 0 || s.HeadDim <= 0 || s.Window < 0 {
		panic(fmt.Sprintf("kernels: %s: bad shape %+v", op, *s))
	}
	mustShape(op, "q", q, q.Rows, s.Heads*s.HeadDim)
	mustShape(op, "k", k, k.Rows, s.KVHeads*s.HeadDim)
	for _, sp := range spans {
		if sp.Q0 < 0 || sp.Q1 < sp.Q0 || sp.Q1 > q.Rows || sp.K0 < 0 || sp.K1-sp.K0 < sp.Q1-sp.Q0 || sp.K1 > k.Rows {
			panic(fmt.Sprintf("kernels: %s: span %+v of %d queries and %d keys", op, sp, q.Rows, k.Rows))
		}
	}
}

// attentionTask is one call, forward or backward. An index stands for (span, tile, key heads), tiles outermost
// within a span.
type attentionTask struct {
	ops           *rowOps
	shape         AttentionShape
	spans         []Span
	o, q, k, v    Mat
	lse           []float32
	first         []int // first[i] is the first index of span i; one more at the end
	stack         []int // of span i: key heads of an index
	backward      bool
	grad          attentionGrad
	group, tileQ  int // G; queries a tile
	rowPad, dCols int // rows of a query tile and D, rounded up to what the microkernel writes
	dPad          int // floats from one row of a tile to the next
	keyPad        int
}

var (
	attentionTasks     freeList[attentionTask]
	attentionScratches freeList[attentionScratch]
)

func (t *attentionTask) release() {
	*t = attentionTask{first: t.first, stack: t.stack, grad: t.grad.keep()}
	attentionTasks.put(t)
}

// plan lays out indices: tiles(span) tiles for each span and its key heads. It returns their number. rows is the wanted
// number of stacked rows of a query tile.
func (t *attentionTask) plan(rows, workers int, tiles func(Span) int) int {
	s := &t.shape
	t.group = s.Heads / s.KVHeads
	t.tileQ = max(1, rows/t.group)
	rows = t.tileQ * t.group
	t.rowPad = max(roundUp(rows, t.ops.tileM), roundUp(rows, t.ops.tileN))
	t.keyPad = max(roundUp(attentionTile, t.ops.tileM), roundUp(attentionTile, t.ops.tileN))
	t.dCols = roundUp(s.HeadDim, t.ops.tileN)
	t.dPad = oddLines(t.dCols)
	t.first, t.stack = append(t.first[:0], 0), t.stack[:0]
	n := 0
	for _, sp := range t.spans {
		stack := t.stacked(sp, workers)
		if sp.Q1 > sp.Q0 {
			n += tiles(sp) * ((s.KVHeads + stack - 1) / stack)
		}
		t.first, t.stack = append(t.first, n), append(t.stack, stack)
	}
	return n
}

// oddLines is the least row stride of at least n floats that is an odd number of cache lines: the lines that a column of
// the microkernel walks down then fall into all sets of the first level, where rows of 256 floats would share 4 of 64.
func oddLines(n int) int {
	const line = 16
	return roundUp(n-line, 2*line) + line
}

func roundUp(n, unit int) int { return (n + unit - 1) / unit * unit }

func (t *attentionTask) queryTiles(sp Span) int { return (sp.Q1 - sp.Q0 + t.tileQ - 1) / t.tileQ }

func keyTiles(sp Span) int { return (sp.K1 - sp.K0 + attentionTile - 1) / attentionTile }

// locate turns an index into its span, tile and key heads, stack of them from head on.
func (t *attentionTask) locate(i int) (span, tile, head, stack int) {
	lo, hi := 0, len(t.spans)
	for hi-lo > 1 {
		if mid := (lo + hi) / 2; t.first[mid] <= i {
			lo = mid
		} else {
			hi = mid
		}
	}
	for t.first[lo+1] == i { // spans without indices
		lo++
	}
	at, stack, heads := i-t.first[lo], t.stack[lo], t.shape.KVHeads
	groups := (heads + stack - 1) / stack
	head = at % groups * stack
	return lo, at / groups, head, min(stack, heads-head)
}

// Do runs one tile.
func (t *attentionTask) Do(_, i int) {
	s := attentionScratches.get()
	span, tile, head, stack := t.locate(i)
	if t.backward {
		t.grad.run(t, s, span, tile, head)
	} else {
		t.forward(s, t.spans[span], t.queryTiles(t.spans[span])-1-tile, head, stack) // the longest rows first
	}
	attentionScratches.put(s)
}

// attentionScratch is one tile's memory, cut from a single slice.
type attentionScratch struct {
	mem   []float32
	query queryTile
	keys  gradTile
}

// cut empties the memory and returns slices of the given lengths.
func (s *attentionScratch) cut(parts [][]float32, lengths ...int) {
	total := 0
	for _, n := range lengths {
		total += roundUp(n, 16)
	}
	if cap(s.mem) < total {
		s.mem = make([]float32, total)
	}
	at := 0
	for i, n := range lengths {
		parts[i] = s.mem[at : at+n : at+n]
		at += roundUp(n, 16)
	}
}

// queryTile is the memory of one query tile of the forward: qt [D, rows] or q [rows, D] when multiplied directly,
// acc [rows, D], the keys and values at hand, their scores [keys, rows], and per row the running maximum and sum. Rows are
// those of the query heads of one key head, in direct products of heads key heads, one after another.
type queryTile struct {
	rows, bq, ld, m, n                int
	heads                             int
	acc, q, k, v, scores              []float32
	top, sum, drop, tileSum, rescaled []float32
	direct                            bool
}

func (t *attentionTask) newQueryTile(s *attentionScratch, q0, bq, head, heads int) *queryTile {
	ops, d, dp, w := t.ops, t.shape.HeadDim, t.dPad, &s.query
	*w = queryTile{rows: bq * t.group * heads, bq: bq, heads: heads}
	w.n, w.m = roundUp(w.rows, ops.tileN), roundUp(w.rows, ops.tileM)
	w.ld = oddLines(max(w.n, w.m))
	if w.direct = bq*t.group <= directRows; w.direct {
		w.n, w.ld = directLanes, directLanes
	}
	var part [10][]float32
	s.cut(part[:], w.ld*dp, d*w.ld, t.keyPad*dp, t.keyPad*dp, t.keyPad*w.ld, w.ld, w.ld, w.ld, w.ld, w.ld)
	w.acc, w.q, w.k, w.v, w.scores = part[0], part[1], part[2], part[3], part[4]
	w.top, w.sum, w.drop, w.tileSum, w.rescaled = part[5], part[6], part[7], part[8], part[9]
	for g := range t.group * heads { // q passes through acc on its way to w.q
		t.loadRows(w.acc[g*bq*dp:], dp, &t.q, q0, bq, head*t.group+g, 1)
	}
	if w.direct {
		ops.copyRows(w.q, d, w.acc, dp, w.rows, d)
		clear(w.scores)
	} else {
		ops.transpose(w.q, w.ld, w.acc, dp, w.rows, d)
	}
	clear(w.acc)
	clear(w.sum)
	for i := range w.top {
		w.top[i] = -math.MaxFloat32 / 2 // finite: e^(-Inf - top) is 0, not NaN, for a masked score
	}
	return w
}

// forward computes o and lse for the queries of one tile and the heads of some key heads.
func (t *attentionTask) forward(s *attentionScratch, sp Span, tile, head, heads int) {
	ops, d, dp := t.ops, t.shape.HeadDim, t.dPad
	q0 := sp.Q0 + tile*t.tileQ
	bq := min(t.tileQ, sp.Q1-q0)
	w := t.newQueryTile(s, q0, bq, head, heads)
	shift := sp.K1 - sp.K0 - (sp.Q1 - sp.Q0) - sp.Q0 + sp.K0 // key row of the query at row r: r + shift
	k0, k1 := sp.K0, q0+bq+shift
	if win := t.shape.Window; win > 0 { // tiles of keys begin where they do without a window
		k0 += max(0, q0+shift-win+1-k0) / attentionTile * attentionTile
	}
	for ; k0 < k1; k0 += attentionTile {
		bk := min(attentionTile, k1-k0)
		if w.direct {
			t.directScores(w, k0, bk, head)
		} else {
			t.loadRows(w.k, d, &t.k, k0, bk, head, 1)
			t.loadRows(w.v, dp, &t.v, k0, bk, head, 1)
			ops.tile(w.scores, w.ld, w.k, d, 1, w.q, w.ld, roundUp(bk, ops.tileM), w.n, d, false)
		}
		t.capRows(w.scores, w.ld, bk, w.n)
		t.maskColumns(w, k0, bk, q0+shift)
		t.softmax(w, bk)
		if w.direct {
			t.directValues(w, k0, bk, head)
		} else {
			ops.tile(w.acc, dp, w.scores, 1, w.ld, w.v, dp, w.m, t.dCols, bk, true)
		}
	}
	for g := range t.group * heads {
		for i := range bq {
			r, h := g*bq+i, head*t.group+g
			y := w.acc[r*dp : r*dp+d]
			ops.scale(y, 1/w.sum[r], y)
			t.storeHead(&t.o, q0+i, h, y)
			if t.lse != nil {
				t.lse[(q0+i)*t.shape.Heads+h] = w.top[r] + float32(math.Log(float64(w.sum[r])))
			}
		}
	}
}

// softmax turns the scores of bk keys into weights relative to the running maximum, and rescales what was summed
// before by e^(old maximum - new). Keys are rows, so maxima and sums run down the columns, without shuffles. A
// tile's sum is added as one term, which keeps long rows accurate.
func (t *attentionTask) softmax(w *queryTile, bk int) {
	ops, ld, dp := t.ops, w.ld, t.dPad
	top, drop, sum := w.top[:w.n], w.drop[:w.n], w.tileSum[:w.n]
	copy(drop, top)
	for j := range bk {
		ops.columnMax(top, w.scores[j*ld:j*ld+w.n])
	}
	for i := range drop {
		drop[i] -= top[i]
	}
	ops.exp(w.rescaled[:w.n], drop)
	clear(sum)
	for j := range bk {
		ops.columnExp(w.scores[j*ld:j*ld+w.n], top, sum)
	}
	for i, a := range w.rescaled[:w.rows] {
		if a != 1 {
			w.sum[i] *= a
			ops.scale(w.acc[i*dp:(i+1)*dp], a, w.acc[i*dp:(i+1)*dp])
		}
		w.sum[i] += w.tileSum[i]
	}
}

// capScores turns raw dot products into scaled and capped scores.
func (t *attentionTask) capScores(y []float32) {
	if c := t.shape.Cap; c != 0 {
		t.ops.capTanh(y, y, 2*t.shape.Scale/c, c)
	} else {
		t.ops.scale(y, t.shape.Scale, y)
	}
}

// capRows is capScores of rows of n scores, ld apart.
func (t *attentionTask) capRows(y []float32, ld, rows, n int) {
	if ld == n {
		t.capScores(y[:rows*n])
		return
	}
	for r := range rows {
		t.capScores(y[r*ld : r*ld+n])
	}
}

// visible returns the queries [lo,hi) of a tile of bq that see key row key; query i stands at key row q+i.
func (t *attentionTask) visible(key, q, bq int) (lo, hi int) {
	lo, hi = max(0, key-q), bq
	if w := t.shape.Window; w > 0 {
		hi = min(hi, key+w-q)
	}
	return min(lo, bq), max(hi, min(lo, bq))
}

// maskColumns sets the scores (keys x stacked queries) of invisible pairs to -Inf.
func (t *attentionTask) maskColumns(w *queryTile, k0, bk, q int) {
	inf, bq := float32(math.Inf(-1)), w.bq
	for j := range bk {
		lo, hi := t.visible(k0+j, q, bq)
		if lo == 0 && hi == bq {
			continue
		}
		for g := range t.group * w.heads {
			row := w.scores[j*w.ld+g*bq : j*w.ld+(g+1)*bq]
			for i := range row[:lo] {
				row[i] = inf
			}
			for i := range row[hi:] {
				row[hi+i] = inf
			}
		}
	}
}

// loadRows copies rows [r0, r0+n) of some heads of m, from head on, into dst as float32, rows ld apart. Copying rather than
// reading in place keeps power-of-two strides from falling into one cache set, and lets the microkernel read full tiles.
func (t *attentionTask) loadRows(dst []float32, ld int, m *Mat, r0, n, head, heads int) {
	c0 := head * t.shape.HeadDim
	d := heads * t.shape.HeadDim
	switch at := r0*m.Stride + c0; m.Storage {
	case F32:
		t.ops.copyRows(dst, ld, m.F32[at:], m.Stride, n, d)
		return
	case BF16:
		t.ops.widenRows(dst, ld, m.U16[at:], m.Stride, n, d)
		return
	}
	for i := range n {
		t.ops.loadRow(m, r0+i, c0, c0+d, dst[i*ld:i*ld+d])
	}
}

func (t *attentionTask) storeHead(m *Mat, r, head int, x []float32) {
	d := t.shape.HeadDim
	if m.Storage == F32 {
		copy(t.ops.outRow(m, r, head*d, (head+1)*d, nil), x)
		return
	}
	t.ops.storeRow(m, r, head*d, (head+1)*d, x)
}
