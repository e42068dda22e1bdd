package autograd_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"lapidary/autograd"
	"lapidary/autograd/gradcheck"
	"lapidary/kernels"
	"lapidary/tensor"
)

// The operations that know documents and positions: rotation, attention, the chunked loss; and checkpoints.

const (
	tokens, heads, kvHeads, headDim = 9, 4, 2, 6
	theta                           = 100
)

var (
	positions = []int32{0, 1, 2, 3, 0, 1, 2, 3, 4}
	documents = []kernels.Span{{Q0: 0, Q1: 4, K0: 0, K1: 4}, {Q0: 4, Q1: 9, K0: 4, K1: 9}}
)

func rope() autograd.Rope {
	r := autograd.Rope{Cos: make([]float32, tokens*headDim/2), Sin: make([]float32, tokens*headDim/2)}
	kernels.RopeTable(r.Cos, r.Sin, positions, headDim, theta, false)
	return r
}

// rotate turns each pair (i, i+D/2) by position·theta^(−2i/D).
func rotate(x []float64, heads int) []float64 {
	y, half := make([]float64, len(x)), headDim/2
	for r, pos := range positions {
		for h := range heads {
			row := x[(r*heads+h)*headDim:]
			for i := range half {
				s, c := math.Sincos(float64(pos) * math.Pow(theta, -2*float64(i)/headDim))
				y[(r*heads+h)*headDim+i] = row[i]*c - row[i+half]*s
				y[(r*heads+h)*headDim+i+half] = row[i+half]*c + row[i]*s
			}
		}
	}
	return y
}

// attend is softmax(cap(scale·q·k))·v over the keys that a query may see.
func attend(q, k, v []float64, s kernels.AttentionShape) []float64 {
	y := make([]float64, len(q))
	for _, doc := range documents {
		for i := doc.Q0; i < doc.Q1; i++ {
			for h := range s.Heads {
				g := h / (s.Heads / s.KVHeads)
				weight, sum := make([]float64, tokens), 0.0
				for j := doc.K0; j <= i; j++ {
					if s.Window > 0 && i-j >= s.Window {
						continue
					}
					var z float64
					for d := range s.HeadDim {
						z += q[(i*s.Heads+h)*s.HeadDim+d] * k[(j*s.KVHeads+g)*s.HeadDim+d]
					}
					z *= float64(s.Scale)
					if s.Cap > 0 {
						z = float64(s.Cap) * math.Tanh(z/float64(s.Cap))
					}
					weight[j] = math.Exp(z)
					sum += weight[j]
				}
				for j, w := range weight {
					for d := range s.HeadDim {
						y[(i*s.Heads+h)*s.HeadDim+d] += w / sum * v[(j*s.KVHeads+g)*s.HeadDim+d]
					}
				}
			}
		}
	}
	return y
}

func attentions() []gradcheck.Case {
	turn := rope()
	qkv := in(tokens, heads*headDim, tokens, kvHeads*headDim, tokens, kvHeads*headDim)
	cases := []gradcheck.Case{
		{Name: "Rotate a copy", Inputs: in(tokens, heads*headDim), Forward: func(t tape, x vars) *autograd.Var {
			return autograd.Rotate(t, x[0], turn, headDim)
		}, Reference: func(x, _ nums) []float64 { return rotate(x[0], heads) }},
		{Name: "Rotate in place", Inputs: in(tokens, heads*headDim), Forward: func(t tape, x vars) *autograd.Var {
			return autograd.Rotate(t, autograd.Scale(t, x[0], 2), turn, headDim)
		}, Reference: func(x, _ nums) []float64 { return rotate(add(x[0], x[0], 1), heads) }},
	}
	for _, a := range []struct {
		name   string
		cap    float32
		window int
	}{{"full", 0, 0}, {"cap", 1.25, 0}, {"window", 0, 3}, {"cap and window", 1.25, 2}} {
		s := kernels.AttentionShape{Heads: heads, KVHeads: kvHeads, HeadDim: headDim, Scale: 0.4, Cap: a.cap, Window: a.window}
		cases = append(cases, gradcheck.Case{Name: "Attention, " + a.name, Inputs: qkv, Forward: func(t tape, x vars) *autograd.Var {
			return autograd.Attention(t, x[0], x[1], x[2], documents, s)
		}, Reference: func(x, _ nums) []float64 { return attend(x[0], x[1], x[2], s) }})
	}
	s := kernels.AttentionShape{Heads: heads, KVHeads: kvHeads, HeadDim: headDim, Scale: 0.4, Cap: 2}
	return append(cases, gradcheck.Case{Name: "Attention of rotated rows", Inputs: qkv, Forward: func(t tape, x vars) *autograd.Var {
		q, k := autograd.Rotate(t, autograd.Scale(t, x[0], 1), turn, headDim), autograd.Rotate(t, x[1], turn, headDim)
		return autograd.Attention(t, q, k, x[2], documents, s)
	}, Reference: func(x, _ nums) []float64 { return attend(rotate(x[0], heads), rotate(x[1], kvHeads), x[2], s) }})
}

// head is the block that makes logits of hidden states.
type head struct{ w *autograd.Var }

func (h *head) Forward(t *autograd.Tape, x *autograd.Var) *autograd.Var {
	return autograd.LinearF32(t, x, h.w)
}

const vocab = 11

var scored, targets = []int32{0, 2, 3, 6, 5}, []int32{4, 10, 0, 4, 7}

// crossEntropy is scale·Σ weight·−log softmax(cap(h·wᵀ))[target].
func crossEntropy(h, w []float64, cap, scale float64, weights []float32) []float64 {
	var sum float64
	for i, r := range scored {
		logits := matmul(h[int(r)*k:int(r+1)*k], w, 1, k, vocab, true)
		var z float64
		for j, l := range logits {
			if cap > 0 {
				logits[j] = cap * math.Tanh(l/cap)
			}
			z += math.Exp(logits[j])
		}
		weight := 1.0
		if weights != nil {
			weight = float64(weights[i])
		}
		sum += weight * (math.Log(z) - logits[targets[i]])
	}
	return []float64{scale * sum}
}

func losses() (cases []gradcheck.Case) {
	for _, l := range []struct {
		name    string
		cap     float32
		chunk   int
		weights []float32
	}{{"all at once", 0, 100, nil}, {"cap, all at once", 1.5, 100, nil}, {"cap, chunks", 1.5, 2, nil}, {"chunks of one", 0, 1, nil},
		{"weights", 1.5, 100, []float32{0.5, 0.5, 2, 2, 1}}, {"weights, chunks", 0, 3, []float32{0.25, 3, 3, 3, 0.25}}} {
		block, out := &head{}, make([]float32, len(scored))
		cases = append(cases, gradcheck.Case{Name: "CrossEntropy, " + l.name, Inputs: in(n, k, vocab, k), EndsTape: true,
			Forward: func(t tape, x vars) *autograd.Var {
				block.w = x[1]
				return autograd.CrossEntropy(t, x[0], block, autograd.Loss{Rows: scored, Targets: targets, Losses: out, Cap: l.cap, Scale: 0.2, Chunk: l.chunk, Weights: l.weights})
			}, Reference: func(x, _ nums) []float64 { return crossEntropy(x[0], x[1], float64(l.cap), 0.2, l.weights) }})
	}
	return cases
}

// mlp is a block with randomness in it: norm, dropout, two products, a residual.
type mlp struct{ norm, in, out *autograd.Var }

func (b *mlp) Forward(t *autograd.Tape, x *autograd.Var) *autograd.Var {
	h := autograd.RMSNorm(t, x, b.norm, eps)
	h = autograd.Tanh(t, autograd.DropoutLinear(t, h, b.in, 0.3, t.Key(1)))
	return autograd.AddRMSNorm(t, x, autograd.Linear(t, h, b.out), b.norm, eps)
}

func checkpoints() []gradcheck.Case {
	const key = 5
	drop := mask(n, c, 0.3, kernels.Hash64(key, 1))
	return []gradcheck.Case{{Name: "Checkpoint", Key: key, Inputs: in(n, c, 1, c, k, c, c, k),
		Forward: func(t tape, x vars) *autograd.Var {
			b := newMLP(t, x)
			return autograd.Checkpoint(t, b, autograd.Checkpoint(t, b, autograd.Tanh(t, x[0])))
		}, Reference: func(x, _ nums) []float64 {
			h := each(nums{x[0]}, func(v ...float64) float64 { return math.Tanh(v[0]) })
			for range 2 {
				u := matmul(product(rmsNorm(h, x[1], n, c), drop), x[2], n, c, k, true)
				u = each(nums{u}, func(v ...float64) float64 { return math.Tanh(v[0]) })
				h = add(h, rmsNorm(matmul(u, x[3], n, k, c, true), x[1], n, c), 1)
			}
			return h
		}}}
}

func newMLP(t tape, x vars) *mlp {
	b := autograd.NewOp[mlp](t)
	*b = mlp{x[1], x[2], x[3]}
	return b
}

// Recomputing gives the bits of not recomputing, with dropout and several blocks, and holds less memory meanwhile.
func TestCheckpointKeepsBits(t *testing.T) {
	pool := kernels.NewPool(2)
	defer pool.Close()
	run := func(recompute bool) (grads [][]float32, loss float32) {
		tp := autograd.NewTape(pool)
		tp.Arena().Poison = true
		tp.SetKey(11)
		var p vars
		for i, s := range [][2]int{{n, c}, {1, c}, {k, c}, {c, k}} {
			x := tensor.New(tensor.F32, s[0], s[1])
			kernels.FillNormal(x.F32(), 0, 1, uint64(i))
			p = append(p, autograd.NewParam(x))
		}
		x := autograd.Scale(tp, p[0], 1)
		for range 3 {
			if recompute {
				x = autograd.Checkpoint(tp, newMLP(tp, p), x)
			} else {
				x = newMLP(tp, p).Forward(tp, x)
			}
		}
		l := autograd.Sum(tp, autograd.Mul(tp, x, x))
		loss = l.Data.F32()[0]
		tp.Backward(l)
		for _, v := range p {
			grads = append(grads, v.Grad.F32())
		}
		return grads, loss
	}
	g1, l1 := run(false)
	g2, l2 := run(true)
	require.Equal(t, l1, l2)
	require.Equal(t, g1, g2)
}
