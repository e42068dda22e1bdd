package kernels

// rowOps is one instruction set's worth of vector primitives on float32 slices. The row kernels (rows_*.go) hold the
// policy: shapes, blocks, storage conversion; a rowOps entry holds only the inner loop. Every entry has a portable
// twin (…Generic) that is always compiled; assembly replaces entries where it pays. All slices of one call have equal
// length unless the entry says otherwise; n = 0 is allowed.
type rowOps struct {
	sumSquares   func(x []float32) float32                                   // Σ x²
	normScale    func(y, x, w, next []float32, r float32) float32            // y = x*r*(1+w); returns Σ next², as sumSquares
	normScaleAdd func(y, res, x, w, next []float32, r float32) float32       // y = res + x*r*(1+w); returns Σ next²
	normDot      func(dy, x, w []float32) float32                            // Σ dy*(1+w)*x
	normGrad     func(dx, dy, x, w, ndy, nx []float32, r, c float32) float32 // dx = r*(dy*(1+w) - x*c); returns Σ ndy*(1+w)*nx, as normDot
	normGradAdd  func(dx, dy, x, w, ndy, nx []float32, r, c float32) float32 // dx += …
	mulScaleAdd  func(acc, a, b []float32, r float32)                        // acc += a*b*r
	geglu        func(y, a, b []float32)                                     // y = gelu(a)*b
	gegluGrad    func(da, db, dy, a, b []float32)                            // db = dy*gelu(a); da = dy*b*gelu'(a)
	rotate       func(x1, x2, cos, sin []float32)                            // (x1, x2) = (x1*cos - x2*sin, x2*cos + x1*sin)
	exp          func(y, x []float32)                                        // y = e^x
	tanh         func(y, x []float32)                                        // y = tanh(x)
	capTanh      func(y, x []float32, pre, post float32) float32             // y = post*tanh(x*pre/2); returns max y
	capExpSum    func(x []float32, c *capConsts) float32                     // Σ e^y, y = cap*tanh(x/cap)
	capLossGrad  func(z, x []float32, c *capConsts)                          // z = gain*e^(y-lse)*(1-(y/cap)²)
	capKeepSum   func(y, x []float32, c *capConsts) float32                  // y = cap*tanh(x/cap)/ln 2; returns Σ e^(y ln 2)
	keptLossGrad func(z, y []float32, c *capConsts)                          // z = gain*e^(y ln 2-lse)*(1-(y ln 2/cap)²)
	scaleMax     func(y, x []float32, a float32) float32                     // y = a*x; returns max y
	sumExpShift  func(x []float32, shift float32) float32                    // Σ e^(x-shift)
	capGrad      func(dx, g, y []float32, invCap float32)                    // dx = g*(1 - (y*invCap)²)
	softmaxGrad  func(z, y []float32, lse, scale, invCap float32)            // z = scale*e^(y-lse)*(1 - (y*invCap)²)
	scoreGrad    func(p, ds, y []float32, lse, d, scale, invCap float32)     // p = e^(y-lse); ds = scale*p*(ds-d)*(1-(y*invCap)²)
	columnMax    func(m, y []float32)                                        // m = max(m, y)
	columnExp    func(y, m, l []float32)                                     // y = e^(y-m); l += y
	axpy         func(y []float32, a float32, x []float32)                   // y += a*x
	scale        func(y []float32, a float32, x []float32)                   // y = a*x
	copy         func(y, x []float32)                                        // y = x
	add          func(y, a, b []float32)                                     // y = a + b
	mul          func(y, a, b []float32)                                     // y = a*b
	dot          func(a, b []float32) float32                                // Σ a*b
	sumSquares64 func(x []float32) float64                                   // Σ x² in float64
	allFinite    func(x []float32) bool                                      // no NaN, no Inf
	dropout      func(y, x []float32, keep float32, limit, k0, k1, i uint32) // see dropoutGeneric
	dropoutAdd   func(y, x []float32, keep float32, limit, k0, k1, i uint32) // y += …
	adamw        func(p, g, m, v []float32, c *adamwConsts)                  // see adamwGeneric
	widenBF16    func(dst []float32, src []uint16)
	narrowBF16   func(dst []uint16, src []float32)
	widenF16     func(dst []float32, src []uint16)
	narrowF16    func(dst []uint16, src []float32)
	// tile: C[m,n] (+)= A[m,k]·B[k,n]; m a multiple of tileM, n of tileN; A(i,p) = a[i*ars+p*acs]. See tileGeneric.
	tile         func(c []float32, ldc int, a []float32, ars, acs int, b []float32, ldb int, m, n, k int, add bool)
	tileM, tileN int
	copyRows     func(dst []float32, ldd int, src []float32, lds, rows, cols int) // dst[i*ldd+p] = src[i*lds+p]
	widenRows    func(dst []float32, ldd int, src []uint16, lds, rows, cols int)  // the same, widened from bfloat16
	transpose    func(dst []float32, ldd int, src []float32, lds, rows, cols int) // dst[p*ldd+i] = src[i*lds+p]

	// dotRows and axpyRows are n calls of dot and axpy on rows of d elements, a multiple of 8, with their bits; nil where a
	// level has none: out[j*ldo] = Σ k[j*ldk:]*q and y += s[j*lds]*v[j*ldv:].
	dotRows  func(out *float32, ldo int, k *float32, ldk, n int, q *float32, d int)
	axpyRows func(y, s *float32, lds int, v *float32, ldv, n, d int)

	// streaming is the same table with outputs written past the caches, nil where a level has no such stores; see
	// forOutput. fence orders those stores before whatever follows.
	streaming *rowOps
	fence     func()
}

var genericRows = rowOps{
	sumSquares: sumSquaresGeneric, normScale: normScaleGeneric, normScaleAdd: normScaleAddGeneric,
	normDot: normDotGeneric, normGrad: normGradGeneric, normGradAdd: normGradAddGeneric, mulScaleAdd: mulScaleAddGeneric,
	geglu: gegluGeneric, gegluGrad: gegluGradGeneric, rotate: rotateGeneric,
	exp: expGeneric, tanh: tanhGeneric, capTanh: capTanhGeneric, capExpSum: capExpSumGeneric, capLossGrad: capLossGradGeneric, capKeepSum: capKeepSumGeneric, keptLossGrad: keptLossGradGeneric,
	scaleMax:    scaleMaxGeneric,
	sumExpShift: sumExpShiftGeneric, capGrad: capGradGeneric,
	softmaxGrad: softmaxGradGeneric, scoreGrad: scoreGradGeneric,
	columnMax: columnMaxGeneric, columnExp: columnExpGeneric,
	axpy: axpyGeneric, scale: scaleGeneric, copy: copyGeneric, add: addGeneric, mul: mulGeneric, dot: dotGeneric,
	sumSquares64: sumSquares64Generic, allFinite: allFiniteGeneric,
	dropout: dropoutGeneric, dropoutAdd: dropoutAddGeneric, adamw: adamwGeneric,
	widenBF16: widenBF16Generic, narrowBF16: narrowBF16Generic,
	widenF16: widenF16Generic, narrowF16: narrowF16Generic,
	tile: tileGeneric, tileM: 4, tileN: 4,
	copyRows: copyRowsGeneric, widenRows: widenRowsGeneric, transpose: transposeRowsGeneric,
}

// rowTable maps a level to its primitives; the architecture's file fills in its levels at package initialisation.
// A level without rows of its own (avx512bf16, amx, neonbf16) shares those of the level it extends.
var rowTable = buildRowTable()

// activeRows returns the primitives of the active level.
func activeRows() *rowOps {
	if ops := rowTable[Active()]; ops != nil {
		return ops
	}
	return &genericRows
}
