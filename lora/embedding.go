package lora

import (
	"lapidary/autograd"
	"lapidary/autograd/nn"
	"lapidary/kernels"
	"lapidary/tensor"
)

// Shapes: E [V,C], A [r,V], B [C,r], ids [N], y [N,C]. A and B stand the other way round than for a linear layer.

// embedding is LoRA beside a frozen embedding: y = E[id] + s·B·A[:,id], and then the model's own scale. Dropout does
// not apply.
type embedding struct {
	base  *nn.Embedding
	a, b  *nn.Parameter
	scale float32
	dora  *magnitude // nil for plain LoRA
}

// Embed implements nn.Embedder.
func (l *embedding) Embed(t *autograd.Tape, ids []int32, scale float32) *autograd.Var {
	y := l.base.Embed(t, ids, scale)
	h := gatherColumns(t, l.a.Var, ids, l.base.Padding)
	y = autograd.LinearInto(t, y, h, l.b.Var, l.scale*scale)
	if l.dora != nil {
		y = autograd.ColScale(t, y, l.dora.factor(t, l.dora.embeddingNorm(t, l)))
	}
	return y
}

// gatherColumns returns the columns of a [r,V] that ids name, as rows [N,r]. The padding id's column gets no gradient.
func gatherColumns(t *autograd.Tape, a *autograd.Var, ids []int32, padding int32) *autograd.Var {
	y := t.New(tensor.F32, len(ids), a.Rows(), a.NeedsGrad())
	from, to, v := a.Data.F32(), y.Data.F32(), a.Cols()
	for n, id := range ids {
		for j := range a.Rows() {
			to[n*a.Rows()+j] = from[j*v+int(id)]
		}
	}
	if t.Wants(a) {
		op := autograd.NewOp[gatherColumnsOp](t)
		*op = gatherColumnsOp{y: y, a: a, ids: ids, padding: padding}
		t.Record(op, y)
	}
	return y
}

type gatherColumnsOp struct {
	y, a    *autograd.Var
	ids     []int32
	padding int32
}

// Backward: da[:,id] += dy, in the order of the tokens.
func (o *gatherColumnsOp) Backward(t *autograd.Tape) {
	if o.y.Grad == nil {
		return
	}
	g, beta := t.GradAdd(o.a)
	if beta == 0 {
		clear(g.F32())
	}
	to, from, v, r := g.F32(), o.y.Grad.F32(), o.a.Cols(), o.a.Rows()
	for n, id := range o.ids {
		if id == o.padding {
			continue
		}
		for j := range r {
			to[j*v+int(id)] += from[n*r+j]
		}
	}
}

// tokenRows are full rows that stand in for those of single tokens: rows [n,C], row k for token ids[k].
type tokenRows struct {
	rows  *nn.Parameter
	ids   []int32
	index map[int32]int32 // token -> row
}

func indexOf(ids []int32) map[int32]int32 {
	index := make(map[int32]int32, len(ids))
	for k, id := range ids {
		index[id] = int32(k)
	}
	return index
}

// tokenEmbedding is a frozen embedding, some rows of which are replaced.
type tokenEmbedding struct {
	base *nn.Embedding
	*tokenRows
}

// Embed implements nn.Embedder.
func (l *tokenEmbedding) Embed(t *autograd.Tape, ids []int32, scale float32) *autograd.Var {
	y := l.base.Embed(t, ids, scale)
	rows := l.rows.Var
	t.Mutate(y, rows)
	for n, id := range ids {
		if k, ok := l.index[id]; ok {
			to, from := y.Data.F32()[n*y.Cols():(n+1)*y.Cols()], rows.Data.F32()[int(k)*y.Cols():]
			for c := range to {
				to[c] = scale * from[c]
			}
		}
	}
	if t.Wants(rows) {
		op := autograd.NewOp[replaceRowsOp](t)
		*op = replaceRowsOp{y: y, layer: l, ids: ids, scale: scale}
		t.Record(op, y)
	}
	return y
}

type replaceRowsOp struct {
	y     *autograd.Var
	layer *tokenEmbedding
	ids   []int32
	scale float32
}

// Backward: drows[k] += scale·dy for each replaced token but padding, in their order. The embedding below is frozen.
func (o *replaceRowsOp) Backward(t *autograd.Tape) {
	if o.y.Grad == nil {
		return
	}
	g, beta := t.GradAdd(o.layer.rows.Var)
	if beta == 0 {
		clear(g.F32())
	}
	cols := o.y.Cols()
	for n, id := range o.ids {
		k, ok := o.layer.index[id]
		if !ok || id == o.layer.base.Padding {
			continue
		}
		to, from := g.F32()[int(k)*cols:(int(k)+1)*cols], o.y.Grad.F32()[n*cols:]
		for c := range to {
			to[c] += float32(o.scale * from[c])
		}
	}
}

// tokenHead is a frozen output head, some rows of which are replaced: their logits are computed anew.
type tokenHead struct {
	base *nn.Linear
	*tokenRows
}

// Forward implements nn.Layer.
func (l *tokenHead) Forward(t *autograd.Tape, x *autograd.Var) *autograd.Var {
	y, rows := l.base.Forward(t, x), l.rows.Var
	t.Mutate(y, rows, x)
	own := l.own(t, x)
	m := y.Data.Mat()
	for n := range x.Rows() {
		for k, id := range l.ids {
			m.Set(n, int(id), own.F32()[n*len(l.ids)+k])
		}
	}
	t.Free(own)
	if t.Wants(x, rows) {
		op := autograd.NewOp[replaceLogitsOp](t)
		*op = replaceLogitsOp{y: y, x: x, layer: l}
		t.Record(op, nil, x)
	}
	return y
}

// own computes the logits of the replaced rows.
func (l *tokenHead) own(t *autograd.Tape, x *autograd.Var) *tensor.Tensor {
	own := t.Scratch(tensor.F32, x.Rows(), len(l.ids))
	kernels.Gemm(t.Pool(), false, true, 1, x.Data.Mat(), l.rows.Var.Data.Mat(), 0, own.Mat())
	return own
}

// ArgMax is that of nn.Linear, with the rows that are replaced.
func (l *tokenHead) ArgMax(t *autograd.Tape, x *autograd.Var, limit int, cap float32, out []int32) {
	own := l.own(t, x)
	given := kernels.Columns{Places: l.ids, Values: own.Mat()}
	autograd.LinearArgMax(t, x, l.base.Weight.Var, given, limit, cap, out)
	t.Free(own)
}

type replaceLogitsOp struct {
	y, x  *autograd.Var
	layer *tokenHead
}

// Backward: with d the columns of dy that were replaced, drows += dᵀ·x and dx += d·rows; the head below must not see
// them, so they become zero.
func (o *replaceLogitsOp) Backward(t *autograd.Tape) {
	if o.y.Grad == nil {
		return
	}
	ids, rows := o.layer.ids, o.layer.rows.Var
	d := t.Scratch(tensor.F32, o.x.Rows(), len(ids))
	defer t.Free(d)
	dy := o.y.Grad.Mat()
	for n := range o.x.Rows() {
		for k, id := range ids {
			d.F32()[n*len(ids)+k] = dy.At(n, int(id))
			dy.Set(n, int(id), 0)
		}
	}
	if rows.NeedsGrad() {
		g, beta := t.GradAdd(rows)
		kernels.Gemm(t.Pool(), true, false, 1, d.Mat(), o.x.Data.Mat(), beta, g.Mat())
	}
	if o.x.NeedsGrad() {
		g, beta := t.GradAdd(o.x)
		kernels.Gemm(t.Pool(), false, false, 1, d.Mat(), rows.Data.Mat(), beta, g.Mat())
	}
}
