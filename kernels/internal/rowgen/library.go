package rowgen

import "fmt"

// The mathematics of the kernels: exp, tanh, gelu as sequences of vector instructions.

const (
	log2E = 1.44269504088896341
	ln2Hi = 0.693147182464599609375  // float32(ln 2)
	ln2Lo = -1.90465429995776804e-09 // ln 2 - ln2Hi
	magic = 12582912                 // 1.5*2^23: adding it rounds to an integer, kept in the low bits

	expLow  = -87.3     // below, e^x is flushed to zero
	expHigh = 88.72283  // ln(MaxFloat32)
	tanhEnd = 9.0109139 // tanh rounds to 1 from here on

	inf = 1e300 // becomes +Inf as a float32

	geluK = 0.7978845608028654
	geluC = 0.044715
)

// Minimax coefficients of e^r = 1 + r + r²(c2 + c3 r + … + c6 r⁴) on ±ln2/2; see math_test.go for the errors.
var expC = [...]float64{0.499999934321, 0.16666520399, 0.0416683907835, 0.00836874510894, 0.00138145401768}

// The same for e^r - 1, minimax relative to e^r - 1 itself: 1.4e-8, where expC would leave 3e-9/r.
var expm1C = [...]float64{0.4999999815, 0.16666543424, 0.041667200712, 0.0083665471572, 0.0013882516527}

// reduce splits x = n*ln2 + r, |r| <= ln2/2; t holds n in its low bits.
func (b *builder) reduce(x ref) (r, n, t ref) {
	t = b.fma(x, b.num(log2E), b.num(magic))
	n = b.sub(t, b.num(magic))
	r = b.fnma(n, b.num(ln2Hi), x)
	r = b.fnma(n, b.num(ln2Lo), r)
	return r, n, t
}

// exp is e^x: flushed to zero below expLow, MaxFloat32 above expHigh, NaN for NaN.
func (b *builder) exp(x ref) ref {
	return b.flush(b.expWithin(b.min(x, b.num(expHigh))), x, b.num(expLow))
}

// expWithin is e^x for expLow <= x <= expHigh.
func (b *builder) expWithin(x ref) ref {
	r, n, t := b.reduce(x)
	return b.pow2(b.expPoly(r), n, t)
}

// exp2C are minimax coefficients of 2^r = 1 + c0 r + … + c4 r⁵ on ±1/2: 9.2e-8 of the value.
var exp2C = [...]float64{0.6931470036506653, 0.24022242426872253, 0.05550733581185341, 0.009671512991189957, 0.001326472731307149}

// exp2 is 2^v for |v| <= exp2End: v - n is exact, so that there is one product less than in base e.
func (b *builder) exp2(v ref) ref {
	t := b.add(v, b.num(magic))
	if b.few {
		exponent := b.park(opParkShift, t)
		r := b.sub(v, b.sub(t, b.num(magic)))
		return b.addi(b.exp2Poly(r), exponent)
	}
	n := b.sub(t, b.num(magic))
	return b.pow2(b.exp2Poly(b.sub(v, n)), n, t)
}

func (b *builder) exp2Poly(r ref) ref {
	c := []ref{b.num(1)}
	for _, x := range exp2C {
		c = append(c, b.num(x))
	}
	return b.poly(r, c...)
}

// exp2End bounds the exponent where 1+2^v is all that is asked for: beyond, it is 1, or infinite for the purpose.
const exp2End = 125

// sigmoid2 is 1/(1+2^v).
func (b *builder) sigmoid2(v ref) ref {
	v = b.max(b.min(v, b.num(exp2End)), b.num(-exp2End))
	return b.div(b.num(1), b.add(b.exp2(v), b.num(1)))
}

// capFields are the fields of capConsts; see there for what they hold.
var capFields = []string{"limit", "h0", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "top", "twice", "shift", "slope", "gain"}

// capNear is y/ln 2 for y = cap*tanh(x/cap), |x| <= cap: an odd polynomial whose coefficients know cap.
func (b *builder) capNear() ref {
	x := b.load("x")
	z := b.mul(x, x)
	b.guard(z, b.arg("limit"))
	var c []ref
	for i := range 7 {
		c = append(c, b.arg(fmt.Sprintf("h%d", i)))
	}
	h := b.poly(z, c...)
	if b.few {
		x = b.load("x")
	}
	return b.mul(h, x)
}

// capFar is the same for every x: top*(1 - 2/(1+e^2u)), u = x/cap.
func (b *builder) capFar() ref {
	return b.fnma(b.sigmoid2(b.mul(b.load("x"), b.arg("pre"))), b.arg("twice"), b.arg("top"))
}

// capLossGrad: y comes in units of ln 2.
func (b *builder) capLossGrad(y ref) {
	if b.few {
		place := b.park(opPark, y)
		e := b.exp2(b.add(y, b.arg("shift")))
		b.store("z", b.mul(b.capSlope(b.unpark(place)), e))
		return
	}
	e := b.exp2(b.add(y, b.arg("shift")))
	b.store("z", b.mul(b.capSlope(y), e))
}

func (b *builder) capSlope(y ref) ref { return b.fnma(b.mul(y, y), b.arg("slope"), b.arg("gain")) }

func (b *builder) capKeepSum(y ref) {
	b.store("y", y)
	b.accAdd(b.exp2(y))
}

func (b *builder) expPoly(r ref) ref {
	h := b.num(expC[4])
	for i := 3; i >= 0; i-- {
		h = b.fma(h, r, b.num(expC[i]))
	}
	h = b.fma(h, r, b.num(1))
	return b.fma(h, r, b.num(1))
}

// tanhTwice is tanh(x/2) = E/(E+2), E = e^|x| - 1 = 2^n*(e^r-1) + (2^n-1), with the sign of x: on that side an
// error of E shrinks in the quotient.
func (b *builder) tanhTwice(x ref) ref {
	v := b.min(b.andi(x, b.bits(0x7fffffff)), b.num(2*tanhEnd))
	r, n, t := b.reduce(v)
	h := b.num(expm1C[4])
	for i := 3; i >= 0; i-- {
		h = b.fma(h, r, b.num(expm1C[i]))
	}
	h = b.mul(h, r)
	h = b.fma(h, r, r) // e^r - 1
	s := b.pow2(b.num(1), n, t)
	e := b.fma(s, h, b.sub(s, b.num(1)))
	q := b.div(e, b.add(e, b.num(2)))
	return b.ori(q, b.andi(x, b.bits(1<<31)))
}

// sigmoidGelu is 1/(1+e^-2u), u = k(a + c a³).
func (b *builder) sigmoidGelu(a, square ref) ref {
	s := b.fma(square, b.num(-2*geluK*geluC*log2E), b.num(-2*geluK*log2E))
	return b.sigmoid2(b.mul(s, a))
}
