package lora

import (
	"hash/fnv"

	"lapidary/autograd"
	"lapidary/autograd/nn"
)

// Shapes: x [N,in], W [out,in], A [r,in], B [out,r], y [N,out]; s is the scaling.

// linear is LoRA beside a frozen linear layer: y = x·Wᵀ + s·(dropout(x)·Aᵀ)·Bᵀ.
type linear struct {
	base  *nn.Linear
	a, b  *nn.Parameter
	scale float32
	drop  dropout
	dora  *magnitude // nil for plain LoRA
}

// Forward implements nn.Layer.
func (l *linear) Forward(t *autograd.Tape, x *autograd.Var) *autograd.Var {
	if l.dora != nil {
		return l.forwardDoRA(t, x)
	}
	h := autograd.DropoutLinear(t, x, l.a.Var, l.drop.rateOf(t), l.drop.key(t))
	return l.base.ForwardPlus(t, x, h, l.b.Var, l.scale)
}

// dropout zeroes inputs of A. Each module has a mask of its own, a function of the tape's key and its path.
type dropout struct {
	rate  float32
	place uint64
}

func newDropout(rate float64, path string) dropout {
	h := fnv.New64a()
	h.Write([]byte(path)) // never fails
	return dropout{float32(rate), h.Sum64()}
}

func (d dropout) rateOf(t *autograd.Tape) float32 {
	if !t.Random() {
		return 0
	}
	return d.rate
}

func (d dropout) key(t *autograd.Tape) uint64 { return t.Key(d.place) }

// apply returns the dropped input; x itself where nothing is dropped.
func (d dropout) apply(t *autograd.Tape, x *autograd.Var) *autograd.Var {
	if d.rateOf(t) == 0 {
		return x
	}
	return autograd.Dropout(t, x, d.rate, d.key(t))
}

// tiedHead is the output side of an embedding's adapter, for a head that shares the embedding's weight and its
// change: with A [r,V] and B [C,r] of the embedding, ΔW = s·(B·A)ᵀ on both sides. It has no weights of its own; the
// gradients of both sides add up.
type tiedHead struct {
	base  *nn.Linear
	embed *embedding
	drop  dropout
}

// Forward implements nn.Layer: y = x·Wᵀ + s·(dropout(x)·B)·A.
func (l *tiedHead) Forward(t *autograd.Tape, x *autograd.Var) *autograd.Var {
	y := l.base.Forward(t, x)
	h := autograd.MatMul(t, l.drop.apply(t, x), l.embed.b.Var)
	return autograd.MatMulInto(t, y, h, l.embed.a.Var, l.embed.scale)
}
