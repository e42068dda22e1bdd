package kernels

import (
	"fmt"
	"math"
)

// Storage says how the elements of a Mat are kept.
type Storage uint8

const (
	F32  Storage = iota // float32
	BF16                // bfloat16: the upper half of a float32
	F16                 // IEEE binary16
	I8                  // int8 times a scale of the row
	NF4                 // a code of 4 bits times a scale of 64 elements
)

// String returns the name used in messages and benchmarks.
func (s Storage) String() string {
	switch s {
	case F32:
		return "f32"
	case BF16:
		return "bf16"
	case F16:
		return "f16"
	case I8:
		return "int8"
	case NF4:
		return "nf4"
	}
	return fmt.Sprintf("Storage(%d)", uint8(s))
}

// Bytes is the number of bytes that n elements take, scales apart.
func (s Storage) Bytes(n int) int {
	switch s {
	case F32:
		return 4 * n
	case I8:
		return n
	case NF4:
		return (n + 1) / 2
	}
	return 2 * n
}

// Quantised reports whether elements are codes that need a scale.
func (s Storage) Quantised() bool { return s == I8 || s == NF4 }

// Mat is a row-major matrix view: element (r, c) stands at r*Stride + c of F32 (storage F32) or U16 (BF16, F16), or is
// element From + r*Stride + c of Q, whose rows are Stride long (I8, NF4). Quantised matrices are read only.
type Mat struct {
	Storage            Storage
	Rows, Cols, Stride int
	F32                []float32
	U16                []uint16
	Q                  *Quant
	From               int
}

// F32Mat views data as a dense rows x cols matrix.
func F32Mat(data []float32, rows, cols int) Mat {
	m := Mat{Storage: F32, Rows: rows, Cols: cols, Stride: cols, F32: data}
	m.check("F32Mat")
	return m
}

// BF16Mat views bfloat16 bits as a dense rows x cols matrix.
func BF16Mat(data []uint16, rows, cols int) Mat {
	m := Mat{Storage: BF16, Rows: rows, Cols: cols, Stride: cols, U16: data}
	m.check("BF16Mat")
	return m
}

// F16Mat views binary16 bits as a dense rows x cols matrix.
func F16Mat(data []uint16, rows, cols int) Mat {
	m := Mat{Storage: F16, Rows: rows, Cols: cols, Stride: cols, U16: data}
	m.check("F16Mat")
	return m
}

// RowRange is the view of rows [r0, r1).
func (m Mat) RowRange(r0, r1 int) Mat {
	if r0 < 0 || r1 < r0 || r1 > m.Rows {
		panic(fmt.Sprintf("kernels: RowRange [%d,%d) of %d rows", r0, r1, m.Rows))
	}
	return m.window(r0, r1, 0, m.Cols)
}

// ColRange is the view of columns [c0, c1).
func (m Mat) ColRange(c0, c1 int) Mat {
	if c0 < 0 || c1 < c0 || c1 > m.Cols {
		panic(fmt.Sprintf("kernels: ColRange [%d,%d) of %d columns", c0, c1, m.Cols))
	}
	return m.window(0, m.Rows, c0, c1)
}

func (m Mat) window(r0, r1, c0, c1 int) Mat {
	v := Mat{Storage: m.Storage, Rows: r1 - r0, Cols: c1 - c0, Stride: m.Stride}
	if v.Rows == 0 || v.Cols == 0 {
		return v
	}
	lo, hi := r0*m.Stride+c0, (r1-1)*m.Stride+c1
	switch {
	case m.Storage == F32:
		v.F32 = m.F32[lo:hi]
	case m.Storage.Quantised():
		v.Q, v.From = m.Q, m.From+lo
	default:
		v.U16 = m.U16[lo:hi]
	}
	return v
}

// RowF32 is row r of an F32 matrix.
func (m Mat) RowF32(r int) []float32 { return m.F32[r*m.Stride : r*m.Stride+m.Cols] }

// RowU16 is row r of a BF16 or F16 matrix.
func (m Mat) RowU16(r int) []uint16 { return m.U16[r*m.Stride : r*m.Stride+m.Cols] }

// At returns element (r, c) as float32.
func (m Mat) At(r, c int) float32 {
	switch i := r*m.Stride + c; m.Storage {
	case F32:
		return m.F32[i]
	case BF16:
		return BF16ToF32(m.U16[i])
	case F16:
		return F16ToF32(m.U16[i])
	default:
		return m.Q.at(m.Storage, m.From+i, m.Stride)
	}
}

// Set stores v, rounded to the storage, as element (r, c).
func (m Mat) Set(r, c int, v float32) {
	switch i := r*m.Stride + c; m.Storage {
	case F32:
		m.F32[i] = v
	case BF16:
		m.U16[i] = F32ToBF16(v)
	case F16:
		m.U16[i] = F32ToF16(v)
	default:
		panic("kernels: Set: a quantised matrix is read only")
	}
}

// check panics unless the view is consistent with its data.
func (m Mat) check(what string) {
	if m.Rows < 0 || m.Cols < 0 || m.Stride < m.Cols {
		panic(fmt.Sprintf("kernels: %s: bad view %d x %d with stride %d", what, m.Rows, m.Cols, m.Stride))
	}
	if m.Rows == 0 || m.Cols == 0 {
		return
	}
	have := len(m.U16)
	switch {
	case m.Storage == F32:
		have = len(m.F32)
	case m.Storage.Quantised():
		have = m.Q.check(what, m.Storage, m.Stride) - m.From
	}
	if need := (m.Rows-1)*m.Stride + m.Cols; have < need {
		panic(fmt.Sprintf("kernels: %s: %d x %d with stride %d needs %d elements, has %d",
			what, m.Rows, m.Cols, m.Stride, need, have))
	}
}

// BF16ToF32 widens exactly.
func BF16ToF32(h uint16) float32 { return math.Float32frombits(uint32(h) << 16) }

// F32ToBF16 rounds to nearest, ties to even; a NaN stays a NaN (made quiet), overflow becomes infinity.
func F32ToBF16(f float32) uint16 {
	b := math.Float32bits(f)
	if b&0x7fffffff > 0x7f800000 {
		return uint16(b>>16) | 0x40
	}
	return uint16((b + 0x7fff + b>>16&1) >> 16)
}

// F16ToF32 widens binary16 exactly; a NaN is made quiet, as VCVTPH2PS and FCVTL do.
func F16ToF32(h uint16) float32 {
	sign := uint32(h&0x8000) << 16
	exp := uint32(h>>10) & 0x1f
	frac := uint32(h & 0x3ff)
	switch exp {
	case 0: // zero or denormal: frac * 2^-24 is exact in float32
		v := float32(frac) * (1.0 / (1 << 24))
		return math.Float32frombits(math.Float32bits(v) | sign)
	case 0x1f:
		if frac != 0 {
			frac |= 0x200
		}
		return math.Float32frombits(sign | 0x7f800000 | frac<<13)
	}
	return math.Float32frombits(sign | (exp+112)<<23 | frac<<13)
}

// F32ToF16 rounds to nearest, ties to even; overflow becomes infinity, a NaN stays a (quiet) NaN.
func F32ToF16(f float32) uint16 {
	b := math.Float32bits(f)
	sign := uint16(b >> 16 & 0x8000)
	b &= 0x7fffffff
	switch {
	case b > 0x7f800000:
		return sign | 0x7e00 | uint16(b>>13&0x3ff)
	case b >= 0x47800000: // 2^16 and above; values that round up to 2^16 are caught by the carry below
		return sign | 0x7c00
	case b < 0x38800000: // below 2^-14: denormal; adding 0.5 aligns the last bit at 2^-24 and rounds to even
		d := math.Float32frombits(b) + 0.5
		return sign | uint16(math.Float32bits(d)-0x3f000000)
	}
	b += 0xfff + b>>13&1
	return sign | uint16((b-112<<23)>>13)
}
