package kernels

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// rowAliases are the pairs of slices, output and input, that a primitive may be given as one.
var rowAliases = map[string][][2]int{
	"normScale": {{0, 1}}, "normScaleAdd": {{0, 1}, {0, 2}}, "normGrad": {{0, 1}},
	"scale": {{0, 1}}, "copy": {{0, 1}}, "add": {{0, 1}, {0, 2}}, "mul": {{0, 1}, {0, 2}}, "axpy": {{0, 1}}, "mulScaleAdd": {{0, 1}},
	"capGrad": {{0, 1}, {0, 2}}, "exp": {{0, 1}}, "tanh": {{0, 1}}, "capTanh": {{0, 1}}, "scaleMax": {{0, 1}},
	"capLossGrad": {{0, 1}}, "capLossGrad far": {{0, 1}}, "capKeepSum": {{0, 1}}, "capKeepSum far": {{0, 1}}, "keptLossGrad": {{0, 1}}, "softmaxGrad": {{0, 1}},
	"geglu": {{0, 1}, {0, 2}}, "gegluGrad": {{0, 2}, {0, 3}, {0, 4}, {1, 2}, {1, 3}, {1, 4}},
	"dropout": {{0, 1}}, "dropoutAdd": {{0, 1}},
}

// TestRowOpsInPlace: an output that is an input has the bits it has apart from it.
func TestRowOpsInPlace(t *testing.T) {
	eachRowLevel(t, func(t *testing.T) {
		ops, seen := activeRows(), 0
		for _, c := range rowOpCases {
			if rowAliases[c.name] != nil {
				seen++
			}
			for _, pair := range rowAliases[c.name] {
				for _, n := range []int{1, 7, 9, 17, 24, 31, 33, 48, 65, 97, 129, 500} {
					var apart, one [5][]float32
					for i := range one {
						one[i] = make([]float32, n)
						FillUniform(one[i], -3, 3, uint64(n+i))
					}
					copy(one[pair[0]], one[pair[1]]) // where an output is read, too, both ways read the same
					for i := range one {
						apart[i] = append([]float32(nil), one[i]...)
					}
					one[pair[0]] = one[pair[1]]
					want, got := c.run(ops, &apart), c.run(ops, &one)
					require.Equal(t, want, got, "%s of %v, n = %d", c.name, pair, n)
					for i := range one {
						if i != pair[1] {
							require.Equal(t, apart[i], one[i], "%s of %v, n = %d, slice %d", c.name, pair, n, i)
						}
					}
				}
			}
		}
		require.Equal(t, len(rowAliases), seen)
	})
}

// banded returns n floats at the given distance from a 64-byte boundary between two bands that check finds written.
func banded(n, off int) (x []float32, check func() bool) {
	const band = 48
	whole := alignedFloats(2*band + off + n)
	for i := range whole {
		whole[i] = bandValue
	}
	x = whole[band+off:][:n:n]
	return x, func() bool {
		for _, side := range [][]float32{whole[:band+off], whole[band+off+n:]} {
			for _, v := range side {
				if v != bandValue {
					return false
				}
			}
		}
		return true
	}
}

// unordered are the primitives whose largest element is unspecified beside a NaN; the sums and gradients made with it tell.
var unordered = map[string]bool{"columnMax": true, "columnExp": true, "scaleMax": true, "capTanh": true}

// saturated are those whose exponentials stop at MaxFloat32 instead of +Inf: their arguments are logits less the largest, or
// less the logarithm of a sum that is infinite or NaN where one of them is.
var saturated = map[string]bool{"sumExpShift": true, "columnExp": true, "softmaxGrad": true, "scoreGrad": true}

// sameClass compares a result with its twin's: near, or not finite where that is not, and of a NaN a NaN. Which of NaN and
// infinity comes of an infinity may differ: g*(1+w) as g*w + g takes an infinite g from itself where w is negative.
func sameClass(got, want float32, nan bool, bound float64) bool {
	if d := want - want; d != d {
		return got-got != 0 && (!nan || (got != got) == (want != want))
	}
	return math.Abs(float64(got)-float64(want)) <= bound
}

var rowSpecials = []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1)), float32(math.Copysign(0, -1)), 1e-40, -1e-40}

// TestRowOpsSpecials puts what is not an ordinary number in every lane of each slice alone: it comes out where the twin has
// it and nowhere else, at any alignment, and nothing is written before or behind a slice.
func TestRowOpsSpecials(t *testing.T) {
	lengths := []int{67, 129}
	if *fewest {
		lengths = []int{35}
	}
	eachRowLevel(t, func(t *testing.T) {
		ops := activeRows()
		for _, n := range lengths {
			for at := range n {
				if n > 100 && at%9 != 0 {
					continue
				}
				special := rowSpecials[(at+at/8)%len(rowSpecials)]
				for k := range 5 {
					var mine, twin, fresh [5][]float32
					var intact [5]func() bool
					for i := range mine {
						mine[i], intact[i] = banded(n, (at+3*i)%16)
						twin[i], fresh[i] = make([]float32, n), make([]float32, n)
						FillUniform(fresh[i], -3, 3, uint64(n+7*i))
					}
					fresh[k][at] = special
					for _, c := range rowOpCases {
						if saturated[c.name] && math.IsInf(float64(special), 1) {
							continue
						}
						for i := range mine {
							copy(mine[i], fresh[i])
							copy(twin[i], fresh[i])
						}
						got, want := c.run(ops, &mine), c.run(&genericRows, &twin)
						if !unordered[c.name] && !sameClass(got, want, special != special, float64(n)*36*float64(n/8+8)*unit) {
							t.Fatalf("%s, n = %d, %g in slice %d at %d: %g, twin has %g", c.name, n, special, k, at, got, want)
						}
						for i := range mine {
							for j, w := range twin[i] {
								if unordered[c.name] && j == at {
									continue
								}
								if !sameClass(mine[i][j], w, special != special, 24*unit*max(1, math.Abs(float64(w)))) {
									t.Fatalf("%s, n = %d, %g in slice %d at %d: element %d of slice %d is %g, twin has %g", c.name, n, special, k, at, j, i, mine[i][j], w)
								}
							}
							require.True(t, intact[i](), "%s, n = %d: written beside slice %d", c.name, n, i)
						}
					}
				}
			}
		}
	})
}

// TestRowOpsConversions: conversions and sums of every length and alignment between bands, up to an unreadable page, and
// each lane that is not finite found.
func TestRowOpsConversions(t *testing.T) {
	eachRowLevel(t, func(t *testing.T) {
		ops := activeRows()
		widen := map[string][2]func([]float32, []uint16){
			"bf16": {ops.widenBF16, widenBF16Generic}, "f16": {ops.widenF16, widenF16Generic},
		}
		narrow := map[string][2]func([]uint16, []float32){
			"bf16": {ops.narrowBF16, narrowBF16Generic}, "f16": {ops.narrowF16, narrowF16Generic},
		}
		for n := range 70 {
			src, words := guarded(t, n), u16s(guarded(t, (n+1)/2))
			words = words[len(words)-n:]
			FillUniform(src, -9, 9, uint64(n))
			for i := range words {
				words[i] = F32ToBF16(src[i])
			}
			if n > 2 {
				src[n-1], src[n-2], words[n-2] = math.Float32frombits(0x7fffffff), float32(math.Inf(-1)), 0x7f81
			}
			for name, f := range widen {
				y, intact := banded(n, n%16)
				want := make([]float32, n)
				f[0](y, words)
				f[1](want, words)
				for i := range want {
					require.Equal(t, want[i] != want[i], y[i] != y[i])
					require.True(t, want[i] != want[i] || math.Float32bits(want[i]) == math.Float32bits(y[i]), "%s %d of %d", name, i, n)
				}
				require.True(t, intact(), "%s, n = %d", name, n)
			}
			for name, f := range narrow {
				all := make([]uint16, n+32)
				y, want := all[16+n%3:][:n], make([]uint16, n)
				f[0](y, src)
				f[1](want, src)
				for i := range want {
					tie := *emulated && name == "f16" // see TestConvertNarrow
					require.True(t, want[i] == y[i] || tie || src[i] != src[i] && y[i]&0x7fff > 0x7c00, "%s %d of %d", name, i, n)
				}
				clear(y)
				require.Equal(t, make([]uint16, n+32), all, "%s, n = %d: written beside", name, n)
			}
			clear(src[max(0, n-2):])
			require.InEpsilon(t, 1+sumSquares64Generic(src), 1+ops.sumSquares64(src), float64(n+1)*0x1p-52)
			require.True(t, ops.allFinite(src))
			for i := range src {
				for _, v := range rowSpecials[:3] {
					was := src[i]
					src[i] = v
					require.False(t, ops.allFinite(src), "%g at %d of %d", v, i, n)
					s := ops.sumSquares64(src)
					require.True(t, math.IsNaN(s) == (v != v) && (v != v || math.IsInf(s, 1)), "%g at %d of %d", v, i, n)
					src[i] = was
				}
			}
			require.True(t, ops.allFinite(src), fmt.Sprint(n))
		}
	})
}
