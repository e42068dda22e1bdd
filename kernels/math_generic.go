package kernels

import "math"

// Scalar exp and tanh in float32, the portable twins of the vector ones (math_test.go states and measures the errors).

const (
	// expLow is where e^x is flushed to zero: e^-87.3 = 1.2e-38, just above the smallest normal float32.
	expLow = -87.3
	// expHigh is ln(MaxFloat32); above it e^x is +Inf.
	expHigh = 88.72283

	log2E = 1.44269504088896341
	// ln 2 in two parts (Cody and Waite); the first has 9 significant bits, so n*ln2Hi is exact for |n| < 2^15.
	ln2Hi = 0.693359375
	ln2Lo = -2.12194440e-4

	// roundMagic added and subtracted rounds |x| < 2^22 to the nearest integer, ties to even.
	roundMagic = 12582912

	geluK = 0.7978845608028654 // sqrt(2/pi)
	geluC = 0.044715
)

// Coefficients of (e^r - 1 - r)/r² on [-ln2/2, ln2/2] (Cephes expf).
const (
	expC0 = 5.0000001201e-1
	expC1 = 1.6666665459e-1
	expC2 = 4.1665795894e-2
	expC3 = 8.3334519073e-3
	expC4 = 1.3981999507e-3
	expC5 = 1.9875691500e-4
)

// exp32 is e^x: zero below expLow, +Inf above expHigh, NaN for NaN.
func exp32(x float32) float32 {
	if x < expLow {
		return 0
	}
	if x > expHigh {
		return float32(math.Inf(1))
	}
	if x != x {
		return x
	}
	n := float32(float32(x*log2E)+roundMagic) - roundMagic
	r := x - float32(n*ln2Hi)
	r -= float32(n * ln2Lo)
	p := float32(expC5*r) + expC4
	p = float32(p*r) + expC3
	p = float32(p*r) + expC2
	p = float32(p*r) + expC1
	p = float32(p*r) + expC0
	p = float32(p*float32(r*r)) + r + 1
	// n = 128 overflows the exponent field: scale in two steps.
	h := int32(n) >> 1
	return p * math.Float32frombits(uint32(h+127)<<23) * math.Float32frombits(uint32(int32(n)-h+127)<<23)
}

// tanh32 is tanh(x): an odd polynomial below 0.625 (Cephes tanhf), 1 - 2/(e^2x + 1) above.
func tanh32(x float32) float32 {
	a := math.Float32frombits(math.Float32bits(x) &^ (1 << 31))
	if a < 0.625 {
		z := float32(x * x)
		p := float32(-5.70498872745e-3*z) + 2.06390887954e-2
		p = float32(p*z) - 5.37397155531e-2
		p = float32(p*z) + 1.33314422036e-1
		p = float32(p*z) - 3.33332819422e-1
		return float32(float32(p*z)*x) + x
	}
	t := 1 - 2/(exp32(2*a)+1)
	if x < 0 {
		return -t
	}
	return t
}

// sigmoidGelu returns s = (1+tanh(u))/2 = 1/(1+e^-2u), u = geluK*(a + geluC*a³): gelu_tanh(a) = a*s without the
// cancellation of 1+tanh at negative a.
func sigmoidGelu(a float32) float32 {
	u := 2 * geluK * (a + float32(float32(geluC*a)*float32(a*a)))
	return 1 / (1 + exp32(-u))
}

func expGeneric(y, x []float32) {
	x = x[:len(y)]
	for i := range y {
		y[i] = exp32(x[i])
	}
}

func tanhGeneric(y, x []float32) {
	x = x[:len(y)]
	for i := range y {
		y[i] = tanh32(x[i])
	}
}

func capTanhGeneric(y, x []float32, pre, post float32) float32 {
	m := float32(math.Inf(-1))
	x = x[:len(y)]
	for i := range y {
		v := post * tanh32(x[i]*(pre/2))
		y[i] = v
		m = max(m, v)
	}
	return m
}

func capExpSumGeneric(x []float32, c *capConsts) float32 {
	var lane [16]float32
	for i, v := range x {
		lane[i&15] += exp32(c.cap() * tanh32(v/c.cap()))
	}
	return foldLanes(&lane)
}

func capLossGradGeneric(z, x []float32, c *capConsts) {
	x = x[:len(z)]
	for i, v := range x {
		z[i] = c.lossGrad(c.top * tanh32(v/c.cap()))
	}
}

func capKeepSumGeneric(y, x []float32, c *capConsts) float32 {
	var lane [16]float32
	x = x[:len(y)]
	for i, v := range x {
		t := tanh32(v / c.cap())
		y[i] = c.top * t
		lane[i&15] += exp32(c.cap() * t)
	}
	return foldLanes(&lane)
}

func keptLossGradGeneric(z, y []float32, c *capConsts) {
	y = y[:len(z)]
	for i, v := range y {
		z[i] = c.lossGrad(v)
	}
}

// lossGrad is gain*e^(y-lse)*(1-(y/cap)²), y in units of ln 2 as shift is.
func (c *capConsts) lossGrad(y float32) float32 {
	t := y / c.top
	return c.gain * (1 - float32(t*t)) * exp32((y+c.shift)/log2E)
}

func scaleMaxGeneric(y, x []float32, a float32) float32 {
	m := float32(math.Inf(-1))
	x = x[:len(y)]
	for i := range y {
		v := a * x[i]
		y[i] = v
		m = max(m, v)
	}
	return m
}

func sumExpShiftGeneric(x []float32, shift float32) float32 {
	var lane [16]float32
	for i, v := range x {
		lane[i&15] += exp32(v - shift)
	}
	return foldLanes(&lane)
}

func capGradGeneric(dx, g, y []float32, invCap float32) {
	g, y = g[:len(dx)], y[:len(dx)]
	for i := range dx {
		t := float32(y[i] * invCap)
		dx[i] = g[i] * (1 - float32(t*t))
	}
}

func softmaxGradGeneric(z, y []float32, lse, scale, invCap float32) {
	y = y[:len(z)]
	for i := range z {
		t := float32(y[i] * invCap)
		z[i] = scale * exp32(y[i]-lse) * (1 - float32(t*t))
	}
}

func scoreGradGeneric(p, ds, y []float32, lse, d, scale, invCap float32) {
	ds, y = ds[:len(p)], y[:len(p)]
	for i := range p {
		t := float32(y[i] * invCap)
		e := exp32(y[i] - lse)
		ds[i] = scale * e * (ds[i] - d) * (1 - float32(t*t))
		p[i] = e
	}
}

func columnMaxGeneric(m, y []float32) {
	y = y[:len(m)]
	for i := range m {
		m[i] = max(m[i], y[i])
	}
}

func columnExpGeneric(y, m, l []float32) {
	m, l = m[:len(y)], l[:len(y)]
	for i := range y {
		y[i] = exp32(y[i] - m[i])
		l[i] += y[i]
	}
}
