package kernels

import (
	"fmt"
	"runtime"
	"sync"
	"testing"
	"time"
)

// benchRows runs one row kernel per level on a matrix far larger than the caches. It reports GB/s of the kernel's
// own traffic (each matrix once) and the share of what copy does on as many workers in the same process.
func benchRows(b *testing.B, rows, cols int, st Storage, mats, reads, writes int, run func(p *Pool, m []Mat)) {
	workers := runtime.GOMAXPROCS(0)
	m := make([]Mat, mats)
	for i := range m {
		m[i] = Mat{Storage: st, Rows: rows, Cols: cols, Stride: cols}
		if st == F32 {
			m[i].F32 = make([]float32, rows*cols)
			FillNormal(m[i].F32[:min(1<<16, rows*cols)], 0, 1, uint64(i))
			for at := 1 << 16; at < rows*cols; at *= 2 {
				copy(m[i].F32[at:], m[i].F32[:at])
			}
		} else {
			m[i].U16 = make([]uint16, rows*cols)
		}
	}
	saved := active
	defer func() { active = saved }()
	for _, l := range Levels() {
		if l == Generic && !testing.Verbose() || l == AVX512BF16 {
			continue
		}
		active = l
		b.Run(fmt.Sprintf("isa=%v/storage=%v/rows=%d/cols=%d", l, st, rows, cols), func(b *testing.B) {
			p := NewPool(workers)
			defer p.Close()
			run(p, m)
			before := copyRate(workers)
			b.ReportAllocs()
			b.ResetTimer()
			start := clock()
			for b.Loop() {
				run(p, m)
			}
			spent := (clock() - start).Seconds() / float64(workers)
			b.StopTimer()
			bytes := float64(rows*cols*st.Bytes(1)*(reads+writes)) * float64(b.N)
			rate := bytes / spent
			b.ReportMetric(rate/1e9, "GB/s")
			b.ReportMetric(rate/max(before, copyRate(workers)), "of-copy")
		})
	}
}

// copyRate is the traffic (reads and writes) of copy with all workers at it, bytes a second: the best of five rounds over
// 64 MiB each.
func copyRate(workers int) float64 {
	const n = 16 << 20
	copyOnce.Do(func() {
		for range 2 * workers {
			x := make([]float32, n)
			for i := range x {
				x[i] = 1 // untouched memory would be one page of zeros
			}
			copySpace = append(copySpace, x)
		}
	})
	best := 0.0
	for range 5 {
		var wg sync.WaitGroup
		start := clock()
		for w := range workers {
			wg.Go(func() { copy(copySpace[2*w], copySpace[2*w+1]) })
		}
		wg.Wait()
		best = max(best, float64(workers)*n*8/(clock()-start).Seconds())
	}
	return best * float64(workers)
}

// clock is processor time of all workers where the system tells it, else wall time multiplied by the workers.
var clock = func() time.Duration { return time.Duration(runtime.GOMAXPROCS(0)) * time.Since(epoch) }

var epoch = time.Now()

var (
	copyOnce  sync.Once
	copySpace [][]float32
)

func BenchmarkRMSNorm(b *testing.B) {
	for _, st := range []Storage{F32, BF16} {
		w, rstd := F32Mat(make([]float32, 2304), 1, 2304), make([]float32, 8192)
		benchRows(b, 8192, 2304, st, 2, 1, 1, func(p *Pool, m []Mat) { RMSNorm(p, m[0], m[1], w, 1e-6, rstd) })
	}
}

func BenchmarkRMSNormBackward(b *testing.B) {
	w, rstd := F32Mat(make([]float32, 2304), 1, 2304), make([]float32, 8192)
	benchRows(b, 8192, 2304, F32, 3, 2, 1, func(p *Pool, m []Mat) {
		RMSNormBackward(p, m[0], false, nil, m[1], m[2], w, rstd)
	})
}

func BenchmarkGeGLU(b *testing.B) {
	for _, st := range []Storage{F32, BF16} {
		benchRows(b, 2048, 9216, st, 3, 2, 1, func(p *Pool, m []Mat) { GeGLU(p, m[0], m[1], m[2]) })
	}
}

func BenchmarkGeGLUBackward(b *testing.B) {
	benchRows(b, 2048, 9216, F32, 5, 3, 2, func(p *Pool, m []Mat) { GeGLUBackward(p, m[0], m[1], m[2], m[3], m[4]) })
}

func BenchmarkDropout(b *testing.B) {
	benchRows(b, 8192, 2304, F32, 2, 1, 1, func(p *Pool, m []Mat) { Dropout(p, m[0], m[1], 0.05, 7, false) })
}

func BenchmarkConvert(b *testing.B) {
	benchRows(b, 8192, 2304, F32, 2, 1, 1, func(p *Pool, m []Mat) { Convert(p, m[0], m[1]) })
}

func BenchmarkRope(b *testing.B) {
	cos, sin := make([]float32, 8192*128), make([]float32, 8192*128)
	benchRows(b, 8192, 2048, F32, 1, 1, 1, func(p *Pool, m []Mat) { Rope(p, m[0], cos, sin, 256, false) })
}

func BenchmarkCrossEntropy(b *testing.B) {
	const rows, vocab = 128, 256000
	labels, losses, lse := make([]int32, rows), make([]float32, rows), make([]float32, rows)
	benchRows(b, rows, vocab, F32, 1, 1, 0, func(p *Pool, m []Mat) { CrossEntropy(p, m[0], labels, 30, losses, lse) })
}

func BenchmarkCrossEntropyBackward(b *testing.B) {
	const rows, vocab = 128, 256000
	labels, lse := make([]int32, rows), make([]float32, rows)
	for i := range lse {
		lse[i] = 13
	}
	benchRows(b, rows, vocab, F32, 1, 1, 1, func(p *Pool, m []Mat) { CrossEntropyBackward(p, m[0], labels, 30, 1, lse) })
}

func BenchmarkAdamW(b *testing.B) {
	h := AdamWStep{LR: 1e-4, Beta1: 0.9, Beta2: 0.999, Eps: 1e-8, WeightDecay: 0.01, Bias1: 0.1, Bias2: 0.001, GradScale: 1}
	benchRows(b, 4096, 2304, F32, 4, 4, 3, func(p *Pool, m []Mat) { AdamW(p, m[0].F32, m[1].F32, m[2].F32, m[3].F32, h) })
}

func BenchmarkSumSquares(b *testing.B) {
	benchRows(b, 8192, 2304, F32, 1, 1, 0, func(p *Pool, m []Mat) { SumSquares(p, m[0].F32) })
}
