package kernels_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"lapidary/kernels"
)

// operand is op(X) = rows x cols, stored transposed or not.
func operand(r *rand.Rand, s kernels.Storage, trans bool, rows, cols int) kernels.Mat {
	if trans {
		rows, cols = cols, rows
	}
	return randMat(r, s, rows, cols, r.IntN(3))
}

// All m, n around every tile edge, in the three products that training uses, all storages in turn.
func TestGemmTileEdges(t *testing.T) {
	edges := []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 14, 15, 16, 17, 18, 28, 31, 32, 33, 36, 63, 64, 65}
	if testing.Short() {
		edges = []int{1, 5, 9, 14, 15, 33}
	}
	kernels.ForEachLevel(t, func(t *testing.T) {
		p := kernels.NewPool(2)
		defer p.Close()
		r := rand.New(rand.NewPCG(21, 22))
		storages := []kernels.Storage{kernels.F32, kernels.BF16, kernels.F16}
		turn := 0
		for _, m := range edges {
			for _, n := range edges {
				for _, op := range [][2]bool{{false, true}, {false, false}, {true, false}} {
					turn++
					sa, sb := storages[turn%3], storages[turn/3%3]
					if turn%4 == 0 {
						sa, sb = kernels.BF16, kernels.BF16
					}
					k := 1 + r.IntN(20)
					c := randMat(r, storages[turn/2%2], m, n, r.IntN(3))
					checkGemm(t, p, op[0], op[1], 1, operand(r, sa, op[0], m, k), operand(r, sb, op[1], k, n), float32(turn%2), c)
				}
			}
		}
	})
}

// Shapes that need several blocks of k, several tasks, several passes over resident rows and over k.
func TestGemmBlocks(t *testing.T) {
	shapes := [][3]int{{130, 250, 800}, {40, 1100, 390}, {1030, 1040, 20}, {20, 30, 9300}, {16, 24, 19000}, {700, 9, 257}}
	if kernels.Fewest() {
		shapes = [][3]int{{280, 330, 800}, {60, 1100, 390}, {300, 9, 257}} // an eighth of the rows and columns, as below
	}
	kernels.ForEachLevel(t, func(t *testing.T) {
		p := kernels.NewPool(3)
		defer p.Close()
		r := rand.New(rand.NewPCG(23, 24))
		for i, s := range shapes {
			m, n, k := s[0], s[1], s[2]
			if testing.Short() || kernels.Active() == kernels.Generic {
				m, n = (m+7)/8, (n+7)/8
			}
			for _, op := range [][2]bool{{false, true}, {false, false}, {true, false}} {
				st := []kernels.Storage{kernels.F32, kernels.BF16}[i%2]
				for _, sc := range []kernels.Storage{kernels.F32, kernels.BF16} {
					a, b := operand(r, st, op[0], m, k), operand(r, kernels.BF16, op[1], k, n)
					spotCheck(t, p, r, op[0], op[1], a, b, randMat(r, sc, m, n, 2))
				}
			}
		}
	})
}

// spotCheck multiplies and compares some elements with float64, and the padding of C with itself.
func spotCheck(t *testing.T, p *kernels.Pool, r *rand.Rand, tA, tB bool, a, b, c kernels.Mat) {
	t.Helper()
	before := clone(c)
	kernels.Gemm(p, tA, tB, 0.5, a, b, 2, c)
	k := a.Cols
	if tA {
		k = a.Rows
	}
	spots := 200
	if kernels.Fewest() {
		spots = 30
	}
	for range spots {
		i, j := r.IntN(c.Rows), r.IntN(c.Cols)
		var sum, mag float64
		for q := range k {
			v := at(a, tA, i, q) * at(b, tB, q, j)
			sum += v
			mag += math.Abs(v)
		}
		old := float64(before.At(i, j))
		want := sum/2 + 2*old
		bound := float64(k+3) * 0x1p-24 * (mag/2 + 2*math.Abs(old))
		if c.Storage == kernels.BF16 {
			bound += 0x1p-8 * (math.Abs(want) + bound)
		}
		require.InDeltaf(t, want, float64(c.At(i, j)), bound, "C[%d,%d] m=%d n=%d k=%d tA=%v tB=%v", i, j, c.Rows, c.Cols, k, tA, tB)
	}
	for i := range c.Rows - 1 {
		for j := c.Cols; j < c.Stride; j++ {
			require.True(t, math.IsNaN(float64(c.At(i, j))), "written beside C at row %d", i)
		}
	}
}

func clone(m kernels.Mat) kernels.Mat {
	m.F32 = append([]float32(nil), m.F32...)
	m.U16 = append([]uint16(nil), m.U16...)
	return m
}

// The same bits with 1, 2, 3 and 7 workers, and for a row whatever the other rows are.
func TestGemmSameBits(t *testing.T) {
	kernels.ForEachLevel(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(25, 26))
		for _, op := range [][2]bool{{false, true}, {false, false}, {true, false}} {
			for _, st := range []kernels.Storage{kernels.F32, kernels.BF16} {
				m, n, k := 150, 330, 500
				if testing.Short() { // still more than one block of k and one group of rows on the levels with the largest
					m, n, k = 70, 130, 400
				}
				counts := []int{1, 2, 3, 7}
				if kernels.Fewest() {
					m, n, k, counts = 68, 40, 400, []int{1, 3}
				}
				a, b := operand(r, st, op[0], m, k), operand(r, st, op[1], k, n)
				var want kernels.Mat
				for _, workers := range counts {
					p := kernels.NewPool(workers)
					c := kernels.F32Mat(make([]float32, m*n), m, n)
					kernels.Gemm(p, op[0], op[1], 1, a, b, 0, c)
					if workers == 1 {
						want = c
					}
					require.Equalf(t, want.F32, c.F32, "%d workers", workers)
					for _, rows := range []int{kernels.GemvRows + 1, m/2 + 1, m - 1} {
						part := a.RowRange(0, min(rows, a.Rows))
						if op[0] {
							part = a.ColRange(0, rows)
						}
						c := kernels.F32Mat(make([]float32, rows*n), rows, n)
						kernels.Gemm(p, op[0], op[1], 1, part, b, 0, c)
						require.Equalf(t, want.F32[:rows*n], c.F32, "%d rows of %d", rows, m)
					}
					p.Close()
				}
			}
		}
	})
}

// Few rows take their own path; each row has the bits it has alone.
func TestGemvSameBits(t *testing.T) {
	kernels.ForEachLevel(t, func(t *testing.T) {
		p := kernels.NewPool(2)
		defer p.Close()
		r := rand.New(rand.NewPCG(27, 28))
		for _, c := range []struct { // within a block of k and beyond, in lanes of k and of rows
			st   kernels.Storage
			n, k int
		}{
			{kernels.F32, 131, 77}, {kernels.BF16, 131, 77}, {kernels.F16, 131, 77}, {kernels.F32, 131, 2600},
			{kernels.BF16, 131, 1280}, {kernels.BF16, 131, 1283}, {kernels.BF16, 131, 128}, {kernels.F32, 131, 2608},
			{kernels.F32, 6, 16}, {kernels.BF16, 5, 32}, {kernels.BF16, 7, 256}, {kernels.F32, 49, 1280}, {kernels.BF16, 97, 48},
			{kernels.BF16, 6203, 16}, {kernels.F32, 6149, 16}, {kernels.F32, 131, 8}, {kernels.F32, 97, 24}, {kernels.F32, 49, 1288},
			{kernels.BF16, 49, 512}, {kernels.BF16, 49, 528},
		} {
			st, n, k := c.st, c.n, c.k
			a, w := randMat(r, kernels.F32, kernels.GemvRows, k, 1), randMat(r, st, n, k, 3)
			all := randMat(r, kernels.F32, kernels.GemvRows, n, 0)
			checkGemm(t, p, false, true, 1, a, w, 0, all)
			for m := 1; m <= kernels.GemvRows; m++ {
				c := randMat(r, kernels.F32, m, n, 0)
				kernels.Gemm(p, false, true, 1, a.RowRange(0, m), w, 0, c)
				require.Equal(t, all.F32[:m*n], c.F32)
			}
		}
	})
}

// NaN and infinity reach exactly the rows and columns they belong to, also through zeros.
func TestGemmNaNFlows(t *testing.T) {
	kernels.ForEachLevel(t, func(t *testing.T) {
		p := kernels.NewPool(2)
		defer p.Close()
		for _, m := range []int{3, 40} {
			for _, op := range [][2]bool{{false, true}, {false, false}, {true, false}} {
				const n, k = 50, 70
				shape := func(trans bool, rows, cols int) kernels.Mat {
					if trans {
						rows, cols = cols, rows
					}
					return kernels.F32Mat(make([]float32, rows*cols), rows, cols)
				}
				a, b := shape(op[0], m, k), shape(op[1], k, n)
				put := func(x kernels.Mat, trans bool, i, j int, v float64) {
					if trans {
						i, j = j, i
					}
					x.Set(i, j, float32(v))
				}
				put(a, op[0], 2, 69, math.NaN())
				put(b, op[1], 5, 17, math.Inf(1))
				c := kernels.F32Mat(make([]float32, m*n), m, n)
				kernels.Gemm(p, op[0], op[1], 1, a, b, 0, c)
				for i := range m {
					for j := range n {
						bad := i == 2 || j == 17 // 0 * infinity
						require.Equalf(t, bad, math.IsNaN(float64(c.At(i, j))), "m=%d op=%v C[%d,%d] = %v", m, op, i, j, c.At(i, j))
					}
				}
			}
		}
	})
}

// GemmBF16 equals Gemm of operands rounded beforehand.
func TestGemmBF16Rounds(t *testing.T) {
	kernels.ForEachLevel(t, func(t *testing.T) {
		p := kernels.NewPool(2)
		defer p.Close()
		r := rand.New(rand.NewPCG(29, 30))
		for _, m := range []int{1, 4, 50} {
			for _, sb := range []kernels.Storage{kernels.F32, kernels.BF16, kernels.F16} {
				a, b := randMat(r, kernels.F32, m, 75, 1), randMat(r, sb, 60, 75, 2)
				round := func(x kernels.Mat) kernels.Mat {
					y := kernels.BF16Mat(make([]uint16, x.Rows*x.Cols), x.Rows, x.Cols)
					for i := range x.Rows {
						for j := range x.Cols {
							y.Set(i, j, x.At(i, j))
						}
					}
					return y
				}
				got := randMat(r, kernels.F32, m, 60, 0)
				kernels.GemmBF16(p, false, true, 1, a, b, 0, got)
				ra, rb := round(a), round(b)
				for i := range m {
					for j := range 60 {
						var sum, mag float64
						for q := range 75 {
							v := float64(ra.At(i, q)) * float64(rb.At(j, q))
							sum += v
							mag += math.Abs(v)
						}
						require.InDelta(t, sum, float64(got.At(i, j)), 78*0x1p-24*mag, fmt.Sprint(m, sb))
					}
				}
			}
		}
	})
}

func TestGemmEmptyK(t *testing.T) {
	p := kernels.NewPool(2)
	defer p.Close()
	for _, m := range []int{2, 20} {
		c := kernels.F32Mat([]float32{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20}[:m], m, 1)
		kernels.Gemm(p, false, true, 1, kernels.F32Mat(nil, m, 0), kernels.F32Mat(nil, 1, 0), 0.5, c)
		require.Equal(t, float32(0.5), c.F32[0])
		require.Equal(t, float32(m)/2, c.F32[m-1])
	}
}

func TestGemmShapePanics(t *testing.T) {
	p := kernels.NewPool(1)
	defer p.Close()
	m := func(r, c int) kernels.Mat { return kernels.F32Mat(make([]float32, r*c), r, c) }
	require.PanicsWithValue(t, "kernels: Gemm: op(A) 2 x 3, op(B) 4 x 5, C 2 x 5",
		func() { kernels.Gemm(p, false, false, 1, m(2, 3), m(4, 5), 0, m(2, 5)) })
}

func TestGemmAllocatesNothing(t *testing.T) {
	p := kernels.NewPool(2)
	defer p.Close()
	r := rand.New(rand.NewPCG(31, 32))
	kernels.ForEachLevel(t, func(t *testing.T) {
		for _, m := range []int{1, 5, 70} {
			a, b, c := randMat(r, kernels.F32, m, 90, 0), randMat(r, kernels.BF16, 80, 90, 0), randMat(r, kernels.F32, m, 80, 0)
			require.Zero(t, testing.AllocsPerRun(20, func() { kernels.Gemm(p, false, true, 1, a, b, 0, c) }))
			require.Zero(t, testing.AllocsPerRun(20, func() { kernels.GemmBF16(p, false, true, 1, a, b, 0, c) }))
		}
	})
}

// FuzzGemv: FuzzGemm on few rows of A times rows of B, the path that reads each weight once.
func FuzzGemv(f *testing.F) {
	f.Add(uint64(1), uint8(1), uint8(33), uint16(7), uint8(0))
	f.Add(uint64(2), uint8(31), uint8(130), uint16(2305), uint8(255))
	f.Fuzz(func(t *testing.T, seed uint64, m, n uint8, k uint16, flags uint8) {
		rows, cols, depth := 1+int(m)%kernels.GemvRows, 1+int(n), 1+int(k)%2500
		p := kernels.NewPool(1 + int(seed>>8%3))
		defer p.Close()
		levels := kernels.Levels()
		kernels.SetLevel(t, levels[seed%uint64(len(levels))])
		r := rand.New(rand.NewPCG(seed, 34))
		all := []kernels.Storage{kernels.F32, kernels.BF16, kernels.F16}
		a, b := operand(r, all[int(flags)%3], false, rows, depth), operand(r, all[int(flags>>2)%3], true, depth, cols)
		checkGemm(t, p, false, true, 0.5, a, b, float32(flags>>7), randMat(r, all[flags>>6&1], rows, cols, 2))
	})
}

// FuzzGemm: any small shape, storage, transposition and level against float64.
func FuzzGemm(f *testing.F) {
	f.Add(uint64(1), uint8(14), uint8(33), uint8(7), uint8(0))
	f.Add(uint64(2), uint8(1), uint8(65), uint8(130), uint8(255))
	f.Fuzz(func(t *testing.T, seed uint64, m, n, k, flags uint8) {
		if m == 0 || n == 0 || k == 0 {
			t.Skip("an empty product: the edge tests have those")
		}
		p := kernels.NewPool(2)
		defer p.Close()
		levels := kernels.Levels()
		kernels.SetLevel(t, levels[seed%uint64(len(levels))])
		r := rand.New(rand.NewPCG(seed, 33))
		all := []kernels.Storage{kernels.F32, kernels.BF16, kernels.F16}
		tA, tB := flags&1 != 0, flags&2 != 0
		a, b := operand(r, all[int(flags>>2)%3], tA, int(m), int(k)), operand(r, all[int(flags>>4)%3], tB, int(k), int(n))
		c := randMat(r, all[flags>>6&1], int(m), int(n), 2)
		checkGemm(t, p, tA, tB, 0.5, a, b, float32(flags>>7), c)
	})
}
