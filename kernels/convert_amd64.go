//go:build !purego

package kernels

//go:noescape
func widenBF16Loop(dst *float32, src *uint16, n int)

//go:noescape
func narrowBF16Loop(dst *uint16, src *float32, n int)

//go:noescape
func widenF16Loop(dst *float32, src *uint16, n int)

//go:noescape
func narrowF16Loop(dst *uint16, src *float32, n int)

//go:noescape
func sumSquares64Loop(x *float32, n int) float64

//go:noescape
func allFiniteLoop(x *float32, n int) bool

// The loops take multiples of 16; the portable twins, equal bit for bit, do the rest.

func widenBF16AVX2(dst []float32, src []uint16) {
	n := len(dst) &^ 15
	if n > 0 {
		widenBF16Loop(&dst[0], &src[0], n)
	}
	widenBF16Generic(dst[n:], src[n:])
}

func narrowBF16AVX2(dst []uint16, src []float32) {
	n := len(dst) &^ 15
	if n > 0 {
		narrowBF16Loop(&dst[0], &src[0], n)
	}
	narrowBF16Generic(dst[n:], src[n:])
}

func widenF16AVX2(dst []float32, src []uint16) {
	n := len(dst) &^ 15
	if n > 0 {
		widenF16Loop(&dst[0], &src[0], n)
	}
	widenF16Generic(dst[n:], src[n:])
}

func narrowF16AVX2(dst []uint16, src []float32) {
	n := len(dst) &^ 15
	if n > 0 {
		narrowF16Loop(&dst[0], &src[0], n)
	}
	narrowF16Generic(dst[n:], src[n:])
}

func sumSquares64AVX2(x []float32) float64 {
	n, s := len(x)&^15, 0.0
	if n > 0 {
		s = sumSquares64Loop(&x[0], n)
	}
	return s + sumSquares64Generic(x[n:])
}

func allFiniteAVX2(x []float32) bool {
	n := len(x) &^ 15
	if n > 0 && !allFiniteLoop(&x[0], n) {
		return false
	}
	return allFiniteGeneric(x[n:])
}
