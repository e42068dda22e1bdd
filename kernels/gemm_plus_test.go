package kernels_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"lapidary/kernels"
)

// checkPlus compares C = A*op(B) + U*op(V) with float64 within (k+r)*eps*sum|a||b| plus the rounding of C; one of two
// products where they are two.
func checkPlus(t *testing.T, p *kernels.Pool, transB bool, a, b, u, v, c kernels.Mat) {
	t.Helper()
	kernels.GemmPlus(p, transB, a, b, u, v, c, false)
	k, r := a.Cols, u.Cols
	for i := range c.Rows {
		for j := range c.Cols {
			var sum, mag float64
			add := func(x, y float64) {
				sum += x * y
				mag += math.Abs(x * y)
			}
			for q := range k {
				add(at(a, false, i, q), at(b, transB, q, j))
			}
			base := sum
			for q := range r {
				add(at(u, false, i, q), at(v, transB, q, j))
			}
			bound := float64(k+r+4) * 0x1p-24 * mag
			if c.Storage == kernels.BF16 {
				bound += 0x1p-8 * (math.Abs(sum) + math.Abs(base) + 2*bound)
			}
			require.InDeltaf(t, sum, float64(c.At(i, j)), bound, "C[%d,%d] m=%d n=%d k=%d r=%d transB=%v %v %v %v",
				i, j, c.Rows, c.Cols, k, r, transB, a.Storage, b.Storage, c.Storage)
		}
	}
	for i := range c.Rows - 1 {
		for j := c.Cols; j < c.Stride; j++ {
			require.True(t, math.IsNaN(float64(c.At(i, j))), "written beside C at row %d", i)
		}
	}
}

// Ranks and k around strips, blocks and segments, sides of either order, all storages in turn; the beginning of the
// update falls into a block, between two and behind the last.
func TestGemmPlus(t *testing.T) {
	ks, ranks := []int{1, 7, 8, 15, 16, 383, 384, 385, 399, 400, 401, 790}, []int{0, 1, 7, 8, 9, 16, 64, kernels.MaxPlus}
	shapes := [][2]int{{20, 30}, {33, 16}, {34, 100}, {50, 65}, {130, 35}}
	if testing.Short() {
		ks, shapes = []int{7, 385, 400}, shapes[1:3]
	}
	if kernels.Fewest() {
		ks, ranks, shapes = []int{385}, []int{7, 16}, shapes[2:3]
	}
	kernels.ForEachLevel(t, func(t *testing.T) {
		p := kernels.NewPool(2)
		defer p.Close()
		r := rand.New(rand.NewPCG(41, 42))
		storages := []kernels.Storage{kernels.F32, kernels.BF16, kernels.F16}
		turn := 0
		for _, k := range ks {
			for _, rank := range ranks {
				turn++
				s := shapes[turn%len(shapes)]
				m, n, transB := s[0], s[1], turn%3 != 0
				sa, sb := storages[turn%3], storages[turn/2%3]
				c := randMat(r, storages[turn/4%2], m, n, 2)
				checkPlus(t, p, transB, operand(r, sa, false, m, k), operand(r, sb, transB, k, n),
					operand(r, kernels.F32, false, m, rank), operand(r, kernels.F32, transB, rank, n), c)
			}
		}
	})
}

// The same bits with any number of workers and beside other rows; no memory in steady state.
func TestGemmPlusSameBits(t *testing.T) {
	kernels.ForEachLevel(t, func(t *testing.T) {
		r := rand.New(rand.NewPCG(43, 44))
		m, n, k, rank := 150, 330, 500, 16
		if testing.Short() {
			m, n, k = 70, 130, 400
		}
		if kernels.Fewest() {
			m, n = 68, 40
		}
		a, b := operand(r, kernels.F32, false, m, k), operand(r, kernels.BF16, true, k, n)
		u, v := operand(r, kernels.F32, false, m, rank), operand(r, kernels.F32, true, rank, n)
		var want []float32
		for _, workers := range []int{1, 2, 3, 7} {
			p := kernels.NewPool(workers)
			for _, rows := range []int{m, m - 1, kernels.GemvRows + 1} {
				c := kernels.F32Mat(make([]float32, rows*n), rows, n)
				kernels.GemmPlus(p, true, a.RowRange(0, rows), b, u.RowRange(0, rows), v, c, false)
				if want == nil {
					want = c.F32
				}
				require.Equalf(t, want[:rows*n], c.F32, "%d workers, %d rows", workers, rows)
			}
			c := kernels.F32Mat(make([]float32, m*n), m, n)
			require.Zero(t, testing.AllocsPerRun(3, func() { kernels.GemmPlus(p, true, a, b, u, v, c, false) }))
			p.Close()
		}
	})
}

func TestGemmPlusPanics(t *testing.T) {
	p := kernels.NewPool(1)
	defer p.Close()
	m := func(r, c int) kernels.Mat { return kernels.F32Mat(make([]float32, r*c), r, c) }
	require.PanicsWithValue(t, "kernels: GemmPlus: U 40 x 3, op(V) 2 x 5, C 40 x 5",
		func() { kernels.GemmPlus(p, false, m(40, 4), m(4, 5), m(40, 3), m(2, 5), m(40, 5), false) })
	require.PanicsWithValue(t, "kernels: GemmPlus: A 40 x 4, op(B) 3 x 5, C 40 x 5",
		func() { kernels.GemmPlus(p, false, m(40, 4), m(3, 5), m(40, 2), m(2, 5), m(40, 5), false) })
}
