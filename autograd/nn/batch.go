package nn

import "fmt"

// Ignore is the label of a token that is not scored.
const Ignore = -100

// Batch is one micro-batch: documents one after another, without padding. Labels stand beside their own token, as
// Hugging Face has them; the token before it predicts it, so the first label of a document is never scored.
type Batch struct {
	IDs    []int32
	Labels []int32
	Starts []int // first token of each document, then len(IDs)
	// Weights are the weights of the labels in the loss, beside them; nil: all are 1.
	Weights []float32
	// Share computes what documents have in common at their beginnings once; see Shared.
	Share bool
	// Hits, where not nil, is told how many of the scored tokens the model would have chosen.
	Hits *Hits
}

// Hits counts the scored tokens that were the model's first choice.
type Hits struct{ Tokens, Right int }

// Accuracy is the share of tokens that were right; false where none was counted.
func (h Hits) Accuracy() (share float64, ok bool) {
	return float64(h.Right) / float64(max(1, h.Tokens)), h.Tokens > 0
}

// NewBatch lays documents one after another.
func NewBatch(ids, labels [][]int32) Batch {
	b := Batch{Starts: []int{0}}
	for i := range ids {
		if len(ids[i]) != len(labels[i]) {
			panic(fmt.Sprintf("nn: NewBatch: document %d has %d ids, %d labels", i, len(ids[i]), len(labels[i])))
		}
		b.IDs = append(b.IDs, ids[i]...)
		b.Labels = append(b.Labels, labels[i]...)
		b.Starts = append(b.Starts, len(b.IDs))
	}
	return b
}

// Targets returns the rows that predict a labelled token, and that token for each.
func (b Batch) Targets() (rows, targets []int32) {
	for d := 0; d+1 < len(b.Starts); d++ {
		for i := b.Starts[d] + 1; i < b.Starts[d+1]; i++ {
			if b.Labels[i] != Ignore {
				rows, targets = append(rows, int32(i-1)), append(targets, b.Labels[i])
			}
		}
	}
	return rows, targets
}

// TargetWeights returns the weight of each of Targets' rows; nil where all are 1.
func (b Batch) TargetWeights() []float32 {
	if b.Weights == nil {
		return nil
	}
	weights := []float32{}
	for d := 0; d+1 < len(b.Starts); d++ {
		for i := b.Starts[d] + 1; i < b.Starts[d+1]; i++ {
			if b.Labels[i] != Ignore {
				weights = append(weights, b.Weights[i])
			}
		}
	}
	return weights
}

// LabelTokens counts the tokens that are scored.
func (b Batch) LabelTokens() int {
	rows, _ := b.Targets()
	return len(rows)
}

// Positions returns each token's place in its document.
func (b Batch) Positions() []int32 {
	p := make([]int32, len(b.IDs))
	for d := 0; d+1 < len(b.Starts); d++ {
		for i := b.Starts[d]; i < b.Starts[d+1]; i++ {
			p[i] = int32(i - b.Starts[d])
		}
	}
	return p
}

// Needed returns the tokens that the given rows, in rising order, depend on, and the rows among them: the beginning of each
// document up to its last row. Documents without a row are left out. It has no labels.
func (b Batch) Needed(rows []int32) (Batch, []int32) {
	out := Batch{IDs: make([]int32, 0, len(b.IDs)), Starts: append(make([]int, 0, len(b.Starts)), 0)}
	moved := make([]int32, len(rows))
	i := 0
	for d := 0; d+1 < len(b.Starts); d++ {
		first, lo := i, b.Starts[d]
		for ; i < len(rows) && int(rows[i]) < b.Starts[d+1]; i++ {
			moved[i] = rows[i] - int32(lo-len(out.IDs))
		}
		if i > first {
			out.IDs = append(out.IDs, b.IDs[lo:rows[i-1]+1]...)
			out.Starts = append(out.Starts, len(out.IDs))
		}
	}
	return out, moved
}
