package kernels

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestArgMax compares with one loop over x, at lengths around every boundary, with ties and with what is not finite.
func TestArgMax(t *testing.T) {
	forEachLevel(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(61, 62))
		lengths := []int{0, 1, 63, 64, 65, 127, 128, 129, 2047, 2048, 2049, 2048 + 64, 4096, 5000}
		for _, n := range lengths {
			x := guardedFloats(t, n)
			for trial := range 20 {
				want := 0
				for i := range x {
					x[i] = float32(r.IntN(50)) - 100 // many equals, none positive
					if trial == 0 {
						x[i] = -math.MaxFloat32
					}
					if x[i] > x[want] {
						want = i
					}
				}
				got, finite := ArgMax(x)
				require.Truef(t, finite && got == want, "n=%d: %d, want %d", n, got, want)
			}
			for range min(n, 8) {
				at := r.IntN(n)
				for _, bad := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
					old := x[at]
					x[at] = float32(bad)
					_, finite := ArgMax(x)
					require.Falsef(t, finite, "n=%d: %g at %d", n, bad, at)
					x[at] = old
				}
			}
		}
	})
}

// TestArgMaxCapped compares with the first of the largest of all capped elements: where the cap makes neighbours equal, at
// both of its ends and around zero, and where nothing is near. Softcap's own largest lies within its error of it.
func TestArgMaxCapped(t *testing.T) {
	forEachLevel(t, func(t *testing.T) {
		p := NewPool(1)
		defer p.Close()
		r := rand.New(rand.NewPCG(63, 64))
		for _, n := range []int{1, 2, 64, 2048, 2049, 5000, argMaxBlocks*argMaxBlock + 100} {
			x, y := make([]float32, n), make([]float32, n)
			for _, limit := range []float32{0, 1, 30} {
				for _, middle := range []float32{0, 1e-30, 0.5, -0.5, 3, 20, 80, 200, 500, -80, -500, 1e38} {
					for _, ulps := range []int{3, 40, 1 << 22} {
						if n > 5000 && (limit == 1 || middle != 20 && middle != 0.5) {
							continue // blocks longer than the least: two places of the curve will do
						}
						for i := range x {
							x[i] = math.Float32frombits(math.Float32bits(middle) + uint32(r.IntN(ulps)))
						}
						want := 0
						for i := range x {
							if capExact(x[i], limit) > capExact(x[want], limit) {
								want = i
							}
						}
						got, finite := ArgMaxCapped(x, limit)
						require.Truef(t, finite && got == want, "n=%d cap=%g middle=%g: %d, want %d", n, limit, middle, got, want)
						Softcap(p, F32Mat(y, 1, n), F32Mat(x, 1, n), limit)
						top, _ := ArgMax(y)
						require.InDelta(t, y[top], y[got], 1e-6*float64(limit))
					}
				}
			}
			x[n/2] = float32(math.NaN())
			_, finite := ArgMaxCapped(x, 30)
			require.False(t, finite)
		}
	})
}
