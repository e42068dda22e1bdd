package kernels

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// poison fills the memory that calls reuse with NaN: what is read before it is written comes out.
func poison(p *Pool) {
	fill := func(x []float32) {
		for i := range x {
			x[i] = float32(math.NaN())
		}
	}
	for _, s := range attentionScratches.free {
		fill(s.mem[:cap(s.mem)])
	}
	for _, t := range attentionTasks.free {
		fill(t.grad.mem[:cap(t.grad.mem)])
		fill(t.grad.d[:cap(t.grad.d)])
	}
	for _, s := range p.scratch {
		fill(s)
	}
	fill(p.gemm.packed)
	fill(p.gemm.total)
}

// No result depends on what the calls before left in scratch memory.
func TestAttentionForgetsOldMemory(t *testing.T) {
	forEachLevel(t, func(t *testing.T) {
		for _, c := range attentionCases() {
			n, m := c.rows()
			if *fewest && n*m*c.shape.Heads*c.shape.HeadDim > 1<<20 {
				continue
			}
			t.Run(c.name, func(t *testing.T) {
				rng := rand.New(rand.NewPCG(rowSeed, 51))
				pool := NewPool(3)
				defer pool.Close()
				s := c.shape
				hd, kd := s.Heads*s.HeadDim, s.KVHeads*s.HeadDim
				q, k, v, do := randMat(rng, BF16, n, hd, 2), randMat(rng, BF16, m, kd, 2), randMat(rng, BF16, m, kd, 1), randMat(rng, BF16, n, hd, 1)
				var first [][]float64
				for range 3 {
					o, dq, dk, dv := newMat(F32, n, hd), newMat(BF16, n, hd), newMat(BF16, m, kd), newMat(BF16, m, kd)
					lse := make([]float32, n*s.Heads)
					Attention(pool, o, q, k, v, lse, c.spans, s)
					poison(pool)
					AttentionBackward(pool, dq, dk, dv, do, q, k, v, o, lse, c.spans, s)
					poison(pool)
					got := [][]float64{wide(o), wide(dq), wide(dk), wide(dv)}
					for i, x := range got {
						require.False(t, slices.ContainsFunc(x, math.IsNaN), "output %d", i)
					}
					if first == nil {
						first = got
					}
					require.Equal(t, first, got)
				}
			})
		}
	})
}

func TestGemmForgetsOldMemory(t *testing.T) {
	forEachLevel(t, func(t *testing.T) {
		rng := rand.New(rand.NewPCG(rowSeed, 52))
		pool := NewPool(3)
		defer pool.Close()
		for _, s := range [][3]int{{1, 70, 33}, {5, 9, 130}, {33, 47, 61}, {90, 35, 401}, {200, 17, 7}} {
			for _, op := range [][2]bool{{false, true}, {false, false}, {true, false}} {
				for _, st := range []Storage{F32, BF16} {
					operand := func(trans bool, rows, cols int) Mat {
						if trans {
							rows, cols = cols, rows
						}
						return randMat(rng, st, rows, cols, 1)
					}
					a, b, c := operand(op[0], s[0], s[2]), operand(op[1], s[2], s[1]), newMat(BF16, s[0], s[1])
					for _, gemm := range []func(*Pool, bool, bool, float32, Mat, Mat, float32, Mat){Gemm, GemmBF16} {
						gemm(pool, op[0], op[1], 1, a, b, 0, c)
						want := wide(c)
						poison(pool)
						gemm(pool, op[0], op[1], 1, a, b, 0, c)
						require.Equal(t, want, wide(c), "%v %v %v", s, op, st)
						require.False(t, slices.ContainsFunc(want, math.IsNaN))
						poison(pool)
					}
				}
			}
		}
	})
}
