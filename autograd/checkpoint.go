package autograd

// Block is a part of a model that can be computed again: a pure function of its input and of leaves.
type Block interface {
	Forward(t *Tape, x *Var) *Var
}

// Checkpoint runs a block without keeping its activations; the backward walk runs it again and then undoes it. The
// gradients have the bits that a run without Checkpoint gives, since dropout masks are functions of the tape's key.
func Checkpoint(t *Tape, b Block, x *Var) *Var {
	if !t.recording {
		return b.Forward(t, x)
	}
	y := forget(t, b, x)
	if y.needs {
		op := NewOp[checkpointOp](t)
		*op = checkpointOp{y: y, x: x, block: b}
		t.Record(op, y, x)
	}
	return y
}

// forget runs a block without recording it and keeps nothing but its result.
func forget(t *Tape, b Block, x *Var) *Var {
	t.recording = false
	defer func() { t.recording = true }() // also when a poll abandons the pass
	mark := t.Mark()
	y := b.Forward(t, x)
	t.Release(mark, y)
	return y
}

type checkpointOp struct {
	y, x  *Var
	block Block
}

// Backward records the block once more at the end of the tape and walks back to here.
func (o *checkpointOp) Backward(t *Tape) {
	if o.y.Grad == nil {
		return
	}
	t.dropData(o.y)
	from, mark := len(t.entries), t.Mark()
	y := o.block.Forward(t, o.x)
	y.Grad, o.y.Grad = o.y.Grad, nil
	t.Release(mark)
	t.walk(from)
	t.Release(mark)
}
