package kernels

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestGemmArgMax compares with the product written down and ArgMaxCapped of its rows: every path of few rows, storage and
// rounding, columns around the pieces, several blocks of k, equals within a piece and beyond it, caps that make neighbours
// and all equal, and what is not finite in either operand. The result is the same for any number of workers.
func TestGemmArgMax(t *testing.T) {
	forEachLevel(t, func(t *testing.T) {
		pools := []*Pool{NewPool(1), NewPool(3)}
		for _, p := range pools {
			defer p.Close()
		}
		rows, columns := []int{1, 3, 4, 5, turnedFrom, turnedFrom + 1, 16, 17, GemvRows, GemvRows + 1}, []int{1, 3, 5, 6, 7, 47, 48, 49, 191, 193}
		if *fewest || active == Generic {
			rows, columns = []int{1, 5, 17}, []int{5, 49, 101}
		}
		r := rand.New(rand.NewPCG(91, 92))
		for _, st := range []Storage{F32, BF16, F16, I8, NF4} {
			for i, m := range rows {
				for j, n := range columns {
					k := []int{16, 64, 40, 8}[(i+j)%4]
					a := randMat(r, []Storage{F32, BF16}[n%2], m, k, 1)
					checkGemmArgMax(t, pools, a, argMaxWeights(t, r, st, n, k), (m+n)%3 == 0, []float32{0, 30, 0.25}[(2*i+j)%3])
				}
			}
		}
		for _, st := range []Storage{F32, BF16} { // several blocks of k
			for _, m := range []int{2, turnedFrom + 1} {
				checkGemmArgMax(t, pools[:1], randMat(r, F32, m, 2*gemvBlock+32, 1), randMat(r, st, 15, 2*gemvBlock+32, 1), false, 30)
			}
		}
		// as many columns as make larger pieces
		checkGemmArgMax(t, pools[:1], randMat(r, F32, turnedFrom+1, 16, 1), randMat(r, BF16, 64*gemvTaskRows+10, 16, 1), false, 1)
	})
}

// argMaxWeights are rows of which many are equal, so that equal elements stand in one piece and in several.
func argMaxWeights(t *testing.T, r *rand.Rand, st Storage, n, k int) Mat {
	if st.Quantised() {
		return quantisedRows(t, r, st, n, k, false)
	}
	b := randMat(r, st, n, k, 1)
	for row := range n {
		if row%3 == 0 {
			continue
		}
		for q := range k {
			b.Set(row, q, b.At(row%3, q))
		}
	}
	return b
}

func checkGemmArgMax(t *testing.T, pools []*Pool, a, b Mat, round bool, cap float32) {
	t.Helper()
	m, n := a.Rows, b.Rows
	given := Columns{}
	if (m+n)%2 == 0 { // places on both sides of pieces' ends, in no order, one twice, one beyond
		given.Places = []int32{int32(n / 2), 0, int32(n), 47, int32(n - 1), 48, 47}
		given.Values = newMat(F32, m, len(given.Places))
		for r := range m {
			for j := range given.Places {
				given.Values.Set(r, j, float32((r*7+j*3)%5)-2)
			}
		}
	}
	name := fmt.Sprintf("%v m=%d n=%d k=%d cap=%g round=%v", b.Storage, m, n, a.Cols, cap, round)
	for special := range 5 {
		in, row := &a, (m-1)/2
		bad := []float32{0, float32(math.NaN()), float32(math.Inf(-1)), 1e38, float32(math.Inf(1))}[special] // 1e38: beyond the cap, or infinite
		if special == 4 {
			in, row = &b, n/2
		}
		if in.Storage.Quantised() {
			continue
		}
		old := in.At(row, a.Cols/2)
		if special > 0 {
			in.Set(row, a.Cols/2, bad)
		}
		c := newMat(F32, m, n)
		pools[0].gemm.run(pools[0], false, true, 1, a, b, 0, c, round)
		for r := range m {
			for j, at := range given.Places {
				if int(at) < n {
					c.Set(r, int(at), given.Values.At(r, j))
				}
			}
		}
		want, got := make([]int32, m), make([]int32, m)
		for i := range want {
			place, finite := ArgMaxCapped(c.RowF32(i), cap)
			if want[i] = int32(place); !finite {
				want[i] = -1
			}
		}
		ArgMaxRows(pools[0], c, cap, got)
		require.Equal(t, want, got, name)
		for _, p := range pools {
			GemmArgMax(p, a, b, given, round, cap, got)
			require.Equal(t, want, got, "%s special=%d, %d workers", name, special, p.Workers())
		}
		in.Set(row, a.Cols/2, old)
	}
}

// TestGemmArgMaxAllocatesNothing, and an empty product has no largest element but the first place, as ArgMax says.
func TestGemmArgMaxAllocatesNothing(t *testing.T) {
	p := NewPool(2)
	defer p.Close()
	r := rand.New(rand.NewPCG(93, 94))
	a, b, out := randMat(r, F32, 16, 64, 1), randMat(r, BF16, 700, 64, 1), make([]int32, 16)
	wide := randMat(r, F32, GemvRows+1, 64, 1)
	more := make([]int32, GemvRows+1)
	given := Columns{[]int32{3, 60}, newMat(F32, 3, 2)}
	f := func() {
		GemmArgMax(p, a, b, Columns{}, false, 30, out)
		GemmArgMax(p, a.RowRange(0, 3), b, given, true, 30, out[:3])
		GemmArgMax(p, wide, b, Columns{}, false, 30, more)
	}
	f()
	f()
	require.Zero(t, testing.AllocsPerRun(20, f))
	GemmArgMax(p, a, Mat{Storage: F32, Cols: 64, Stride: 64}, Columns{}, false, 0, out)
	require.Equal(t, make([]int32, 16), out)
	require.Panics(t, func() { GemmArgMax(p, a, b, given, false, 0, out) })
	require.Panics(t, func() { GemmArgMax(p, a, b.ColRange(0, 32), Columns{}, false, 0, out) })
}
