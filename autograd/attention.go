package autograd

import (
	"lapidary/kernels"
	"lapidary/tensor"
)

// Rope holds the rotation of each token's position: cos and sin [N, D/2], shared by all layers of a pass.
type Rope struct {
	Cos, Sin []float32
}

// Rotate turns q or k [N, heads·D] by the tokens' positions: in place where no recorded operation holds on to x, into
// a copy otherwise.
func Rotate(t *Tape, x *Var, rope Rope, headDim int) *Var {
	y := x
	if x.saved > 0 || x.leaf {
		y = t.New(x.Data.DType(), x.rows, x.cols, x.needs)
		kernels.Convert(t.pool, y.mat(), x.mat())
	}
	kernels.Rope(t.pool, y.mat(), rope.Cos, rope.Sin, headDim, false)
	if t.Wants(x) {
		op := NewOp[rotateOp](t)
		*op = rotateOp{y: y, x: x, rope: rope, headDim: headDim}
		if y == x {
			t.Record(op, nil)
		} else {
			t.Record(op, y)
		}
	}
	return y
}

type rotateOp struct {
	y, x    *Var
	rope    Rope
	headDim int
}

// Backward turns the gradient back by the same angles.
func (o *rotateOp) Backward(t *Tape) {
	if o.y.Grad == nil {
		return
	}
	kernels.Rope(t.pool, o.y.grad(), o.rope.Cos, o.rope.Sin, o.headDim, true)
	if o.y != o.x {
		t.PassGrad(o.x, o.y)
	}
}

// Attention returns softmax(cap(scale·q·kᵀ))·v under the causal mask, the window and the documents of spans.
// q [N, H·D], k and v [M, K·D], result [N, H·D]. q and k are already rotated. spans is read again in the backward walk.
func Attention(t *Tape, q, k, v *Var, spans []kernels.Span, s kernels.AttentionShape) *Var {
	y := t.New(t.act, q.rows, q.cols, AnyNeedsGrad(q, k, v))
	lse := t.Scratch(tensor.F32, q.rows, s.Heads)
	kernels.Attention(t.pool, y.mat(), q.mat(), k.mat(), v.mat(), lse.F32(), spans, s)
	if !t.Wants(q, k, v) {
		t.Free(lse)
		return y
	}
	op := NewOp[attentionOp](t)
	*op = attentionOp{y: y, q: q, k: k, v: v, lse: lse, spans: spans, shape: s}
	t.Record(op, y, q, k, v, y)
	return y
}

type attentionOp struct {
	y, q, k, v *Var
	lse        *tensor.Tensor
	spans      []kernels.Span
	shape      kernels.AttentionShape
}

// Backward recomputes the weights from lse, tile by tile (FlashAttention, arXiv 2205.14135, algorithm 4).
func (o *attentionOp) Backward(t *Tape) {
	defer t.Free(o.lse)
	if o.y.Grad == nil {
		return
	}
	dq, dk, dv := t.GradOut(o.q), t.GradOut(o.k), t.GradOut(o.v)
	kernels.AttentionBackward(t.pool, dq.Mat(), dk.Mat(), dv.Mat(), o.y.grad(),
		o.q.mat(), o.k.mat(), o.v.mat(), o.y.mat(), o.lse.F32(), o.spans, o.shape)
	t.GradDone(o.q, dq)
	t.GradDone(o.k, dk)
	t.GradDone(o.v, dv)
}
