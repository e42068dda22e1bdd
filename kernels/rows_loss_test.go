package kernels

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestCrossEntropy(t *testing.T) {
	eachRowLevel(t, func(t *testing.T) {
		for _, limit := range []float32{0, 5, 30, 50} {
			sizes := []int{1, 2, 15, 100, 2047, 2049, 5000}
			if *fewest {
				sizes = []int{1, 15, 33, 2049}
			}
			for _, st := range []Storage{F32, BF16} {
				for _, v := range sizes {
					t.Run(fmt.Sprintf("cap=%g/%v/v=%d", limit, st, v), func(t *testing.T) { checkLoss(t, limit, st, v) })
				}
			}
		}
	})
}

func checkLoss(t *testing.T, limit float32, st Storage, v int) {
	const n, scale = 5, 0.25
	rng := rand.New(rand.NewPCG(rowSeed, uint64(v)))
	z := randMat(rng, st, n, v, 20)
	labels := []int32{int32(v - 1), -100, 0, int32(v / 2), -1}
	y := wide(z)
	if limit != 0 {
		for i := range y {
			y[i] = float64(limit) * math.Tanh(y[i]/float64(limit))
		}
	}
	lses := make([]float64, n)
	for r := range n {
		s := 0.0
		for _, w := range y[r*v : (r+1)*v] {
			s += math.Exp(w)
		}
		lses[r] = math.Log(s)
	}
	var first []float64
	for _, workers := range []int{1, 2, 3} {
		pool := NewPool(workers)
		losses, lse, logp := make([]float32, n), make([]float32, n), make([]float32, n)
		d := newMat(st, n, v)
		Convert(pool, d, z)
		CrossEntropy(pool, z, labels, limit, losses, lse)
		LogProbs(pool, z, labels, limit, logp)
		CrossEntropyBackward(pool, d, labels, limit, scale, lse)
		both, losses2, lse2 := newMat(st, n, v), make([]float32, n), make([]float32, n)
		Convert(pool, both, z)
		CrossEntropyGrad(pool, both, labels, limit, scale/2, []float32{2, 2, 2, 2, 2}, losses2, lse2)
		require.Equal(t, [][]float32{losses, lse}, [][]float32{losses2, lse2})
		require.Equal(t, wide(d), wide(both), "both passes at once")
		pool.Close()
		got := wide(d)
		if workers > 1 {
			require.Equal(t, first, got)
			continue
		}
		first = got
		// An error e of the capped logit (within 30, capped values 4 roundings) is an error e of the loss.
		bound := 30 * 8 * unit
		for r := range n {
			require.InDelta(t, lses[r], float64(lse[r]), bound)
			want := 0.0
			if labels[r] >= 0 {
				want = lses[r] - y[r*v+int(labels[r])]
			}
			require.InDelta(t, want, float64(losses[r]), bound)
			require.Equal(t, losses[r], -logp[r])
		}
		rowData{st: st}.near(t, "dz", d, func(r, c int) (float64, float64) {
			if labels[r] < 0 {
				return 0, 0
			}
			p := math.Exp(y[r*v+c] - lses[r])
			slope := 1.0
			if limit != 0 {
				slope -= y[r*v+c] * y[r*v+c] / float64(limit*limit)
			}
			w := p
			if c == int(labels[r]) {
				w -= 1
			}
			return scale * w * slope, scale * (p*slope*3*bound + p*8*unit + math.Abs(w)*8*unit)
		})
	}
}

// TestCrossEntropySlope checks dz against central differences of the float64 loss.
func TestCrossEntropySlope(t *testing.T) {
	const v, limit, label = 7, 3.0, 2
	rng := rand.New(rand.NewPCG(rowSeed, 3))
	z := make([]float64, v)
	zf := make([]float32, v)
	for i := range z {
		zf[i] = float32(4 * (2*rng.Float64() - 1))
		z[i] = float64(zf[i])
	}
	loss := func() float64 {
		s := 0.0
		for _, x := range z {
			s += math.Exp(limit * math.Tanh(x/limit))
		}
		return math.Log(s) - limit*math.Tanh(z[label]/limit)
	}
	pool := NewPool(1)
	defer pool.Close()
	m, losses, lse := F32Mat(zf, 1, v), make([]float32, 1), make([]float32, 1)
	CrossEntropy(pool, m, []int32{label}, limit, losses, lse)
	CrossEntropyBackward(pool, m, []int32{label}, limit, 1, lse)
	for i := range z {
		const h = 1e-6
		at := z[i]
		z[i] = at + h
		hi := loss()
		z[i] = at - h
		lo := loss()
		z[i] = at
		require.InDelta(t, (hi-lo)/(2*h), float64(zf[i]), 1e-6)
	}
}

func TestCrossEntropyInfinities(t *testing.T) {
	eachRowLevel(t, func(t *testing.T) {
		pool := NewPool(1)
		defer pool.Close()
		inf, nan := float32(math.Inf(-1)), float32(math.NaN())
		const v = 3 * chunkElements
		z, losses, lse := newMat(F32, 3, v), make([]float32, 3), make([]float32, 3)
		for r := range 3 {
			for c := range v {
				z.Set(r, c, inf)
			}
		}
		z.Set(0, v-1, 3) // all weight on one logit, two chunks of nothing before it
		z.Set(1, 5, nan)
		z.Set(1, v-1, 3)
		z.Set(2, 7, nan)
		CrossEntropy(pool, z, []int32{v - 1, v - 1, v - 1}, 0, losses, lse)
		require.Equal(t, []float32{3, 0}, []float32{lse[0], losses[0]})
		require.True(t, losses[1] != losses[1] && losses[2] != losses[2], "NaN passes through: %v", losses)
	})
}

func TestArgmax(t *testing.T) {
	pool := NewPool(2)
	defer pool.Close()
	x := newMat(F32, 4, 5000)
	x.Set(0, 4999, 1)
	x.Set(1, 0, 2)
	x.Set(1, 3000, 2)
	x.Set(2, 100, float32(math.NaN()))
	x.Set(2, 50, 9)
	for c := range 5000 {
		x.Set(3, c, -1)
	}
	out := make([]int32, 4)
	Argmax(pool, x, out)
	require.Equal(t, []int32{4999, 0, 100, 0}, out)
}

func TestGatherScatter(t *testing.T) {
	eachRowLevel(t, func(t *testing.T) {
		for _, st := range []Storage{F32, BF16} {
			for _, c := range []int{1, 7, 255, 257, 600} {
				rng := rand.New(rand.NewPCG(rowSeed, uint64(c)))
				table := randMat(rng, st, 9, c, 2)
				ids := []int32{3, 0, 8, 3, 3, 1}
				y := newMat(F32, len(ids), c)
				d := make([][]float32, 0, 3)
				for _, workers := range []int{1, 2, 5} {
					pool := NewPool(workers)
					Gather(pool, y, table, ids, 0.5)
					sum := make([]float32, 9*c)
					sum[0] = 1
					ScatterAdd(pool, sum, y, []int32{3, 0, -1, 3, 3, 1}, 2)
					pool.Close()
					d = append(d, sum)
				}
				for i, id := range ids {
					for j := range c {
						require.Equal(t, 0.5*table.At(int(id), j), y.At(i, j))
					}
				}
				require.Equal(t, d[0], d[1])
				require.Equal(t, d[0], d[2])
				for j := range c {
					require.InDelta(t, 3*float64(table.At(3, j)), float64(d[0][3*c+j]), 4*6*unit)
					require.Zero(t, d[0][8*c+j], "a negative id is passed over")
				}
				require.Equal(t, 1+table.At(0, 0), d[0][0])
			}
		}
	})
}
