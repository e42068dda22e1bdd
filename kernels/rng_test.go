package kernels

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestHash64Known pins the stream: runs already made must replay.
func TestHash64Known(t *testing.T) {
	require.Equal(t, []uint64{0x48218226ff3cd4bf, 0xa706dd2f4d197e6f, 0xdce423fc82c0d5b8, 0x957a953b6e05fa5a}, []uint64{Hash64(0, 0), Hash64(0, 1), Hash64(1, 0), Hash64(42, 1<<40)})
}

func TestHash64Bits(t *testing.T) {
	const n = 1 << 16
	var ones [64]int
	for i := range uint64(n) {
		h := Hash64(77, i)
		for b := range ones {
			ones[b] += int(h >> b & 1)
		}
	}
	for b, c := range ones {
		require.InDelta(t, n/2, c, 5*math.Sqrt(n)/2, "bit %d", b)
	}
}

func TestNormal(t *testing.T) {
	const n = 1 << 16
	var s, s2, s4 float64
	for i := range uint64(n) {
		x := Normal(3, i)
		s, s2, s4 = s+x, s2+x*x, s4+x*x*x*x
	}
	require.InDelta(t, 0, s/n, 5/math.Sqrt(n))
	require.InDelta(t, 1, s2/n, 5*math.Sqrt(2./n))
	require.InDelta(t, 3, s4/n, 5*math.Sqrt(96./n))
}

func TestFillUniform(t *testing.T) {
	x := make([]float32, 1<<16)
	FillUniform(x, -0.25, 0.75, 9)
	var s float64
	for _, v := range x {
		require.True(t, v >= -0.25 && v < 0.75)
		s += float64(v)
	}
	require.InDelta(t, 0.25, s/float64(len(x)), 5/math.Sqrt(12*float64(len(x))))
}

func TestPermutation(t *testing.T) {
	counts := [6]int{}
	const n = 6000
	for key := range uint64(n) {
		p := make([]int, 3)
		Permutation(p, key)
		for i, q := range [][]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
			if slices.Equal(p, q) {
				counts[i]++
			}
		}
	}
	for _, c := range counts {
		require.InDelta(t, n/6, c, 5*math.Sqrt(n*5/36.))
	}
	p := make([]int, 1000)
	Permutation(p, 4)
	require.False(t, slices.IsSorted(p))
	slices.Sort(p)
	for i, v := range p {
		require.Equal(t, i, v)
	}
}

func TestReductions(t *testing.T) {
	eachRowLevel(t, func(t *testing.T) {
		for _, n := range []int{0, 1, 15, 16, 17, 100, blockElements + 1, 3*blockElements + 77} {
			x := make([]float32, n)
			FillNormal(x, 0, 1e15, uint64(n)) // squares beyond float32 sums in float64
			want := 0.0
			for _, v := range x {
				want += float64(v) * float64(v)
			}
			var got []float64
			for _, workers := range []int{1, 2, 3, 5} {
				pool := NewPool(workers)
				got = append(got, SumSquares(pool, x))
				require.True(t, AllFinite(pool, x))
				for _, at := range []int{0, n / 2, n - 1} {
					for _, bad := range []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1))} {
						if n > 0 {
							old := x[at]
							x[at] = bad
							require.False(t, AllFinite(pool, x))
							x[at] = old
						}
					}
				}
				pool.Close()
			}
			require.InDelta(t, want, got[0], want*float64(n+1)*0x1p-53)
			for _, g := range got {
				require.Equal(t, got[0], g)
			}
		}
	})
}
