package finetune

import (
	"fmt"

	"lapidary/kernels"
)

// AttentionBench says which attention to measure: one causal document of Tokens, heads as in Gemma-2.
type AttentionBench struct {
	Tokens, Heads, KVHeads, HeadDim, Window int
	Cap                                     float64 // of the scores; 0 for none
	Rounds                                  int
	Threads                                 int
}

// AttentionFigures is what both passes achieved together and each alone. Flops are those of the scores that the mask
// leaves: 2 products forward, 5 backward.
type AttentionFigures struct {
	GemmFigures
	Forward  GemmFigures `json:"forward"`
	Backward GemmFigures `json:"backward"`
}

// Run measures in rounds; each figure belongs to the round with the median ratio.
func (b AttentionBench) Run() (AttentionFigures, error) {
	var f AttentionFigures
	switch {
	case b.Tokens < 1 || b.Heads < 1 || b.KVHeads < 1 || b.HeadDim < 1 || b.Rounds < 1:
		return f, &OptionsError{[]error{fmt.Errorf("tokens, heads, kv-heads, head-dim, rounds: all are at least one")}}
	case b.Heads%b.KVHeads != 0:
		return f, &OptionsError{[]error{fmt.Errorf("heads: %d is no multiple of the %d kv-heads", b.Heads, b.KVHeads)}}
	case b.Window < 0 || b.Cap < 0:
		return f, &OptionsError{[]error{fmt.Errorf("sliding-window, softcap: neither is negative")}}
	case b.Heads > maxBenchElements/b.HeadDim || b.Tokens > maxBenchElements/(b.Heads*b.HeadDim):
		return f, &OptionsError{[]error{fmt.Errorf("tokens, heads, head-dim: %d x %d x %d elements are too many", b.Tokens, b.Heads, b.HeadDim)}}
	}
	p := kernels.NewPool(Machine{Threads: b.Threads}.threads())
	defer p.Close()
	mat := func(heads int, seed uint64) kernels.Mat {
		return benchMat(kernels.F32, b.Tokens, heads*b.HeadDim, seed)
	}
	q, k, v, do, o := mat(b.Heads, 1), mat(b.KVHeads, 2), mat(b.KVHeads, 3), mat(b.Heads, 4), mat(b.Heads, 5)
	dq, dk, dv, lse := mat(b.Heads, 6), mat(b.KVHeads, 7), mat(b.KVHeads, 8), make([]float32, b.Tokens*b.Heads)
	spans := []kernels.Span{{Q1: b.Tokens, K1: b.Tokens}}
	s := kernels.AttentionShape{Heads: b.Heads, KVHeads: b.KVHeads, HeadDim: b.HeadDim, Window: b.Window, Scale: 1 / 16.0, Cap: float32(b.Cap)}
	forward := func() { kernels.Attention(p, o, q, k, v, lse, spans, s) }
	backward := func() { kernels.AttentionBackward(p, dq, dk, dv, do, q, k, v, o, lse, spans, s) }
	product := 2 * float64(b.HeadDim) * float64(b.Heads) * b.scores()
	median := func(products float64, work func()) GemmFigures {
		all := benchRounds(b.Rounds, p, kernels.PeakFMA, products*product, work)
		return all[len(all)/2]
	}
	f.GemmFigures = median(7, func() { forward(); backward() })
	f.Forward, f.Backward = median(2, forward), median(5, backward)
	return f, nil
}

// scores is the number of scores of a head that the mask leaves.
func (b AttentionBench) scores() float64 {
	n := float64(b.Tokens)
	w := n
	if b.Window > 0 {
		w = min(w, float64(b.Window))
	}
	return w*(w+1)/2 + (n-w)*w
}
