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
