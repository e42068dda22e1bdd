package safetensors

import (
	"cmp"
	"math"
	"slices"

	"lapidary/internal/bound"
	"lapidary/tensor"
)

// byteSize returns the bytes of a tensor, or why there can be no such tensor.
func byteSize(dtype tensor.DType, shape []int) (int64, *FormatError) {
	n, err := bound.Product(shape)
	if err != nil {
		return 0, defect("", ErrOverflow, "product of %d dimensions", len(shape))
	}
	bits, err := bound.Mul(uint64(n), uint64(dtype.Bits()))
	if err != nil || bits/8 > math.MaxInt/8 {
		return 0, defect("", ErrOverflow, "%d elements of %d bits", n, dtype.Bits())
	}
	if bits%8 != 0 {
		return 0, defect("", ErrSubByte, "%d elements of %d bits", n, dtype.Bits())
	}
	return int64(bits / 8), nil
}

// checkEntry checks what can be known of one tensor alone.
func checkEntry(e *Info) *FormatError {
	if e.Begin > e.End {
		return defect(tensorField(e.Name, "data_offsets"), ErrRange, "[%d, %d)", e.Begin, e.End)
	}
	want, err := byteSize(e.DType, e.Shape)
	if err != nil {
		err.Field = tensorField(e.Name, "shape")
		return err
	}
	if got := e.End - e.Begin; got != want {
		return defect(tensorField(e.Name, "data_offsets"), ErrSize, "%d bytes, %v of this shape takes %d", got, e.DType, want)
	}
	return nil
}

// checkLayout orders the tensors by their place and checks that they fill the data section without hole, overlap or
// rest.
func (h *header) checkLayout(dataSize int64) *FormatError {
	slices.SortStableFunc(h.infos, func(a, b Info) int {
		return cmp.Or(cmp.Compare(a.Begin, b.Begin), cmp.Compare(a.End, b.End))
	})
	at := int64(0)
	for i, e := range h.infos {
		switch {
		case e.Begin > at:
			return defect(tensorField(e.Name, "data_offsets"), ErrHole, "%d", e.Begin-at)
		case e.Begin < at:
			return defect(tensorField(e.Name, "data_offsets"), ErrOverlap, "[%d, %d), the last one ends at %d", e.Begin, e.End, at)
		case e.End > dataSize:
			return defect(tensorField(e.Name, "data_offsets"), ErrTruncated, "[%d, %d) of %d bytes", e.Begin, e.End, dataSize)
		}
		at = e.End
		h.byName[e.Name] = i
	}
	if at < dataSize {
		return defect("", ErrTrailing, "%d", dataSize-at)
	}
	return nil
}
