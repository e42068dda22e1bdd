package kernels

import (
	"fmt"
	"sync"
)

// blockElements is the size of one parallel row block: 16 Ki elements, 64 KiB of float32, so that one block's streams
// fit the second cache level and a block lasts some microseconds. The split depends on the shape only, never on the
// number of workers, which is what keeps the bits equal.
const blockElements = 1 << 14

// chunkElements bounds the piece of a row that is widened at once: 2 Ki float32 = 8 KiB a buffer, so that four
// buffers stay in a 32 KiB first-level cache.
const chunkElements = 1 << 11

// rowBlocks cuts rows of cols elements into blocks; it returns the rows of a block and the number of blocks.
func rowBlocks(rows, cols int) (size, n int) {
	size = max(1, blockElements/max(1, cols))
	return size, (rows + size - 1) / size
}

func blockRange(i, size, rows int) (r0, r1 int) { return i * size, min(rows, (i+1)*size) }

// rowScratch is the conversion space of one block in flight.
type rowScratch struct {
	buf [6][]float32
	cap capConsts
}

// get returns buffer i with at least n elements; the contents are whatever the last user left.
func (s *rowScratch) get(i, n int) []float32 {
	if cap(s.buf[i]) < n {
		s.buf[i] = make([]float32, max(n, chunkElements))
	}
	return s.buf[i][:n]
}

// freeList keeps finished task structs and scratch for reuse. Unlike sync.Pool it survives a collection, so a steady
// state allocates nothing at all.
type freeList[T any] struct {
	mu   sync.Mutex
	free []*T
}

func (l *freeList[T]) get() *T {
	l.mu.Lock()
	defer l.mu.Unlock()
	if n := len(l.free); n > 0 {
		t := l.free[n-1]
		l.free = l.free[:n-1]
		return t
	}
	return new(T)
}

func (l *freeList[T]) put(t *T) {
	l.mu.Lock()
	l.free = append(l.free, t)
	l.mu.Unlock()
}

var scratches freeList[rowScratch]

// loadRow returns elements [c0,c1) of row r as float32: the storage itself where it is F32, else a widened copy in buf.
func (ops *rowOps) loadRow(m *Mat, r, c0, c1 int, buf []float32) []float32 {
	at := r*m.Stride + c0
	end := at + c1 - c0
	switch m.Storage {
	case F32:
		return m.F32[at:end:end]
	case BF16:
		ops.widenBF16(buf[:c1-c0], m.U16[at:end])
	case F16:
		ops.widenF16(buf[:c1-c0], m.U16[at:end])
	default:
		m.Q.widen(kernelsOf(active), buf[:c1-c0], m.Storage, m.From+at, m.Stride)
	}
	return buf[:c1-c0]
}

// outRow returns where to compute elements [c0,c1) of row r: the storage itself or buf; storeRow completes the write.
func (ops *rowOps) outRow(m *Mat, r, c0, c1 int, buf []float32) []float32 {
	if m.Storage == F32 {
		at := r*m.Stride + c0
		end := at + c1 - c0
		return m.F32[at:end:end]
	}
	return buf[:c1-c0]
}

// storeRow narrows y into elements [c0,c1) of row r; where the storage is F32 the values are in place already.
func (ops *rowOps) storeRow(m *Mat, r, c0, c1 int, y []float32) {
	at := r*m.Stride + c0
	end := at + c1 - c0
	switch m.Storage {
	case F32:
	case BF16:
		ops.narrowBF16(m.U16[at:end], y)
	case F16:
		ops.narrowF16(m.U16[at:end], y)
	default:
		panic("kernels: row kernels take F32, BF16 or F16 storage")
	}
}

// mustShape panics unless m is [rows, cols].
func mustShape(op, name string, m *Mat, rows, cols int) {
	if m.Rows != rows || m.Cols != cols {
		panic(fmt.Sprintf("kernels: %s: %s is [%d,%d], want [%d,%d]", op, name, m.Rows, m.Cols, rows, cols))
	}
}

// mustLen panics unless the named slice has the wanted length.
func mustLen(op, name string, got, want int) {
	if got != want {
		panic(fmt.Sprintf("kernels: %s: %s has length %d, want %d", op, name, got, want))
	}
}

// asVector reports whether m's elements are contiguous, so that it can be walked as one long row.
func asVector(m *Mat) bool { return m.Stride == m.Cols || m.Rows <= 1 }
