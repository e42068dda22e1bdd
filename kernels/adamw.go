package kernels

import "math"

// AdamWStep holds the scalars of one optimizer step. Bias1 = 1-β1ᵗ and Bias2 = 1-β2ᵗ for the 1-based step t;
// every gradient is multiplied by GradScale first (clipping).
type AdamWStep struct {
	LR, Beta1, Beta2, Eps, WeightDecay, Bias1, Bias2, GradScale float32
}

// adamwConsts are the derived float32 factors, in the order the assembly loads them.
type adamwConsts struct {
	gradScale float32 // g' = g*gradScale
	beta1     float32
	gain1     float32 // 1-β1
	beta2     float32
	gain2     float32 // 1-β2
	decay     float32 // 1-lr*wd
	rootBias  float32 // sqrt(Bias2)
	eps       float32
	step      float32 // lr/Bias1
}

// AdamW updates param, m and v in place (decoupled weight decay, eps after the bias-corrected root):
//
//	g = grad*GradScale
//	m = β1*m + (1-β1)*g
//	v = β2*v + (1-β2)*g²
//	p = p*(1-lr*wd) - (lr/Bias1)*m / (√v/√Bias2 + eps)
//
// Every operation is rounded to float32 on its own, none is fused, so the bits are the same on every level.
func AdamW(p *Pool, param, grad, m, v []float32, h AdamWStep) {
	n := len(param)
	mustLen("AdamW", "grad", len(grad), n)
	mustLen("AdamW", "m", len(m), n)
	mustLen("AdamW", "v", len(v), n)
	if n == 0 {
		return
	}
	t := adamwTasks.get()
	*t = adamwTask{ops: activeRows(), p: param, g: grad, m: m, v: v, c: adamwConsts{
		gradScale: h.GradScale,
		beta1:     h.Beta1, gain1: float32(1 - float64(h.Beta1)),
		beta2: h.Beta2, gain2: float32(1 - float64(h.Beta2)),
		decay:    float32(1 - float64(h.LR)*float64(h.WeightDecay)),
		rootBias: float32(math.Sqrt(float64(h.Bias2))),
		eps:      h.Eps,
		step:     float32(float64(h.LR) / float64(h.Bias1)),
	}}
	p.Run((n+blockElements-1)/blockElements, t)
	*t = adamwTask{}
	adamwTasks.put(t)
}

type adamwTask struct {
	ops        *rowOps
	p, g, m, v []float32
	c          adamwConsts
}

var adamwTasks freeList[adamwTask]

func (t *adamwTask) Do(_, i int) {
	a, b := blockRange(i, blockElements, len(t.p))
	t.ops.adamw(t.p[a:b], t.g[a:b], t.m[a:b], t.v[a:b], &t.c)
}

func adamwGeneric(p, g, m, v []float32, c *adamwConsts) {
	g, m, v = g[:len(p)], m[:len(p)], v[:len(p)]
	for i := range p {
		gi := g[i] * c.gradScale
		mi := float32(c.beta1*m[i]) + float32(c.gain1*gi)
		vi := float32(c.beta2*v[i]) + float32(c.gain2*float32(gi*gi))
		d := float32(float32(math.Sqrt(float64(vi)))/c.rootBias) + c.eps
		m[i], v[i] = mi, vi
		p[i] = float32(p[i]*c.decay) - float32(c.step*mi)/d
	}
}
