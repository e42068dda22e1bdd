package kernels

import "fmt"

// A low-rank update rides along as more words of k, in the last blocks: its tiles are those of the product, and C is
// neither read nor written a second time.

// plusMore is how much longer than usual blocks may be, so that 16 steps more do not make it one block more: a panel of
// V grows from 24 to 25 KB of L1.
const plusMore = 16

func (g *gemmState) plus(p *Pool, transB bool, a, b, u, v, c Mat, round bool) {
	ur, r := opShape(u, false)
	vr, n := opShape(v, transB)
	if ur != c.Rows || n != c.Cols || vr != r || r > MaxPlus {
		panic(fmt.Sprintf("kernels: GemmPlus: U %d x %d, op(V) %d x %d, C %d x %d", ur, r, vr, n, c.Rows, c.Cols))
	}
	ks := kernelsOf(active)
	k := a.Cols
	asPairs := ks.pairs[0] != nil && (round || a.Storage == BF16 && b.Storage == BF16)
	if asPairs || c.Rows <= GemvRows || n == 0 || k == 0 || r == 0 {
		g.run(p, false, transB, 1, a, b, 0, c, round)
		g.run(p, false, transB, 1, u, v, 1, c, round)
		return
	}
	kb, nb := opShape(b, transB)
	if k != kb || a.Rows != c.Rows || nb != c.Cols {
		panic(fmt.Sprintf("kernels: GemmPlus: A %d x %d, op(B) %d x %d, C %d x %d", a.Rows, k, kb, nb, c.Rows, c.Cols))
	}
	for _, m := range [...]Mat{a, b, u, v, c} {
		m.check("GemmPlus")
	}
	if c.Storage != F32 && c.Storage != BF16 {
		panic("kernels: GemmPlus: C in " + c.Storage.String())
	}
	*g = gemmState{p: p, alpha: 1, c: c, k: k, rank: r, packed: g.packed, total: g.total, rows: g.rows}
	g.ks, g.micro, g.round = ks, &ks.f32, round
	g.steps = k + r
	g.block = blockSteps(g.steps, ks.block+plusMore)
	g.plusS, g.plusV = side{u, false, c.Rows}, side{v, !transB, n}
	g.multiplyAll(side{a, false, c.Rows}, side{b, !transB, n})
}

// parts says how many of words [q0, q0+n) are the product's, and from which word on the update's follow.
func (g *gemmState) parts(q0, n int) (own, at int) {
	first := g.steps - g.rank
	return max(0, min(n, first-q0)), max(0, q0-first)
}

// packS packs words [q0, q0+n) of rows [r0, r1) of S as its tiles want them: rows, or panels of rows.
func (g *gemmState) packS(dst []float32, r0, r1, rowsPad, q0, n int, tmp []float32) {
	own, at := g.parts(q0, n)
	if own > 0 {
		g.packSideS(dst, &g.s, r0, r1, rowsPad, q0, own, g.k, tmp)
	}
	if own < n {
		if g.interleaved {
			dst = dst[own*g.ks.rows[0]:]
		} else {
			dst = dst[own:]
		}
		g.packSideS(dst, &g.plusS, r0, r1, rowsPad, at, n-own, g.rank, tmp)
	}
}

func (g *gemmState) packSideS(dst []float32, s *side, r0, r1, rowsPad, q0, n, kEnd int, tmp []float32) {
	if height := g.ks.rows[0]; g.interleaved {
		g.packPanels(dst, height*g.lds, height, s, r0, r1, q0, n, kEnd, tmp)
		return
	}
	g.packRows(dst, g.lds, s, r0, r1, rowsPad, q0, n, kEnd, tmp)
}

// packV packs words [q0, q0+n) of rows [r0, r1) of V as panels.
func (g *gemmState) packV(dst []float32, r0, r1, q0, n int, tmp []float32) {
	own, at := g.parts(q0, n)
	if own > 0 {
		g.packPanelsV(dst, g.panelStep(), &g.v, r0, r1, q0, own, g.k, tmp)
	}
	if own < n {
		g.packPanelsV(dst[own*g.ks.cols:], g.panelStep(), &g.plusV, r0, r1, at, n-own, g.rank, tmp)
	}
}
