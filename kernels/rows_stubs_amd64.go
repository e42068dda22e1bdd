// Written by package rowgen from table.go; go test ./kernels/internal/rowgen -update rewrites it.

//go:build !purego

package kernels

//go:noescape
func sumSquaresAVX2(x []float32) float32

//go:noescape
func dotAVX2(a, b []float32) float32

//go:noescape
func normScaleAVX2(y, x, w, next []float32, r float32) float32

//go:noescape
func normScaleStreamAVX2(y, x, w, next []float32, r float32) float32

//go:noescape
func normScaleAddAVX2(y, res, x, w, next []float32, r float32) float32

//go:noescape
func normScaleAddStreamAVX2(y, res, x, w, next []float32, r float32) float32

//go:noescape
func normDotAVX2(dy, x, w []float32) float32

//go:noescape
func normGradAVX2(dx, dy, x, w, ndy, nx []float32, r, c float32) float32

//go:noescape
func normGradStreamAVX2(dx, dy, x, w, ndy, nx []float32, r, c float32) float32

//go:noescape
func normGradAddAVX2(dx, dy, x, w, ndy, nx []float32, r, c float32) float32

//go:noescape
func mulScaleAddAVX2(acc, a, b []float32, r float32)

//go:noescape
func capExpSumAVX2(x []float32, c *capConsts) float32

//go:noescape
func capLossGradAVX2(z, x []float32, c *capConsts)

//go:noescape
func capKeepSumAVX2(y, x []float32, c *capConsts) float32

//go:noescape
func keptLossGradAVX2(z, y []float32, c *capConsts)

//go:noescape
func rotateAVX2(x1, x2, cos, sin []float32)

//go:noescape
func axpyAVX2(y []float32, a float32, x []float32)

//go:noescape
func scaleAVX2(y []float32, a float32, x []float32)

//go:noescape
func scaleStreamAVX2(y []float32, a float32, x []float32)

//go:noescape
func copyAVX2(y, x []float32)

//go:noescape
func copyStreamAVX2(y, x []float32)

//go:noescape
func addAVX2(y, a, b []float32)

//go:noescape
func addStreamAVX2(y, a, b []float32)

//go:noescape
func mulAVX2(y, a, b []float32)

//go:noescape
func mulStreamAVX2(y, a, b []float32)

//go:noescape
func columnMaxAVX2(m, y []float32)

//go:noescape
func scaleMaxAVX2(y, x []float32, a float32) float32

//go:noescape
func capGradAVX2(dx, g, y []float32, invCap float32)

//go:noescape
func adamwAVX2(p, g, m, v []float32, c *adamwConsts)

//go:noescape
func dropoutAVX2(y, x []float32, keep float32, limit, k0, k1, i uint32)

//go:noescape
func dropoutStreamAVX2(y, x []float32, keep float32, limit, k0, k1, i uint32)

//go:noescape
func dropoutAddAVX2(y, x []float32, keep float32, limit, k0, k1, i uint32)

//go:noescape
func expAVX2(y, x []float32)

//go:noescape
func tanhAVX2(y, x []float32)

//go:noescape
func capTanhAVX2(y, x []float32, pre, post float32) float32

//go:noescape
func sumExpShiftAVX2(x []float32, shift float32) float32

//go:noescape
func columnExpAVX2(y, m, l []float32)

//go:noescape
func softmaxGradAVX2(z, y []float32, lse, scale, invCap float32)

//go:noescape
func scoreGradAVX2(p, ds, y []float32, lse, d, scale, invCap float32)

//go:noescape
func gegluAVX2(y, a, b []float32)

//go:noescape
func gegluStreamAVX2(y, a, b []float32)

//go:noescape
func gegluGradAVX2(da, db, dy, a, b []float32)

//go:noescape
func gegluGradStreamAVX2(da, db, dy, a, b []float32)

//go:noescape
func sumSquaresAVX512(x []float32) float32

//go:noescape
func dotAVX512(a, b []float32) float32

//go:noescape
func normScaleAVX512(y, x, w, next []float32, r float32) float32

//go:noescape
func normScaleStreamAVX512(y, x, w, next []float32, r float32) float32

//go:noescape
func normScaleAddAVX512(y, res, x, w, next []float32, r float32) float32

//go:noescape
func normScaleAddStreamAVX512(y, res, x, w, next []float32, r float32) float32

//go:noescape
func normDotAVX512(dy, x, w []float32) float32

//go:noescape
func normGradAVX512(dx, dy, x, w, ndy, nx []float32, r, c float32) float32

//go:noescape
func normGradStreamAVX512(dx, dy, x, w, ndy, nx []float32, r, c float32) float32

//go:noescape
func normGradAddAVX512(dx, dy, x, w, ndy, nx []float32, r, c float32) float32

//go:noescape
func mulScaleAddAVX512(acc, a, b []float32, r float32)

//go:noescape
func capExpSumAVX512(x []float32, c *capConsts) float32

//go:noescape
func capLossGradAVX512(z, x []float32, c *capConsts)

//go:noescape
func capKeepSumAVX512(y, x []float32, c *capConsts) float32

//go:noescape
func keptLossGradAVX512(z, y []float32, c *capConsts)

//go:noescape
func rotateAVX512(x1, x2, cos, sin []float32)

//go:noescape
func axpyAVX512(y []float32, a float32, x []float32)

//go:noescape
func scaleAVX512(y []float32, a float32, x []float32)

//go:noescape
func scaleStreamAVX512(y []float32, a float32, x []float32)

//go:noescape
func copyAVX512(y, x []float32)

//go:noescape
func copyStreamAVX512(y, x []float32)

//go:noescape
func addAVX512(y, a, b []float32)

//go:noescape
func addStreamAVX512(y, a, b []float32)

//go:noescape
func mulAVX512(y, a, b []float32)

//go:noescape
func mulStreamAVX512(y, a, b []float32)

//go:noescape
func columnMaxAVX512(m, y []float32)

//go:noescape
func scaleMaxAVX512(y, x []float32, a float32) float32

//go:noescape
func capGradAVX512(dx, g, y []float32, invCap float32)

//go:noescape
func adamwAVX512(p, g, m, v []float32, c *adamwConsts)

//go:noescape
func dropoutAVX512(y, x []float32, keep float32, limit, k0, k1, i uint32)

//go:noescape
func dropoutStreamAVX512(y, x []float32, keep float32, limit, k0, k1, i uint32)

//go:noescape
func dropoutAddAVX512(y, x []float32, keep float32, limit, k0, k1, i uint32)

//go:noescape
func expAVX512(y, x []float32)

//go:noescape
func tanhAVX512(y, x []float32)

//go:noescape
func capTanhAVX512(y, x []float32, pre, post float32) float32

//go:noescape
func sumExpShiftAVX512(x []float32, shift float32) float32

//go:noescape
func columnExpAVX512(y, m, l []float32)

//go:noescape
func softmaxGradAVX512(z, y []float32, lse, scale, invCap float32)

//go:noescape
func scoreGradAVX512(p, ds, y []float32, lse, d, scale, invCap float32)

//go:noescape
func gegluAVX512(y, a, b []float32)

//go:noescape
func gegluStreamAVX512(y, a, b []float32)

//go:noescape
func gegluGradAVX512(da, db, dy, a, b []float32)

//go:noescape
func gegluGradStreamAVX512(da, db, dy, a, b []float32)
