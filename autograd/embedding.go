package autograd

import (
	"lapidary/kernels"
	"lapidary/tensor"
)

// Embedding returns scale·table[id] for each id, in float32; table [V,C], result [N,C]. Rows whose id is padding get
// no gradient (torch's padding_idx); pass a negative padding for none.
func Embedding(t *Tape, table *Var, ids []int32, scale float32, padding int32) *Var {
	y := t.New(tensor.F32, len(ids), table.cols, table.needs)
	kernels.Gather(t.pool, y.mat(), table.mat(), ids, scale)
	if t.Wants(table) {
		op := NewOp[embeddingOp](t)
		*op = embeddingOp{y: y, table: table, ids: ids, scale: scale, padding: padding}
		t.Record(op, y)
	}
	return y
}

type embeddingOp struct {
	y, table *Var
	ids      []int32
	scale    float32
	padding  int32
}

// Backward: dtable[id] += scale·dy, in the order of the tokens.
func (o *embeddingOp) Backward(t *Tape) {
	if o.y.Grad == nil {
		return
	}
	ids := append(t.ids[:0], o.ids...)
	t.ids = ids
	for i, id := range ids {
		if id == o.padding {
			ids[i] = -1 // ScatterAdd passes over negative ids
		}
	}
	kernels.ScatterAdd(t.pool, o.table.Grad.F32(), o.y.grad(), ids, o.scale)
}
