package kernels

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// The driver with tiles that take 16 words of k at once, as AMX's do, on every machine: the twins of its tiles in the
// place of the portable level's. Every k around the unit and across blocks, both orientations of either operand, and
// products that round float32 operands. With small integers every sum is exact, in whatever order.
func TestTilesDriver(t *testing.T) {
	SetLevel(t, Generic)
	tiles := setGeneric
	tiles.cols, tiles.rows, tiles.unit, tiles.block = 32, [3]int{32, 16, 16}, tileWords, 64
	tiles.columns = [3]columnFunc{}
	tiles.pairs = [3]microFunc{twinOfTiles(32), twinOfTiles(16), twinOfTiles(16)}
	before := setGeneric
	t.Cleanup(func() { setGeneric = before })
	setGeneric.tiles, setGeneric.pairs = &tiles, tiles.pairs

	p := NewPool(2)
	defer p.Close()
	r := rand.New(rand.NewPCG(5, 16))
	whole := func(rows, cols int, storage Storage) Mat {
		m := F32Mat(make([]float32, rows*cols), rows, cols)
		for i := range m.F32 {
			m.F32[i] = float32(r.IntN(9) - 4)
		}
		if storage == BF16 {
			short := BF16Mat(make([]uint16, rows*cols), rows, cols)
			for i, x := range m.F32 {
				short.U16[i] = F32ToBF16(x)
			}
			return short
		}
		return m
	}
	for _, k := range []int{1, 31, 32, 33, 128, 129, 257} {
		for _, shape := range [][2]int{{33, 40}, {64, 34}} {
			for kind := range 8 {
				transA, transB, a16 := kind&1 != 0, kind&2 != 0, kind&4 != 0
				t.Run(fmt.Sprintf("m=%d/n=%d/k=%d/%v%v%v", shape[0], shape[1], k, transA, transB, a16), func(t *testing.T) {
					m, n := shape[0], shape[1]
					storage := F32
					if a16 {
						storage = BF16
					}
					a, b := whole(m, k, storage), whole(k, n, BF16)
					if transA {
						a = whole(k, m, storage)
					}
					if transB {
						b = whole(n, k, BF16)
					}
					c := whole(m, n, F32)
					want := make([]float32, m*n)
					for i := range m {
						for j := range n {
							sum := -c.At(i, j)
							for q := range k {
								sum += 2 * at(a, transA, i, q) * at(b, transB, q, j)
							}
							want[i*n+j] = sum
						}
					}
					GemmBF16(p, transA, transB, 2, a, b, -1, c)
					require.Equal(t, want, c.F32)
				})
			}
		}
	}
}

// twinOfTiles is the twin of a tile of rows x 32.
func twinOfTiles(rows int) microFunc {
	return func(c, s *float32, lds int, v *float32, k, add int, _ unsafe.Pointer, _, _ int, _ unsafe.Pointer) {
		microTilesGeneric(rows, 32, c, s, lds, v, k, add)
	}
}

func at(m Mat, trans bool, i, j int) float32 {
	if trans {
		i, j = j, i
	}
	return m.At(i, j)
}
