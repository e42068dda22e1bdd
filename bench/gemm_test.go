package bench

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"lapidary/kernels"
)

// projection is a weight of out x in, as the checkpoint stores it.
type projection struct {
	name    string
	out, in int
}

// The weights of one Gemma-2 block and the tied head.
var models = []struct {
	name        string
	projections []projection
}{
	{"2b", []projection{{"q", 2048, 2304}, {"k", 1024, 2304}, {"v", 1024, 2304}, {"o", 2304, 2048},
		{"gate", 9216, 2304}, {"up", 9216, 2304}, {"down", 2304, 9216}, {"head", 256000, 2304}}},
	{"9b", []projection{{"q", 4096, 3584}, {"k", 2048, 3584}, {"v", 2048, 3584}, {"o", 3584, 4096},
		{"gate", 14336, 3584}, {"up", 14336, 3584}, {"down", 3584, 14336}, {"head", 256000, 3584}}},
	{"27b", []projection{{"q", 4096, 4608}, {"k", 2048, 4608}, {"v", 2048, 4608}, {"o", 4608, 4096},
		{"gate", 36864, 4608}, {"up", 36864, 4608}, {"down", 4608, 36864}, {"head", 256000, 4608}}},
}

func workers() int { return runtime.GOMAXPROCS(0) }

// fill gives m small random values without the cost of a normal generator.
func fill(m kernels.Mat, seed uint64) kernels.Mat {
	r := rand.New(rand.NewPCG(seed, 1))
	pattern := make([]float32, 4099)
	for i := range pattern {
		pattern[i] = r.Float32() - 0.5
	}
	for i := range m.F32 {
		m.F32[i] = pattern[i%len(pattern)]
	}
	for i := range m.U16 {
		m.U16[i] = kernels.F32ToBF16(pattern[i%len(pattern)])
	}
	return m
}

func newMat(s kernels.Storage, rows, cols int, seed uint64) kernels.Mat {
	if s == kernels.F32 {
		return fill(kernels.F32Mat(make([]float32, rows*cols), rows, cols), seed)
	}
	return fill(kernels.BF16Mat(make([]uint16, rows*cols), rows, cols), seed)
}

// measured runs body under b and reports its rate and its share of the peak around it.
func measured(b *testing.B, p *kernels.Pool, flops float64, peak func(*kernels.Pool, time.Duration) float64, body func()) {
	body() // scratch memory grows, weights are touched
	const window = 20 * time.Millisecond
	best := peak(p, window)
	b.ReportAllocs()
	for b.Loop() {
		body()
	}
	rate := flops * float64(b.N) / b.Elapsed().Seconds()
	best = max(best, peak(p, window))
	b.ReportMetric(rate/1e9, "GFLOP/s")
	b.ReportMetric(rate/best, "peak")
}

// BenchmarkGemm: fwd is Y = X*W^T, bwd is dX = dY*W. w=f32 and w=bf16 multiply float32 activations; w=bf16xbf16 has
// both operands in bfloat16 and is measured against the bfloat16 peak where there is one.
func BenchmarkGemm(b *testing.B) {
	p := kernels.NewPool(workers())
	defer p.Close()
	for _, model := range models {
		for _, pr := range model.projections {
			for _, mode := range []string{"f32", "bf16", "bf16xbf16"} {
				for _, m := range []int{1, 8, 128, 512, 2048} {
					gemmCase(b, p, model.name, pr, mode, m)
				}
			}
		}
	}
}

func gemmCase(b *testing.B, p *kernels.Pool, model string, pr projection, mode string, m int) {
	for _, op := range []string{"fwd", "bwd"} {
		name := fmt.Sprintf("isa=%v/model=%s/proj=%s/op=%s/w=%s/m=%d/n=%d/k=%d", kernels.Active(), model, pr.name, op, mode, m, pr.out, pr.in)
		b.Run(name, func(b *testing.B) {
			act, weight := kernels.F32, kernels.BF16
			peak := kernels.PeakFMA
			switch mode {
			case "f32":
				weight = kernels.F32
			case "bf16xbf16":
				act = kernels.BF16
				if kernels.PeakBF16(p, time.Millisecond) > 0 {
					peak = kernels.PeakBF16
				}
			}
			w := newMat(weight, pr.out, pr.in, 1)
			x, y := newMat(act, m, pr.in, 2), newMat(act, m, pr.out, 3)
			flops := 2 * float64(m) * float64(pr.out) * float64(pr.in)
			measured(b, p, flops, peak, func() {
				if op == "fwd" {
					kernels.Gemm(p, false, true, 1, x, w, 0, y)
				} else {
					kernels.Gemm(p, false, false, 1, y, w, 0, x)
				}
			})
			if m <= 8 {
				bytes := float64(pr.out) * float64(pr.in) * float64(weight.Bytes(1))
				b.ReportMetric(bytes*float64(b.N)/b.Elapsed().Seconds()/1e9, "GB/s")
			}
		})
	}
}
