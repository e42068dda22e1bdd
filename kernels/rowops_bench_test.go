//go:build linux

package kernels

import (
	"fmt"
	"math"
	"testing"
	"time"
)

// BenchmarkRowOps measures the primitives in the first cache level: the best of many short rounds, in elements a
// nanosecond, which other work on the machine hardly disturbs.
func BenchmarkRowOps(b *testing.B) {
	saved := active
	defer func() { active = saved }()
	for _, c := range rowOpCases {
		for _, l := range Levels() {
			if l == AVX512BF16 || l == NEONBF16 {
				continue
			}
			active = l
			ops := activeRows()
			b.Run(fmt.Sprintf("op=%s/isa=%v", c.name, l), func(b *testing.B) {
				const n = 1024
				var s [5][]float32
				for i := range s {
					s[i] = make([]float32, n)
					FillUniform(s[i], -3, 3, uint64(i))
				}
				best := math.Inf(1)
				for b.Loop() {
					start := time.Now()
					for range 20 {
						c.run(ops, &s)
					}
					best = min(best, float64(time.Since(start).Nanoseconds()))
				}
				b.ReportMetric(20*n/best, "elements/ns")
			})
		}
	}
}
