package optim

import (
	"fmt"
	"math"

	"lapidary/autograd/nn"
	"lapidary/kernels"
)

// AdamWConfig has torch's names and meanings.
type AdamWConfig struct {
	Beta1       float64 `json:"beta1"`
	Beta2       float64 `json:"beta2"`
	Eps         float64 `json:"eps"`
	WeightDecay float64 `json:"weight_decay"` // decoupled; only where Decays says so
}

// AdamW is Adam with decoupled weight decay, as torch.optim.AdamW computes it. Parameters, gradients and both moments
// are float32; the scalars of a step are float64 until they meet a vector.
type AdamW struct {
	pool  *kernels.Pool
	cfg   AdamWConfig
	slots []slot
	step  int
}

// slot is one parameter with its moments.
type slot struct {
	param *nn.Parameter
	m, v  []float32
	decay float64
}

// NewAdamW makes an optimizer of the parameters that are trained, in the order given: the order of every sum.
func NewAdamW(pool *kernels.Pool, params []*nn.Parameter, cfg AdamWConfig) *AdamW {
	o := &AdamW{pool: pool, cfg: cfg}
	for _, p := range params {
		if !p.Trained() {
			continue
		}
		n := p.Data().Len()
		s := slot{param: p, m: make([]float32, n), v: make([]float32, n)}
		if Decays(p.Name) {
			s.decay = cfg.WeightDecay
		}
		o.slots = append(o.slots, s)
	}
	return o
}

// Steps is how many steps have been taken.
func (o *AdamW) Steps() int { return o.step }

// NonFiniteError says what kept a step from being taken.
type NonFiniteError struct {
	What string // such as "gradient of model.layers.0…lora_A.weight"
}

func (e *NonFiniteError) Error() string { return "not finite: " + e.What }

// clipEpsilon is torch's guard against a division by zero in clip_grad_norm_.
const clipEpsilon = 1e-6

// maxUpdate bounds what a clipped gradient may be, so that its square stays finite in float32.
const maxUpdate = 1e18

// GradNorm is the Euclidean norm of all gradients together. It is finite if and only if they all are: the square of
// a float32 cannot overflow the float64 that it is summed in.
func (o *AdamW) GradNorm() float64 {
	var sum float64
	for _, s := range o.slots {
		sum += kernels.SumSquares(o.pool, s.param.Grad().F32())
	}
	return math.Sqrt(sum)
}

// Step clips the gradients to maxNorm (0: not at all) and takes one step with the learning rate lr. It returns the
// norm before clipping. When the rate, a gradient or a moment is not finite it returns a *NonFiniteError, and
// neither a parameter nor a moment has changed.
func (o *AdamW) Step(lr, maxNorm float64) (norm float64, err error) {
	norm = o.GradNorm()
	coef := 1.0
	if maxNorm > 0 {
		coef = math.Min(1, maxNorm/(norm+clipEpsilon))
	}
	if err := o.check(lr, norm, coef); err != nil {
		return norm, err
	}
	o.step++
	h := kernels.AdamWStep{
		LR: float32(lr), Beta1: float32(o.cfg.Beta1), Beta2: float32(o.cfg.Beta2), Eps: float32(o.cfg.Eps),
		Bias1: bias(o.cfg.Beta1, o.step), Bias2: bias(o.cfg.Beta2, o.step), GradScale: float32(coef),
	}
	for _, s := range o.slots {
		h.WeightDecay = float32(s.decay)
		kernels.AdamW(o.pool, s.param.Data().F32(), s.param.Grad().F32(), s.m, s.v, h)
	}
	return norm, nil
}

// bias is 1-βᵗ for the β that the moments decay with, which is rounded to float32: then the first step's correction
// undoes its decay exactly.
func bias(beta float64, t int) float32 {
	return float32(1 - math.Pow(float64(float32(beta)), float64(t)))
}

// check looks at all that a step reads. Comparisons are written so that NaN fails them.
func (o *AdamW) check(lr, norm, coef float64) error {
	if !(math.Abs(lr) <= math.MaxFloat32) {
		return &NonFiniteError{What: fmt.Sprintf("learning rate %v", lr)}
	}
	if !(norm <= math.MaxFloat64) {
		return &NonFiniteError{What: o.culprit()}
	}
	if !(norm*coef <= maxUpdate) {
		return &NonFiniteError{What: fmt.Sprintf("square of a gradient: norm %v", norm)}
	}
	return o.CheckFinite()
}

// culprit names the first parameter whose gradient is not finite.
func (o *AdamW) culprit() string {
	for _, s := range o.slots {
		if !kernels.AllFinite(o.pool, s.param.Grad().F32()) {
			return "gradient of " + s.param.Name
		}
	}
	return "norm of the gradients"
}

// CheckFinite looks at every parameter and moment; a checkpoint is only made of finite ones.
func (o *AdamW) CheckFinite() error {
	for _, s := range o.slots {
		for _, x := range []struct {
			what string
			data []float32
		}{{"", s.param.Data().F32()}, {"first moment of ", s.m}, {"second moment of ", s.v}} {
			if !kernels.AllFinite(o.pool, x.data) {
				return &NonFiniteError{What: x.what + s.param.Name}
			}
		}
	}
	return nil
}

// ZeroGrad clears all gradients.
func (o *AdamW) ZeroGrad() {
	for _, s := range o.slots {
		s.param.Var.ZeroGrad()
	}
}
