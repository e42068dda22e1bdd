package kernels

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestAttentionRows: dots and weighted sums of many rows have the bits of as many calls for one row; all operands end at
// unreadable pages, results lie apart between bands, and what is no number stays in its own sums.
func TestAttentionRows(t *testing.T) {
	forEachLevel(t, func(t *testing.T) {
		ops := activeRows()
		if ops.dotRows == nil {
			t.Logf("%v has none", active)
			return
		}
		r := rand.New(rand.NewPCG(91, 92))
		same := func(want, got float32) bool {
			return math.Float32bits(want) == math.Float32bits(got) || want != want && got != got
		}
		for _, d := range []int{8, 16, 24, 32, 40, 48, 56, 64, 72, 128, 256} {
			for _, n := range []int{1, 2, 15, 16} {
				for _, ld := range []int{d, d + 3} {
					for special := range 3 {
						rows, q, weights := guarded(t, (n-1)*ld+d), guarded(t, d), guarded(t, (n-1)*5+1)
						for _, x := range [][]float32{rows, q, weights} {
							for i := range x {
								x[i] = float32(r.NormFloat64())
							}
						}
						if special > 0 {
							rows[len(rows)-1] = [2]float32{float32(math.NaN()), float32(math.Inf(1))}[special-1]
						}
						out, y, want := guarded(t, (n-1)*5+1), guarded(t, d), make([]float32, d)
						for i := range out {
							out[i] = bandValue
						}
						copy(y, q)
						copy(want, q)
						ops.dotRows(&out[0], 5, &rows[0], ld, n, &q[0], d)
						ops.axpyRows(&y[0], &weights[0], 5, &rows[0], ld, n, d)
						for j := range n {
							ops.axpy(want, weights[5*j], rows[j*ld:j*ld+d])
						}
						for i, v := range out {
							if i%5 != 0 {
								require.Equal(t, bandValue, v)
								continue
							}
							row := rows[i/5*ld:][:d]
							require.Truef(t, same(ops.dot(row, q), v), "d=%d n=%d ld=%d: dot %d", d, n, ld, i/5)
						}
						for i := range y {
							require.Truef(t, same(want[i], y[i]), "d=%d n=%d ld=%d: element %d", d, n, ld, i)
						}
					}
				}
			}
		}
	})
}
