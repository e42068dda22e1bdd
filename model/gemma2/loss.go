package gemma2

import (
	"fmt"

	"lapidary/autograd"
	"lapidary/autograd/nn"
	"lapidary/kernels"
)

// Loss returns scale · Σ weight · −log p(label) over the batch's label tokens [1,1], and the sum itself; scale is one over
// the sum of weights in the whole accumulation group: without weights, its number of label tokens. It is the end of the tape: call Backward on it.
func (m *Model) Loss(t *autograd.Tape, b nn.Batch, scale float32) (loss *autograd.Var, sum float64) {
	rows, targets := b.Targets()
	l := autograd.Loss{Rows: rows, Targets: targets, Weights: b.TargetWeights(), Losses: make([]float32, len(rows)), Scale: scale}
	if b.Hits != nil {
		l.Chosen = make([]int32, len(rows))
	}
	loss = m.score(t, b, &l)
	for i, id := range l.Chosen {
		b.Hits.Tokens++
		if id == targets[i] {
			b.Hits.Right++
		}
	}
	return loss, l.Sum()
}

// LogProbs returns log p of each token but the first given those before it, document after document: len(IDs) less
// the number of documents. Labels play no part, and nothing is recorded.
func (m *Model) LogProbs(t *autograd.Tape, b nn.Batch) []float32 {
	var rows, targets []int32
	for d := 0; d+1 < len(b.Starts); d++ {
		for i := b.Starts[d] + 1; i < b.Starts[d+1]; i++ {
			rows, targets = append(rows, int32(i-1)), append(targets, b.IDs[i])
		}
	}
	logprobs := make([]float32, len(rows))
	t.NoGrad(func() { m.score(t, b, &autograd.Loss{Rows: rows, Targets: targets, Losses: logprobs, Scale: 1}) })
	for i := range logprobs {
		logprobs[i] = -logprobs[i]
	}
	return logprobs
}

// score runs the model and the chunked loss, and leaves each row's −log p in the losses. Of the batch it computes what
// the rows depend on: no token after a document's last row, no beginning twice where the batch shares them, and after the
// last block's attention nothing but the rows.
func (m *Model) score(t *autograd.Tape, b nn.Batch, l *autograd.Loss) *autograd.Var {
	l.Cap, l.Chunk = float32(m.Config.FinalLogitSoftcapping), m.Config.logitRows(len(l.Rows), m.LogitBytes)
	if len(l.Rows) == 0 {
		return autograd.CrossEntropy(t, m.Hidden(t, b), m.Head, *l)
	}
	share := b.Share
	b, rows := b.Needed(l.Rows)
	for i := range l.Rows {
		l.Rows[i] = int32(i)
	}
	if share {
		if s, ok := b.Shared(); ok {
			return autograd.CrossEntropy(t, m.sharedHidden(t, b, &s, rows), m.Head, *l)
		}
	}
	if len(rows) == len(b.IDs) {
		rows = nil // all of them
	}
	return autograd.CrossEntropy(t, m.hidden(t, b, rows, nil), m.Head, *l)
}

// logitRows is how many rows' logits exist at a time: as many as fit into bytes, but chunks of about equal size, so that
// the last one finds the memory of the others.
func (c *Config) logitRows(rows, bytes int) int {
	most := max(1, bytes/4/c.VocabSize)
	chunks := max(1, (rows+most-1)/most)
	return max(1, (rows+chunks-1)/chunks)
}

// Logits returns the logits [N,V], after the final cap, of hidden states from Hidden. Nothing is recorded. All of them
// exist at once: Loss and LogProbs do without.
func (m *Model) Logits(t *autograd.Tape, h *autograd.Var) *autograd.Var {
	logits := m.uncapped(t, h)
	if limit := float32(m.Config.FinalLogitSoftcapping); limit > 0 {
		kernels.Softcap(t.Pool(), logits.Data.Mat(), logits.Data.Mat(), limit)
	}
	return logits
}

// uncapped is Logits before the cap.
func (m *Model) uncapped(t *autograd.Tape, h *autograd.Var) (logits *autograd.Var) {
	t.NoGrad(func() { logits = m.Head.Forward(t, h) })
	return logits
}

// chooser is a head that finds the largest logit without writing the others down.
type chooser interface {
	ArgMax(t *autograd.Tape, x *autograd.Var, limit int, cap float32, out []int32)
}

// argMax sets out to the likeliest of the first limit tokens after each of the hidden states, the first of equals as Logits
// would have them if its cap were computed exactly; -1 where a logit is not finite.
func (m *Model) argMax(t *autograd.Tape, h *autograd.Var, limit int, out []int32) {
	final := float32(m.Config.FinalLogitSoftcapping)
	if head, ok := m.Head.(chooser); ok {
		head.ArgMax(t, h, limit, final, out)
		return
	}
	kernels.ArgMaxRows(t.Pool(), m.uncapped(t, h).Data.Mat().ColRange(0, limit), final, out)
}

// CheckBatch reports the first token id or label that the model has no row for. A batch from outside must pass it before
// it comes to Hidden or Loss.
func (m *Model) CheckBatch(b nn.Batch) error {
	vocab := int32(m.Config.VocabSize)
	for d := 0; d+1 < len(b.Starts); d++ {
		for i := b.Starts[d]; i < b.Starts[d+1]; i++ {
			if id := b.IDs[i]; id < 0 || id >= vocab {
				return fmt.Errorf("gemma2: document %d, token %d: id %d is outside the vocabulary of %d", d, i-b.Starts[d], id, vocab)
			}
			if l := b.Labels[i]; l != nn.Ignore && (l < 0 || l >= vocab) {
				return fmt.Errorf("gemma2: document %d, token %d: label %d is outside the vocabulary of %d", d, i-b.Starts[d], l, vocab)
			}
		}
	}
	return nil
}
