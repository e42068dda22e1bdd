package gemma2

import (
	"slices"

	"lapidary/autograd/nn"
	"lapidary/tensor"
)

// Memory is what a training step takes beside weights, gradients of weights and optimizer.
type Memory struct {
	blocks    []blockMemory
	end       loans // the residual stream's end, its norm, and the gradients in flight while a block is walked back
	gradients loans
	logits    loans // logits and their gradient, which share memory
}

// loans counts bytes of the arena, which lends elements of four bytes and of two apart: what was wide in the forward
// pass serves gradients in the backward walk, what was narrow does not.
type loans struct{ wide, narrow int64 }

func (l loans) plus(x loans) loans { return loans{l.wide + x.wide, l.narrow + x.narrow} }

func (l loans) max(x loans) loans { return loans{max(l.wide, x.wide), max(l.narrow, x.narrow)} }

// blockMemory is what one block takes: what its backward walk reads, what its forward pass holds besides until its end,
// and its input, which is all that remains where it is computed again.
type blockMemory struct{ kept, held, input loans }

// StepShape is what the memory of a step depends on besides the model and what stands in its slots.
type StepShape struct {
	Activations tensor.DType
	Tokens      int
	Labels      int  // tokens that are scored
	Rank        int  // of the adapters in the slots
	Dropout     bool // of their inputs
	DoRA        bool
}

// Memory estimates a step. It follows the tape: what an operation saves, what a block holds until its end, and how many
// gradients of each size exist at one time, in the sizes that the arena lends.
func (m *Model) Memory(s StepShape) Memory {
	f := footprint{StepShape: s, c: &m.Config}
	var out Memory
	flows := !m.embedIsFrozen() // whether a gradient must flow to the block's input
	for _, b := range m.Blocks {
		var one blockMemory
		if one, flows = f.block(b, flows); flows {
			one.input = f.loan(tensor.F32, f.c.HiddenSize)
		}
		out.blocks = append(out.blocks, one)
	}
	h := f.c.HiddenSize
	out.end = f.loan(tensor.F32, h).plus(f.loan(f.Activations, h)).plus(f.loan(tensor.F32, 1))
	out.gradients = f.gradients(flows)
	out.logits = f.logits(m.Config.logitRows(s.Labels, m.LogitBytes), stands(m.Head))
	return out
}

// FirstTrained returns the first block that a gradient flows through; the number of blocks where there is none.
func (m *Model) FirstTrained() int {
	f := footprint{c: &m.Config}
	flows := !m.embedIsFrozen()
	for i, b := range m.Blocks {
		if _, flows = f.block(b, flows); flows {
			return i
		}
	}
	return len(m.Blocks)
}

// footprint counts in loans of the arena.
type footprint struct {
	StepShape
	c *Config
}

func loan(d tensor.DType, elements int) loans {
	if d == tensor.F32 {
		return loans{wide: tensor.LoanSize(d, elements)}
	}
	return loans{narrow: tensor.LoanSize(d, elements)}
}

// loan is a matrix of all tokens.
func (f *footprint) loan(d tensor.DType, cols int) loans { return loan(d, f.Tokens*cols) }

// occupant is what stands in a slot: the frozen layer, the layer with its weight trained, or an adapter.
type occupant int

const (
	frozen occupant = iota
	whole
	adapted
)

func stands(l nn.Layer) occupant {
	plain, ok := l.(*nn.Linear)
	switch {
	case !ok:
		return adapted
	case plain.Weight.Trained():
		return whole
	}
	return frozen
}

func (m *Model) embedIsFrozen() bool {
	e, ok := m.Embed.(*nn.Embedding)
	return ok && !e.Weight.Trained()
}

// block returns what a block takes, and whether a gradient flows through it at all.
func (f *footprint) block(b *Block, flows bool) (m blockMemory, wants bool) {
	c, act := f.c, f.Activations
	h, q, k, ffn := c.HiddenSize, c.QueryWidth(), c.KeyWidth(), c.IntermediateSize
	keep := func(when bool, l ...loans) {
		for _, x := range l {
			if when {
				m.kept = m.kept.plus(x)
			} else {
				m.held = m.held.plus(x)
			}
		}
	}
	// project adds a projection's result and what its adapter needs.
	project := func(l nn.Layer, in, out int, saved bool) {
		keep(saved, f.loan(act, out))
		if stands(l) != adapted {
			return
		}
		keep(true, f.loan(tensor.F32, f.Rank))
		if f.DoRA {
			keep(true, f.loan(act, out))
			keep(false, f.loan(act, out), f.loan(act, out))
			keep(f.Dropout, f.loan(act, in))
		}
	}
	trains := func(layers ...nn.Layer) bool {
		return slices.ContainsFunc(layers, func(l nn.Layer) bool { return stands(l) != frozen })
	}
	norms := b.InputLayernorm.Weight.Trained()
	qkv := flows || norms || trains(b.QProj, b.KProj, b.VProj)
	attention := qkv || norms || trains(b.OProj)
	up := attention || trains(b.GateProj, b.UpProj)
	wants = up || trains(b.DownProj)

	keep(flows || norms, f.loan(tensor.F32, h), f.loan(tensor.F32, 1))
	keep(trains(b.QProj, b.KProj, b.VProj), f.loan(act, h)) // the norm's result: gradients of weights read their input
	project(b.QProj, h, q, qkv)
	project(b.KProj, h, k, qkv)
	project(b.VProj, h, k, qkv)
	keep(qkv || trains(b.OProj), f.loan(act, q))
	keep(qkv, f.loan(tensor.F32, c.NumAttentionHeads))
	project(b.OProj, q, h, attention)
	keep(attention, f.loan(tensor.F32, h), f.loan(tensor.F32, 1), f.loan(tensor.F32, 1))
	keep(trains(b.GateProj, b.UpProj), f.loan(act, h))
	project(b.GateProj, h, ffn, up)
	project(b.UpProj, h, ffn, up)
	keep(trains(b.DownProj), f.loan(act, ffn))
	project(b.DownProj, ffn, h, wants)
	switch { // a dropped input, while it is multiplied
	case !f.Dropout || f.DoRA:
	case stands(b.DownProj) == adapted:
		keep(false, f.loan(act, ffn))
	case wants:
		keep(false, f.loan(act, h))
	}
	return m, wants
}

// gradients is as many of each width as there are at one time: of the stream, of a norm's result and of its dropped
// part; of the product, the gate and the other side; of the attention's result and of what goes into it.
func (f *footprint) gradients(flows bool) (sum loans) {
	if !flows {
		return loans{}
	}
	h, q, k, ffn := f.c.HiddenSize, f.c.QueryWidth(), f.c.KeyWidth(), f.c.IntermediateSize
	widths := []int{h, h, ffn, ffn, ffn, q, q, k, k}
	if f.Dropout {
		widths = append(widths, h)
	}
	if f.DoRA {
		widths = append(widths, h, h, h, ffn, ffn, ffn, q, k)
	}
	for _, w := range widths {
		sum = sum.plus(f.loan(tensor.F32, w))
	}
	return sum
}

// logits is a chunk of rows in the loss.
func (f *footprint) logits(rows int, head occupant) loans {
	h, v := f.c.HiddenSize, f.c.VocabSize
	sum := loan(f.Activations, rows*h)
	widths := []int{v, h, 1}
	if head == adapted {
		sum = sum.plus(sum) // its dropped input
		widths = append(widths, h, f.Rank, f.Rank)
		if f.DoRA {
			widths = append(widths, v, v, v)
		}
	}
	for _, w := range widths {
		sum = sum.plus(loan(tensor.F32, rows*w))
	}
	return sum
}

// Logits is what the logits of a chunk take.
func (m *Memory) Logits() int64 { return m.logits.wide + m.logits.narrow }

// Step sums up a step in which some blocks are computed again; shorter than the blocks means that the rest is kept.
// When a block is computed again, those that were kept have given their memory back already.
func (m *Memory) Step(recompute []bool) int64 {
	var peak, inputs, kept, again loans
	for i, b := range m.blocks {
		peak = peak.max(inputs.plus(kept).plus(b.kept).plus(b.held))
		if i < len(recompute) && recompute[i] {
			inputs = inputs.plus(b.input)
			again = again.max(b.kept)
		} else {
			kept = kept.plus(b.kept)
		}
	}
	back := inputs.plus(kept.max(again)).plus(m.end)
	peak = peak.max(back.plus(m.gradients)).plus(m.logits)
	return peak.wide + peak.narrow
}

// Plan chooses the fewest blocks to compute again so that a step fits into budget bytes, for Model.Recompute; it takes
// the first ones that keep anything. It reports false, and all blocks, where even that does not fit.
func (m *Memory) Plan(budget int64) (recompute []bool, fits bool) {
	recompute = make([]bool, len(m.blocks))
	for n := 0; m.Step(recompute) > budget; n++ {
		if n == len(recompute) {
			return recompute, false
		}
		recompute[n] = true
	}
	return recompute, true
}
