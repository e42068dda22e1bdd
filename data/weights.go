package data

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"lapidary/tokenizer/chat"
)

// weightKinds are the spans of an assistant's turn that can weigh differently in the loss.
var weightKinds = map[string]chat.Kind{
	"answer": chat.KindAnswer, "think": chat.KindThink, "call": chat.KindCall, "end": chat.KindEnd,
}

func (c Config) validateWeights() error {
	for _, name := range slices.Sorted(maps.Keys(c.LossWeights)) {
		if _, ok := weightKinds[name]; !ok {
			return fmt.Errorf("loss_weights: %q is none of %s", name, strings.Join(slices.Sorted(maps.Keys(weightKinds)), ", "))
		}
		if w := c.LossWeights[name]; !(w >= 0 && w <= 1e6) {
			return fmt.Errorf("loss_weights: %s=%v is not between 0 and 1e6", name, w)
		}
	}
	return nil
}

// weighted tells whether any kind of span weighs other than 1.
func (c Config) weighted() bool {
	for _, w := range c.LossWeights {
		if w != 1 {
			return true
		}
	}
	return false
}

// weigh gives the tokens of a conversation that carry loss the weight of their kind; what weighs nothing carries none.
// A token that reaches from one kind into another counts as the first.
func (e *Encoder) weigh(r *Rendered) {
	if !e.config.weighted() || len(r.Spans) == 0 {
		return
	}
	spans := slices.Clone(r.Spans)
	for i := range spans {
		spans[i].Train = true // labels say what carries loss; here only the kind matters
	}
	shift := len(r.IDs) - len(r.Offsets)
	r.Weights = slices.Repeat([]float32{1}, len(r.IDs))
	for i, at := range chat.TokenSpans(r.Offsets, spans) {
		if at < 0 || r.Labels[shift+i] == Ignore {
			continue
		}
		w, ok := e.weightOf(spans[at].Kind)
		switch {
		case ok && w == 0:
			r.Labels[shift+i] = Ignore
		case ok:
			r.Weights[shift+i] = float32(w)
		}
	}
}

func (e *Encoder) weightOf(k chat.Kind) (float64, bool) {
	for name, kind := range weightKinds {
		if kind == k {
			w, ok := e.config.LossWeights[name]
			return w, ok
		}
	}
	return 1, false
}

// weightsOf are an example's weights from lo to hi; nil where all are 1.
func (e Example) weightsOf(lo, hi int) []float32 {
	if e.Weights == nil {
		return nil
	}
	return e.Weights[lo:hi:hi]
}

// joinWeights appends the weights of an example to those of n tokens before it; nil stands for ones.
func joinWeights(weights []float32, n int, e Example) []float32 {
	if weights == nil && e.Weights == nil {
		return nil
	}
	if weights == nil {
		weights = slices.Repeat([]float32{1}, n)
	}
	if e.Weights == nil {
		return append(weights, slices.Repeat([]float32{1}, len(e.IDs))...)
	}
	return append(weights, e.Weights...)
}

// ConcatWeights joins the loss weights of examples as Concat joins their tokens; nil where all are 1.
func ConcatWeights(examples ...Example) []float32 {
	var weights []float32
	n := 0
	for _, e := range examples {
		weights = joinWeights(weights, n, e)
		n += len(e.IDs)
	}
	return weights
}
