package kernels_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"lapidary/kernels"
)

// randMat fills a rows x cols view whose stride exceeds cols by pad; the gaps hold NaN.
func randMat(r *rand.Rand, s kernels.Storage, rows, cols, pad int) kernels.Mat {
	m := kernels.Mat{Storage: s, Rows: rows, Cols: cols, Stride: cols + pad}
	n := rows * m.Stride
	if s == kernels.F32 {
		m.F32 = make([]float32, n)
	} else {
		m.U16 = make([]uint16, n)
	}
	for i := range rows {
		for j := range m.Stride {
			v := float32(r.NormFloat64())
			if j >= cols {
				v = float32(math.NaN())
			}
			m.Set(i, j, v)
		}
	}
	return m
}

func at(m kernels.Mat, trans bool, i, j int) float64 {
	if trans {
		i, j = j, i
	}
	return float64(m.At(i, j))
}

// checkGemm compares with float64 within k*eps*sum|a||b| plus the rounding of C.
func checkGemm(t *testing.T, p *kernels.Pool, tA, tB bool, alpha float32, a, b kernels.Mat, beta float32, c kernels.Mat) {
	t.Helper()
	k := a.Cols
	if tA {
		k = a.Rows
	}
	before := c
	before.F32 = append([]float32(nil), c.F32...)
	before.U16 = append([]uint16(nil), c.U16...)
	kernels.Gemm(p, tA, tB, alpha, a, b, beta, c)
	for i := range c.Rows {
		for j := range c.Cols {
			var sum, mag float64
			for q := range k {
				v := at(a, tA, i, q) * at(b, tB, q, j)
				sum += v
				mag += math.Abs(v)
			}
			want, size := float64(alpha)*sum, math.Abs(float64(alpha))*mag
			if beta != 0 {
				want += float64(beta) * float64(before.At(i, j))
				size += math.Abs(float64(beta) * float64(before.At(i, j)))
			}
			bound := float64(k+3) * 0x1p-24 * size
			if c.Storage == kernels.BF16 {
				bound += 0x1p-8 * (math.Abs(want) + bound)
			}
			got := float64(c.At(i, j))
			require.Truef(t, math.Abs(got-want) <= bound, "C[%d,%d] = %v, want %v within %v (m=%d n=%d k=%d tA=%v tB=%v %v %v)",
				i, j, got, want, bound, c.Rows, c.Cols, k, tA, tB, a.Storage, b.Storage)
		}
	}
}

func TestGemmSmall(t *testing.T) {
	p := kernels.NewPool(2)
	defer p.Close()
	r := rand.New(rand.NewPCG(5, 6))
	sizes := []int{1, 2, 7, 8, 9, 17, 33, 65}
	all := []kernels.Storage{kernels.F32, kernels.BF16, kernels.F16}
	for range 300 {
		m, n, k := sizes[r.IntN(len(sizes))], sizes[r.IntN(len(sizes))], sizes[r.IntN(len(sizes))]
		tA, tB := r.IntN(2) == 1, r.IntN(2) == 1
		shape := func(trans bool, rows, cols int) kernels.Mat {
			if trans {
				rows, cols = cols, rows
			}
			return randMat(r, all[r.IntN(3)], rows, cols, r.IntN(3))
		}
		a, b := shape(tA, m, k), shape(tB, k, n)
		c := randMat(r, all[r.IntN(2)], m, n, r.IntN(3))
		beta := []float32{0, 1, -0.5}[r.IntN(3)]
		checkGemm(t, p, tA, tB, []float32{1, 0.25}[r.IntN(2)], a, b, beta, c)
	}
}
