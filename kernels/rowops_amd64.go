//go:build !purego

package kernels

// buildRowTable: an entry that assembly does not replace stays portable.
func buildRowTable() [levelCount]*rowOps {
	avx2, avx512 := genericRows, genericRows

	avx2.sumSquares, avx2.dot, avx2.normDot = sumSquaresAVX2, dotAVX2, normDotAVX2
	avx2.normScale, avx2.normScaleAdd, avx2.normGrad, avx2.normGradAdd = normScaleAVX2, normScaleAddAVX2, normGradAVX2, normGradAddAVX2
	avx2.mulScaleAdd, avx2.rotate = mulScaleAddAVX2, rotateAVX2
	avx2.axpy, avx2.scale, avx2.add, avx2.mul, avx2.copy = axpyAVX2, scaleAVX2, addAVX2, mulAVX2, copyAVX2
	avx2.columnMax, avx2.scaleMax, avx2.capGrad = columnMaxAVX2, scaleMaxAVX2, capGradAVX2
	avx2.adamw, avx2.dropout, avx2.dropoutAdd = adamwAVX2, dropoutAVX2, dropoutAddAVX2
	avx2.exp, avx2.tanh, avx2.capTanh = expAVX2, tanhAVX2, capTanhAVX2
	avx2.capExpSum, avx2.capLossGrad = capExpSumAVX2, capLossGradAVX2
	avx2.capKeepSum, avx2.keptLossGrad = capKeepSumAVX2, keptLossGradAVX2
	avx2.sumExpShift, avx2.columnExp = sumExpShiftAVX2, columnExpAVX2
	avx2.softmaxGrad, avx2.scoreGrad = softmaxGradAVX2, scoreGradAVX2
	avx2.geglu, avx2.gegluGrad = gegluAVX2, gegluGradAVX2

	avx512.sumSquares, avx512.dot, avx512.normDot = sumSquaresAVX512, dotAVX512, normDotAVX512
	avx512.normScale, avx512.normScaleAdd, avx512.normGrad, avx512.normGradAdd = normScaleAVX512, normScaleAddAVX512, normGradAVX512, normGradAddAVX512
	avx512.mulScaleAdd, avx512.rotate = mulScaleAddAVX512, rotateAVX512
	avx512.axpy, avx512.scale, avx512.add, avx512.mul, avx512.copy = axpyAVX512, scaleAVX512, addAVX512, mulAVX512, copyAVX512
	avx512.columnMax, avx512.scaleMax, avx512.capGrad = columnMaxAVX512, scaleMaxAVX512, capGradAVX512
	avx512.adamw, avx512.dropout, avx512.dropoutAdd = adamwAVX512, dropoutAVX512, dropoutAddAVX512
	avx512.exp, avx512.tanh, avx512.capTanh = expAVX512, tanhAVX512, capTanhAVX512
	avx512.capExpSum, avx512.capLossGrad = capExpSumAVX512, capLossGradAVX512
	avx512.capKeepSum, avx512.keptLossGrad = capKeepSumAVX512, keptLossGradAVX512
	avx512.sumExpShift, avx512.columnExp = sumExpShiftAVX512, columnExpAVX512
	avx512.softmaxGrad, avx512.scoreGrad = softmaxGradAVX512, scoreGradAVX512
	avx512.geglu, avx512.gegluGrad = gegluAVX512, gegluGradAVX512

	for _, ops := range []*rowOps{&avx2, &avx512} {
		ops.widenBF16, ops.narrowBF16 = widenBF16AVX2, narrowBF16AVX2
		ops.widenF16, ops.narrowF16 = widenF16AVX2, narrowF16AVX2
		ops.copyRows, ops.widenRows, ops.transpose = copyRowsAVX2, widenRowsAVX2, transposeRowsAVX2
		ops.sumSquares64, ops.allFinite = sumSquares64AVX2, allFiniteAVX2
	}
	avx2.dotRows, avx2.axpyRows = dotRowsAVX2, axpyRowsAVX2
	s2, s512 := avx2, avx512
	s2.normScale, s2.normScaleAdd, s2.normGrad = normScaleStreamAVX2, normScaleAddStreamAVX2, normGradStreamAVX2
	s2.geglu, s2.gegluGrad, s2.dropout = gegluStreamAVX2, gegluGradStreamAVX2, dropoutStreamAVX2
	s2.copy, s2.scale, s2.add, s2.mul = copyStreamAVX2, scaleStreamAVX2, addStreamAVX2, mulStreamAVX2
	s512.normScale, s512.normScaleAdd, s512.normGrad = normScaleStreamAVX512, normScaleAddStreamAVX512, normGradStreamAVX512
	s512.geglu, s512.gegluGrad, s512.dropout = gegluStreamAVX512, gegluGradStreamAVX512, dropoutStreamAVX512
	s512.copy, s512.scale, s512.add, s512.mul = copyStreamAVX512, scaleStreamAVX512, addStreamAVX512, mulStreamAVX512
	s2.fence, s512.fence = storeFence, storeFence
	avx2.streaming, avx512.streaming = &s2, &s512

	avx2.tile, avx2.tileM, avx2.tileN = tileAVX2, 6, 16
	avx512.tile, avx512.tileM, avx512.tileN = tileAVX512, 8, 16

	var t [levelCount]*rowOps
	t[Generic], t[AVX2], t[AVX512], t[AVX512BF16], t[AMX] = &genericRows, &avx2, &avx512, &avx512, &avx512
	return t
}

// storeFence orders stores past the caches before all later ones.
//
//go:noescape
func storeFence()

//go:noescape
func dotRowsAVX2(out *float32, ldo int, k *float32, ldk, n int, q *float32, d int)

//go:noescape
func axpyRowsAVX2(y, s *float32, lds int, v *float32, ldv, n, d int)
