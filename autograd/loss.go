package autograd

import (
	"fmt"

	"lapidary/kernels"
	"lapidary/tensor"
)

// Loss says which rows of the hidden states are scored, and how.
type Loss struct {
	Rows    []int32   // rows of the hidden states that predict a labelled token
	Targets []int32   // the token each of these rows should predict
	Weights []float32 // weight of each row in the sum, besides Scale; nil: all 1
	Losses  []float32 // result: −log p(target) of each row; len(Rows)
	Chosen  []int32   // result, where not nil: the likeliest token of each row; len(Rows)
	Cap     float32   // final soft cap of the logits; 0 for none
	Scale   float32   // weight of each row in the sum: one over the group's label tokens
	Chunk   int       // rows whose logits exist at one time
}

// CrossEntropy returns scale·Σ weight·−log p(target) [1,1] for hidden states h [N,C] and a head that makes logits of them.
//
// Nothing of size tokens x vocabulary is kept: the head runs on a chunk of labelled rows, and where gradients are
// wanted it runs backwards at once, before the next chunk. The gradient of h and of the head's parameters is
// therefore complete when CrossEntropy returns; the loss must be the end of the tape.
func CrossEntropy(t *Tape, h *Var, head Block, l Loss) *Var {
	if l.Weights != nil && len(l.Weights) != len(l.Rows) {
		panic(fmt.Sprintf("autograd: CrossEntropy: %d rows, %d weights", len(l.Rows), len(l.Weights)))
	}
	if l.Chosen != nil && len(l.Chosen) != len(l.Rows) {
		panic(fmt.Sprintf("autograd: CrossEntropy: %d rows, %d chosen", len(l.Rows), len(l.Chosen)))
	}
	if len(l.Rows) != len(l.Targets) || len(l.Losses) != len(l.Rows) || l.Chunk <= 0 {
		panic(fmt.Sprintf("autograd: CrossEntropy: %d rows, %d targets, %d losses, chunk %d", len(l.Rows), len(l.Targets), len(l.Losses), l.Chunk))
	}
	loss := t.New(tensor.F32, 1, 1, false)
	h.saved++ // every chunk reads it
	defer func() { h.saved-- }()
	for lo := 0; lo < len(l.Rows); lo += l.Chunk {
		hi := min(lo+l.Chunk, len(l.Rows))
		loss.needs = lossChunk(t, h, head, l, lo, hi) || loss.needs
	}
	loss.Data.F32()[0] = float32(l.Sum() * float64(l.Scale))
	return loss
}

// Sum is the weighted sum of the losses.
func (l *Loss) Sum() (sum float64) {
	for i, x := range l.Losses {
		if l.Weights == nil {
			sum += float64(x)
		} else {
			sum += float64(l.Weights[i]) * float64(x)
		}
	}
	return sum
}

// lossChunk scores rows [lo,hi) and reports whether it sent gradients anywhere.
func lossChunk(t *Tape, h *Var, head Block, l Loss, lo, hi int) bool {
	rows, targets := l.Rows[lo:hi], l.Targets[lo:hi]
	from, mark := len(t.entries), t.Mark()
	x := GatherRows(t, h, rows)
	logits := headForward(t, head, x, lo)
	if l.Chosen != nil {
		kernels.Argmax(t.pool, logits.mat(), l.Chosen[lo:hi]) // the cap changes no order
	}
	lse := t.Scratch(tensor.F32, hi-lo, 1)
	sent := t.Wants(logits)
	if !sent {
		kernels.CrossEntropy(t.pool, logits.mat(), targets, l.Cap, l.Losses[lo:hi], lse.F32())
	} else {
		ownGrad(t, logits)
		var weights []float32
		if l.Weights != nil {
			weights = l.Weights[lo:hi]
		}
		kernels.CrossEntropyGrad(t.pool, logits.grad(), targets, l.Cap, l.Scale, weights, l.Losses[lo:hi], lse.F32())
		t.Release(mark, x, logits)
		t.walk(from)
		t.dropGrad(logits)
	}
	t.Free(lse)
	t.Release(mark)
	return sent
}

// headForward gives each chunk its own randomness: the head sees the same row numbers every time.
func headForward(t *Tape, head Block, x *Var, lo int) *Var {
	key := t.key
	if key != 0 {
		t.key = t.Key(uint64(lo))
	}
	defer func() { t.key = key }()
	return head.Forward(t, x)
}

// ownGrad makes the logits' memory the place of their gradient, which the kernel computes in place; an operation of
// the head that saved the logits keeps its copy.
func ownGrad(t *Tape, logits *Var) {
	if logits.saved == 0 {
		logits.Grad, logits.Data = logits.Data, nil
		return
	}
	g := t.GradOut(logits)
	kernels.Convert(t.pool, g.Mat(), logits.mat())
}
