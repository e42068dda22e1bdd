package bench

import (
	"fmt"
	"testing"
	"time"

	"lapidary/kernels"
)

// Shapes: X [m,k], W [n,k], Y [m,n], A [r,k], B [n,r], H = X*A^T [m,r].

// loraCase is one projection with its adapter in a step of training: weights in bfloat16, the rest float32.
type loraCase struct {
	p                            *kernels.Pool
	m, n, k, r                   int
	x, w, y, a, b, h, da, db, dh kernels.Mat
	dx, dy                       kernels.Mat
}

func newLoraCase(p *kernels.Pool, m int, pr projection, r int) *loraCase {
	f32 := func(rows, cols int, seed uint64) kernels.Mat { return newMat(kernels.F32, rows, cols, seed) }
	c := &loraCase{p: p, m: m, n: pr.out, k: pr.in, r: r}
	c.x, c.y, c.w = f32(m, c.k, 1), f32(m, c.n, 2), newMat(kernels.BF16, c.n, c.k, 3)
	c.a, c.b, c.h = f32(r, c.k, 4), f32(c.n, r, 5), f32(m, r, 6)
	c.da, c.db, c.dh = f32(r, c.k, 7), f32(c.n, r, 8), f32(m, r, 9)
	c.dx, c.dy = f32(m, c.k, 10), f32(m, c.n, 11)
	return c
}

// product is one matrix product of a pass: its operations and the bytes of what only it touches.
type product struct {
	name         string
	flops, bytes float64
	run          func()
}

func mul(a, b, c int) float64 { return 2 * float64(a) * float64(b) * float64(c) }

// base is the frozen projection without its adapter.
func (c *loraCase) base(op string) product {
	bytes := 2*float64(c.n*c.k) + 4*float64(c.m*(c.n+c.k))
	if op == "fwd" {
		return product{"base", mul(c.m, c.n, c.k), bytes, func() { kernels.Gemm(c.p, false, true, 1, c.x, c.w, 0, c.y) }}
	}
	return product{"base", mul(c.m, c.n, c.k), bytes, func() { kernels.Gemm(c.p, false, false, 1, c.dy, c.w, 0, c.dx) }}
}

// pass is the projection with its adapter: forward H = X*A^T and Y = X*W^T + H*B^T; backward dB = dY^T*H, dH = dY*B,
// dX = dY*W, dA = dH^T*X, dX += dH*A. What products share is counted once.
func (c *loraCase) pass(op string) []product {
	small := 4 * float64(c.r*(c.k+c.m))
	b := c.base(op)
	if op == "fwd" {
		return []product{
			{"h", mul(c.m, c.r, c.k), small, func() { kernels.Gemm(c.p, false, true, 1, c.x, c.a, 0, c.h) }},
			{"y", b.flops + mul(c.m, c.n, c.r), b.bytes + 4*float64(c.n*c.r), func() { kernels.GemmPlus(c.p, true, c.x, c.w, c.h, c.b, c.y, false) }},
		}
	}
	return []product{
		{"db", mul(c.m, c.n, c.r), 4 * float64(c.r*(c.n+c.m)), func() { kernels.Gemm(c.p, true, false, 1, c.dy, c.h, 0, c.db) }},
		{"dh", mul(c.m, c.n, c.r), 4 * float64(c.r*(c.n+c.m)), func() { kernels.Gemm(c.p, false, false, 1, c.dy, c.b, 0, c.dh) }},
		b,
		{"da", mul(c.m, c.k, c.r), small + 4*float64(c.m*c.k), func() { kernels.Gemm(c.p, true, false, 1, c.dh, c.x, 0, c.da) }},
		{"dxa", mul(c.m, c.k, c.r), small, func() { kernels.Gemm(c.p, false, false, 1, c.dh, c.a, 1, c.dx) }},
	}
}

// BenchmarkLora: a projection of the 2b with its adapter, and without (r=0). "ideal" is the time over what the operations
// need at the peak measured around them and the bytes at the rate of reading; "narrow" is the share of the time in the
// adapter's own products.
func BenchmarkLora(b *testing.B) {
	p := kernels.NewPool(workers())
	defer p.Close()
	const m = 512
	plain := make([]float32, 64<<20)
	for i := range plain {
		plain[i] = 1 // pages that were never written are all one page
	}
	for _, pr := range models[0].projections[:7] {
		for _, op := range []string{"fwd", "bwd"} {
			for _, r := range []int{0, 8, 16, 64} {
				b.Run(fmt.Sprintf("isa=%v/model=2b/proj=%s/op=%s/w=bf16/r=%d/m=%d/n=%d/k=%d", kernels.Active(), pr.name, op, r, m, pr.out, pr.in), func(b *testing.B) {
					c := newLoraCase(p, m, pr, max(r, 1))
					pass := []product{c.base(op)}
					if r > 0 {
						pass = c.pass(op)
					}
					loraRun(b, p, pass, plain)
				})
			}
		}
	}
}

func loraRun(b *testing.B, p *kernels.Pool, pass []product, plain []float32) {
	var flops, bytes float64
	for _, x := range pass {
		flops, bytes = flops+x.flops, bytes+x.bytes
		x.run()
	}
	const window = 20 * time.Millisecond
	peak, read := kernels.PeakFMA(p, window), readPeak(p, plain)
	spent := make([]time.Duration, len(pass))
	b.ReportAllocs()
	for b.Loop() {
		for i, x := range pass {
			began := time.Now()
			x.run()
			spent[i] += time.Since(began)
		}
	}
	took := b.Elapsed().Seconds() / float64(b.N)
	peak = max(peak, kernels.PeakFMA(p, window))
	b.ReportMetric(flops/took/1e9, "GFLOP/s")
	b.ReportMetric(flops/took/peak, "peak")
	b.ReportMetric(took/(flops/peak+bytes/read), "ideal")
	var narrow float64
	for i, x := range pass {
		if s := spent[i].Seconds() / float64(b.N); x.name != "base" && x.name != "y" {
			narrow += s
			b.ReportMetric(1e3*s, x.name+"-ms")
		}
	}
	b.ReportMetric(narrow/took, "narrow")
}
