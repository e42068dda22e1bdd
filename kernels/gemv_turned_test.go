package kernels

import (
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// TestTurnedKernels: the dots of 16 rows in lanes have the bits of the level's dots of a row alone and lie within the bound
// of the portable ones; operands and sums end at unreadable pages, rows of w are dense, apart, or one and the same, and
// what is no number reaches its own sums. Widened rows are those of the twin, in halves.
func TestTurnedKernels(t *testing.T) {
	forEachLevel(t, func(t *testing.T) {
		ks := kernelsOf(active)
		if ks.turned == nil {
			t.Logf("%v has none", active)
			return
		}
		r := rand.New(rand.NewPCG(81, 82))
		for _, k := range []int{8, 16, 24, 64, 120, 128, 264, 1280} {
			for _, ldw := range []int{0, k, k + 5} {
				for special := range 4 {
					x, w := guardedFloats(t, k*turnedCols), guardedFloats(t, (turnedRows-1)*ldw+k)
					for i := range x {
						x[i] = float32(r.NormFloat64())
					}
					for i := range w {
						w[i] = float32(r.NormFloat64())
					}
					switch special {
					case 1:
						x[r.IntN(len(x))] = float32(math.Inf(1))
					case 2:
						w[r.IntN(len(w))] = float32(math.NaN())
					case 3:
						x[r.IntN(len(x))], w[r.IntN(len(w))] = math.MaxFloat32, 0x1p-149
					}
					out := guardedFloats(t, turnedRows*turnedCols+turnedRoom)
					ks.turned.dots(&out[0], &x[0], &w[0], ldw, k)
					for i := range turnedCols {
						row := make([]float32, k)
						for q := range row {
							row[q] = x[q*turnedCols+i]
						}
						for j := range turnedRows {
							var alone, twin [4]float32
							at, mag := unsafe.Pointer(&w[j*ldw]), 0.0
							ks.gemv[F32].one(&alone[0], &row[0], k, at, 0, k)
							gemv1x2F32(&twin[0], &row[0], k, at, 0, k)
							for q, v := range row {
								mag += math.Abs(float64(v) * float64(w[j*ldw+q]))
							}
							got, want := out[j*turnedCols+i], alone[0]+0
							require.Truef(t, math.Float32bits(got) == math.Float32bits(want) || got != got && want != want,
								"k=%d ldw=%d special=%d: row %d with %d: in lanes %g, alone %g", k, ldw, special, i, j, got, want)
							if !math.IsInf(mag, 0) && !math.IsNaN(mag) && mag < math.MaxFloat32 {
								require.InDelta(t, twin[0], got, 2*float64(k)*unit*mag+0x1p-149*float64(k))
							}
						}
					}
				}
			}
		}
		for _, n := range []int{16, 32, 48, 272} {
			for _, lds := range []int{n, n + 3} {
				const rows = 5
				mem := guardedBytes(t, 2*((rows-1)*lds+n))
				src := unsafe.Slice((*uint16)(unsafe.Pointer(&mem[0])), len(mem)/2)
				for i := range src {
					src[i] = uint16(r.Uint32())
				}
				got, want := guardedFloats(t, rows*n), make([]float32, n)
				ks.turned.halves(&got[0], &src[0], lds, rows, n)
				for j := range rows {
					packBF16Generic(&want[0], &src[j*lds], n)
					splitHalves(want)
					for i := range want {
						require.Equal(t, math.Float32bits(want[i]), math.Float32bits(got[j*n+i]))
					}
				}
			}
		}
	})
}
