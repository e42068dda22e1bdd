package finetune

import (
	"strings"

	"lapidary/model/gemma2"
)

// blockWeights counts the weights of one block's projections.
func blockWeights(c *gemma2.Config) float64 {
	h, f, q, k := float64(c.HiddenSize), float64(c.IntermediateSize), float64(c.QueryWidth()), float64(c.KeyWidth())
	return h*(q+2*k) + q*h + 3*h*f
}

// stepFlops counts what a step cannot do without: two operations a weight and token forward and two for the gradient
// of the inputs, the head only for tokens that carry loss; two more for the gradients of weights where all are
// trained. Attention, adapters and recomputation are not in it.
func stepFlops(c *gemma2.Config, tokens, labels int, full bool) float64 {
	perWeight := 4.0
	if full {
		perWeight = 6
	}
	body := float64(c.NumHiddenLayers) * blockWeights(c) * float64(tokens)
	head := float64(c.VocabSize) * float64(c.HiddenSize) * float64(labels)
	return perWeight * (body + head)
}

// work counts what a step computes, for its time: nothing is walked back below the first trained block, blocks that are
// computed again go forward twice, DoRA with dropout multiplies by each weight twice, and an adapter's values cost three
// products of their own, which are narrow.
func (j *Job) work(tokens, labels float64, recompute []bool) float64 {
	const narrow = 2 // what a narrow product takes for its operations, against a wide one
	c, blocks, first := &j.Model.Config, len(j.Model.Blocks), j.Model.FirstTrained()
	passes := 0.0 // forward, and for the gradients of inputs
	for i := range blocks {
		passes++
		if i >= first {
			passes++
			if i < len(recompute) && recompute[i] {
				passes++
			}
		}
	}
	if j.Adapter != nil && j.Adapter.Config.UseDoRA && j.Adapter.Config.LoraDropout > 0 {
		passes *= 2
	}
	head := 2.0
	if first == blocks {
		head = 1
	}
	if j.Adapter == nil {
		passes, head = passes+float64(blocks), head+1 // and of weights
	}
	n := 2 * (passes*blockWeights(c)*tokens + head*float64(c.VocabSize)*float64(c.HiddenSize)*labels)
	if j.Adapter == nil {
		return n
	}
	for _, p := range j.Adapter.Parameters() {
		switch {
		case strings.Contains(p.Name, "embedding"): // looked up
		case strings.Contains(p.Name, "lm_head"):
			n += 6 * narrow * labels * float64(p.Data().Len())
		default:
			n += 6 * narrow * tokens * float64(p.Data().Len())
		}
	}
	return n
}
