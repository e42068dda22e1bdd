package bench

import (
	"fmt"
	"testing"
	"time"

	"lapidary/kernels"
)

// readPeak is how fast the workers read memory, in bytes a second: the best of several passes over an array much larger
// than the caches, by a sum (one stream a worker) and by the product of float32 (four, each calling in what comes after
// it), whichever is faster.
func readPeak(p *kernels.Pool, x []float32) float64 {
	const k = 2048
	w := kernels.F32Mat(x, len(x)/k, k)
	in, out := kernels.F32Mat(x[:k], 1, k), kernels.F32Mat(make([]float32, w.Rows), 1, w.Rows)
	best := time.Duration(1<<63 - 1)
	for i := range 8 {
		began := time.Now()
		if i%2 == 0 {
			kernels.SumSquares(p, x)
		} else {
			kernels.Gemm(p, false, true, 1, in, w, 0, out)
		}
		best = min(best, time.Since(began))
	}
	return float64(4*len(x)) / best.Seconds()
}

// BenchmarkGemv: one row, or few, times the transpose of weights larger than the caches, by storage: the rate at which
// codes and scales are read, and its share of what reading alone reaches around it.
func BenchmarkGemv(b *testing.B) {
	p := kernels.NewPool(workers())
	defer p.Close()
	plain := make([]float32, 64<<20)
	for i := range plain {
		plain[i] = 1 // pages that were never written are all one page
	}
	const n, k = 32768, 2304
	source := newMat(kernels.BF16, n, k, 1)
	for _, w := range []string{"f32", "bf16", "int8", "nf4", "nf4double"} {
		for _, m := range []int{1, 4, 8} {
			b.Run(fmt.Sprintf("isa=%v/w=%s/m=%d/n=%d/k=%d", kernels.Active(), w, m, n, k), func(b *testing.B) {
				weight, bytes := source, float64(2*n*k)
				switch w {
				case "f32":
					weight, bytes = newMat(kernels.F32, n, k, 1), 4*n*k
				case "int8":
					q, _ := kernels.QuantiseI8(p, source)
					weight, bytes = kernels.I8Mat(q, n, k), float64(q.Bytes())
				case "nf4", "nf4double":
					q, _ := kernels.QuantiseNF4(p, source, w == "nf4double")
					weight, bytes = kernels.NF4Mat(q, n, k), float64(q.Bytes())
				}
				x, y := newMat(kernels.F32, m, k, 2), newMat(kernels.F32, m, n, 3)
				kernels.Gemm(p, false, true, 1, x, weight, 0, y)
				peak := readPeak(p, plain)
				b.ReportAllocs()
				for b.Loop() {
					kernels.Gemm(p, false, true, 1, x, weight, 0, y)
				}
				rate := bytes * float64(b.N) / b.Elapsed().Seconds()
				peak = (peak + readPeak(p, plain)) / 2
				b.ReportMetric(rate/1e9, "GB/s")
				b.ReportMetric(peak/1e9, "peakGB/s")
				b.ReportMetric(rate/peak, "share")
			})
		}
	}
}

// BenchmarkGemvRows: several rows, as texts decoded side by side have them, times the transpose of weights: a head of a
// small model and of 2b's width, written down, and where only the largest of each row is wanted. Shares are of the
// multiply-adds around it.
func BenchmarkGemvRows(b *testing.B) {
	p := kernels.NewPool(workers())
	defer p.Close()
	for _, st := range []kernels.Storage{kernels.F32, kernels.BF16} {
		for _, s := range [][2]int{{64000, 128}, {64000, 512}, {16000, 2304}} {
			for _, m := range []int{8, 16, 24, 32} {
				for _, want := range []string{"product", "largest"} {
					n, k := s[0], s[1]
					b.Run(fmt.Sprintf("isa=%v/w=%v/m=%d/n=%d/k=%d/%s", kernels.Active(), st, m, n, k, want), func(b *testing.B) {
						w, x, y := newMat(st, n, k, 1), newMat(kernels.F32, m, k, 2), newMat(kernels.F32, m, n, 3)
						places := make([]int32, m)
						peak := kernels.PeakFMA(p, 20*time.Millisecond)
						for b.Loop() {
							if want == "product" {
								kernels.Gemm(p, false, true, 1, x, w, 0, y)
							} else {
								kernels.GemmArgMax(p, x, w, kernels.Columns{}, false, 30, places)
							}
						}
						rate := 2 * float64(m) * float64(n) * float64(k) * float64(b.N) / b.Elapsed().Seconds()
						b.ReportMetric(rate/1e9, "GFLOP/s")
						b.ReportMetric(rate/max(peak, kernels.PeakFMA(p, 20*time.Millisecond)), "of-peak")
					})
				}
			}
		}
	}
}
