package kernels

// Elementary operations. Every Mat may be F32, BF16 or F16; arithmetic is float32. Outputs may be inputs.

// AddMat computes y += x.
func AddMat(p *Pool, y, x Mat) { Add(p, y, y, x) }

// Add computes y = a + b.
func Add(p *Pool, y, a, b Mat) {
	mustShape("Add", "a", &a, y.Rows, y.Cols)
	mustShape("Add", "b", &b, y.Rows, y.Cols)
	runMap(p, mapAdd, mapArgs{out: [2]Mat{y}, in: [3]Mat{a, b}})
}

// Mul computes y = a*b element by element.
func Mul(p *Pool, y, a, b Mat) {
	mustShape("Mul", "a", &a, y.Rows, y.Cols)
	mustShape("Mul", "b", &b, y.Rows, y.Cols)
	runMap(p, mapMul, mapArgs{out: [2]Mat{y}, in: [3]Mat{a, b}})
}

// ScaleMat computes y = a*x.
func ScaleMat(p *Pool, y Mat, a float32, x Mat) {
	mustShape("ScaleMat", "x", &x, y.Rows, y.Cols)
	runMap(p, mapScale, mapArgs{out: [2]Mat{y}, in: [3]Mat{x}, a: a})
}

// AxpyMat computes y += a*x.
func AxpyMat(p *Pool, y Mat, a float32, x Mat) {
	mustShape("AxpyMat", "x", &x, y.Rows, y.Cols)
	runMap(p, mapAxpy, mapArgs{out: [2]Mat{y}, in: [3]Mat{x}, a: a})
}

// Exp computes y = e^x.
func Exp(p *Pool, y, x Mat) {
	mustShape("Exp", "x", &x, y.Rows, y.Cols)
	runMap(p, mapExp, mapArgs{out: [2]Mat{y}, in: [3]Mat{x}})
}

// Tanh computes y = tanh(x). Its backward is SoftcapBackward with cap 1.
func Tanh(p *Pool, y, x Mat) {
	mustShape("Tanh", "x", &x, y.Rows, y.Cols)
	runMap(p, mapTanh, mapArgs{out: [2]Mat{y}, in: [3]Mat{x}})
}

// Softcap computes y = cap*tanh(x/cap); cap 0 copies.
func Softcap(p *Pool, y, x Mat, cap float32) {
	mustShape("Softcap", "x", &x, y.Rows, y.Cols)
	if cap == 0 {
		Convert(p, y, x)
		return
	}
	runMap(p, mapSoftcap, mapArgs{out: [2]Mat{y}, in: [3]Mat{x}, a: cap})
}

// SoftcapBackward computes dx = dy*(1-(y/cap)²) from the capped output y; cap 0 copies. dx may be dy.
func SoftcapBackward(p *Pool, dx, dy, y Mat, cap float32) {
	mustShape("SoftcapBackward", "dy", &dy, dx.Rows, dx.Cols)
	mustShape("SoftcapBackward", "y", &y, dx.Rows, dx.Cols)
	if cap == 0 {
		Convert(p, dx, dy)
		return
	}
	runMap(p, mapCapGrad, mapArgs{out: [2]Mat{dx}, in: [3]Mat{dy, y}, a: 1 / cap})
}

// Dropout computes y = x*mask/(1-rate), or y += … with accumulate. Element i of the dense matrix is kept where the
// counter-based generator says so for (key, i), so the same call on the gradient is the backward. Rate is in [0, 1).
func Dropout(p *Pool, y, x Mat, rate float32, key uint64, accumulate bool) {
	mustShape("Dropout", "x", &x, y.Rows, y.Cols)
	if !(rate >= 0 && rate < 1) {
		panic("kernels: Dropout: rate outside [0, 1)")
	}
	op := mapDropout
	if accumulate {
		op = mapDropoutAdd
	}
	runMap(p, op, mapArgs{out: [2]Mat{y}, in: [3]Mat{x}, a: rate, key: key})
}

// Convert copies src to dst, converting the storage: to BF16 and F16 rounding to nearest even, NaN kept and quieted.
func Convert(p *Pool, dst, src Mat) {
	mustShape("Convert", "src", &src, dst.Rows, dst.Cols)
	runMap(p, mapCopy, mapArgs{out: [2]Mat{dst}, in: [3]Mat{src}})
}

// Axpy computes y += a*x on vectors.
func Axpy(p *Pool, y []float32, a float32, x []float32) {
	AxpyMat(p, F32Mat(y, 1, len(y)), a, F32Mat(x, 1, len(x)))
}

// Scale computes x *= a on a vector.
func Scale(p *Pool, x []float32, a float32) {
	m := F32Mat(x, 1, len(x))
	ScaleMat(p, m, a, m)
}

func axpyGeneric(y []float32, a float32, x []float32) {
	x = x[:len(y)]
	for i := range y {
		y[i] += float32(a * x[i])
	}
}

func scaleGeneric(y []float32, a float32, x []float32) {
	x = x[:len(y)]
	for i := range y {
		y[i] = a * x[i]
	}
}

func copyGeneric(y, x []float32) { copy(y, x[:len(y)]) }

func addGeneric(y, a, b []float32) {
	a, b = a[:len(y)], b[:len(y)]
	for i := range y {
		y[i] = a[i] + b[i]
	}
}

func mulGeneric(y, a, b []float32) {
	a, b = a[:len(y)], b[:len(y)]
	for i := range y {
		y[i] = a[i] * b[i]
	}
}
