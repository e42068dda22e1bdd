//go:build !purego

package kernels

// buildRowTable: an entry that assembly does not replace stays portable.
func buildRowTable() [levelCount]*rowOps {
	neon := genericRows
	neon.sumSquares, neon.dot, neon.normDot = sumSquaresNEON, dotNEON, normDotNEON
	neon.normScale, neon.normScaleAdd, neon.normGrad, neon.normGradAdd = normScaleNEON, normScaleAddNEON, normGradNEON, normGradAddNEON
	neon.mulScaleAdd, neon.rotate = mulScaleAddNEON, rotateNEON
	neon.axpy, neon.scale, neon.add, neon.mul, neon.copy = axpyNEON, scaleNEON, addNEON, mulNEON, copyNEON
	neon.columnMax, neon.scaleMax, neon.capGrad = columnMaxNEON, scaleMaxNEON, capGradNEON
	neon.adamw, neon.dropout, neon.dropoutAdd = adamwNEON, dropoutNEON, dropoutAddNEON
	neon.exp, neon.tanh, neon.capTanh = expNEON, tanhNEON, capTanhNEON
	neon.capExpSum, neon.capLossGrad = capExpSumNEON, capLossGradNEON
	neon.capKeepSum, neon.keptLossGrad = capKeepSumNEON, keptLossGradNEON
	neon.sumExpShift, neon.columnExp = sumExpShiftNEON, columnExpNEON
	neon.softmaxGrad, neon.scoreGrad = softmaxGradNEON, scoreGradNEON
	neon.geglu, neon.gegluGrad = gegluNEON, gegluGradNEON
	neon.widenBF16, neon.narrowBF16, neon.widenRows = widenBF16NEON, narrowBF16NEON, widenRowsNEON
	neon.widenF16, neon.narrowF16 = widenF16NEON, narrowF16NEON
	neon.tile, neon.tileM, neon.tileN = tileNEON, 8, 8

	var t [levelCount]*rowOps
	t[Generic], t[NEON], t[NEONBF16] = &genericRows, &neon, &neon
	return t
}
