package kernels

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// refAttention is attention in float64, written from the definition: every score exists at once.
type refAttention struct {
	s          AttentionShape
	spans      []Span
	q, k, v    []float64 // [N,H*D], [M,K*D]
	n, m       int
	o, lse     []float64
	scale, cap float64
}

// scores calls f with the capped score of every visible pair.
func (a *refAttention) probs(visit func(r, h int, keys []int, y, p []float64, lse float64)) {
	d, g := a.s.HeadDim, a.s.Heads/a.s.KVHeads
	for _, sp := range a.spans {
		for r := sp.Q0; r < sp.Q1; r++ {
			self := sp.K1 - sp.Q1 + r
			for h := range a.s.Heads {
				var keys []int
				var y []float64
				for j := sp.K0; j <= self; j++ {
					if a.s.Window > 0 && self-j >= a.s.Window {
						continue
					}
					dot := 0.0
					for e := range d {
						dot += a.q[(r*a.s.Heads+h)*d+e] * a.k[(j*a.s.KVHeads+h/g)*d+e]
					}
					v := dot * a.scale
					if a.cap != 0 {
						v = a.cap * math.Tanh(v/a.cap)
					}
					keys, y = append(keys, j), append(y, v)
				}
				top := math.Inf(-1)
				for _, v := range y {
					top = max(top, v)
				}
				sum := 0.0
				for _, v := range y {
					sum += math.Exp(v - top)
				}
				lse := top + math.Log(sum)
				p := make([]float64, len(y))
				for i, v := range y {
					p[i] = math.Exp(v - lse)
				}
				visit(r, h, keys, y, p, lse)
			}
		}
	}
}

func (a *refAttention) forward() {
	d, g := a.s.HeadDim, a.s.Heads/a.s.KVHeads
	a.o, a.lse = make([]float64, a.n*a.s.Heads*d), make([]float64, a.n*a.s.Heads)
	a.probs(func(r, h int, keys []int, _, p []float64, lse float64) {
		a.lse[r*a.s.Heads+h] = lse
		for i, j := range keys {
			for e := range d {
				a.o[(r*a.s.Heads+h)*d+e] += p[i] * a.v[(j*a.s.KVHeads+h/g)*d+e]
			}
		}
	})
}

func (a *refAttention) backward(do []float64) (dq, dk, dv []float64) {
	d, g := a.s.HeadDim, a.s.Heads/a.s.KVHeads
	dq, dk, dv = make([]float64, len(a.q)), make([]float64, len(a.k)), make([]float64, len(a.v))
	a.probs(func(r, h int, keys []int, y, p []float64, _ float64) {
		row := (r*a.s.Heads + h) * d
		dp, sum := make([]float64, len(keys)), 0.0
		for i, j := range keys {
			for e := range d {
				dp[i] += do[row+e] * a.v[(j*a.s.KVHeads+h/g)*d+e]
			}
			sum += dp[i] * p[i]
		}
		for i, j := range keys {
			ds := a.scale * p[i] * (dp[i] - sum)
			if a.cap != 0 {
				ds *= 1 - (y[i]/a.cap)*(y[i]/a.cap)
			}
			kr := (j*a.s.KVHeads + h/g) * d
			for e := range d {
				dv[kr+e] += p[i] * do[row+e]
				dq[row+e] += ds * a.k[kr+e]
				dk[kr+e] += ds * a.q[row+e]
			}
		}
	})
	return dq, dk, dv
}

type attentionCase struct {
	name  string
	shape AttentionShape
	spans []Span
}

func attentionCases() []attentionCase {
	sh := func(h, k, d int, cap float32, win int) AttentionShape {
		return AttentionShape{Heads: h, KVHeads: k, HeadDim: d, Scale: float32(1 / math.Sqrt(float64(d))), Cap: cap, Window: win}
	}
	return []attentionCase{
		{"one token", sh(2, 1, 8, 50, 0), []Span{{0, 1, 0, 1}}},
		{"short", sh(4, 2, 16, 50, 0), []Span{{0, 7, 0, 7}}},
		{"no cap, odd head", sh(3, 3, 5, 0, 0), []Span{{0, 33, 0, 33}}},
		{"window", sh(4, 2, 16, 50, 4), []Span{{0, 50, 0, 50}}},
		{"tiles", sh(4, 2, 32, 5, 0), []Span{{0, 211, 0, 211}}},
		{"tiles, window", sh(2, 1, 20, 5, 100), []Span{{0, 311, 0, 311}}},
		{"documents", sh(4, 1, 16, 50, 9), []Span{{0, 1, 0, 1}, {1, 40, 1, 40}, {40, 40, 40, 40}, {40, 150, 40, 150}, {150, 153, 150, 153}}},
		{"cache, many heads", sh(12, 2, 16, 50, 0), []Span{{0, 1, 0, 130}, {1, 6, 130, 150}}},
		{"cache", sh(4, 2, 16, 50, 0), []Span{{0, 1, 0, 130}, {1, 6, 130, 150}}},
		{"cache, window", sh(8, 1, 16, 50, 30), []Span{{0, 3, 0, 130}, {3, 6, 130, 190}}},
		{"decoding", sh(8, 4, 48, 50, 0), []Span{{0, 1, 0, 130}, {1, 2, 130, 131}, {2, 3, 131, 330}, {3, 4, 330, 400}}},
		{"decoding, heads left over", sh(10, 5, 24, 0, 40), []Span{{0, 1, 0, 97}, {1, 2, 97, 150}, {2, 4, 150, 350}}},
		{"decoding, one head a key", sh(11, 11, 5, 50, 0), []Span{{0, 1, 0, 97}, {1, 4, 97, 200}}},
		{"many heads a key", sh(100, 1, 8, 50, 0), []Span{{0, 3, 0, 3}}},
		{"tile and half", sh(2, 1, 48, 30, 0), []Span{{0, 72, 0, 120}}},
		{"tile edge", sh(2, 1, 16, 30, 96), []Span{{0, 96, 0, 96}, {96, 96 + 97, 96, 96 + 97}}},
	}
}

func (c attentionCase) rows() (n, m int) {
	for _, s := range c.spans {
		n, m = max(n, s.Q1), max(m, s.K1)
	}
	return n, m
}

func TestAttention(t *testing.T) {
	eachRowLevel(t, func(t *testing.T) {
		for _, c := range attentionCases() {
			for _, st := range []Storage{F32, BF16} {
				if n, m := c.rows(); *fewest && n*m*c.shape.Heads*c.shape.HeadDim > 1<<20 {
					continue
				}
				t.Run(fmt.Sprintf("%s/%v", c.name, st), func(t *testing.T) { checkAttention(t, c, st) })
			}
		}
	})
}

func checkAttention(t *testing.T, c attentionCase, st Storage) {
	rng := rand.New(rand.NewPCG(7, uint64(len(c.name))))
	n, m := c.rows()
	s := c.shape
	hd, kd := s.Heads*s.HeadDim, s.KVHeads*s.HeadDim
	q, k, v, do := randMat(rng, st, n, hd, 2), randMat(rng, st, m, kd, 2), randMat(rng, st, m, kd, 1), randMat(rng, st, n, hd, 1)
	ref := refAttention{s: s, spans: c.spans, q: wide(q), k: wide(k), v: wide(v), n: n, m: m,
		scale: float64(s.Scale), cap: float64(s.Cap)}
	ref.forward()

	type result struct{ o, dq, dk, dv []float64 }
	var lse0 []float32
	var first result
	counts := []int{1, 2, 3, 5}
	if *fewest {
		counts = []int{1, 3}
	}
	for _, workers := range counts {
		pool := NewPool(workers)
		o, dq, dk, dv := newMat(F32, n, hd), newMat(st, n, hd), newMat(st, m, kd), newMat(st, m, kd)
		lse := make([]float32, n*s.Heads)
		Attention(pool, o, q, k, v, lse, c.spans, s)
		AttentionBackward(pool, dq, dk, dv, do, q, k, v, o, lse, c.spans, s)
		pool.Close()
		got := result{wide(o), wide(dq), wide(dk), wide(dv)}
		if workers == 1 {
			first, lse0 = got, lse
			continue
		}
		require.Equal(t, lse0, lse, "%d workers", workers)
		require.Equal(t, first, got, "%d workers", workers)
	}
	// Scores are sums of D products of values within 2 and lie within Cap; an error e of a score is a relative
	// error e of its weight. The sums over keys are means for o and plain sums for the gradients.
	eps := 0x1p-23
	score := eps * float64(s.HeadDim+8) * 4 * float64(s.Scale) * 4
	for i, want := range ref.lse {
		assert.InDelta(t, want, float64(lse0[i]), score+8*eps*math.Abs(want), "lse %d", i)
	}
	weight := 2*score + 60*eps
	closeAll(t, "o", ref.o, first.o, weight*2)
	dq, dk, dv := ref.backward(wide(do))
	narrow := 0.0
	if st == BF16 {
		narrow = 0x1p-8
	}
	closeScaled(t, "dq", dq, first.dq, 16*weight, narrow)
	closeScaled(t, "dk", dk, first.dk, 16*weight, narrow)
	closeScaled(t, "dv", dv, first.dv, 16*weight, narrow)
}

// closeScaled bounds the error by rel times the largest element plus narrow times the element itself.
func closeScaled(t *testing.T, name string, want, got []float64, rel, narrow float64) {
	t.Helper()
	top := 0.0
	for _, w := range want {
		top = max(top, math.Abs(w))
	}
	for i := range want {
		if bound := rel*max(top, 1) + narrow*math.Abs(want[i]); !(math.Abs(want[i]-got[i]) <= bound) {
			t.Fatalf("%s[%d] = %g, want %g, bound %g", name, i, got[i], want[i], bound)
		}
	}
}

func closeAll(t *testing.T, name string, want, got []float64, bound float64) {
	t.Helper()
	for i := range want {
		if !(math.Abs(want[i]-got[i]) <= bound) {
			t.Fatalf("%s[%d] = %g, want %g, bound %g", name, i, got[i], want[i], bound)
		}
	}
}
