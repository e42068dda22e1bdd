package kernels

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestAdamWSameBits: no operation is fused, so every level gives the bits of the portable twin.
func TestAdamWSameBits(t *testing.T) {
	h := AdamWStep{LR: 3e-3, Beta1: 0.9, Beta2: 0.999, Eps: 1e-8, WeightDecay: 0.1, Bias1: 0.271, Bias2: 0.002997, GradScale: 0.7}
	state := func(n int) [4][]float32 {
		rng := rand.New(rand.NewPCG(rowSeed, uint64(n)))
		var s [4][]float32
		for i := range s {
			s[i] = make([]float32, n)
			for j := range n {
				s[i][j] = float32(rng.NormFloat64() * math.Pow(10, float64(rng.IntN(8)-6)))
				if i == 3 {
					s[i][j] *= s[i][j]
				}
			}
		}
		if n > 3 {
			s[1][1], s[1][2], s[3][2] = float32(math.NaN()), 0, 0
			s[1][3] = 1e25 // its square overflows
		}
		return s
	}
	bits := func(s [4][]float32) (out [][]uint32) {
		for _, x := range s {
			b := make([]uint32, len(x))
			for i, v := range x {
				if b[i] = math.Float32bits(v); v != v {
					b[i] = 0x7fc00000
				}
			}
			out = append(out, b)
		}
		return out
	}
	sizes := []int{0, 1, 4, 7, 8, 9, 15, 16, 17, 33, 1000, 3*blockElements + 5}
	want := map[int][][]uint32{}
	t.Run("twin", func(t *testing.T) {
		SetLevel(t, Generic)
		pool := NewPool(1)
		defer pool.Close()
		for _, n := range sizes {
			s := state(n)
			AdamW(pool, s[0], s[1], s[2], s[3], h)
			want[n] = bits(s)
		}
	})
	eachRowLevel(t, func(t *testing.T) {
		counts := []int{1, 2, 3, 5}
		if *fewest {
			counts = []int{3}
		}
		for _, workers := range counts {
			pool := NewPool(workers)
			for _, n := range sizes {
				s := state(n)
				AdamW(pool, s[0], s[1], s[2], s[3], h)
				require.Equal(t, want[n], bits(s), "n = %d", n)
			}
			pool.Close()
		}
	})
}

// TestAdamWReference follows three steps of the definition in float64.
func TestAdamWReference(t *testing.T) {
	const b1, b2, lr, wd, eps = 0.9, 0.999, 0.01, 0.1, 1e-8
	pool := NewPool(1)
	defer pool.Close()
	p, m, v := []float32{1, -2, 0.5}, make([]float32, 3), make([]float32, 3)
	rp, rm, rv := []float64{1, -2, 0.5}, make([]float64, 3), make([]float64, 3)
	for step := 1; step <= 3; step++ {
		g := []float32{0.3, float32(step) * -0.1, 1e-4}
		bias1, bias2 := 1-math.Pow(b1, float64(step)), 1-math.Pow(b2, float64(step))
		AdamW(pool, p, g, m, v, AdamWStep{LR: lr, Beta1: b1, Beta2: b2, Eps: eps, WeightDecay: wd,
			Bias1: float32(bias1), Bias2: float32(bias2), GradScale: 0.5})
		for i := range rp {
			x := float64(g[i]) * 0.5
			rp[i] *= 1 - lr*wd
			rm[i] = b1*rm[i] + (1-b1)*x
			rv[i] = b2*rv[i] + (1-b2)*x*x
			rp[i] -= lr / bias1 * rm[i] / (math.Sqrt(rv[i])/math.Sqrt(bias2) + eps)
			require.InEpsilon(t, rp[i], float64(p[i]), 3e-6)
			require.InEpsilon(t, rm[i], float64(m[i]), 1e-6)
			require.InEpsilon(t, rv[i], float64(v[i]), 3e-5) // 1-β2 from a float32 β2 is right to 2^-24/0.001
		}
	}
}
