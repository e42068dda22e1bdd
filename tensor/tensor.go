package tensor

import (
	"fmt"
	"math"
	"slices"
	"unsafe"

	"lapidary/kernels"
)

// Tensor is a dense row-major array. The zero value is not usable; make one with New, FromFloat32 or FromBytes.
type Tensor struct {
	dtype DType
	shape []int
	// Exactly one of these holds the elements: f32 for F32, u16 for BF16 and F16, quant for Int8 and NF4, raw for every
	// other type.
	f32   []float32
	u16   []uint16
	raw   []byte
	quant *kernels.Quant

	early bool // lent by an Arena that did not carve
}

// New returns a zeroed tensor in Go memory. Dimensions must be non-negative and come from the program, not from a
// file: a size from outside is checked before it gets here.
func New(dtype DType, shape ...int) *Tensor {
	n := count(shape)
	t := &Tensor{dtype: dtype, shape: slices.Clone(shape)}
	switch dtype {
	case F32:
		t.f32 = make([]float32, n)
	case BF16, F16:
		t.u16 = make([]uint16, n)
	case Int8, NF4:
		panic("tensor: New: " + dtype.String() + " is made by Quantise")
	default:
		t.raw = make([]byte, (n*dtype.Bits()+7)/8)
	}
	return t
}

// FromFloat32 wraps data, without copying it.
func FromFloat32(data []float32, shape ...int) *Tensor {
	if n := count(shape); n != len(data) {
		panic(fmt.Sprintf("tensor: FromFloat32: shape %v holds %d elements, data %d", shape, n, len(data)))
	}
	return &Tensor{dtype: F32, shape: slices.Clone(shape), f32: data}
}

// FromUint16 wraps the bit patterns of BF16 or F16 elements, without copying them.
func FromUint16(dtype DType, data []uint16, shape ...int) *Tensor {
	if dtype != BF16 && dtype != F16 {
		panic("tensor: FromUint16: not a 16-bit float type: " + dtype.String())
	}
	if n := count(shape); n != len(data) {
		panic(fmt.Sprintf("tensor: FromUint16: shape %v holds %d elements, data %d", shape, n, len(data)))
	}
	return &Tensor{dtype: dtype, shape: slices.Clone(shape), u16: data}
}

// FromBytes views little-endian bytes as a tensor: in place where they are aligned, copied where they are not (a
// safetensors file need not align its data). The bytes may be mapped read-only; such a tensor must not be written.
func FromBytes(dtype DType, raw []byte, shape ...int) (*Tensor, error) {
	n, bits := count(shape), dtype.Bits()
	if bits == 0 || dtype.IsQuantised() || (n*bits)%8 != 0 || n*bits/8 != len(raw) {
		return nil, fmt.Errorf("tensor: %d bytes cannot be %v %v", len(raw), dtype, shape)
	}
	t := &Tensor{dtype: dtype, shape: slices.Clone(shape)}
	switch dtype {
	case F32:
		t.f32 = castF32(raw)
	case BF16, F16:
		t.u16 = castU16(raw)
	default:
		t.raw = raw
	}
	return t, nil
}

// castF32 reinterprets bytes as float32, copying only when they are misaligned.
func castF32(raw []byte) []float32 {
	if len(raw) == 0 {
		return nil
	}
	p := unsafe.Pointer(unsafe.SliceData(raw))
	if uintptr(p)%4 == 0 {
		return unsafe.Slice((*float32)(p), len(raw)/4)
	}
	out := make([]float32, len(raw)/4)
	copy(f32Bytes(out), raw)
	return out
}

// castU16 reinterprets bytes as 16-bit patterns, copying only when they are misaligned.
func castU16(raw []byte) []uint16 {
	if len(raw) == 0 {
		return nil
	}
	p := unsafe.Pointer(unsafe.SliceData(raw))
	if uintptr(p)%2 == 0 {
		return unsafe.Slice((*uint16)(p), len(raw)/2)
	}
	out := make([]uint16, len(raw)/2)
	copy(u16Bytes(out), raw)
	return out
}

// Every supported target (amd64, arm64) is little-endian, as the files are.
func f32Bytes(x []float32) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(x))), 4*len(x))
}

func u16Bytes(x []uint16) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(x))), 2*len(x))
}

// count multiplies a shape's dimensions, panicking on a negative one or on overflow.
func count(shape []int) int {
	n := 1
	for _, d := range shape {
		if d < 0 || (d > 0 && n > math.MaxInt/8/d) {
			panic(fmt.Sprintf("tensor: impossible shape %v", shape))
		}
		n *= d
	}
	return n
}

// DType returns the element type.
func (t *Tensor) DType() DType { return t.dtype }

// Shape returns the dimensions. The caller must not change them.
func (t *Tensor) Shape() []int { return t.shape }

// Rank returns the number of dimensions.
func (t *Tensor) Rank() int { return len(t.shape) }

// Dim returns one dimension; a negative index counts from the end.
func (t *Tensor) Dim(i int) int {
	if i < 0 {
		i += len(t.shape)
	}
	return t.shape[i]
}

// Len returns the number of elements.
func (t *Tensor) Len() int { return count(t.shape) }

// F32 returns the elements of an F32 tensor, sharing memory.
func (t *Tensor) F32() []float32 {
	if t.dtype != F32 {
		panic("tensor: F32 of a " + t.dtype.String() + " tensor")
	}
	return t.f32
}

// U16 returns the bit patterns of a BF16 or F16 tensor, sharing memory.
func (t *Tensor) U16() []uint16 {
	if t.dtype != BF16 && t.dtype != F16 {
		panic("tensor: U16 of a " + t.dtype.String() + " tensor")
	}
	return t.u16
}

// Size is the memory of the elements in bytes, scales of quantised ones included.
func (t *Tensor) Size() int64 {
	if t.quant != nil {
		return t.quant.Bytes()
	}
	return int64(len(t.Bytes()))
}

// Bytes returns the little-endian bytes of the elements, sharing memory. A quantised tensor has no such form.
func (t *Tensor) Bytes() []byte {
	switch t.dtype {
	case Int8, NF4:
		panic("tensor: Bytes of a " + t.dtype.String() + " tensor")
	case F32:
		return f32Bytes(t.f32)
	case BF16, F16:
		return u16Bytes(t.u16)
	}
	return t.raw
}

// Reshape views the same elements under another shape.
func (t *Tensor) Reshape(shape ...int) *Tensor {
	if count(shape) != t.Len() {
		panic(fmt.Sprintf("tensor: Reshape: %v to %v", t.shape, shape))
	}
	v := *t
	v.shape = slices.Clone(shape)
	return &v
}

// RowRange views rows [r0,r1) of the first dimension, sharing memory. It needs a float type.
func (t *Tensor) RowRange(r0, r1 int) *Tensor {
	if len(t.shape) == 0 || r0 < 0 || r1 < r0 || r1 > t.shape[0] || !t.dtype.IsFloat() {
		panic(fmt.Sprintf("tensor: RowRange [%d,%d) of %v %v", r0, r1, t.dtype, t.shape))
	}
	v := *t
	v.shape = slices.Clone(t.shape)
	v.shape[0] = r1 - r0
	row := count(t.shape[1:])
	if t.dtype == F32 {
		v.f32 = t.f32[r0*row : r1*row]
	} else {
		v.u16 = t.u16[r0*row : r1*row]
	}
	return &v
}

// Clone copies the tensor into Go memory.
func (t *Tensor) Clone() *Tensor {
	v := *t
	v.shape = slices.Clone(t.shape)
	v.f32, v.u16, v.raw = slices.Clone(t.f32), slices.Clone(t.u16), slices.Clone(t.raw)
	return &v
}
