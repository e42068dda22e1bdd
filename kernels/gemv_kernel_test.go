package kernels

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// TestGemvKernels calls the dots of every level and storage by themselves: every k around their vectors, rows of w apart,
// dense or one and the same, both operands up to an unreadable page, sums between bands, and what is no number in each
// operand reaches its own sums.
func TestGemvKernels(t *testing.T) {
	depths := []int{1, 2, 7, 8, 9, 15, 16, 17, 23, 31, 32, 33, 47, 48, 49, 63, 64, 65, 127, 128, 129, 300}
	if *fewest {
		depths = []int{1, 7, 16, 17, 33, 65}
	}
	forEachLevel(t, func(t *testing.T) {
		for st := range kernelsOf(active).gemv {
			set := &kernelsOf(active).gemv[st]
			for _, k := range depths {
				for _, ldw := range []int{0, k, k + 5} {
					for special := range 4 {
						c := newGemvCase(t, Storage(st), set, k, ldw, special)
						four := c.run(t, set.four, 4, set.fourRows, k, ldw)
						one := c.run(t, set.one, 1, set.oneRows, k, ldw)
						for j := range min(set.oneRows, set.fourRows) {
							g, w := one[j], four[j]
							require.Truef(t, math.Float32bits(g) == math.Float32bits(w) || g != g && w != w, "%v k=%d ldw=%d: a row alone has %g, among four %g", Storage(st), k, ldw, g, w)
						}
					}
				}
			}
		}
	})
}

// gemvCase is 4 rows of x, and rows of w as many as a kernel may take.
type gemvCase struct {
	name   string
	x      []float32 // as the kernel wants it
	plain  []float32
	values []float64 // of w, by offset
	w      unsafe.Pointer
}

func newGemvCase(t *testing.T, st Storage, set *gemvSet, k, ldw, special int) *gemvCase {
	r := rand.New(rand.NewPCG(uint64(k), uint64(ldw*8+special)))
	n := (max(set.oneRows, set.fourRows)-1)*ldw + k
	c := &gemvCase{name: fmt.Sprintf("%v k=%d ldw=%d special=%d", st, k, ldw, special), x: guardedFloats(t, 4*k), values: make([]float64, n)}
	for i := range c.x {
		c.x[i] = float32(r.NormFloat64())
	}
	mem := guardedBytes(t, st.Bytes(n))
	c.w = unsafe.Pointer(&mem[0])
	m := Mat{Storage: st, Rows: 1, Cols: n, Stride: n}
	switch st {
	case F32:
		m.F32 = unsafe.Slice((*float32)(c.w), n)
	case I8:
		for i := range mem {
			mem[i] = byte(r.Uint32())
			c.values[i] = float64(int8(mem[i]))
		}
	default:
		m.U16 = unsafe.Slice((*uint16)(c.w), n)
	}
	if st != I8 {
		for i := range n {
			m.Set(0, i, float32(r.NormFloat64()))
		}
		if special == 2 || special == 3 {
			m.Set(0, n-1, [2]float32{float32(math.Inf(1)), float32(math.NaN())}[special-2])
		}
		for i := range n {
			c.values[i] = float64(m.At(0, i))
		}
	}
	if special == 1 {
		c.x[r.IntN(k)] = float32(math.Inf(-1))
	}
	c.plain = append([]float32(nil), c.x...)
	if set.halves {
		for i := range 4 {
			splitHalves(c.x[i*k:][:k])
		}
	}
	return c
}

// run calls a kernel and compares each sum with float64: k products and sums round, those of lanes by pairs no more often.
func (c *gemvCase) run(t *testing.T, f gemvFunc, rows, wRows, k, ldw int) []float32 {
	t.Helper()
	out := make([]float32, rows*wRows+16)
	for i := range out {
		out[i] = bandValue
	}
	f(&out[8], &c.x[0], k, c.w, ldw, k)
	for i, v := range out {
		if i -= 8; i < 0 || i >= rows*wRows {
			require.Equalf(t, bandValue, v, "%s: written beside the sums", c.name)
			continue
		}
		sum, mag := 0.0, 0.0
		for q := range k {
			p := float64(c.plain[i/wRows*k+q]) * c.values[i%wRows*ldw+q]
			sum, mag = sum+p, mag+math.Abs(p)
		}
		if math.IsNaN(sum) || math.IsInf(sum, 0) {
			require.Truef(t, float64(v) == sum || math.IsNaN(sum) && v != v, "%s: sum %d is %g, want %g", c.name, i, v, sum)
			continue
		}
		require.InDeltaf(t, sum, float64(v), float64(k)*unit*mag+0x1p-149*float64(k), "%s: sum %d", c.name, i)
	}
	return out[8 : 8+rows*wRows]
}

// TestNF4Kernels: dots with whole blocks of codes, one row of x and four, x in the order the level wants and up to an
// unreadable page; the sums of a row are the same alone and among four.
func TestNF4Kernels(t *testing.T) {
	forEachLevel(t, func(t *testing.T) {
		set := kernelsOf(active).nf4
		r := rand.New(rand.NewPCG(71, 72))
		for _, double := range []bool{false, true} {
			for _, blocks := range []int{1, 2, 3, 5, 36} {
				for rows := 1; rows < 4; rows++ {
					k := blocks * NF4Block
					w := quantisedRows(t, r, NF4, rows, k, double)
					x, plain := guardedFloats(t, 4*k), make([]float32, 4*k)
					for i := range plain {
						plain[i] = float32(r.NormFloat64())
						x[i/NF4Block*NF4Block+int(set.order[i%NF4Block])] = plain[i]
					}
					var one []float32
					for _, xRows := range []int{1, 4} {
						out := make([]float32, xRows*rows+8)
						out[xRows*rows] = bandValue
						args := nf4Rows{out: &out[0], x: &x[0], ldx: k, blocks: blocks, rows: rows}
						w.Q.nf4From(&args, 0)
						if xRows == 1 {
							set.one(&args)
							one = out
						} else {
							set.four(&args)
						}
						require.Equal(t, bandValue, out[xRows*rows])
						for i, v := range out[:xRows*rows] {
							row, at := i/xRows, i%xRows
							sum, mag := 0.0, 0.0
							for q := range k {
								p := float64(plain[at*k+q]) * float64(w.At(row, q))
								sum, mag = sum+p, mag+math.Abs(p)
							}
							require.InDelta(t, sum, float64(v), float64(k+5)*unit*mag)
							if xRows == 4 && at == 0 {
								require.Equal(t, math.Float32bits(one[row]), math.Float32bits(v))
							}
						}
					}
				}
			}
		}
	})
}
