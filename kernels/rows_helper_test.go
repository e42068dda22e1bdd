package kernels

import (
	"math/rand/v2"
	"testing"
	"unsafe"
)

// bandValue stands around what a kernel may write.
const bandValue = float32(12345)

// eachRowLevel runs the test once per level with row kernels of its own.
func eachRowLevel(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	seen := map[*rowOps]Level{}
	forEachLevel(t, func(t *testing.T) {
		ops := activeRows()
		if first, same := seen[ops]; same {
			t.Skipf("%v has the row kernels of %v", active, first)
		}
		seen[ops] = active
		f(t)
	})
}

// newMat is a zero matrix whose stride is wider than its rows, so that a kernel ignoring Stride fails.
func newMat(st Storage, rows, cols int) Mat {
	m := Mat{Storage: st, Rows: rows, Cols: cols, Stride: cols + 3}
	if st == F32 {
		m.F32 = make([]float32, rows*m.Stride)
	} else {
		m.U16 = make([]uint16, rows*m.Stride)
	}
	return m
}

// randMat has elements uniform in ±limit, rounded to the storage.
func randMat(rng *rand.Rand, st Storage, rows, cols int, limit float32) Mat {
	m := newMat(st, rows, cols)
	for r := range rows {
		for c := range cols {
			m.Set(r, c, (2*rng.Float32()-1)*limit)
		}
	}
	return m
}

// wide is m in float64, dense.
func wide(m Mat) []float64 {
	x := make([]float64, 0, m.Rows*m.Cols)
	for r := range m.Rows {
		for c := range m.Cols {
			x = append(x, float64(m.At(r, c)))
		}
	}
	return x
}

// floatsAt views the last 4*n bytes of mem.
func floatsAt(mem []byte, n int) []float32 {
	if n == 0 {
		return nil
	}
	return unsafe.Slice((*float32)(unsafe.Pointer(&mem[len(mem)-4*n])), n)
}
