package kernels

import (
	"fmt"
	"testing"
	"time"
)

// readyTask is tileTask with all of V packed beforehand, as float32 panels: what a frozen weight would be that is kept so.
type readyTask gemmState

var ready []float32

func (t *readyTask) Do(w, i int) {
	g := (*gemmState)(t)
	t0, t1 := part(i, g.tGroups, g.v.n, g.ks.cols)
	b := tileBlock{s0: 0, s1: g.r1 - g.r0, v0: t0, v1: t1}
	b.height, b.width = g.ks.paddedRows(b.s1-b.s0), ceilTo(b.v1-b.v0, g.ks.cols)
	b.c, b.run = g.blockOfC(&b), &g.p.columns[w].column
	sumSize := (b.height + rowGap) * b.width
	buf := g.p.workerScratch(w, sumSize+g.ks.cols*g.lineStep(&b))
	b.sums = buf[:sumSize]
	for q0 := 0; q0 < g.steps; q0 += g.block {
		n := min(g.block, g.steps-q0)
		b.direct = q0+n == g.steps && b.c.Storage == F32
		v := ready[(q0/g.block*((g.v.n+g.ks.cols-1)/g.ks.cols)+t0/g.ks.cols)*g.panelStep():]
		g.multiply(&b, g.packed[q0/g.block*g.blockSize():], v, n, q0 > 0)
	}
	g.finish(&b, buf[sumSize:])
}

// BenchmarkGemmReady: what a product of M=512 would gain if its weight came ready packed, as float32 panels: "gain" is the
// time of Gemm over that of the same product which packs its other operand only, in turn. Panels take 4 bytes a weight.
func BenchmarkGemmReady(b *testing.B) {
	p := NewPool(2)
	defer p.Close()
	const m = 512
	for _, c := range []struct {
		name string
		n, k int
	}{{"q", 2048, 2304}, {"gate", 9216, 2304}, {"down", 2304, 9216}} {
		for _, op := range []string{"fwd", "bwd"} {
			b.Run(fmt.Sprintf("isa=%v/model=2b/proj=%s/op=%s/w=bf16/m=%d/n=%d/k=%d", Active(), c.name, op, m, c.n, c.k), func(b *testing.B) {
				w := BF16Mat(make([]uint16, c.n*c.k), c.n, c.k)
				for i := range w.U16 {
					w.U16[i] = F32ToBF16(float32(i%251) - 125)
				}
				x, y := F32Mat(make([]float32, m*c.k), m, c.k), F32Mat(make([]float32, m*c.n), m, c.n)
				left, out, n, k := x, y, c.n, c.k
				if op == "bwd" {
					left, out, n, k = y, x, c.k, c.n
				}
				for i := range left.F32 {
					left.F32[i] = float32(i%241) - 120
				}
				multiply := func() { Gemm(p, false, op == "fwd", 1, left, w, 0, out) }
				multiply()
				g := &p.gemm // as the product left it, but for its place in the passes
				g.r0, g.q0, g.q1 = 0, 0, g.steps
				if g.vResident || g.vIsM || !g.interleaved || g.steps > residentSteps || g.r1 != m {
					b.Skip("not run: this level lays the product out in another way")
				}
				v := side{w, op != "fwd", n}
				panels := (n + g.ks.cols - 1) / g.ks.cols
				blocks := (k + g.block - 1) / g.block
				ready = alignedFloats(blocks * panels * g.panelStep())
				tmp := make([]float32, g.packTemp(n, g.block))
				for q := 0; q < blocks; q++ {
					g.packPanelsV(ready[q*panels*g.panelStep():], g.panelStep(), &v, 0, n, q*g.block, min(g.block, k-q*g.block), k, tmp)
				}
				want := append([]float32(nil), out.F32...)
				run := func() {
					g.c, g.passC, g.s.m, g.r0, g.q0, g.q1 = out, out, left, 0, 0, g.steps
					p.Run(blocks*g.packGroups(), (*packTask)(g))
					p.Run(g.tGroups, (*readyTask)(g))
					g.release()
				}
				clear(out.F32)
				run()
				for i, f := range want {
					if out.F32[i] != f {
						b.Fatalf("element %d is %v, want %v", i, out.F32[i], f)
					}
				}
				var packing, packed time.Duration
				for b.Loop() {
					began := time.Now()
					multiply()
					packing += time.Since(began)
					began = time.Now()
					run()
					packed += time.Since(began)
				}
				ready = nil
				b.ReportMetric(packing.Seconds()/packed.Seconds(), "gain")
			})
		}
	}
}
