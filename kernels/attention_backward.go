package kernels

import (
	"fmt"
	"runtime"
	"sync/atomic"
)

// AttentionBackward writes dq, dk, dv from the forward's inputs, output and lse. Scores are recomputed a tile at a
// time: P = e^(y-lse), dV = Pᵀ·dO, dP = dO·Vᵀ, dS = scale*P*(dP-D)*(1-(y/cap)²), D = rowsum(dO*o), dQ = dS·K,
// dK = dSᵀ·Q. Spans must not share rows. Rows outside every span are not touched.
//
// A worker owns a tile of keys and walks the query tiles that see it, so dk and dv are sums in query order; it adds
// its part to dq once the key tile before it has added its own. The bits are those of one worker.
func AttentionBackward(p *Pool, dq, dk, dv, do, q, k, v, o Mat, lse []float32, spans []Span, s AttentionShape) {
	const op = "AttentionBackward"
	s.check(op, &q, &k, spans)
	mustShape(op, "dq", &dq, q.Rows, q.Cols) // one by one: a list of pointers would put the matrices on the heap
	mustShape(op, "do", &do, q.Rows, q.Cols)
	mustShape(op, "o", &o, q.Rows, q.Cols)
	mustShape(op, "dk", &dk, k.Rows, k.Cols)
	mustShape(op, "dv", &dv, k.Rows, k.Cols)
	mustShape(op, "v", &v, k.Rows, k.Cols)
	mustLen(op, "lse", len(lse), q.Rows*s.Heads)
	t := attentionTasks.get()
	t.ops, t.shape, t.spans = activeRows(), s, spans
	t.o, t.q, t.k, t.v, t.lse = o, q, k, v, lse
	t.backward = true
	n := t.plan(attentionTile, p.Workers(), keyTiles)
	if n > 0 {
		g := &t.grad
		g.dq, g.dk, g.dv, g.do = dq, dk, dv, do
		g.prepare(t)
		g.rows = attentionRows{t: t}
		p.Run(q.Rows, &g.rows)
		p.Run(n, t)
		if dq.Storage != F32 {
			g.rows.store = true
			p.Run(q.Rows, &g.rows)
		}
	}
	t.release()
}

// attentionGrad is the backward's part of a task.
type attentionGrad struct {
	dq, dk, dv, do Mat
	sum            Mat       // float32 dq: dq itself or memory of ours
	mem            []float32 // of sum
	d              []float32 // D [N*H]
	turn           []atomic.Int32
	firstTurn      []int // first entry of turn of a span
	failed         atomic.Bool
	rows           attentionRows
}

// keep returns what the next call reuses.
func (g *attentionGrad) keep() attentionGrad {
	return attentionGrad{mem: g.mem, d: g.d, turn: g.turn, firstTurn: g.firstTurn}
}

// prepare sizes the memory. turn[(span, query tile, head)] is the key tile whose turn it is to add to that dq tile;
// it starts at the first key tile the queries see.
func (g *attentionGrad) prepare(t *attentionTask) {
	g.d = grow(g.d, t.q.Rows*t.shape.Heads)
	g.sum = g.dq
	if g.dq.Storage != F32 {
		g.mem = grow(g.mem, t.q.Rows*t.q.Cols)
		g.sum = F32Mat(g.mem, t.q.Rows, t.q.Cols)
	}
	g.firstTurn = g.firstTurn[:0]
	n := 0
	for _, sp := range t.spans {
		g.firstTurn = append(g.firstTurn, n)
		n += t.queryTiles(sp) * t.shape.KVHeads
	}
	if cap(g.turn) < n {
		g.turn = make([]atomic.Int32, n)
	}
	g.turn = g.turn[:n]
	for i, sp := range t.spans {
		at := g.firstTurn[i]
		for tile := range t.queryTiles(sp) {
			first := int32(t.firstKey(sp, tile) / attentionTile)
			for range t.shape.KVHeads {
				g.turn[at].Store(first)
				at++
			}
		}
	}
}

func grow(x []float32, n int) []float32 {
	if cap(x) < n {
		return make([]float32, n)
	}
	return x[:n]
}

// firstKey is the first key, counted from the span's, that any query of a tile sees.
func (t *attentionTask) firstKey(sp Span, tile int) int {
	if t.shape.Window == 0 {
		return 0
	}
	shift := sp.K1 - sp.K0 - (sp.Q1 - sp.Q0)
	return max(0, tile*t.tileQ+shift-t.shape.Window+1)
}

// attentionRows computes D of every row before the tiles, and stores a narrow dq after them.
type attentionRows struct {
	t     *attentionTask
	store bool
}

func (a *attentionRows) Do(_, r int) {
	t := a.t
	ops, d := t.ops, t.shape.HeadDim
	s := scratches.get()
	if a.store {
		if t.covered(r) {
			c := t.q.Cols
			ops.storeRow(&t.grad.dq, r, 0, c, t.grad.sum.F32[r*c:(r+1)*c])
		}
	} else {
		for h := range t.shape.Heads {
			x := ops.loadRow(&t.grad.do, r, h*d, (h+1)*d, s.get(0, d))
			y := ops.loadRow(&t.o, r, h*d, (h+1)*d, s.get(1, d))
			t.grad.d[r*t.shape.Heads+h] = ops.dot(x, y)
		}
	}
	scratches.put(s)
}

func (t *attentionTask) covered(r int) bool {
	for _, sp := range t.spans {
		if r >= sp.Q0 && r < sp.Q1 {
			return true
		}
	}
	return false
}

// run computes dk and dv of one key tile and its part of dq.
func (g *attentionGrad) run(t *attentionTask, s *attentionScratch, span, tile, head int) {
	defer func() {
		if v := recover(); v != nil {
			g.failed.Store(true) // nobody may wait for this tile
			panic(v)
		}
	}()
	ops, d, dp, sp := t.ops, t.shape.HeadDim, t.dPad, t.spans[span]
	k0 := sp.K0 + tile*attentionTile
	bk := min(attentionTile, sp.K1-k0)
	m, n := roundUp(bk, ops.tileM), roundUp(bk, ops.tileN)
	w := &s.keys
	*w = gradTile{t: t, bk: bk, m: m, n: n, ld: oddLines(max(m, n)), k0: k0}
	var part [10][]float32
	s.cut(part[:], d*w.ld, d*w.ld, w.ld*dp, w.ld*dp, w.ld*dp, t.rowPad*dp, t.rowPad*dp, t.rowPad*w.ld, t.rowPad*w.ld,
		t.rowPad*dp)
	w.kt, w.vt, w.k, w.dk, w.dv = part[0], part[1], part[2], part[3], part[4]
	w.q, w.do, w.y, w.ds, w.dq = part[5], part[6], part[7], part[8], part[9]
	t.loadRows(w.dv, dp, &t.v, k0, bk, head, 1) // on the way to vt
	ops.transpose(w.vt, w.ld, w.dv, dp, bk, d)
	t.loadRows(w.k, dp, &t.k, k0, bk, head, 1)
	ops.transpose(w.kt, w.ld, w.k, dp, bk, d)
	clear(w.dk)
	clear(w.dv)
	shift := sp.K1 - sp.K0 - (sp.Q1 - sp.Q0) - sp.Q0 + sp.K0
	from, to := max(sp.Q0, k0-shift), sp.Q1
	if win := t.shape.Window; win > 0 {
		to = min(to, k0+bk-1+win-shift)
	}
	for qTile := (from - sp.Q0) / t.tileQ; sp.Q0+qTile*t.tileQ < to; qTile++ {
		q0 := sp.Q0 + qTile*t.tileQ
		w.step(g, head, q0, min(t.tileQ, sp.Q1-q0), q0+shift)
		turn := &g.turn[g.firstTurn[span]+qTile*t.shape.KVHeads+head]
		g.await(turn, int32(tile))
		w.addQuery(g, head, q0, min(t.tileQ, sp.Q1-q0), tile == t.firstKey(sp, qTile)/attentionTile)
		turn.Add(1)
	}
	for j := range bk {
		t.storeHead(&g.dk, k0+j, head, w.dk[j*dp:j*dp+d])
		t.storeHead(&g.dv, k0+j, head, w.dv[j*dp:j*dp+d])
	}
}

// await spins until it is this tile's turn. Key tiles are handed out in ascending order, so the one waited for has
// always been started, and the lowest unfinished one never waits.
func (g *attentionGrad) await(turn *atomic.Int32, tile int32) {
	for spins := 0; turn.Load() != tile; spins++ {
		if g.failed.Load() {
			panic(fmt.Sprintf("kernels: AttentionBackward: another tile failed before tile %d", tile))
		}
		if spins > 64 {
			runtime.Gosched()
		}
	}
}

// gradTile is the memory of one key tile: kt, vt [D, keys] packed for the scores, k [keys, D], sums dk, dv; and of
// the query tile at hand: q, do [rows, D], y and ds [rows, keys], dq [rows, D].
type gradTile struct {
	t                 *attentionTask
	bk, m, n, ld, k0  int
	kt, vt, k, dk, dv []float32
	q, do, y, ds, dq  []float32
}

// step adds the query tile's part to dk and dv and leaves dS. q is the key row of the first query.
func (w *gradTile) step(g *attentionGrad, head, q0, bq, q int) {
	t, ld := w.t, w.ld
	ops, d, dp := t.ops, t.shape.HeadDim, t.dPad
	rows := bq * t.group
	m := roundUp(rows, ops.tileM)
	for h := range t.group {
		t.loadRows(w.q[h*bq*dp:], dp, &t.q, q0, bq, head*t.group+h, 1)
		t.loadRows(w.do[h*bq*dp:], dp, &g.do, q0, bq, head*t.group+h, 1)
	}
	ops.tile(w.y, ld, w.q, dp, 1, w.kt, ld, m, w.n, d, false)
	ops.tile(w.ds, ld, w.do, dp, 1, w.vt, ld, m, w.n, d, false)
	t.capRows(w.y, ld, rows, w.bk)
	invCap := float32(0)
	if t.shape.Cap != 0 {
		invCap = 1 / t.shape.Cap
	}
	for h := range t.group {
		for i := range bq {
			at := (q0+i)*t.shape.Heads + head*t.group + h
			r := h*bq + i
			y, ds := w.y[r*ld:r*ld+w.bk], w.ds[r*ld:r*ld+w.bk]
			ops.scoreGrad(y, ds, y, t.lse[at], g.d[at], t.shape.Scale, invCap)
			lo, hi := t.visibleKeys(q+i, w.k0, w.bk)
			clear(y[:lo])
			clear(ds[:lo])
			clear(y[hi:])
			clear(ds[hi:])
		}
	}
	ops.tile(w.dv, dp, w.y, 1, ld, w.do, dp, w.m, t.dCols, rows, true)
	ops.tile(w.dk, dp, w.ds, 1, ld, w.q, dp, w.m, t.dCols, rows, true)
}

// visibleKeys returns the keys [lo,hi) of a tile of bk from k0 that the query at key row q sees.
func (t *attentionTask) visibleKeys(q, k0, bk int) (lo, hi int) {
	hi = max(0, min(bk, q-k0+1))
	if w := t.shape.Window; w > 0 {
		lo = min(hi, max(0, q-w+1-k0))
	}
	return lo, hi
}

// addQuery adds the tile's dS·K to dq, or begins it: straight into dq where the microkernel's tiles cover its rows
// exactly, through memory of our own otherwise.
func (w *gradTile) addQuery(g *attentionGrad, head, q0, bq int, begin bool) {
	t := w.t
	d, dp := t.shape.HeadDim, t.dPad
	if bq%t.ops.tileM == 0 && d == t.dCols {
		for h := range t.group {
			at := q0*g.sum.Stride + (head*t.group+h)*d
			t.ops.tile(g.sum.F32[at:], g.sum.Stride, w.ds[h*bq*w.ld:], w.ld, 1, w.k, dp, bq, d, w.bk, !begin)
		}
		return
	}
	t.ops.tile(w.dq, dp, w.ds, w.ld, 1, w.k, dp, roundUp(bq*t.group, t.ops.tileM), t.dCols, w.bk, false)
	for h := range t.group {
		c := (head*t.group + h) * d
		for i := range bq {
			x := w.dq[(h*bq+i)*dp : (h*bq+i)*dp+d]
			at := (q0+i)*g.sum.Stride + c
			if y := g.sum.F32[at : at+d]; begin {
				copy(y, x)
			} else {
				t.ops.add(y, y, x)
			}
		}
	}
}
