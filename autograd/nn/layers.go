package nn

import (
	"lapidary/autograd"
	"lapidary/kernels"
	"lapidary/tensor"
)

// Layer maps activations [N,in] to [N,out]. A projection of the model is one, and so is the adapter that wraps it.
type Layer interface {
	Forward(t *autograd.Tape, x *autograd.Var) *autograd.Var
}

// Embedder maps token ids to rows [N,C], times a scale that belongs to the model.
type Embedder interface {
	Embed(t *autograd.Tape, ids []int32, scale float32) *autograd.Var
}

// Linear is y = x·Wᵀ with W [out,in], without a bias.
type Linear struct {
	Weight *Parameter
	// F32 asks for a float32 result whatever activations are stored in: the output head needs it.
	F32 bool
}

// NewLinear makes a layer of zeros, for training from nothing.
func NewLinear(name string, in, out int) *Linear {
	return &Linear{Weight: NewTrained(name+".weight", tensor.New(tensor.F32, out, in))}
}

// Forward implements Layer.
func (l *Linear) Forward(t *autograd.Tape, x *autograd.Var) *autograd.Var {
	if l.F32 {
		return autograd.LinearF32(t, x, l.Weight.Var)
	}
	return autograd.Linear(t, x, l.Weight.Var)
}

// ForwardPlus returns y = x·Wᵀ + alpha·u·vᵀ: Forward with an adapter's low-rank side.
func (l *Linear) ForwardPlus(t *autograd.Tape, x, u, v *autograd.Var, alpha float32) *autograd.Var {
	d := t.Activations()
	if l.F32 {
		d = tensor.F32
	}
	return autograd.LinearPlus(t, d, x, l.Weight.Var, u, v, alpha)
}

// ArgMax sets out to the place of the largest element of each row that Forward would give in float32, once it is capped,
// among the first limit of them; -1 where one of those is not finite.
func (l *Linear) ArgMax(t *autograd.Tape, x *autograd.Var, limit int, cap float32, out []int32) {
	autograd.LinearArgMax(t, x, l.Weight.Var, kernels.Columns{}, limit, cap, out)
}

// In returns the width of the input.
func (l *Linear) In() int { return l.Weight.Var.Cols() }

// Out returns the width of the result.
func (l *Linear) Out() int { return l.Weight.Var.Rows() }

// Embedding looks rows up in a table [V,C].
type Embedding struct {
	Weight *Parameter
	// Padding is the id whose row gets no gradient from lookups; negative for none.
	Padding int32
}

// Embed implements Embedder.
func (e *Embedding) Embed(t *autograd.Tape, ids []int32, scale float32) *autograd.Var {
	return autograd.Embedding(t, e.Weight.Var, ids, scale, e.Padding)
}

// RMSNorm is Gemma's: y = x/rms(x) · (1+w).
type RMSNorm struct {
	Weight *Parameter
	Eps    float32
}

// Forward implements Layer.
func (n *RMSNorm) Forward(t *autograd.Tape, x *autograd.Var) *autograd.Var {
	return autograd.RMSNorm(t, x, n.Weight.Var, n.Eps)
}

// AddTo returns res + norm(x).
func (n *RMSNorm) AddTo(t *autograd.Tape, res, x *autograd.Var) *autograd.Var {
	return autograd.AddRMSNorm(t, res, x, n.Weight.Var, n.Eps)
}

// Slot is a place in a model where an adapter can stand: exactly one of Layer and Embedder is set. Path is the
// module's path in the Hugging Face model, such as "model.layers.0.self_attn.q_proj".
type Slot struct {
	Path     string
	Layer    *Layer
	Embedder *Embedder
	// Head marks the output projection, which "all-linear" passes over.
	Head bool
}
