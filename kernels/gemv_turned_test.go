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
// what is no number reaches its own sums.
func TestTurnedKernels(t *testing.T) {
	forEachLevel(t, func(t *testing.T) {
		if kernelsOf(active).turned == nil {
			t.Logf("%v has none", active)
			return
		}
		r := rand.New(rand.NewPCG(81, 82))
		for _, k := range []int{8, 16, 24, 32, 48, 64, 120, 128, 256, 264, 272, 1280} {
			for _, ldw := range []int{0, k, k + 5} {
				for special := range 4 {
					for _, st := range []Storage{F32, BF16} {
						if st == F32 || k%16 == 0 {
							checkTurned(t, r, st, k, ldw, special)
						}
					}
				}
			}
		}
	})
}

func checkTurned(t *testing.T, r *rand.Rand, st Storage, k, ldw, special int) {
	ks := kernelsOf(active)
	n := (turnedRows-1)*ldw + k
	x, mem := guardedFloats(t, k*turnedCols), guardedBytes(t, st.Bytes(n))
	at := unsafe.Pointer(&mem[0])
	w := Mat{Storage: st, Rows: 1, Cols: n, Stride: n}
	if st == F32 {
		w.F32 = unsafe.Slice((*float32)(at), n)
	} else {
		w.U16 = unsafe.Slice((*uint16)(at), n)
	}
	for i := range x {
		x[i] = float32(r.NormFloat64())
	}
	for i := range n {
		w.Set(0, i, float32(r.NormFloat64()))
	}
	switch special {
	case 1:
		x[r.IntN(len(x))] = float32(math.Inf(1))
	case 2:
		w.Set(0, r.IntN(n), float32(math.NaN()))
	case 3:
		x[r.IntN(len(x))] = math.MaxFloat32
		w.Set(0, r.IntN(n), 0x1p-133) // the least bfloat16
	}
	out := guardedFloats(t, turnedRows*turnedCols+turnedRoom)
	if st == F32 {
		ks.turned.dots(&out[0], &x[0], (*float32)(at), ldw, k)
	} else {
		ks.turned.dotsBF16(&out[0], &x[0], (*uint16)(at), ldw, k)
	}
	set := &ks.gemv[st]
	for i := range turnedCols {
		row := make([]float32, k)
		for q := range row {
			row[q] = x[q*turnedCols+i]
		}
		plain := joinHalves(row, set.halves)
		for j := range turnedRows {
			var alone, twin [4]float32
			from := unsafe.Add(at, st.Bytes(j*ldw))
			set.one(&alone[0], &row[0], k, from, 0, k)
			gemvGeneric[st].one(&twin[0], &plain[0], k, from, 0, k)
			mag := 0.0
			for q, v := range plain {
				mag += math.Abs(float64(v) * float64(w.At(0, j*ldw+q)))
			}
			got, want := out[j*turnedCols+i], alone[0]+0
			require.Truef(t, math.Float32bits(got) == math.Float32bits(want) || got != got && want != want,
				"%v k=%d ldw=%d special=%d: row %d with %d: in lanes %g, alone %g", st, k, ldw, special, i, j, got, want)
			if !math.IsInf(mag, 0) && !math.IsNaN(mag) && mag < math.MaxFloat32 {
				require.InDelta(t, twin[0], got, 2*float64(k)*unit*mag+0x1p-149*float64(k))
			}
		}
	}
}

// joinHalves undoes splitHalves in a copy of row where it was done.
func joinHalves(row []float32, halves bool) []float32 {
	out := append([]float32(nil), row...)
	for i := 0; halves && i+16 <= len(row); i += 16 {
		for j := range 8 {
			out[i+2*j], out[i+2*j+1] = row[i+j], row[i+8+j]
		}
	}
	return out
}

// TestTurnedTops compares with the twin: the largest of each column, none positive and equals among them, and what is not
// finite in any place.
func TestTurnedTops(t *testing.T) {
	forEachLevel(t, func(t *testing.T) {
		f := turnedTops
		if s := kernelsOf(active).turned; s != nil {
			f = s.tops
		}
		r := rand.New(rand.NewPCG(83, 84))
		for _, n := range []int{1, 2, 3, 6, 47, 48, 49, 192} {
			x, got, want := guardedFloats(t, n*turnedCols), guardedFloats(t, turnedCols), make([]float32, turnedCols)
			for trial := range 60 {
				for i := range x {
					x[i] = float32(r.IntN(40)) - 50
				}
				at := r.IntN(len(x))
				if bad := []float64{1, math.NaN(), math.Inf(1), math.Inf(-1), -math.MaxFloat32, math.MaxFloat32}[trial%6]; bad != 1 {
					x[at] = float32(bad)
				}
				if trial%12 == 1 {
					x[at] = math.Float32frombits(0xffffffff) // a NaN with its sign
				}
				f(&got[0], &x[0], n)
				turnedTops(&want[0], &x[0], n)
				for i := range want {
					top, finite := x[i], true
					for j := i; j < len(x); j += turnedCols {
						top, finite = max(top, x[j]), finite && x[j]-x[j] == 0
					}
					require.True(t, want[i] == top && finite || want[i] != want[i] && !finite)
					require.Truef(t, got[i] == want[i] || got[i] != got[i] && want[i] != want[i], "n=%d column %d: %g, want %g", n, i, got[i], want[i])
				}
			}
		}
	})
}
