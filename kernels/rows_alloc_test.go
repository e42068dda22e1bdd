package kernels

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestRowsAllocateNothing: after the first call, no row kernel, attention or optimizer step allocates.
func TestRowsAllocateNothing(t *testing.T) {
	const n, c, v = 40, 96, 300
	pool := NewPool(2)
	defer pool.Close()
	mat := func(st Storage, rows, cols int) Mat { return newMat(st, rows, cols) }
	x, y, z, u, w := mat(BF16, n, c), mat(F32, n, c), mat(BF16, n, c), mat(F32, n, c), mat(BF16, 1, c)
	rstd, dw, flat := make([]float32, n), make([]float32, c), make([]float32, n*c)
	logits, labels, lse := mat(F32, n, v), make([]int32, n), make([]float32, n)
	cos, sin := make([]float32, n*8), make([]float32, n*8)
	s := AttentionShape{Heads: 6, KVHeads: 3, HeadDim: 16, Scale: 0.25, Cap: 50, Window: 30}
	spans := []Span{{0, 10, 0, 10}, {10, n, 10, n}}
	k, val, dk, dv, alse := mat(BF16, n, 48), mat(F32, n, 48), mat(F32, n, 48), mat(BF16, n, 48), make([]float32, n*6)
	step := AdamWStep{LR: 1, Beta1: 0.9, Beta2: 0.9, Eps: 1, Bias1: 1, Bias2: 1, GradScale: 1}
	for name, f := range map[string]func(){
		"RMSNorm":         func() { RMSNorm(pool, y, x, w, 1e-6, rstd) },
		"AddRMSNorm":      func() { AddRMSNorm(pool, y, x, z, w, 1e-6, rstd) },
		"RMSNormBackward": func() { RMSNormBackward(pool, y, true, dw, x, z, w, rstd) },
		"GeGLU":           func() { GeGLU(pool, y, x, z) },
		"GeGLUBackward":   func() { GeGLUBackward(pool, y, u, x, z, z) },
		"Rope":            func() { Rope(pool, x, cos, sin, 16, true) },
		"CrossEntropy":    func() { CrossEntropy(pool, logits, labels, 30, rstd, lse) },
		"LossBackward":    func() { CrossEntropyBackward(pool, logits, labels, 30, 1, lse) },
		"LossGrad":        func() { CrossEntropyGrad(pool, logits, labels, 30, 1, nil, rstd, lse) },
		"Gather":          func() { Gather(pool, y, x, labels, 1) },
		"ScatterAdd":      func() { ScatterAdd(pool, flat, y, labels, 1) },
		"Dropout":         func() { Dropout(pool, y, x, 0.1, 1, true) },
		"Add":             func() { Add(pool, y, x, z) },
		"Convert":         func() { Convert(pool, x, y) },
		"Axpy":            func() { Axpy(pool, flat, 0.5, flat) },
		"AdamW":           func() { AdamW(pool, flat, flat, flat, flat, step) },
		"SumSquares":      func() { SumSquares(pool, flat) },
		"AllFinite":       func() { AllFinite(pool, flat) },
		"Attention":       func() { Attention(pool, y, x, k, val, alse, spans, s) },
		"Backward":        func() { AttentionBackward(pool, z, dk, dv, y, x, k, val, y, alse, spans, s) },
	} {
		f()
		f() // two workers may both need scratch only in the second call
		require.Zero(t, testing.AllocsPerRun(20, f), name)
	}
}
