package gemma2

import "lapidary/tensor"

// Memory is what a training step of so many tokens takes beside weights, gradients of weights and optimizer, in bytes.
// It is an upper estimate: it counts every input that an adapter on every projection would keep.
type Memory struct {
	Block      int64 // a block whose activations are kept
	Recomputed int64 // a block that is computed again
	Working    int64 // the embeddings and final norm, and the gradients in flight while one block is walked back
	Logits     int64 // logits and their gradient, which share memory
}

// arenaSlack covers the arena's size classes: a loan wastes at most a ninth of itself.
func arenaSlack(bytes int) int64 { return int64(bytes) * 9 / 8 }

// Memory estimates a step of n tokens, of which labels are scored, with activations of type act. logitBytes is
// Model.LogitBytes; zero means its default.
func (c *Config) Memory(act tensor.DType, n, labels, logitBytes int) Memory {
	const f32 = 4
	a := act.Bits() / 8
	h, f, q, k := c.HiddenSize, c.IntermediateSize, c.QueryWidth(), c.KeyWidth()
	residual := f32 * h
	attention := residual + a*(h+q+2*k+q+h) + f32*c.NumAttentionHeads // x, norm, q, k, v, result, o_proj's result, lse
	mlp := residual + a*(h+3*f+h)                                     // x, norm, gate, up, product, down_proj's result
	if logitBytes <= 0 {
		logitBytes = defaultLogitBytes
	}
	rows := c.logitRows(labels, logitBytes)
	return Memory{
		Block:      arenaSlack(n * (attention + mlp)),
		Recomputed: arenaSlack(n * residual),
		// embeddings, final norm, and gradients: of the residual and the branches, with three in the MLP or those of q, k, v
		Working: arenaSlack(n * (residual + a*h + f32*6*h + f32*max(3*f, 2*q+2*k))),
		Logits:  arenaSlack(rows * (f32*c.VocabSize + (a+f32)*h + f32)),
	}
}

// Step sums up a step in which the first blocks, so many, are computed again. When that happens, the others have given
// their memory back already; where there are none, the block at hand needs some of its own.
func (m Memory) Step(blocks, recomputed int) int64 {
	return m.Working + m.Logits + int64(max(1, blocks-recomputed))*m.Block + int64(recomputed)*m.Recomputed
}

// Plan chooses the fewest blocks to compute again so that a step fits into budget bytes, for Model.Recompute. All cost
// the same; it takes the first ones. It reports false, and all blocks, where even that does not fit.
func (m Memory) Plan(blocks int, budget int64) (recompute []bool, fits bool) {
	recompute = make([]bool, blocks)
	for n := 0; n <= blocks; n++ {
		if m.Step(blocks, n) <= budget {
			return recompute, true
		}
		if n < blocks {
			recompute[n] = true
		}
	}
	return recompute, false
}
