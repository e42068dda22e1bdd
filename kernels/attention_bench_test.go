package kernels

import (
	"fmt"
	"runtime"
	"testing"
	"time"
)

// BenchmarkAttention measures forward and backward at the head shape of Gemma-2 2B. Its flops are those of the causal
// half: 2 products forward, 5 backward, 2*D flops a score each. The peak is a register-only run of the microkernel.
func BenchmarkAttention(b *testing.B) {
	workers := runtime.GOMAXPROCS(0)
	saved := active
	defer func() { active = saved }()
	for _, n := range []int{512, 2048} {
		s := AttentionShape{Heads: 8, KVHeads: 4, HeadDim: 256, Scale: 0.0625, Cap: 50}
		spans := []Span{{0, n, 0, n}}
		mat := func(heads int, key uint64) Mat {
			x := make([]float32, n*heads*s.HeadDim)
			FillUniform(x, -1.7, 1.7, key)
			return F32Mat(x, n, heads*s.HeadDim)
		}
		q, k, v, do := mat(8, 1), mat(4, 2), mat(4, 3), mat(8, 4)
		o, dq, dk, dv, lse := mat(8, 5), mat(8, 6), mat(4, 7), mat(4, 8), make([]float32, n*8)
		scores := float64(n) * float64(n+1) / 2 * 8
		for _, l := range Levels() {
			if l == Generic || l == AVX512BF16 {
				continue
			}
			active = l
			for _, pass := range []string{"forward", "backward"} {
				b.Run(fmt.Sprintf("isa=%v/t=%d/d=256/%s", l, n, pass), func(b *testing.B) {
					p := NewPool(workers)
					defer p.Close()
					products := 2.0
					if pass == "backward" {
						products = 5
					}
					Attention(p, o, q, k, v, lse, spans, s)
					peak := tilePeak(p)
					b.ReportAllocs()
					start := clock()
					for b.Loop() {
						if pass == "forward" {
							Attention(p, o, q, k, v, lse, spans, s)
						} else {
							AttentionBackward(p, dq, dk, dv, do, q, k, v, o, lse, spans, s)
						}
					}
					rate := scores * products * 2 * 256 * float64(b.N) / (clock() - start).Seconds() * float64(workers)
					b.ReportMetric(rate/1e9, "GFLOP/s")
					b.ReportMetric(rate/max(peak, tilePeak(p)), "of-peak")
				})
			}
		}
	}
}

// peakTask multiplies tiles that stay in the first cache level.
type peakTask struct{ ops *rowOps }

func (t *peakTask) Do(_, _ int) {
	c, a, b := make([]float32, 96*32), make([]float32, 96*64), make([]float32, 64*32)
	for range 2000 {
		t.ops.tile(c, 32, a, 64, 1, b, 32, t.ops.tileM, t.ops.tileN, 64, false)
	}
}

// tilePeak is the flops a second of all workers, the best of five.
func tilePeak(p *Pool) float64 {
	t := &peakTask{activeRows()}
	best := 0.0
	for range 5 {
		start := clock()
		p.Run(p.Workers(), t)
		flops := 2 * 64 * float64(t.ops.tileM*t.ops.tileN*2000*p.Workers())
		best = max(best, flops*float64(p.Workers())/(clock()-start).Seconds())
	}
	return best
}

// BenchmarkAttentionDecode measures one query a span over a long cache: bytes of keys and values a second.
func BenchmarkAttentionDecode(b *testing.B) {
	const keys = 4096
	saved := active
	defer func() { active = saved }()
	s := AttentionShape{Heads: 8, KVHeads: 4, HeadDim: 256, Scale: 0.0625, Cap: 50}
	for _, st := range []Storage{F32, BF16} {
		q, o := newMat(F32, 1, 8*256), newMat(F32, 1, 8*256)
		k, v := newMat(st, keys, 4*256), newMat(st, keys, 4*256)
		for _, l := range Levels() {
			if l == Generic || l == AVX512BF16 {
				continue
			}
			active = l
			b.Run(fmt.Sprintf("isa=%v/storage=%v/keys=%d", l, st, keys), func(b *testing.B) {
				p := NewPool(runtime.GOMAXPROCS(0))
				defer p.Close()
				best := time.Hour
				for b.Loop() {
					start := time.Now()
					Attention(p, o, q, k, v, nil, []Span{{0, 1, 0, keys}}, s)
					best = min(best, time.Since(start))
				}
				b.ReportMetric(float64(2*keys*4*256*st.Bytes(1))/best.Seconds()/1e9, "GB/s")
			})
		}
	}
}
