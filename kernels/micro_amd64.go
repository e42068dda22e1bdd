//go:build amd64 && !purego

package kernels

import "unsafe"

var setAVX2 = kernelSet{
	cols:      16,
	rows:      [3]int{6, 4, 2},
	columns:   [3]columnFunc{column6x16AVX2, column4x16AVX2, column2x16AVX2},
	block:     384, // 24 KB of V and 9 KB of S
	ahead:     1,
	strip:     8,
	transpose: transpose8AVX2,
	spread:    spreadAVX2,
	fromBF16:  packBF16AVX2,

	transposeBF16: transposeBF16AVX2,
	spreadBF16:    spreadBF16AVX2,

	fromF16:    packF16AVX2,
	toBF16:     unpackBF16AVX2,
	interleave: interleaveAVX2,
	finishF32:  finishF32AVX2,
	finishBF16: finishBF16AVX2,
	prefetch:   prefetchAVX2,
	gemv:       &gemvAVX2,
	turned:     &turnedSet{gemvTurnedAVX2, gemvTurnedBF16AVX2, turnedTopsAVX2},
	fromI8:     packI8AVX2,
	nf4:        &nf4AVX2,
	peak:       peakLoop{peakAVX2, 2 * 12 * 8},
}

var setAVX512 = func() kernelSet {
	s := setAVX2
	s.cols, s.block, s.ahead = 32, 384, 3
	s.rows = [3]int{14, 8, 4}
	s.columns = [3]columnFunc{}
	s.f32 = [3]microFunc{gemm14x32AVX512, gemm8x32AVX512, gemm4x32AVX512}
	s.gemv, s.turned = &gemvAVX512, nil
	s.nf4 = &nf4AVX512
	s.peak = peakLoop{peakAVX512, 2 * 12 * 16}
	return s
}()

var setAVX512BF16 = func() kernelSet {
	s := setAVX512
	s.pairs = [3]microFunc{gemm14x32AVX512BF16, gemm8x32AVX512BF16, gemm4x32AVX512BF16}
	s.peakPairs = peakLoop{peakAVX512BF16, 4 * 12 * 16}
	return s
}()

var setAMX = func() kernelSet {
	s := setAVX512BF16
	s.tiles = &setAMXTiles
	s.peakPairs = peakLoop{peakAMX, 2 * 4 * 16 * 16 * 32}
	return s
}()

var setAMXTiles = func() kernelSet {
	s := setAVX512BF16
	s.unit, s.block = 16, 576 // half of 2304 in pairs: sums of 4 KB are loaded and stored for 144 products of tiles
	s.rows = [3]int{32, 16, 16}
	s.f32 = [3]microFunc{}
	s.pairs = [3]microFunc{gemm32x32AMX, gemm16x32AMX, gemm16x32AMX}
	return s
}()

// kernelsOf is the table of levels.
func kernelsOf(l Level) *kernelSet {
	switch l {
	case AVX2:
		return &setAVX2
	case AVX512:
		return &setAVX512
	case AVX512BF16:
		return &setAVX512BF16
	case AMX:
		return &setAMX
	}
	return &setGeneric
}

//go:noescape
func column6x16AVX2(r *column)

//go:noescape
func column4x16AVX2(r *column)

//go:noescape
func column2x16AVX2(r *column)

//go:noescape
func gemm14x32AVX512(c, s *float32, lds int, v *float32, k, add int, next unsafe.Pointer, stride, step int, near unsafe.Pointer)

//go:noescape
func gemm8x32AVX512(c, s *float32, lds int, v *float32, k, add int, next unsafe.Pointer, stride, step int, near unsafe.Pointer)

//go:noescape
func gemm4x32AVX512(c, s *float32, lds int, v *float32, k, add int, next unsafe.Pointer, stride, step int, near unsafe.Pointer)

//go:noescape
func gemm14x32AVX512BF16(c, s *float32, lds int, v *float32, k, add int, next unsafe.Pointer, stride, step int, near unsafe.Pointer)

//go:noescape
func gemm8x32AVX512BF16(c, s *float32, lds int, v *float32, k, add int, next unsafe.Pointer, stride, step int, near unsafe.Pointer)

//go:noescape
func gemm4x32AVX512BF16(c, s *float32, lds int, v *float32, k, add int, next unsafe.Pointer, stride, step int, near unsafe.Pointer)

//go:noescape
func transpose8AVX2(dst *float32, ldd int, src *float32, lds, n int)

//go:noescape
func spreadAVX2(dst *float32, step int, src *float32, panels, cols int)

//go:noescape
func transposeBF16AVX2(dst *float32, ldd int, src *uint16, lds, n int)

//go:noescape
func spreadBF16AVX2(dst *float32, step int, src *uint16, panels, cols int)

//go:noescape
func packBF16AVX2(dst *float32, src *uint16, n int)

//go:noescape
func packF16AVX2(dst *float32, src *uint16, n int)

//go:noescape
func packI8AVX2(dst *float32, src *byte, n int, scale float32)

//go:noescape
func unpackBF16AVX2(dst *uint16, src *float32, n int)

//go:noescape
func interleaveAVX2(dst *float32, even, odd *uint16, n int)

//go:noescape
func finishF32AVX2(dst, src *float32, step, n, cols int, alpha, beta float32)

//go:noescape
func finishBF16AVX2(dst *uint16, src *float32, step, n, cols int, alpha, beta float32)

//go:noescape
func peakAVX2(n int)

//go:noescape
func peakAVX512(n int)

//go:noescape
func peakAVX512BF16(n int)

//go:noescape
func gemm32x32AMX(c, s *float32, lds int, v *float32, k, add int, next unsafe.Pointer, stride, step int, near unsafe.Pointer)

//go:noescape
func gemm16x32AMX(c, s *float32, lds int, v *float32, k, add int, next unsafe.Pointer, stride, step int, near unsafe.Pointer)

//go:noescape
func peakAMX(n int)

//go:noescape
func prefetchAVX2(p unsafe.Pointer, bytes int)
