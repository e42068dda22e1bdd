package gemma2

import (
	"slices"

	"lapidary/autograd/nn"
	"lapidary/tensor"
)

// Memory is what a training step takes beside weights, gradients of weights and optimizer.
type Memory struct {
	blocks    []blockMemory
	stream    loans   // a state of the residual stream
	end       loans   // its last state's norm
	gradients []loans // in flight while a block is walked back, each
	logits    loans   // logits and their gradient, which share memory
	crowded   bool    // the backward walk has copies beside gradients, and these take the logits' memory
}

// loans counts bytes of the arena, which lends elements of four bytes and of two apart: what was wide in the forward
// pass serves gradients in the backward walk, what was narrow does not.
type loans struct{ wide, narrow int64 }

func (l loans) plus(x ...loans) loans {
	for _, x := range x {
		l = loans{l.wide + x.wide, l.narrow + x.narrow}
	}
	return l
}

func (l loans) max(x loans) loans { return loans{max(l.wide, x.wide), max(l.narrow, x.narrow)} }

func (l loans) less(x loans) loans {
	return loans{max(0, l.wide-x.wide), max(0, l.narrow-x.narrow)}
}

func (l loans) times(n int) loans { return loans{int64(n) * l.wide, int64(n) * l.narrow} }

// blockMemory is what one block takes: what its backward walk reads and cannot make again, what its forward pass holds
// besides until its end, and what is made again while it is walked back. The states of the residual stream, its input
// and the one between its branches, are counted apart.
type blockMemory struct {
	kept, held, again loans
	wants             bool // a gradient flows through it

	// Where few rows go on after attention, what they take has sizes of its own: what is held, made again or a gradient, and
	// what is kept.
	narrower, narrowerKept loans
}

// StepShape is what the memory of a step depends on besides the model and what stands in its slots.
type StepShape struct {
	Activations tensor.DType
	Tokens      int
	Labels      int  // tokens that are scored
	Rank        int  // of the adapters in the slots
	Dropout     bool // of their inputs
	DoRA        bool
	LogitBytes  int // 0: the model's
}

// Memory estimates a step. It follows the tape: what an operation saves, what a block holds until its end, what is made
// again, and how many gradients of each size exist at one time, in the sizes that the arena lends.
func (m *Model) Memory(s StepShape) Memory {
	if s.LogitBytes == 0 {
		s.LogitBytes = m.LogitBytes
	}
	f := footprint{StepShape: s, c: &m.Config}
	f.logits = f.chunk(m.Config.logitRows(s.Labels, s.LogitBytes), stands(m.Head))
	var out Memory
	flows := !m.embedIsFrozen() // whether a gradient must flow to the block's input
	widest := s.Tokens          // rows of the gradients after attention
	for l, b := range m.Blocks {
		rows := s.Tokens
		if l == len(m.Blocks)-1 {
			rows = min(rows, s.Labels)
		}
		var one blockMemory
		if widest = s.Tokens; !flows && s.Activations != tensor.F32 {
			widest = rows // nothing below trains: there are those of this block alone
		}
		one, flows = f.block(b, rows, flows)
		out.blocks = append(out.blocks, one)
	}
	h := f.c.HiddenSize
	out.stream = f.loan(tensor.F32, h)
	out.end = loan(f.Activations, s.Labels*h).plus(loan(tensor.F32, s.Labels))
	out.gradients = f.gradients(flows, widest)
	out.logits, out.crowded = f.logits, s.DoRA
	return out
}

// FirstTrained returns the first block that a gradient flows through; the number of blocks where there is none.
func (m *Model) FirstTrained() int {
	f := footprint{c: &m.Config}
	flows := !m.embedIsFrozen()
	for i, b := range m.Blocks {
		if _, flows = f.block(b, 0, flows); flows {
			return i
		}
	}
	return len(m.Blocks)
}

// footprint counts in loans of the arena.
type footprint struct {
	StepShape
	c      *Config
	logits loans
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

// block returns what a block takes of which rows go on after attention, and whether a gradient flows through it at all.
func (f *footprint) block(b *Block, rows int, flows bool) (m blockMemory, wants bool) {
	c, act := f.c, f.Activations
	h, q, k, ffn := c.HiddenSize, c.QueryWidth(), c.KeyWidth(), c.IntermediateSize
	tokens := f.Tokens
	keep := func(when bool, d tensor.DType, cols ...int) {
		for _, n := range cols {
			if when {
				m.kept = m.kept.plus(loan(d, tokens*n))
			} else {
				m.held = m.held.plus(loan(d, tokens*n))
			}
		}
	}
	// remake adds a result that is read again: made again where its operation is recorded, else kept.
	remake := func(read, recorded bool, cols int) {
		keep(read && !recorded, act, cols)
		if read && recorded {
			m.again = m.again.plus(loan(act, tokens*cols))
		}
	}
	// project adds a projection's result and what its adapter needs.
	project := func(l nn.Layer, in, out int, saved bool) {
		keep(saved, act, out)
		if stands(l) != adapted {
			return
		}
		keep(true, tensor.F32, f.Rank)
		if f.DoRA {
			keep(true, act, out)
			keep(false, act, out, out)
			keep(f.Dropout, act, in)
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
	m.wants = wants

	keep(flows || norms, tensor.F32, 1)
	remake(trains(b.QProj, b.KProj, b.VProj), flows || norms, h) // the norm's result: gradients of weights read their input
	project(b.QProj, h, q, qkv)
	project(b.KProj, h, k, qkv)
	project(b.VProj, h, k, qkv)
	keep(qkv || trains(b.OProj), act, q)
	keep(qkv, tensor.F32, c.NumAttentionHeads)
	kept, held, again := m.kept, m.held, m.again
	if rows < tokens {
		tokens = rows
		remake(trains(b.OProj), attention, q)
	}
	project(b.OProj, q, h, attention)
	keep(attention, tensor.F32, 1, 1)
	remake(trains(b.GateProj, b.UpProj), attention, h)
	project(b.GateProj, h, ffn, up)
	project(b.UpProj, h, ffn, up)
	remake(trains(b.DownProj), up, ffn)
	project(b.DownProj, ffn, h, wants)
	switch { // a dropped input, while it is multiplied
	case !f.Dropout || f.DoRA:
	case stands(b.DownProj) == adapted:
		keep(false, act, ffn)
	case wants:
		keep(false, act, h)
	}
	if rows*5 < f.Tokens*4 { // else they find room in the sizes of the other blocks
		kept, held, again = m.kept.less(kept), m.held.less(held), m.again.less(again)
		m.narrower, m.narrowerKept.narrow = held.max(again), kept.narrow
		if wants {
			m.narrower.wide = 0
		}
		if wants && (act != tensor.F32 || !flows) { // else gradients find the memory of what was held
			m.narrower = m.narrower.plus(loan(tensor.F32, rows*h).times(3), loan(tensor.F32, rows*ffn).times(2))
		}
	}
	return m, wants
}

// gradients is as many of each width as there are at one time: of the stream, of a norm's result and of its dropped
// part; of the gate and the other side; of the attention's result and of what goes into it. rows go on after attention.
func (f *footprint) gradients(flows bool, rows int) (all []loans) {
	if !flows {
		return nil
	}
	h, q, k, ffn := f.c.HiddenSize, f.c.QueryWidth(), f.c.KeyWidth(), f.c.IntermediateSize
	after, before := []int{h, h, ffn, ffn}, []int{q, q, k, k}
	if f.Dropout {
		after = append(after, h)
	}
	if f.DoRA {
		after, before = append(after, h, h, h, ffn, ffn, ffn), append(before, q, k)
	}
	for _, w := range after {
		all = append(all, loan(tensor.F32, rows*w))
	}
	for _, w := range before {
		all = append(all, f.loan(tensor.F32, w))
	}
	return all
}

// chunk is a chunk of rows in the loss.
func (f *footprint) chunk(rows int, head occupant) loans {
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
	var inputs, kept, held, again, one, forward, narrower, below loans
	run, longest, stays := 0, 1, true // states of the stream between two that stay
	for i, b := range m.blocks {
		narrower = narrower.plus(b.narrower)
		if !b.wants {
			below = below.max(b.kept.plus(b.held))
			continue
		}
		recomputed := i < len(recompute) && recompute[i]
		if stays || i%pinEvery == 0 {
			inputs, run = inputs.plus(m.stream), 0
		} else {
			run++
		}
		forward = forward.max(inputs.plus(kept, b.kept, b.held, m.stream, m.stream))
		held, again = held.max(b.held), again.max(b.again)
		if recomputed {
			one, narrower = one.max(b.kept), narrower.plus(b.narrowerKept)
		} else {
			kept = kept.plus(b.kept)
			run++
		}
		stays, longest = recomputed, max(longest, run)
	}
	base := inputs.plus(kept.max(one), m.end, narrower)
	held = held.max(below.less(inputs.plus(kept.max(one)))) // what the blocks below left is kept by those above
	held = held.plus(m.stream, m.stream).max(again.plus(m.stream.times(longest)))
	gradients, carved := loans{}, int64(0)
	for _, g := range m.gradients {
		gradients = gradients.plus(g)
		if tensor.Carves(m.logits.wide, g.wide) && !m.crowded {
			carved += g.wide
		}
	}
	gradients.wide -= min(carved, m.logits.wide)
	peak := forward.max(base.plus(held, gradients, m.logits))
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
