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

// attentionWeights counts those of the projections before attention.
func attentionWeights(c *gemma2.Config) float64 {
	return float64(c.HiddenSize) * float64(c.QueryWidth()+2*c.KeyWidth())
}

// stepFlops counts what a step cannot do without: two operations a weight and token forward and two for the gradient
// of the inputs, the head and what follows the last block's attention only for tokens that carry loss; two more for the
// gradients of weights where all are trained. Attention, adapters and recomputation are not in it.
func stepFlops(c *gemma2.Config, tokens, labels int, full bool) float64 {
	perWeight := 4.0
	if full {
		perWeight = 6
	}
	end := blockWeights(c) - attentionWeights(c)
	body := (float64(c.NumHiddenLayers)*blockWeights(c) - end) * float64(tokens)
	head := (float64(c.VocabSize)*float64(c.HiddenSize) + end) * float64(labels)
	return perWeight * (body + head)
}

// stepWork is what a step computes, for its time.
type stepWork struct {
	block, head float64 // operations of products with projections, adapters' among them, and with the head
	bytes       float64 // that operations of rows read and write
}

// work counts a step: nothing is walked back below the first trained block, blocks that are computed again go forward
// twice, only labelled rows go on after the last block's attention, DoRA with dropout multiplies by each weight twice,
// and an adapter's values cost three products of their own, which are narrow.
func (j *Job) work(tokens, labels float64, recompute []bool) (w stepWork) {
	const narrow = 2 // what a narrow product takes for its operations, against a wide one
	c, blocks, first := &j.Model.Config, len(j.Model.Blocks), j.Model.FirstTrained()
	h, ffn, act := float64(c.HiddenSize), float64(c.IntermediateSize), float64(j.Activations.Bits()/8)
	twice := 1.0
	if j.Adapter != nil && j.Adapter.Config.UseDoRA && j.Adapter.Config.LoraDropout > 0 {
		twice = 2
	}
	for i := range blocks {
		passes, states := 1.0, 1.0 // forward, and for the gradients of inputs; the same of rows, which are made again too
		if i >= first {
			passes, states = 2, 2
			if i < len(recompute) && recompute[i] {
				passes, states = 3, 3
			}
		}
		if j.Adapter == nil {
			passes++ // of weights
		}
		rows := tokens
		if i == blocks-1 {
			rows = labels
		}
		before := attentionWeights(c)
		w.block += 2 * passes * twice * (before*tokens + (blockWeights(c)-before)*rows)
		w.bytes += states * rows * ((24+4*act)*h + 3*act*ffn) // norms, sums and GeGLU
		if i >= first {
			w.bytes += rows * ((40+4*act)*h + (12+2*act)*ffn)
		}
	}
	head := 2.0
	if first == blocks {
		head = 1
	}
	if j.Adapter == nil {
		head++
	}
	w.head = 2 * head * float64(c.VocabSize) * h * labels
	w.bytes += 16 * float64(c.VocabSize) * labels // two passes over logits and their gradient
	if j.Adapter == nil {
		return w
	}
	for _, p := range j.Adapter.Parameters() {
		n := float64(p.Data().Len())
		switch {
		case strings.Contains(p.Name, "embedding"): // looked up
		case strings.Contains(p.Name, "lm_head"):
			w.head += 6 * narrow * labels * n
		default:
			w.block += 6 * narrow * tokens * n
			if strings.Contains(p.Name, "lora_A") && j.Adapter.Config.LoraDropout > 0 {
				w.bytes += (4*act + 12) * tokens * float64(p.Var.Cols()) // inputs dropped forward and backward, and their gradient
			}
		}
	}
	return w
}
