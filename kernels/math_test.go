package kernels

import (
	"flag"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// everyFloat calls f with slices that cover all float32 between lo and hi (as ordered by magnitude and sign), or
// every stride-th of them.
func everyFloat(lo, hi float32, stride uint32, f func(x []float32)) {
	x := make([]float32, 0, 1<<12)
	flush := func() {
		if len(x) > 0 {
			f(x)
			x = x[:0]
		}
	}
	for _, side := range [][2]float32{{max(lo, 0), hi}, {max(-hi, 0), -lo}} {
		sign := uint32(0)
		if side == [2]float32{max(-hi, 0), -lo} {
			sign = 1 << 31
		}
		if side[1] < side[0] {
			continue
		}
		for b := uint64(math.Float32bits(side[0])); b <= uint64(math.Float32bits(side[1])); b += uint64(stride) {
			x = append(x, math.Float32frombits(uint32(b)|sign))
			if len(x) == cap(x) {
				flush()
			}
		}
	}
	flush()
}

// ulps is the distance of got from want in units of want's last place.
func ulps(got float32, want float64) float64 {
	w := math.Abs(want)
	e := math.Ilogb(w)
	if w == 0 || e < -126 {
		e = -126
	}
	return math.Abs(float64(got)-want) / math.Ldexp(1, e-23)
}

// sweep 1 looks at every float32; 61 is prime and dense enough to meet the same worst cases within 0.1 ulp.
var sweep = flag.Uint("sweep", 61, "test exp and tanh at every n-th float32 of their range")

func sweepStride() uint32 {
	if *fewest {
		return 65521
	}
	if testing.Short() {
		return 4093
	}
	return uint32(*sweep)
}

func TestExpAccuracy(t *testing.T) {
	eachRowLevel(t, func(t *testing.T) {
		ops, worst, at := activeRows(), 0.0, float32(0)
		y := make([]float32, 1<<12)
		everyFloat(-87.29, 88.7228, sweepStride(), func(x []float32) {
			ops.exp(y[:len(x)], x)
			for i, v := range x {
				if d := ulps(y[i], math.Exp(float64(v))); !(d <= worst) {
					worst, at = d, v
				}
			}
		})
		t.Logf("exp: worst error %.3f ulp at %g", worst, at)
		// Two roundings of the polynomial's last steps, its remainder and the reduced argument: below 1.5.
		require.LessOrEqual(t, worst, 1.5)
		inf, nan := float32(math.Inf(1)), float32(math.NaN())
		x := []float32{-inf, inf, nan, 0, -88, -1e30, 89, 1e30, float32(math.Copysign(0, -1)), 1e-45}
		ops.exp(y[:len(x)], x)
		require.Equal(t, []float32{0, inf}, y[:2])
		require.True(t, y[2] != y[2])
		require.Equal(t, []float32{1, 0, 0, inf, inf, 1, 1}, y[3:10])
	})
}

func TestTanhAccuracy(t *testing.T) {
	eachRowLevel(t, func(t *testing.T) {
		ops, worst, at := activeRows(), 0.0, float32(0)
		y := make([]float32, 1<<12)
		everyFloat(-20, 20, sweepStride(), func(x []float32) {
			ops.tanh(y[:len(x)], x)
			for i, v := range x {
				if d := ulps(y[i], math.Tanh(float64(v))); !(d <= worst) {
					worst, at = d, v
				}
			}
		})
		t.Logf("tanh: worst error %.3f ulp at %g", worst, at)
		// e^x-1, the sum with 2 and the quotient round once each and the polynomial is right to 1.4e-8: 3.24 * 2^-24
		// of the value, which is as many last places at worst.
		require.LessOrEqual(t, worst, 3.24)
		inf, nan := float32(math.Inf(1)), float32(math.NaN())
		x := []float32{-inf, inf, nan, 0, 1e30}
		ops.tanh(y[:len(x)], x)
		require.Equal(t, []float32{-1, 1}, y[:2])
		require.True(t, y[2] != y[2])
		require.Equal(t, []float32{0, 1}, y[3:5])
	})
}

// TestCapLossAccuracy: the gradient of the loss under a cap, over all float32 that the polynomial and the slow body see.
func TestCapLossAccuracy(t *testing.T) {
	const lse = 12
	for _, limit := range []float32{5, 30, 36} {
		c := new(capConsts)
		c.set(limit)
		c.row(lse, 1)
		eachRowLevel(t, func(t *testing.T) {
			ops, worst, at := activeRows(), 0.0, float32(0)
			z := make([]float32, 1<<12)
			everyFloat(-6*limit, 6*limit, sweepStride(), func(x []float32) {
				ops.capLossGrad(z[:len(x)], x, c)
				for i, v := range x {
					th := math.Tanh(float64(v) / float64(limit))
					y := float64(limit) * th
					e := math.Exp(y - lse)
					// y is right to 8 roundings of cap and its distance from lse to one, 2^n(1+…) to 4; the slope's
					// error is twice that of tanh, 8 roundings, and 4 of its own.
					bound := e * unit * ((1-th*th)*(8*float64(limit)+math.Abs(y-lse)+4) + 20)
					if d := math.Abs(float64(z[i])-e*(1-th*th)) / bound; !(d <= worst) {
						worst, at = d, v
					}
				}
			})
			t.Logf("cap %g: worst error %.3f of its bound at %g", limit, worst, at)
			require.LessOrEqual(t, worst, 1.0)
		})
	}
}

// TestGeluAccuracy: gelu and its slope as the kernels compute them, over all float32 in range.
func TestGeluAccuracy(t *testing.T) {
	eachRowLevel(t, func(t *testing.T) {
		ops := activeRows()
		var worst, at [3]float64
		var buf [5][1 << 12]float32
		ones := buf[4][:]
		for i := range ones {
			ones[i] = 1
		}
		stride := sweepStride()
		if stride > 1 {
			stride *= 7 // two exponentials in float64 for each
		}
		everyFloat(-30, 30, stride, func(x []float32) {
			n := len(x)
			y, da, db := buf[0][:n], buf[1][:n], buf[2][:n]
			ops.geglu(y, x, ones[:n])
			ops.gegluGrad(da, db, ones[:n], x, ones[:n])
			for i, v := range x {
				a := float64(v)
				u2 := 2 * geluK * (a + geluC*a*a*a)
				s, rest := 1/(1+math.Exp(-u2)), 1/(1+math.Exp(u2)) // the sigmoid, and one less it
				slope := 2*geluK + 6*geluK*geluC*a*a
				// 2u is right to 7 roundings, which e^-2u carries as an absolute error, and to 4 of its own; 1/(1+e^-2u) to
				// its share of that and 2 more.
				e := rest*(7*math.Abs(u2)+4) + 2
				gelu := math.Abs(a*s)*(e+1)*unit + floor(a)
				grad := a*s*rest*slope + s
				// A product of five factors, one of them 1-s, whose absolute error is that of s, and s itself.
				gradBound := (math.Abs(a*s*slope)*(rest*(e+5)+s*e+1) + s*e + math.Abs(grad)) * unit
				for j, c := range [3][3]float64{{float64(y[i]), a * s, gelu}, {float64(db[i]), a * s, gelu}, {float64(da[i]), grad, gradBound + floor(a)*max(1, slope)}} {
					if d := math.Abs(c[0]-c[1]) / c[2]; !(d <= worst[j]) {
						worst[j], at[j] = d, a
					}
				}
			}
		})
		t.Logf("gelu, gelu beside its slope, slope: worst errors %.3f of their bounds at %g", worst, at)
		for _, w := range worst {
			require.LessOrEqual(t, w, 1.0)
		}
		inf := float32(math.Inf(1))
		y := make([]float32, 6)
		ops.geglu(y, []float32{inf, float32(math.NaN()), 0, 100, -100, 1e-40}, ones[:6])
		require.Equal(t, inf, y[0])
		require.True(t, y[1] != y[1])
		require.Equal(t, []float32{0, 100}, y[2:4])
		require.InDelta(t, 0, y[4], floor(100))
	})
}

// floor is what is left of a gelu whose sigmoid ends at 2^-125, and of denormals.
func floor(a float64) float64 { return (math.Abs(a) + 8) * 0x1p-120 }
