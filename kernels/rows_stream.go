package kernels

import "unsafe"

// streamBytes is the size from which an output is written past the caches. Such a store saves the read of the line it
// overwrites, a third of what a copy moves; but whoever reads the output next finds it in memory. 32 MiB is a large last
// level cache: of an output of that size, and the inputs read beside it, little is left there anyway. Only tests set it.
var streamBytes = 32 << 20

// forOutput returns the table for a call that writes y and reads the matrices of in: the streaming one if y is large,
// starts every row at a cache line, and is none of the inputs, whose lines are in the cache already. Of two
// outputs y is the first, and the second is written as always: both past the caches take longer than neither, as lines go
// out half filled.
func (ops *rowOps) forOutput(y *Mat, in ...*Mat) *rowOps {
	if ops.streaming == nil || !y.streams(in) {
		return ops
	}
	return ops.streaming
}

func (m *Mat) streams(in []*Mat) bool {
	if m.Storage != F32 || 4*m.Rows*m.Cols < streamBytes || m.Stride%16 != 0 && m.Rows > 1 || !lineAligned(m.F32) {
		return false
	}
	for _, x := range in {
		if x.Storage == F32 && len(x.F32) > 0 && &x.F32[0] == &m.F32[0] {
			return false
		}
	}
	return true
}

func lineAligned(x []float32) bool { return uintptr(unsafe.Pointer(&x[0]))%64 == 0 }

// finish ends a worker's use of the table.
func (ops *rowOps) finish() {
	if ops.fence != nil {
		ops.fence()
	}
}
