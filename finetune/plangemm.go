package finetune

import (
	"fmt"
	"slices"
	"time"

	"lapidary/kernels"
)

// GemmBench says which matrix product to measure: x [m,k] times the transpose of a weight [n,k], as a projection is, or
// its backward, the gradient [m,n] times the weight.
type GemmBench struct {
	M, N, K  int
	DType    kernels.Storage // of the input and of the result
	Weights  kernels.Storage
	Backward bool
	Rounds   int // of which the median counts
	Threads  int
}

// GemmFigures is what the product achieved; the peak is that of a loop in registers right around it.
type GemmFigures struct {
	GFlops     float64 `json:"gflops"`
	PeakGFlops float64 `json:"peak_gflops"`
	Ratio      float64 `json:"ratio"`
	// ProcessorRatio is the ratio by the processor time of all threads, of the loop in registers too: what other programs
	// take does not count, and waiting for each other does not either.
	ProcessorRatio float64 `json:"processor_ratio"`
	// Busy is the share of the threads' time that they worked.
	Busy    float64 `json:"busy"`
	Level   string  `json:"level"`
	Threads int     `json:"threads"`
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
	if b.Rounds < 1 {
		return GemmFigures{}, &OptionsError{[]error{fmt.Errorf("rounds: %d is not positive", b.Rounds)}}
	}
	p := kernels.NewPool(Machine{Threads: b.Threads}.threads())
	defer p.Close()
	x, w, y := benchMat(b.DType, b.M, b.K, 1), benchMat(b.Weights, b.N, b.K, 2), benchMat(b.DType, b.M, b.N, 3)
	multiply := func() { kernels.Gemm(p, false, true, 1, x, w, 0, y) }
	if b.Backward {
		multiply = func() { kernels.Gemm(p, false, false, 1, y, w, 0, x) }
	}
	measure := kernels.PeakFMA
	if b.DType == kernels.BF16 && b.Weights == kernels.BF16 && kernels.PeakBF16(p, time.Millisecond) > 0 {
		measure = kernels.PeakBF16
	}
	flops := 2 * float64(b.M) * float64(b.N) * float64(b.K)
	all := benchRounds(b.Rounds, p, measure, flops, multiply)
	return all[len(all)/2], nil
}

// benchRounds measures work of flops operations in rounds with the peak between them, and sorts by the ratio.
func benchRounds(rounds int, p *kernels.Pool, measure func(*kernels.Pool, time.Duration) float64, flops float64, work func()) []GemmFigures {
	const window = 50 * time.Millisecond
	work() // scratch memory grows, operands are touched
	all := make([]GemmFigures, rounds)
	before := peakWithin(p, measure, window)
	for i := range all {
		n, began, cpu := 0, time.Now(), processorTime()
		for n == 0 || time.Since(began) < window {
			work()
			n++
		}
		took, used := time.Since(began).Seconds(), (processorTime() - cpu).Seconds()
		after := peakWithin(p, measure, window)
		done, rate, perSecond := flops*float64(n), (before.rate+after.rate)/2, (before.perSecond+after.perSecond)/2
		all[i] = GemmFigures{
			GFlops: done / took / 1e9, PeakGFlops: rate / 1e9, Ratio: done / took / rate,
			ProcessorRatio: done / max(used, 1e-9) / perSecond, Busy: used / took / float64(p.Workers()),
			Level: kernels.Active().String(), Threads: p.Workers(),
		}
		before = after
	}
	slices.SortFunc(all, func(x, y GemmFigures) int { return compareFloat(x.Ratio, y.Ratio) })
	return all
}

// peakWithin measures a peak and what a second of one processor gives of it.
func peakWithin(p *kernels.Pool, measure func(*kernels.Pool, time.Duration) float64, window time.Duration) peak {
	began, cpu := time.Now(), processorTime()
	rate := measure(p, window)
	cores := (processorTime() - cpu).Seconds() / time.Since(began).Seconds()
	return peak{rate, rate / max(cores, 1e-9)}
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
