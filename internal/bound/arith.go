package bound

import (
	"errors"
	"fmt"
	"math"
	"math/bits"
)

// ErrOverflow marks a size whose arithmetic does not fit.
var ErrOverflow = errors.New("size does not fit")

// ErrBeyond marks a size that exceeds what is really there.
var ErrBeyond = errors.New("size exceeds what is left")

// Add returns a+b.
func Add(a, b uint64) (uint64, error) {
	sum, carry := bits.Add64(a, b, 0)
	if carry != 0 {
		return 0, fmt.Errorf("%w: %d + %d", ErrOverflow, a, b)
	}
	return sum, nil
}

// Mul returns a*b.
func Mul(a, b uint64) (uint64, error) {
	hi, lo := bits.Mul64(a, b)
	if hi != 0 {
		return 0, fmt.Errorf("%w: %d * %d", ErrOverflow, a, b)
	}
	return lo, nil
}

// AlignUp returns the smallest multiple of align that is not below n. An align of zero is refused.
func AlignUp(n, align uint64) (uint64, error) {
	if align == 0 {
		return 0, fmt.Errorf("%w: alignment 0", ErrOverflow)
	}
	rest := n % align
	if rest == 0 {
		return n, nil
	}
	return Add(n, align-rest)
}

// Int converts n to an int.
func Int(n uint64) (int, error) {
	if n > math.MaxInt {
		return 0, fmt.Errorf("%w: %d", ErrOverflow, n)
	}
	return int(n), nil
}

// Count converts a claimed number of elements to an int, if that many elements of elemSize bytes each fit into
// the remaining bytes. elemSize is the least that one element can occupy and must be positive.
func Count(n uint64, elemSize, remaining int) (int, error) {
	if elemSize <= 0 || remaining < 0 {
		return 0, fmt.Errorf("%w: %d elements of %d bytes in %d", ErrOverflow, n, elemSize, remaining)
	}
	if n > uint64(remaining/elemSize) {
		return 0, fmt.Errorf("%w: %d elements of %d bytes, %d bytes left", ErrBeyond, n, elemSize, remaining)
	}
	return int(n), nil
}

// Product multiplies dimensions from left to right. Every partial product must stay within an eighth of the
// largest int, so that the result can be counted in bits too; a zero does not excuse an overflow before it.
func Product(dims []int) (int, error) {
	n := 1
	for _, d := range dims {
		if d < 0 || (d > 0 && n > math.MaxInt/8/d) {
			return 0, fmt.Errorf("%w: product of %d dimensions", ErrOverflow, len(dims))
		}
		n *= d
	}
	return n, nil
}
