package kernels

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// fma32 is checked against arbitrary precision.
func TestFMA32(t *testing.T) {
	r := rand.New(rand.NewPCG(11, 12))
	value := func() float32 {
		return math.Float32frombits(r.Uint32()&0x807fffff | uint32(127-30+r.IntN(60))<<23)
	}
	for range 200000 {
		a, b, c := value(), value(), value()
		if r.IntN(2) == 0 { // a near cancellation
			c = -float32(float64(a) * float64(b))
			c = math.Float32frombits(math.Float32bits(c) + uint32(r.IntN(3)) - 1)
		}
		x := new(big.Float).SetPrec(300).Mul(big.NewFloat(float64(a)), big.NewFloat(float64(b)))
		want, _ := x.Add(x, big.NewFloat(float64(c))).Float32()
		require.Equalf(t, want, fma32(a, b, c), "fma(%v, %v, %v)", a, b, c)
	}
}

// exactTile is the tile with the roundings of a fused multiply-add: what all assembly must give, bit for bit.
func exactTile(rows, cols int, c, s []float32, lds int, v []float32, k, add int, pairs bool) {
	switch {
	case pairs && kernelsOf(active).tiles != nil:
		microTilesGeneric(rows, cols, &c[0], &s[0], lds, &v[0], k, add)
		return
	case pairs && kernelsOf(active).foldRows != nil:
		microFoldedGeneric(rows, cols, &c[0], &s[0], lds, &v[0], k, add)
		return
	case pairs:
		microPairsGeneric(rows, cols, &c[0], &s[0], lds, &v[0], k, add)
		return
	}
	for i := range rows {
		for j := range cols {
			var sum float32
			for q := range k {
				sum = fma32(s[i*lds+q], v[q*cols+j], sum)
			}
			if add != 0 {
				sum += c[i*cols+j]
			}
			c[i*cols+j] = sum
		}
	}
}

func bitsEqual(t *testing.T, want, got []float32, format string, args ...any) {
	t.Helper()
	for i := range want {
		if w, g := want[i], got[i]; math.Float32bits(w) != math.Float32bits(g) && (w == w || g == g) {
			require.Failf(t, "bits differ", "%s: at %d want %v (%#08x), got %v (%#08x)", fmt.Sprintf(format, args...), i,
				w, math.Float32bits(w), g, math.Float32bits(g))
		}
	}
}

// Every tile of every level: all k around the unrolling, S strided and both operands ending at an unreadable page,
// a guard band behind C, NaN and infinities among the values.
func TestMicroTiles(t *testing.T) {
	forEachLevel(t, func(t *testing.T) {
		ks := kernelsOf(active)
		for _, pairs := range []bool{false, true} {
			set := ks.f32
			ks := ks
			if pairs {
				if ks.tiles != nil {
					ks = ks.tiles
				}
				set = ks.pairs
			}
			for i, f := range set {
				if f == nil {
					continue
				}
				t.Run(fmt.Sprintf("pairs=%v/%dx%d", pairs, ks.rows[i], ks.cols), func(t *testing.T) {
					for _, k := range []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 64} {
						testTile(t, f, ks.rows[i], ks.cols, k*max(1, ks.unit), pairs)
					}
				})
			}
		}
	})
}

func testTile(t *testing.T, f microFunc, rows, cols, k int, pairs bool) {
	const guard = float32(12345)
	r := rand.New(rand.NewPCG(uint64(rows), uint64(k)))
	lds := k + r.IntN(3)
	size, steps := (rows-1)*lds+k, k
	if pairs && kernelsOf(active).foldRows != nil {
		lds, steps = max(lds, ceilTo(k, 2)), ceilTo(k, 2)
		size = (rows-2)*lds + 2*steps
	}
	s, v := guardedFloats(t, size), guardedFloats(t, steps*cols)
	fill := func(x []float32) {
		for i := range x {
			x[i] = float32(r.NormFloat64())
			if pairs {
				lo, hi := F32ToBF16(float32(r.NormFloat64())), F32ToBF16(float32(r.NormFloat64()))
				if r.IntN(20) == 0 {
					lo = uint16(1 + r.IntN(0x7f)) // a denormal
				}
				x[i] = math.Float32frombits(uint32(lo) | uint32(hi)<<16)
			}
		}
	}
	for trial := range 3 {
		fill(s)
		fill(v)
		if trial == 2 {
			nan, inf := float32(math.NaN()), float32(math.Inf(1))
			s[r.IntN(k)], s[len(s)-1-r.IntN(k)] = nan, inf
			v[r.IntN(len(v))] = inf
		}
		c := make([]float32, rows*cols+16)
		for i := range c {
			c[i] = guard
		}
		want := append([]float32(nil), c...)
		add := trial % 2
		exactTile(rows, cols, want, s, lds, v, k, add, pairs)
		f(&c[0], &s[0], lds, &v[0], k, add, unsafe.Pointer(&c[0]), 0, 16, unsafe.Pointer(&v[0]))
		bitsEqual(t, want, c, "%dx%d k=%d add=%d", rows, cols, k, add)
	}
}

// Every column of every level: tiles below each other, all k around the unrolling, into the sums and out of them, with
// and without what is there; operands end at an unreadable page, what lies between rows of the output stays.
func TestColumns(t *testing.T) {
	forEachLevel(t, func(t *testing.T) {
		ks := kernelsOf(active)
		for i, f := range ks.columns {
			if f == nil {
				continue
			}
			t.Run(fmt.Sprintf("%dx%d", ks.rows[i], ks.cols), func(t *testing.T) {
				for _, k := range []int{1, 2, 3, 4, 5, 15, 16, 17, 31, 32, 33, 47, 48, 64} {
					for tiles := 1; tiles <= 3; tiles++ {
						for _, beta := range []float32{0, 1, -0.5} {
							testColumn(t, ks, i, k, tiles, beta)
						}
					}
				}
			})
		}
	})
}

func testColumn(t *testing.T, ks *kernelSet, kernel, k, tiles int, beta float32) {
	t.Helper()
	r := rand.New(rand.NewPCG(uint64(kernel), uint64(k*10+tiles)))
	rows, panel, cols := ks.rows[kernel], ks.rows[0], ks.cols
	gap := r.IntN(9)
	random := func(n int) []float32 {
		x := guardedFloats(t, n)
		for i := range x {
			x[i] = float32(r.NormFloat64())
			if r.IntN(500) == 0 {
				x[i] = float32(math.Inf(1 - 2*r.IntN(2)))
			}
		}
		return x
	}
	s := random((tiles-1)*(panel*k+gap) + (k-1)*panel + rows)
	v, sums := random(k*cols), random(tiles*rows*cols)
	ldc := cols + r.IntN(7)
	out := random((tiles*rows-1)*ldc + cols)
	for mode := range 4 {
		add, direct := mode&1, mode&2 != 0
		wantSums, wantOut := append([]float32(nil), sums...), append([]float32(nil), out...)
		for at := range tiles * rows {
			for j := range cols {
				var sum float32
				for q := range k {
					x, y := s[at/rows*(panel*k+gap)+q*panel+at%rows], v[q*cols+j]
					if active == Generic {
						sum += float32(x * y)
					} else {
						sum = fma32(x, y, sum)
					}
				}
				if add != 0 {
					sum += sums[at*cols+j]
				}
				switch y := out[at*ldc+j]; {
				case !direct:
					wantSums[at*cols+j] = sum
				case beta == 0:
					wantOut[at*ldc+j] = 1.5 * sum
				case active == Generic:
					wantOut[at*ldc+j] = float32(1.5*sum) + float32(beta*y)
				default:
					wantOut[at*ldc+j] = fma32(1.5, sum, float32(beta*y))
				}
			}
		}
		gotSums, gotOut := append(sums[:0:0], sums...), append(out[:0:0], out...)
		c := column{
			sums: &gotSums[0], s: &s[0], v: &v[0], k: k, tiles: tiles, jump: 4 * gap, add: add, outRow: 4 * ldc,
			alpha: 1.5, beta: beta, step: 64, stride: -64,
		}
		if direct {
			c.out = &gotOut[0]
		}
		ks.columns[kernel](&c)
		require.Zero(t, c.tiles)
		bitsEqual(t, wantSums, gotSums, "sums k=%d tiles=%d mode=%d", k, tiles, mode)
		bitsEqual(t, wantOut, gotOut, "out k=%d tiles=%d mode=%d beta=%v", k, tiles, mode, beta)
	}
}

// Every function that moves words, against its twin.
func TestPackPrimitives(t *testing.T) {
	forEachLevel(t, func(t *testing.T) {
		ks := kernelsOf(active)
		r := rand.New(rand.NewPCG(13, 14))
		random := func(n int) []float32 {
			x := guardedFloats(t, n)
			for i := range x {
				x[i] = math.Float32frombits(r.Uint32())
			}
			return x
		}
		both := func(n int, f func(out []float32, twin bool)) {
			want, got := random(n), make([]float32, n)
			copy(got, want)
			f(want, true)
			f(got, false)
			for i := range want {
				require.Equalf(t, math.Float32bits(want[i]), math.Float32bits(got[i]), "word %d of %d", i, n)
			}
		}
		for n := 1; n < 70; n++ {
			src := random(2*n + 1)
			h := u16s(src)
			both(n+4, func(out []float32, twin bool) { pick(twin, packBF16Generic, ks.fromBF16)(&out[0], &h[2*n+2-n], n) })
			both(n+4, func(out []float32, twin bool) { pick(twin, packF16Generic, ks.fromF16)(&out[0], &h[2*n+2-n], n) })
			both(n+4, func(out []float32, twin bool) {
				pick(twin, unpackBF16Generic, ks.toBF16)(&u16s(out)[0], &src[n+1], n)
			})
			both(n+4, func(out []float32, twin bool) {
				pick(twin, interleaveGeneric, ks.interleave)(&out[0], &h[0], &h[2*n+2-n], n)
			})
		}
		strip := ks.strip
		for n := strip; n <= 6*strip; n += strip {
			lds, ldd := n+r.IntN(5), strip-2+r.IntN(7) // below strip: columns overlap
			src := random((strip-1)*lds + n)
			if h := u16s(src); ks.transposeBF16 != nil {
				both((n-1)*ldd+8, func(out []float32, twin bool) {
					pick(twin, transposeBF16Generic, ks.transposeBF16)(&out[0], ldd, &h[len(h)-7*lds-n], lds, n)
				})
			}
			both((n-1)*ldd+strip, func(out []float32, twin bool) {
				if twin {
					transposeGeneric(strip, &out[0], ldd, &src[0], lds, n)
				} else {
					ks.transpose(&out[0], ldd, &src[0], lds, n)
				}
			})
		}
		if ks.foldRows != nil {
			for n := 2; n < 40; n += 2 {
				lds, even := n+r.IntN(3), random(n)
				both(max(2*n, lds+n), func(out []float32, twin bool) {
					pick(twin, foldRowsGeneric, ks.foldRows)(&out[0], &even[0], lds, n)
				})
				both(n*ks.cols, func(out []float32, twin bool) { pick(twin, foldColsGeneric, ks.foldCols)(&out[0], n, ks.cols) })
			}
		}
		for panels := 1; panels < 6; panels++ {
			src, step := random(panels*ks.cols), ks.cols*3
			if h := u16s(src); ks.spreadBF16 != nil {
				both((panels-1)*step+ks.cols, func(out []float32, twin bool) {
					pick(twin, spreadBF16Generic, ks.spreadBF16)(&out[0], step, &h[panels*ks.cols], panels, ks.cols)
				})
			}
			both((panels-1)*step+ks.cols, func(out []float32, twin bool) {
				pick(twin, spreadGeneric, ks.spread)(&out[0], step, &src[0], panels, ks.cols)
			})
		}
	})
}

func pick[F any](twin bool, a, b F) F {
	if twin {
		return a
	}
	return b
}

// The end of a product: alpha and beta, panels apart, NaN in C unread when beta is zero. With beta the product with
// alpha may be fused, so the twin is met within one rounding.
func TestFinish(t *testing.T) {
	forEachLevel(t, func(t *testing.T) {
		ks := kernelsOf(active)
		r := rand.New(rand.NewPCG(15, 16))
		for n := 1; n < 3*ks.cols+3; n++ {
			step := ks.cols * 2
			src := guardedFloats(t, (n-1)/ks.cols*step+(n-1)%ks.cols+1)
			for i := range src {
				src[i] = float32(r.NormFloat64())
			}
			for _, beta := range []float32{0, 1, -0.5} {
				c32 := guardedFloats(t, n)
				c16 := make([]uint16, n+3)
				for i := range c32 {
					c32[i], c16[i] = float32(r.NormFloat64()), F32ToBF16(float32(r.NormFloat64()))
					if beta == 0 {
						c32[i], c16[i] = float32(math.NaN()), 0x7fc0
					}
				}
				w32, w16 := append([]float32(nil), c32...), append([]uint16(nil), c16...)
				finishF32Generic(&w32[0], &src[0], step, n, ks.cols, 1.5, beta)
				finishBF16Generic(&w16[0], &src[0], step, n, ks.cols, 1.5, beta)
				ks.finishF32(&c32[0], &src[0], step, n, ks.cols, 1.5, beta)
				ks.finishBF16(&c16[0], &src[0], step, n, ks.cols, 1.5, beta)
				for i := range w16 {
					if i < n {
						x := float64(src[i/ks.cols*step+i%ks.cols])
						bound := 0x1p-23 * (1.5*math.Abs(x) + 2*math.Abs(float64(w32[i])))
						require.InDelta(t, w32[i], c32[i], bound)
						bound = 0x1p-7*math.Abs(float64(BF16ToF32(w16[i]))) + 0x1p-22*math.Abs(x)
						if beta == 0 {
							bound = 0
						}
						require.InDelta(t, BF16ToF32(w16[i]), BF16ToF32(c16[i]), bound)
						continue
					}
					require.Equal(t, w16[i], c16[i], "guard")
				}
			}
		}
	})
}
