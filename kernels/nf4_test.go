package kernels

import (
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// guardedBytes returns n bytes that end where the next page cannot be read.
func guardedBytes(t testing.TB, n int) []byte {
	f := guardedFloats(t, (n+3)/4)
	return unsafe.Slice((*byte)(unsafe.Pointer(&f[0])), 4*len(f))[4*len(f)-n:]
}

// NF4's primitives and the packer of int8 against their twins, bit for bit, up to an unreadable page; nothing is written
// beyond.
func TestNF4Primitives(t *testing.T) {
	forEachLevel(t, func(t *testing.T) {
		ks := kernelsOf(active)
		r := rand.New(rand.NewPCG(51, 52))
		special := []float32{0, float32(math.Copysign(0, -1)), float32(math.NaN()), float32(math.Inf(1)), 1e-40, -3e38}
		for blocks := 1; blocks < 6; blocks++ {
			codes, scales := guardedBytes(t, blocks*NF4Block/2), guardedFloats(t, blocks)
			for trial := range 40 {
				for i := range codes {
					codes[i] = byte(r.Uint32())
				}
				for i := range scales {
					scales[i] = float32(r.NormFloat64())
					if trial%4 == 0 {
						scales[i] = special[r.IntN(len(special))]
					}
				}
				want, got := make([]float32, blocks*NF4Block), guardedFloats(t, blocks*NF4Block)
				nf4WidenGeneric(&want[0], &codes[0], &scales[0], blocks)
				ks.widenNF4(&got[0], &codes[0], &scales[0], blocks)
				sameFloats(t, want, got)

				x := guardedFloats(t, blocks*NF4Block)
				for i := range x {
					x[i] = float32(r.NormFloat64())
					switch trial % 5 {
					case 1:
						x[i] *= 1e-40
					case 2:
						x[i] = special[r.IntN(len(special))]
					case 3: // on the bounds
						x[i] = nf4Bounds[r.IntN(15)]
						if i%NF4Block == 0 {
							x[i] = 1
						}
					}
				}
				wantCodes, wantScales := make([]byte, len(codes)), make([]float32, blocks)
				nf4QuantiseGeneric(&wantCodes[0], &wantScales[0], &x[0], blocks)
				ks.nf4.quantise(&codes[0], &scales[0], &x[0], blocks)
				require.Equal(t, wantCodes, codes)
				sameFloats(t, wantScales, scales)
			}
		}
		for n := 1; n < 80; n++ {
			src := guardedBytes(t, n)
			for i := range src {
				src[i] = byte(r.Uint32())
			}
			want, got := make([]float32, n), guardedFloats(t, n)
			packI8Generic(&want[0], &src[0], n, 0.37)
			ks.fromI8(&got[0], &src[0], n, 0.37)
			sameFloats(t, want, got)
		}
	})
}

// sameFloats compares bits, all NaN being one.
func sameFloats(t *testing.T, want, got []float32) {
	t.Helper()
	for i, w := range want {
		if g := got[i]; math.Float32bits(w) != math.Float32bits(g) && (w == w || g == g) {
			t.Fatalf("element %d of %d: want %v, got %v", i, len(want), w, g)
		}
	}
}

// The order that a level wants rows of x in is one of the block.
func TestNF4Order(t *testing.T) {
	forEachLevel(t, func(t *testing.T) {
		var seen [NF4Block]bool
		for _, to := range kernelsOf(active).nf4.order {
			require.False(t, seen[to])
			seen[to] = true
		}
	})
}

// quantisedRows makes codes and scales that end at unreadable pages.
func quantisedRows(t testing.TB, r *rand.Rand, s Storage, rows, cols int, double bool) Mat {
	n := rows * cols
	q := &Quant{Codes: guardedBytes(t, s.Bytes(n))}
	for i := range q.Codes {
		q.Codes[i] = byte(r.Uint32())
	}
	blocks := rows
	if s == NF4 {
		blocks = (2*len(q.Codes) + NF4Block - 1) / NF4Block
	}
	floats := func(n int) []float32 {
		x := guardedFloats(t, n)
		for i := range x {
			x[i] = float32(r.NormFloat64())
		}
		return x
	}
	if s == NF4 && double {
		q.ScaleCodes, q.ScaleMap, q.Scale2, q.Offset = guardedBytes(t, blocks), DynamicMap(), floats((blocks+ScaleBlock-1)/ScaleBlock), 0.1
		for i := range q.ScaleCodes {
			q.ScaleCodes[i] = byte(r.Uint32())
		}
	} else {
		q.Scale = floats(blocks)
	}
	if s == I8 {
		return I8Mat(q, rows, cols)
	}
	return NF4Mat(q, rows, cols)
}

// Every product with a quantised operand, its views too, against float64 of the values that At gives: blocks that end in
// the middle of rows, odd numbers of elements, codes and scales that end where memory does.
func TestGemmQuantised(t *testing.T) {
	shapes := [][3]int{{1, 1, 1}, {1, 70, 64}, {1, 3, 128}, {3, 65, 192}, {4, 130, 64}, {8, 5, 320}, {32, 50, 128}, {31, 9, 90}, {2, 67, 33}, {7, 9, 100}, {1, 300, 4160}, {2, 60, 1400},
		{40, 70, 130}, {20, 96, 256}, {33, 40, 100}, {130, 20, 700}}
	forEachLevel(t, func(t *testing.T) {
		p := NewPool(2)
		defer p.Close()
		r := rand.New(rand.NewPCG(53, 54))
		for _, sh := range shapes {
			m, n, k := sh[0], sh[1], sh[2]
			if testing.Short() && m*n*k > 100000 || *fewest && m*n*k > 40000 {
				continue
			}
			for _, s := range []Storage{I8, NF4} {
				for _, double := range []bool{false, true} {
					a, c := quantTestMat(r, m, k), quantTestMat(r, m, n)
					b := quantisedRows(t, r, s, n, k, double)
					checkQuantised(t, p, false, true, a, b, c)
					checkQuantised(t, p, false, false, a, quantisedRows(t, r, s, k, n, double), c)
					checkQuantised(t, p, true, false, quantisedRows(t, r, s, k, m, double), quantTestMat(r, k, n), c)
					wide := quantisedRows(t, r, s, n+3, k+64, double)
					checkQuantised(t, p, false, true, a, wide.RowRange(2, n+2).ColRange(64, k+64), c)
					checkQuantised(t, p, false, true, a, wide.RowRange(1, n+1).ColRange(7, k+7), c)
				}
			}
		}
	})
}

func quantTestMat(r *rand.Rand, rows, cols int) Mat {
	m := F32Mat(make([]float32, rows*cols), rows, cols)
	for i := range m.F32 {
		m.F32[i] = float32(r.NormFloat64())
	}
	return m
}

func checkQuantised(t *testing.T, p *Pool, tA, tB bool, a, b, c Mat) {
	t.Helper()
	op := func(m Mat, trans bool, i, j int) float64 {
		if trans {
			i, j = j, i
		}
		return float64(m.At(i, j))
	}
	k := a.Cols
	if tA {
		k = a.Rows
	}
	Gemm(p, tA, tB, 1, a, b, 0, c)
	for i := range c.Rows {
		for j := range c.Cols {
			var sum, mag float64
			for q := range k {
				v := op(a, tA, i, q) * op(b, tB, q, j)
				sum += v
				mag += math.Abs(v)
			}
			// k products and sums, and besides a scale that is applied to a sum, not to the values as At does.
			if got, bound := float64(c.At(i, j)), float64(k+5)*0x1p-24*mag; math.Abs(got-sum) > bound || got != got {
				t.Fatalf("C[%d,%d] = %v, want %v within %v: %d x %d x %d, %v %v", i, j, got, sum, bound, c.Rows, c.Cols, k, a.Storage, b.Storage)
			}
		}
	}
}

// A row of few has the bits it has alone, at any number of workers; a product of many has the bits of one with the values
// written out as float32.
func TestQuantisedSameBits(t *testing.T) {
	forEachLevel(t, func(t *testing.T) {
		p, p1 := NewPool(3), NewPool(1)
		defer p.Close()
		defer p1.Close()
		r := rand.New(rand.NewPCG(55, 56))
		for _, k := range []int{128, 77} {
			for _, s := range []Storage{I8, NF4} {
				const n = 131
				w, a := quantisedRows(t, r, s, n, k, true), quantTestMat(r, 40, k)
				all := quantTestMat(r, GemvRows, n)
				Gemm(p, false, true, 1, a.RowRange(0, GemvRows), w, 0, all)
				for m := 1; m <= GemvRows; m++ {
					c := quantTestMat(r, m, n)
					Gemm(p1, false, true, 1, a.RowRange(0, m), w, 0, c)
					sameFloats(t, all.F32[:m*n], c.F32)
				}
				flat := F32Mat(make([]float32, n*k), n, k)
				for i := range flat.F32 {
					flat.F32[i] = w.At(i/k, i%k)
				}
				dy := quantTestMat(r, 40, n)
				for _, back := range []bool{false, true} {
					x, cols := a, n
					if back {
						x, cols = dy, k
					}
					want, got := quantTestMat(r, 40, cols), quantTestMat(r, 40, cols)
					Gemm(p, false, !back, 1, x, flat, 0, want)
					Gemm(p, false, !back, 1, x, w, 0, got)
					sameFloats(t, want.F32, got.F32)
				}
			}
		}
	})
}

// A scale that is no number reaches the rows of its block and no others.
func TestQuantisedNaN(t *testing.T) {
	forEachLevel(t, func(t *testing.T) {
		p := NewPool(2)
		defer p.Close()
		r := rand.New(rand.NewPCG(57, 58))
		for _, s := range []Storage{I8, NF4} {
			for _, m := range []int{1, 4, 20} {
				w := quantisedRows(t, r, s, 70, 128, false)
				bad := 5
				if s == NF4 {
					bad = 11 // of row 5
				}
				w.Q.Scale[bad] = float32(math.NaN())
				c := quantTestMat(r, m, 70)
				Gemm(p, false, true, 1, quantTestMat(r, m, 128), w, 0, c)
				for i, v := range c.F32 {
					require.Equal(t, i%70 == 5, v != v, "%v m=%d element %d", s, m, i)
				}
			}
		}
	})
}

func TestQuantisedAllocatesNothing(t *testing.T) {
	p := NewPool(2)
	defer p.Close()
	r := rand.New(rand.NewPCG(59, 60))
	forEachLevel(t, func(t *testing.T) {
		for _, s := range []Storage{I8, NF4} {
			for _, m := range []int{1, 5, 70} {
				a, b, c := quantTestMat(r, m, 128), quantisedRows(t, r, s, 80, 128, true), quantTestMat(r, m, 80)
				require.Zero(t, testing.AllocsPerRun(20, func() { Gemm(p, false, true, 1, a, b, 0, c) }), "%v m=%d", s, m)
			}
		}
	})
}

func TestQuantisedShapePanics(t *testing.T) {
	require.PanicsWithValue(t, "kernels: NF4Mat: 1 scales for 2 blocks of codes",
		func() { NF4Mat(&Quant{Codes: make([]byte, 64), Scale: make([]float32, 1)}, 2, 64) })
	require.PanicsWithValue(t, "kernels: I8Mat: 3 scales for 64 codes in rows of 32",
		func() { I8Mat(&Quant{Codes: make([]byte, 64), Scale: make([]float32, 3)}, 2, 32) })
	require.PanicsWithValue(t, "kernels: NF4Mat: 3 x 64 with stride 64 needs 192 elements, has 128",
		func() { NF4Mat(&Quant{Codes: make([]byte, 64), Scale: make([]float32, 2)}, 3, 64) })
	m := NF4Mat(&Quant{Codes: make([]byte, 64), Scale: make([]float32, 2)}, 2, 64)
	require.Panics(t, func() { m.Set(0, 0, 1) })
	p := NewPool(1)
	defer p.Close()
	require.PanicsWithValue(t, "kernels: Gemm: C in nf4", func() {
		Gemm(p, false, false, 1, F32Mat(make([]float32, 4), 2, 2), F32Mat(make([]float32, 128), 2, 64), 0, m)
	})
}

// FuzzQuantised: any small shape, storage and level against float64.
func FuzzQuantised(f *testing.F) {
	f.Add(uint64(1), uint8(14), uint8(33), uint8(7), uint8(0))
	f.Add(uint64(2), uint8(1), uint8(65), uint8(128), uint8(255))
	f.Fuzz(func(t *testing.T, seed uint64, m, n, k, flags uint8) {
		if m == 0 || n == 0 || k == 0 {
			t.Skip("an empty product: the edge tests have those")
		}
		p := NewPool(2)
		defer p.Close()
		levels := Levels()
		SetLevel(t, levels[seed%uint64(len(levels))])
		r := rand.New(rand.NewPCG(seed, 61))
		s, double, trans := []Storage{I8, NF4}[flags&1], flags&2 != 0, flags&4 != 0
		rows, cols := int(k), int(n)
		if trans {
			rows, cols = cols, rows
		}
		checkQuantised(t, p, false, trans, quantTestMat(r, int(m), int(k)), quantisedRows(t, r, s, rows, cols, double), quantTestMat(r, int(m), int(n)))
	})
}
