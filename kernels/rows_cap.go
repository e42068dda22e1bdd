package kernels

import "math"

// capConsts are the factors of y = cap*tanh(x/cap) and of the loss over it, in the order the assembly loads them. All
// exponents are of base 2: y comes in units of ln 2.
type capConsts struct {
	limit float32    // cap²: up to |x| = cap the polynomial holds
	h     [7]float32 // its coefficients, y/ln 2 = x*(h[0] + h[1] x² + …)
	pre   float32    // 2/(cap ln 2)
	top   float32    // cap/ln 2
	twice float32    // 2 cap/ln 2
	shift float32    // -lse/ln 2
	slope float32    // gain*(ln 2/cap)²
	gain  float32
}

// tanhC are minimax coefficients of tanh(u) = u*(tanhC[0] + tanhC[1] u² + …), |u| <= 1: right to 2.0e-8.
var tanhC = [7]float64{0.9999996931023267, -0.33332129325870785, 0.1331958369232564, -0.05326583504403461,
	0.019973282168686393, -0.00595127998529954, 0.0009637720151899343}

// set prepares c for a cap.
func (c *capConsts) set(cap float32) {
	limit := float64(cap)
	c.limit = cap * cap
	scale := log2E
	for i, k := range tanhC { // cap*log2(e)*k*(x/cap)^(2i+1)
		c.h[i] = float32(k * scale)
		scale /= limit * limit
	}
	c.pre = float32(2 * log2E / limit)
	c.top = float32(limit * log2E)
	c.twice = float32(2 * limit * log2E)
}

// row prepares c for the gradient of a row.
func (c *capConsts) row(lse, gain float32) {
	c.shift = -lse * log2E
	c.gain = gain
	c.slope = gain / (c.top * c.top)
}

func (c *capConsts) cap() float32 { return float32(math.Sqrt(float64(c.limit))) }
