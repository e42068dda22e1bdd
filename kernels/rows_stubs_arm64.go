// Written by package rowgen from table.go; go test ./kernels/internal/rowgen -update rewrites it.

//go:build !purego

package kernels

//go:noescape
func sumSquaresNEON(x []float32) float32

//go:noescape
func dotNEON(a, b []float32) float32

//go:noescape
func normScaleNEON(y, x, w, next []float32, r float32) float32

//go:noescape
func normScaleAddNEON(y, res, x, w, next []float32, r float32) float32

//go:noescape
func normDotNEON(dy, x, w []float32) float32

//go:noescape
func normGradNEON(dx, dy, x, w, ndy, nx []float32, r, c float32) float32

//go:noescape
func normGradAddNEON(dx, dy, x, w, ndy, nx []float32, r, c float32) float32

//go:noescape
func mulScaleAddNEON(acc, a, b []float32, r float32)

//go:noescape
func capExpSumNEON(x []float32, c *capConsts) float32

//go:noescape
func capLossGradNEON(z, x []float32, c *capConsts)

//go:noescape
func capKeepSumNEON(y, x []float32, c *capConsts) float32

//go:noescape
func keptLossGradNEON(z, y []float32, c *capConsts)

//go:noescape
func rotateNEON(x1, x2, cos, sin []float32)

//go:noescape
func axpyNEON(y []float32, a float32, x []float32)

//go:noescape
func scaleNEON(y []float32, a float32, x []float32)

//go:noescape
func copyNEON(y, x []float32)

//go:noescape
func addNEON(y, a, b []float32)

//go:noescape
func mulNEON(y, a, b []float32)

//go:noescape
func columnMaxNEON(m, y []float32)

//go:noescape
func scaleMaxNEON(y, x []float32, a float32) float32

//go:noescape
func capGradNEON(dx, g, y []float32, invCap float32)

//go:noescape
func adamwNEON(p, g, m, v []float32, c *adamwConsts)

//go:noescape
func dropoutNEON(y, x []float32, keep float32, limit, k0, k1, i uint32)

//go:noescape
func dropoutAddNEON(y, x []float32, keep float32, limit, k0, k1, i uint32)

//go:noescape
func expNEON(y, x []float32)

//go:noescape
func tanhNEON(y, x []float32)

//go:noescape
func capTanhNEON(y, x []float32, pre, post float32) float32

//go:noescape
func sumExpShiftNEON(x []float32, shift float32) float32

//go:noescape
func columnExpNEON(y, m, l []float32)

//go:noescape
func softmaxGradNEON(z, y []float32, lse, scale, invCap float32)

//go:noescape
func scoreGradNEON(p, ds, y []float32, lse, d, scale, invCap float32)

//go:noescape
func gegluNEON(y, a, b []float32)

//go:noescape
func gegluGradNEON(da, db, dy, a, b []float32)
