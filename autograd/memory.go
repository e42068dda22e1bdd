package autograd

import (
	"slices"

	"lapidary/kernels"
	"lapidary/tensor"
)

// Mark remembers a place in the tape's memory, for Release.
func (t *Tape) Mark() int { return len(t.live) }

// Release gives back what was computed since the mark and will not be read again: everything but the kept variables
// and those that recorded operations saved for the backward walk. Of these it gives back what a Remaker can make again.
func (t *Tape) Release(mark int, keep ...*Var) {
	for _, k := range keep {
		k.saved++
	}
	rest := t.live[:mark]
	for _, v := range t.live[mark:] {
		if v.saved == 0 {
			t.dropData(v)
			continue
		}
		if v.maker != nil && !slices.Contains(keep, v) {
			t.dropData(v)
		}
		rest = append(rest, v)
	}
	t.live = rest
	for _, k := range keep {
		k.saved--
	}
}

// Reset forgets the pass: every variable of the tape becomes invalid, parameters and their gradients stay.
func (t *Tape) Reset() {
	for i := range t.entries {
		t.entries[i] = entry{}
	}
	t.entries = t.entries[:0]
	t.vars.each(func(v *Var) {
		t.dropData(v)
		t.dropGrad(v)
	})
	t.vars.reset()
	t.live = t.live[:0]
	for _, s := range t.slabs {
		s.reset()
	}
	t.arena.Carve = false
	t.arena.Mend()
}

func (t *Tape) dropData(v *Var) {
	if !v.leaf && v.Data != nil {
		t.arena.Put(v.Data)
		v.Data = nil
	}
}

func (t *Tape) dropGrad(v *Var) {
	if !v.leaf && v.Grad != nil {
		t.arena.Put(v.Grad)
		v.Grad = nil
	}
}

// GradOut returns the matrix into which an operation writes (not adds) its gradient for v; GradDone must follow.
// It is v.Grad itself when this is the first gradient to arrive, scratch memory otherwise.
func (t *Tape) GradOut(v *Var) *tensor.Tensor {
	if v.Grad == nil {
		v.Grad = t.arena.Get(tensor.F32, v.rows, v.cols)
		return v.Grad
	}
	return t.arena.Get(tensor.F32, v.rows, v.cols)
}

// GradDone adds what was written into GradOut's matrix to v.Grad.
func (t *Tape) GradDone(v *Var, g *tensor.Tensor) {
	if g != v.Grad {
		kernels.AddMat(t.pool, v.Grad.Mat(), g.Mat())
		t.arena.Put(g)
	}
}

// GradAdd returns v.Grad and the factor (BLAS's beta) that an operation which can accumulate must scale it by: zero
// when this is the first gradient to arrive, one otherwise.
func (t *Tape) GradAdd(v *Var) (g *tensor.Tensor, beta float32) {
	if v.Grad == nil {
		v.Grad = t.arena.Get(tensor.F32, v.rows, v.cols)
		return v.Grad, 0
	}
	return v.Grad, 1
}

// PassGrad hands the gradient of from, which nobody reads after this, on to v.
func (t *Tape) PassGrad(v, from *Var) {
	if v.Grad == nil {
		v.Grad, from.Grad = from.Grad, nil
		return
	}
	kernels.AddMat(t.pool, v.Grad.Mat(), from.Grad.Mat())
}
