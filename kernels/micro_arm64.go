//go:build arm64 && !purego

package kernels

import "unsafe"

// Rounding and finishing are left to the portable twins: they touch each element of C once in a product.
var setNEON = func() kernelSet {
	s := setGeneric
	s.cols = 8
	s.rows = [3]int{8, 8, 4}
	s.columns = [3]columnFunc{}
	s.f32 = [3]microFunc{gemm8x8NEON, gemm8x8NEON, gemm4x8NEON}
	s.block = 256 // a panel of S takes 8 KB, one of V too: both stay in 32 KB of L1
	s.strip = 4
	s.transpose = transpose4NEON
	s.transposeBF16, s.spreadBF16 = nil, nil
	s.fromBF16 = packBF16NEON
	s.fromF16 = packF16NEON
	s.prefetch = prefetchNEON
	s.gemv = &gemvNEON
	s.nf4 = &nf4NEON
	s.peak = peakLoop{peakNEON, 2 * 16 * 4}
	return s
}()

var setNEONBF16 = func() kernelSet {
	s := setNEON
	s.pairs = [3]microFunc{gemm8x8NEONBF16, gemm8x8NEONBF16, gemm4x8NEONBF16}
	s.foldRows = foldRowsNEON
	s.foldCols = foldColsNEON
	s.peakPairs = peakLoop{peakNEONBF16, 2 * 16 * 16}
	return s
}()

var gemvNEON = [4]gemvSet{
	F32:  {gemv1x4F32NEON, gemv4x2F32NEON, 4, 2, false},
	BF16: {gemv1x4BF16NEON, gemv4x2BF16NEON, 4, 2, false},
	F16:  {gemv1x4F16NEON, gemv4x2F16NEON, 4, 2, false},
	I8:   {gemv1x2I8, gemv4x2I8, 2, 2, false}, // portable
}

// kernelsOf is the table of levels.
func kernelsOf(l Level) *kernelSet {
	switch l {
	case NEON:
		return &setNEON
	case NEONBF16:
		return &setNEONBF16
	}
	return &setGeneric
}

//go:noescape
func gemm8x8NEON(c, s *float32, lds int, v *float32, k, add int, next unsafe.Pointer, stride, step int, near unsafe.Pointer)

//go:noescape
func gemm4x8NEON(c, s *float32, lds int, v *float32, k, add int, next unsafe.Pointer, stride, step int, near unsafe.Pointer)

//go:noescape
func gemm8x8NEONBF16(c, s *float32, lds int, v *float32, k, add int, next unsafe.Pointer, stride, step int, near unsafe.Pointer)

//go:noescape
func gemm4x8NEONBF16(c, s *float32, lds int, v *float32, k, add int, next unsafe.Pointer, stride, step int, near unsafe.Pointer)

//go:noescape
func foldRowsNEON(dst, even *float32, lds, n int)

//go:noescape
func foldColsNEON(panel *float32, n, cols int)

//go:noescape
func transpose4NEON(dst *float32, ldd int, src *float32, lds, n int)

//go:noescape
func packBF16NEON(dst *float32, src *uint16, n int)

//go:noescape
func packF16NEON(dst *float32, src *uint16, n int)

//go:noescape
func prefetchNEON(p unsafe.Pointer, bytes int)

//go:noescape
func peakNEON(n int)

//go:noescape
func peakNEONBF16(n int)

//go:noescape
func gemv1x4F32NEON(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)

//go:noescape
func gemv4x2F32NEON(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)

//go:noescape
func gemv1x4BF16NEON(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)

//go:noescape
func gemv4x2BF16NEON(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)

//go:noescape
func gemv1x4F16NEON(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)

//go:noescape
func gemv4x2F16NEON(out, x *float32, ldx int, w unsafe.Pointer, ldw, k int)
