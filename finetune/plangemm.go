package finetune

import (
	"fmt"
	"slices"
	"time"

	"lapidary/kernels"
)

// GemmBench says which matrix product to measure: x [m,k] times the transpose of a weight [n,k], as a projection is.
type GemmBench struct {
	M, N, K int
	DType   kernels.Storage // of both operands and of the result
	Threads int
}

// GemmFigures is what the product achieved; the peak is that of a loop in registers right around it.
type GemmFigures struct {
	GFlops     float64 `json:"gflops"`
	PeakGFlops float64 `json:"peak_gflops"`
	Ratio      float64 `json:"ratio"`
	Level      string  `json:"level"`
	Threads    int     `json:"threads"`
}

// maxBenchElements bounds each matrix: 8 GB of float32.
const maxBenchElements = 2 << 30

// Run measures in rounds and returns the one with the median ratio.
func (b GemmBench) Run() (GemmFigures, error) {
	for _, side := range [][2]int{{b.M, b.K}, {b.N, b.K}, {b.M, b.N}} {
		if side[0] < 1 || side[1] < 1 || side[0] > maxBenchElements/side[1] {
			return GemmFigures{}, &OptionsError{[]error{fmt.Errorf("m, n, k: a matrix of %d x %d is empty or too large", side[0], side[1])}}
		}
	}
	p := kernels.NewPool(Machine{Threads: b.Threads}.threads())
	defer p.Close()
	x, w, y := benchMat(b.DType, b.M, b.K, 1), benchMat(b.DType, b.N, b.K, 2), benchMat(b.DType, b.M, b.N, 3)
	multiply := func() { kernels.Gemm(p, false, true, 1, x, w, 0, y) }
	peak := kernels.PeakFMA
	if b.DType == kernels.BF16 && kernels.PeakBF16(p, time.Millisecond) > 0 {
		peak = kernels.PeakBF16
	}
	multiply() // scratch memory grows, operands are touched
	const rounds, window = 21, 50 * time.Millisecond
	flops := 2 * float64(b.M) * float64(b.N) * float64(b.K)
	all := make([]GemmFigures, rounds)
	before := peak(p, window)
	for i := range all {
		n, began := 0, time.Now()
		for n == 0 || time.Since(began) < window {
			multiply()
			n++
		}
		rate := flops * float64(n) / time.Since(began).Seconds()
		after := peak(p, window)
		all[i] = GemmFigures{
			GFlops: rate / 1e9, PeakGFlops: (before + after) / 2e9, Ratio: 2 * rate / (before + after),
			Level: kernels.Active().String(), Threads: p.Workers(),
		}
		before = after
	}
	slices.SortFunc(all, func(x, y GemmFigures) int { return compareFloat(x.Ratio, y.Ratio) })
	return all[rounds/2], nil
}

// benchMat is a matrix of small numbers of both signs.
func benchMat(s kernels.Storage, rows, cols int, seed uint64) kernels.Mat {
	const period = 4099 // prime: rows differ
	pattern := make([]float32, period)
	for i := range pattern {
		pattern[i] = float32(kernels.Normal(seed, uint64(i)))
	}
	if s == kernels.F32 {
		data := make([]float32, rows*cols)
		for i := range data {
			data[i] = pattern[i%period]
		}
		return kernels.F32Mat(data, rows, cols)
	}
	data := make([]uint16, rows*cols)
	for i := range data {
		data[i] = kernels.F32ToBF16(pattern[i%period])
	}
	return kernels.BF16Mat(data, rows, cols)
}
