package kernels

import "time"

// peakLoop is a register-only loop: n rounds of flops floating-point operations.
type peakLoop struct {
	run   func(n int)
	flops int
}

// PeakFMA measures the most float32 multiply-adds that the pool's workers do at the active level, in operations per
// second (a multiply-add is two), with a loop that touches no memory. It takes about d.
func PeakFMA(p *Pool, d time.Duration) float64 { return measurePeak(p, d, kernelsOf(active).peak) }

// PeakBF16 is PeakFMA for products of bfloat16 pairs; 0 where the level has none.
func PeakBF16(p *Pool, d time.Duration) float64 {
	return measurePeak(p, d, kernelsOf(active).peakPairs)
}

type peakWork struct{ peakLoop }

const peakRounds = 10000 // 120,000 vector instructions: tens of microseconds

func (t *peakWork) Do(int, int) { t.run(peakRounds) }

func measurePeak(p *Pool, d time.Duration, l peakLoop) float64 {
	if l.run == nil {
		return 0
	}
	t := &peakWork{l}
	n := 4 * p.workers
	for {
		start := time.Now()
		p.Run(n, t)
		took := time.Since(start)
		if took >= d/2 {
			return float64(n) * peakRounds * float64(l.flops) / took.Seconds()
		}
		n *= 2
	}
}

// peakGeneric is the twin: 8 multiplications and additions of scalars a round. The sum is returned so that the loop
// stays.
func peakGeneric(n int) float32 {
	a, x := float32(1), float32(0)
	var s [8]float32
	s0, s1, s2, s3, s4, s5, s6, s7 := s[0], s[1], s[2], s[3], s[4], s[5], s[6], s[7]
	for range n {
		s0 += float32(a * x)
		s1 += float32(a * x)
		s2 += float32(a * x)
		s3 += float32(a * x)
		s4 += float32(a * x)
		s5 += float32(a * x)
		s6 += float32(a * x)
		s7 += float32(a * x)
	}
	return s0 + s1 + s2 + s3 + s4 + s5 + s6 + s7
}
