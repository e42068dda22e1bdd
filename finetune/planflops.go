package finetune

import "lapidary/model/gemma2"

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
