package tensor

import "fmt"

// DType is the type of a tensor's elements, spelled as safetensors spells it.
type DType uint8

// The element types of the safetensors format. Arithmetic is defined for F32, BF16 and F16 only; the rest can be
// carried, copied and inspected.
const (
	Invalid DType = iota
	Bool
	U8
	I8
	F8E5M2
	F8E4M3
	F8E8M0
	F8E4M3FNUZ
	F8E5M2FNUZ
	I16
	U16
	F16
	BF16
	I32
	U32
	F32
	C64
	F64
	I64
	U64
	F4
	F6E2M3
	F6E3M2

	// Quantised weights: codes with scales, made by a program rather than read as one tensor. They can be multiplied with
	// and widened, not written.
	Int8 // rows with a scale each, see kernels.I8
	NF4  // blocks with a scale each, see kernels.NF4
)

type dtypeInfo struct {
	code string
	bits int
}

var dtypes = [...]dtypeInfo{
	Invalid: {"INVALID", 0},
	Bool:    {"BOOL", 8}, U8: {"U8", 8}, I8: {"I8", 8},
	F8E5M2: {"F8_E5M2", 8}, F8E4M3: {"F8_E4M3", 8}, F8E8M0: {"F8_E8M0", 8},
	F8E4M3FNUZ: {"F8_E4M3FNUZ", 8}, F8E5M2FNUZ: {"F8_E5M2FNUZ", 8},
	I16: {"I16", 16}, U16: {"U16", 16}, F16: {"F16", 16}, BF16: {"BF16", 16},
	I32: {"I32", 32}, U32: {"U32", 32}, F32: {"F32", 32},
	C64: {"C64", 64}, F64: {"F64", 64}, I64: {"I64", 64}, U64: {"U64", 64},
	F4: {"F4", 4}, F6E2M3: {"F6_E2M3", 6}, F6E3M2: {"F6_E3M2", 6},
	Int8: {"int8", 8}, NF4: {"nf4", 4},
}

// String returns the safetensors code, such as "BF16".
func (d DType) String() string {
	if int(d) >= len(dtypes) {
		return fmt.Sprintf("DType(%d)", uint8(d))
	}
	return dtypes[d].code
}

// Bits returns the size of one element in bits; sub-byte types are packed.
func (d DType) Bits() int {
	if int(d) >= len(dtypes) {
		return 0
	}
	return dtypes[d].bits
}

// ParseDType finds the type of a safetensors code.
func ParseDType(code string) (DType, bool) {
	for d := Bool; d <= F6E3M2; d++ {
		if dtypes[d].code == code {
			return d, true
		}
	}
	return Invalid, false
}

// IsQuantised reports whether elements are codes with scales.
func (d DType) IsQuantised() bool { return d == Int8 || d == NF4 }

// IsFloat reports whether arithmetic is defined for the type.
func (d DType) IsFloat() bool { return d == F32 || d == BF16 || d == F16 }
