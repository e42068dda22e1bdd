package kernels

import (
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"
)

// benchRows runs one row kernel per level on matrices far larger than the caches, in turn with a copy between two other
// matrices of the same size by as many workers, and a read of one. It reports GB/s of the kernel's own traffic (each
// matrix once) in the median round, that over the copy's (reads and writes), and for kernels that only read, over the
// read's. Time is wall time: the machine has to be idle.
func benchRows(b *testing.B, rows, cols int, st Storage, std float64, reads, writes int, run func(p *Pool, m []Mat)) {
	workers := runtime.GOMAXPROCS(0)
	m := make([]Mat, reads+writes)
	for i := range m {
		m[i] = benchMat(st, rows, cols, std, uint64(i))
	}
	x, y := benchMat(F32, rows*st.Bytes(1)/4, cols, 1, 8).F32, make([]float32, rows*cols*st.Bytes(1)/4)
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
			var own, copied, read []float64
			b.ReportAllocs()
			for b.Loop() {
				start := time.Now()
				run(p, m)
				own = append(own, time.Since(start).Seconds())
				b.StopTimer()
				copied = append(copied, split(workers, len(x), func(i, j int) { copy(y[i:j], x[i:j]) }))
				if writes == 0 {
					read = append(read, split(workers, len(x), func(i, j int) { activeRows().sumSquares(x[i:j]) }))
				}
				b.StartTimer()
			}
			size := float64(st.Bytes(rows * cols))
			rate := size * float64(reads+writes) / median(own)
			b.ReportMetric(rate/1e9, "GB/s")
			b.ReportMetric(rate*median(copied)/(2*size), "of-copy")
			if writes == 0 {
				b.ReportMetric(rate*median(read)/size, "of-read")
			}
		})
	}
}

// benchMat is a matrix of normal values, repeated after the first 64 Ki.
func benchMat(st Storage, rows, cols int, std float64, key uint64) Mat {
	m := Mat{Storage: F32, Rows: rows, Cols: cols, Stride: cols, F32: make([]float32, rows*cols)}
	n := min(1<<16, rows*cols)
	FillNormal(m.F32[:n], 0, float32(std), key)
	for at := n; at < rows*cols; at *= 2 {
		copy(m.F32[at:], m.F32[:at])
	}
	if st == F32 {
		return m
	}
	narrow := Mat{Storage: st, Rows: rows, Cols: cols, Stride: cols, U16: make([]uint16, rows*cols)}
	p := NewPool(1)
	defer p.Close()
	Convert(p, narrow, m)
	return narrow
}

// split is the time in seconds that workers take for n elements between them.
func split(workers, n int, f func(i, j int)) float64 {
	var wg sync.WaitGroup
	start := time.Now()
	for w := range workers {
		wg.Go(func() { f(w*n/workers, (w+1)*n/workers) })
	}
	wg.Wait()
	return time.Since(start).Seconds()
}

func median(x []float64) float64 {
	slices.Sort(x)
	return x[len(x)/2]
}

func BenchmarkRMSNorm(b *testing.B) {
	for _, st := range []Storage{F32, BF16} {
		w, rstd := F32Mat(make([]float32, 2304), 1, 2304), make([]float32, 8192)
		benchRows(b, 8192, 2304, st, 1, 1, 1, func(p *Pool, m []Mat) { RMSNorm(p, m[0], m[1], w, 1e-6, rstd) })
	}
}

func BenchmarkAddRMSNorm(b *testing.B) {
	w, rstd := F32Mat(make([]float32, 2304), 1, 2304), make([]float32, 8192)
	benchRows(b, 8192, 2304, F32, 1, 2, 1, func(p *Pool, m []Mat) { AddRMSNorm(p, m[0], m[1], m[2], w, 1e-6, rstd) })
}

func BenchmarkRMSNormBackward(b *testing.B) {
	w, rstd := F32Mat(make([]float32, 2304), 1, 2304), make([]float32, 8192)
	benchRows(b, 8192, 2304, F32, 1, 2, 1, func(p *Pool, m []Mat) {
		RMSNormBackward(p, m[0], false, nil, m[1], m[2], w, rstd)
	})
}

func BenchmarkGeGLU(b *testing.B) {
	for _, st := range []Storage{F32, BF16} {
		benchRows(b, 2048, 9216, st, 1, 2, 1, func(p *Pool, m []Mat) { GeGLU(p, m[0], m[1], m[2]) })
	}
}

func BenchmarkGeGLUBackward(b *testing.B) {
	for _, st := range []Storage{F32, BF16} {
		benchRows(b, 2048, 9216, st, 1, 3, 2, func(p *Pool, m []Mat) { GeGLUBackward(p, m[0], m[1], m[2], m[3], m[4]) })
	}
}

func BenchmarkDropout(b *testing.B) {
	benchRows(b, 8192, 2304, F32, 1, 1, 1, func(p *Pool, m []Mat) { Dropout(p, m[0], m[1], 0.05, 7, false) })
}

func BenchmarkConvert(b *testing.B) {
	benchRows(b, 8192, 2304, F32, 1, 1, 1, func(p *Pool, m []Mat) { Convert(p, m[0], m[1]) })
}

func BenchmarkAdd(b *testing.B) {
	benchRows(b, 8192, 2304, F32, 1, 2, 1, func(p *Pool, m []Mat) { Add(p, m[0], m[1], m[2]) })
}

func BenchmarkRope(b *testing.B) {
	cos, sin := make([]float32, 8192*128), make([]float32, 8192*128)
	benchRows(b, 8192, 2048, F32, 1, 1, 1, func(p *Pool, m []Mat) { Rope(p, m[0], cos, sin, 256, false) })
}

// Logits of a trained model lie within some 25 of zero: deviation 5.
func BenchmarkCrossEntropy(b *testing.B) {
	const rows, vocab = 128, 256000
	labels, losses, lse := make([]int32, rows), make([]float32, rows), make([]float32, rows)
	benchRows(b, rows, vocab, F32, 5, 1, 0, func(p *Pool, m []Mat) { CrossEntropy(p, m[0], labels, 30, losses, lse) })
}

// The gradients are the next round's logits, near zero; the time does not depend on it.
func BenchmarkCrossEntropyBackward(b *testing.B) {
	const rows, vocab = 128, 256000
	labels, lse := make([]int32, rows), make([]float32, rows)
	for i := range lse {
		lse[i] = 13
	}
	benchRows(b, rows, vocab, F32, 5, 1, 1, func(p *Pool, m []Mat) { CrossEntropyBackward(p, m[0], labels, 30, 1, lse) })
}

// Both passes: the second finds a row where the first left it, so memory is read once and written once.
func BenchmarkCrossEntropyGrad(b *testing.B) {
	const rows, vocab = 128, 256000
	labels, losses, lse := make([]int32, rows), make([]float32, rows), make([]float32, rows)
	benchRows(b, rows, vocab, F32, 5, 1, 1, func(p *Pool, m []Mat) { CrossEntropyGrad(p, m[0], labels, 30, 1, nil, losses, lse) })
}

func BenchmarkAdamW(b *testing.B) {
	h := AdamWStep{LR: 1e-4, Beta1: 0.9, Beta2: 0.999, Eps: 1e-8, WeightDecay: 0.01, Bias1: 0.1, Bias2: 0.001, GradScale: 1}
	positive := false // the second moment
	benchRows(b, 4096, 2304, F32, 1, 4, 3, func(p *Pool, m []Mat) {
		if !positive {
			Mul(p, m[3], m[3], m[3])
			positive = true
		}
		AdamW(p, m[0].F32, m[1].F32, m[2].F32, m[3].F32, h)
	})
}

func BenchmarkSumSquares(b *testing.B) {
	benchRows(b, 8192, 2304, F32, 1, 1, 0, func(p *Pool, m []Mat) { SumSquares(p, m[0].F32) })
}

// As in training, where one gradient takes the place of the incoming one.
func BenchmarkGeGLUBackwardInPlace(b *testing.B) {
	benchRows(b, 2048, 9216, F32, 1, 3, 1, func(p *Pool, m []Mat) { GeGLUBackward(p, m[0], m[1], m[1], m[2], m[3]) })
}
