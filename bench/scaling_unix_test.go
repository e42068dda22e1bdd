//go:build unix

package bench

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"lapidary/kernels"
)

// processorTime is what all threads of this process have used so far.
func processorTime(b *testing.B) time.Duration {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkGemmWorkers: one product with 1 worker and with several, in turn. "speedup" is the time of one over that of
// several, "peakspeedup" the same of the loop in registers: what the machine's cores give together. "busy" is the
// processor time used over that of all cores, or of as many as there are workers. More workers than cores must not be
// slower than as many.
func BenchmarkGemmWorkers(b *testing.B) {
	const m = 512
	for _, pr := range []projection{models[0].projections[0], models[0].projections[4], models[0].projections[6]} {
		for _, op := range []string{"fwd", "bwd"} {
			for _, n := range []int{1, 2, 4, 8} {
				b.Run(fmt.Sprintf("isa=%v/model=2b/proj=%s/op=%s/w=bf16/m=%d/workers=%d", kernels.Active(), pr.name, op, m, n), func(b *testing.B) {
					one, several := kernels.NewPool(1), kernels.NewPool(n)
					defer one.Close()
					defer several.Close()
					w := newMat(kernels.BF16, pr.out, pr.in, 1)
					x, y := newMat(kernels.F32, m, pr.in, 2), newMat(kernels.F32, m, pr.out, 3)
					multiply := func(p *kernels.Pool) time.Duration {
						began := time.Now()
						if op == "fwd" {
							kernels.Gemm(p, false, true, 1, x, w, 0, y)
						} else {
							kernels.Gemm(p, false, false, 1, y, w, 0, x)
						}
						return time.Since(began)
					}
					multiply(one)
					multiply(several)
					const window = 20 * time.Millisecond
					peaks := kernels.PeakFMA(several, window) / kernels.PeakFMA(one, window)
					var alone, together, used time.Duration
					for b.Loop() {
						alone += multiply(one)
						before := processorTime(b)
						together += multiply(several)
						used += processorTime(b) - before
					}
					b.ReportMetric(mul(m, pr.out, pr.in)*float64(b.N)/together.Seconds()/1e9, "GFLOP/s")
					b.ReportMetric(alone.Seconds()/together.Seconds(), "speedup")
					b.ReportMetric(peaks, "peakspeedup")
					b.ReportMetric(used.Seconds()/together.Seconds()/float64(min(n, runtime.NumCPU())), "busy")
				})
			}
		}
	}
}
