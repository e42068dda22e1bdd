package lora

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"lapidary/autograd"
	"lapidary/autograd/gradcheck"
	"lapidary/autograd/nn"
	"lapidary/kernels"
	"lapidary/tensor"
)

// Each layer against its formula in float64: result, gradients, and no memory taken by a second step.

const (
	tokens, width, out, rank, vocab = 6, 11, 9, 3, 8
	seed, key                       = 77, 123
	scaling                         = 0.5
)

type (
	vars = []*autograd.Var
	nums = [][]float64
)

func param(v *autograd.Var) *nn.Parameter { return &nn.Parameter{Name: "p", Var: v} }

// times returns a·b, or a·bᵀ; a is [n,k].
func times(a, b []float64, n, k int, transposed bool) []float64 {
	m := len(b) / k
	y := make([]float64, n*m)
	for i := range n {
		for j := range m {
			for l := range k {
				if transposed {
					y[i*m+j] += a[i*k+l] * b[j*k+l]
				} else {
					y[i*m+j] += a[i*k+l] * b[l*m+j]
				}
			}
		}
	}
	return y
}

func plus(a, b []float64, scale float64) []float64 {
	y := make([]float64, len(a))
	for i := range a {
		y[i] = a[i] + scale*b[i]
	}
	return y
}

// masked is dropout(x), as the module's own mask makes it.
func masked(x []float64, d dropout) []float64 {
	pool := kernels.NewPool(1)
	defer pool.Close()
	ones := tensor.New(tensor.F32, tokens, width)
	for i := range ones.F32() {
		ones.F32()[i] = 1
	}
	kernels.Dropout(pool, ones.Mat(), ones.Mat(), d.rate, kernels.Hash64(key, d.place), false)
	y := make([]float64, len(x))
	for i := range x {
		y[i] = x[i] * float64(ones.F32()[i])
	}
	return y
}

// rowNorms are those of a matrix with n rows.
func rowNorms(w []float64, n int) []float64 {
	y := make([]float64, n)
	for i, v := range w {
		y[i/(len(w)/n)] += v * v
	}
	for i := range y {
		y[i] = math.Sqrt(y[i])
	}
	return y
}

var linearInputs = []gradcheck.Input{{Rows: tokens, Cols: width}, {Rows: out, Cols: width, Frozen: true}, {Rows: rank, Cols: width}, {Rows: out, Cols: rank}, {Rows: 1, Cols: out}}

// theLinear is made once: what it knows of the frozen weight does not change.
func theLinear(rate float64, dora bool) func(t *autograd.Tape, x vars) *autograd.Var {
	var l *linear
	return func(t *autograd.Tape, x vars) *autograd.Var {
		if l == nil {
			l = &linear{base: &nn.Linear{Weight: param(x[1])}, a: param(x[2]), b: param(x[3]), scale: scaling, drop: newDropout(rate, "a.b")}
			if dora {
				l.dora = &magnitude{m: param(x[4]), squares: rowSquares(x[1].Data.Mat(), false)}
			}
		}
		return l.Forward(t, x[0])
	}
}

func loraFormula(x nums, input []float64) []float64 {
	return times(times(input, x[2], tokens, width, true), x[3], tokens, rank, true)
}

func linearCases() []gradcheck.Case {
	drop := newDropout(0.4, "a.b")
	plain := func(x, _ nums) []float64 {
		return plus(times(x[0], x[1], tokens, width, true), loraFormula(x, x[0]), scaling)
	}
	factors := func(x, at nums) []float64 {
		norms := rowNorms(plus(at[1], times(at[3], at[2], out, rank, false), scaling), out)
		q := make([]float64, out)
		for o := range q {
			q[o] = x[4][o] / norms[o]
		}
		return q
	}
	scaled := func(y, q []float64) []float64 {
		z := make([]float64, len(y))
		for i := range y {
			z[i] = y[i] * q[i%len(q)]
		}
		return z
	}
	return []gradcheck.Case{
		{Name: "linear", Inputs: linearInputs[:4], Forward: theLinear(0, false), Reference: plain},
		{Name: "linear, dropout in evaluation", Inputs: linearInputs[:4], Forward: theLinear(0.4, false), Reference: plain},
		{Name: "linear, dropout", Key: key, Inputs: linearInputs[:4], Forward: theLinear(0.4, false), Reference: func(x, _ nums) []float64 {
			return plus(times(x[0], x[1], tokens, width, true), loraFormula(x, masked(x[0], drop)), scaling)
		}},
		{Name: "DoRA", Inputs: linearInputs, Forward: theLinear(0, true), Reference: func(x, at nums) []float64 {
			return scaled(plain(x, at), factors(x, at))
		}},
		{Name: "DoRA, dropout", Key: key, Inputs: linearInputs, Forward: theLinear(0.4, true), Reference: func(x, at nums) []float64 {
			in := masked(x[0], drop)
			base := times(in, x[1], tokens, width, true)
			changed := scaled(plus(base, loraFormula(x, in), scaling), factors(x, at))
			return plus(plus(times(x[0], x[1], tokens, width, true), base, -1), changed, 1)
		}},
	}
}

var ids = []int32{3, 0, 7, 3, 1, 5}

// lookUp returns the rows of a table [V,c] times 3; rows of padding are taken from at, which is constant.
func lookUp(table, at []float64, c int) (y []float64) {
	for _, id := range ids {
		from := table
		if id == 0 {
			from = at
		}
		for _, v := range from[int(id)*c : int(id+1)*c] {
			y = append(y, 3*v)
		}
	}
	return y
}

// flip transposes a matrix with n rows.
func flip(x []float64, n int) []float64 {
	y, m := make([]float64, len(x)), len(x)/n
	for i, v := range x {
		y[i%m*n+i/m] = v
	}
	return y
}

func theEmbedding(x vars, dora bool) *embedding {
	e := &embedding{base: &nn.Embedding{Weight: param(x[0])}, a: param(x[1]), b: param(x[2]), scale: scaling}
	if dora {
		e.dora = &magnitude{m: param(x[3]), squares: rowSquares(x[0].Data.Mat(), true)}
	}
	return e
}

func embeddingCases() []gradcheck.Case {
	inputs := []gradcheck.Input{{Rows: vocab, Cols: width, Frozen: true}, {Rows: rank, Cols: vocab}, {Rows: width, Cols: rank}, {Rows: 1, Cols: width}}
	// E + s·(B·A)ᵀ looked up; the padding row's A is constant.
	changed := func(x, at nums) []float64 {
		low := lookUp(flip(x[1], rank), flip(at[1], rank), rank)
		return plus(lookUp(x[0], x[0], width), times(low, x[2], tokens, rank, true), scaling)
	}
	embed := func(dora bool) func(t *autograd.Tape, x vars) *autograd.Var {
		var e *embedding
		return func(t *autograd.Tape, x vars) *autograd.Var {
			if e == nil {
				e = theEmbedding(x, dora)
			}
			return e.Embed(t, ids, 3)
		}
	}
	return []gradcheck.Case{
		{Name: "embedding", Inputs: inputs[:3], Forward: embed(false), Reference: changed},
		{Name: "embedding, DoRA", Inputs: inputs, Forward: embed(true), Reference: func(x, at nums) []float64 {
			y := changed(x, at)
			table := plus(at[0], flip(times(at[2], at[1], width, rank, false), width), scaling)
			norms := rowNorms(flip(table, vocab), width)
			for i := range y {
				y[i] *= x[3][i%width] / norms[i%width]
			}
			return y
		}},
	}
}

// tiedCases: both sides of one shared change, and of shared token rows, in one graph: their gradients add up.
func tiedCases() []gradcheck.Case {
	const rows = 2
	own := []int32{3, 5}
	var e *embedding
	var h *tiedHead
	var te *tokenEmbedding
	var th *tokenHead
	drop := newDropout(0.4, "lm_head")
	table := func(x nums) []float64 {
		y := append([]float64(nil), x[0]...)
		for k, id := range own {
			copy(y[int(id)*width:], x[1][k*width:(k+1)*width])
		}
		return y
	}
	return []gradcheck.Case{
		{Name: "tied embedding and head", Key: key,
			Inputs: []gradcheck.Input{{Rows: vocab, Cols: width, Frozen: true}, {Rows: rank, Cols: vocab}, {Rows: width, Cols: rank}},
			Forward: func(t *autograd.Tape, x vars) *autograd.Var {
				if e == nil {
					e = theEmbedding(x, false)
					h = &tiedHead{base: &nn.Linear{Weight: param(x[0])}, embed: e, drop: drop}
				}
				return h.Forward(t, autograd.Tanh(t, e.Embed(t, ids, 3)))
			}, Reference: func(x, at nums) []float64 {
				low := lookUp(flip(x[1], rank), flip(at[1], rank), rank)
				hidden := plus(lookUp(x[0], x[0], width), times(low, x[2], tokens, rank, true), scaling)
				for i, v := range hidden {
					hidden[i] = math.Tanh(v)
				}
				change := times(times(masked(hidden, drop), x[2], tokens, width, false), x[1], tokens, rank, false)
				return plus(times(hidden, x[0], tokens, width, true), change, scaling)
			}},
		{Name: "tied token rows",
			Inputs: []gradcheck.Input{{Rows: vocab, Cols: width, Frozen: true}, {Rows: rows, Cols: width}},
			Forward: func(t *autograd.Tape, x vars) *autograd.Var {
				if te == nil {
					r := &tokenRows{rows: param(x[1]), ids: own, index: indexOf(own)}
					te = &tokenEmbedding{&nn.Embedding{Weight: param(x[0])}, r}
					th = &tokenHead{&nn.Linear{Weight: param(x[0])}, r}
				}
				return th.Forward(t, autograd.Tanh(t, te.Embed(t, ids, 3)))
			}, Reference: func(x, _ nums) []float64 {
				w := table(x)
				hidden := lookUp(w, w, width)
				for i, v := range hidden {
					hidden[i] = math.Tanh(v)
				}
				return times(hidden, w, tokens, width, true)
			}},
	}
}

func TestLayers(t *testing.T) {
	for _, table := range [][]gradcheck.Case{linearCases(), embeddingCases(), tiedCases()} {
		for _, c := range table {
			t.Run(c.Name, func(t *testing.T) { gradcheck.Run(t, c, seed) })
		}
	}
}

// TestTokenHeadFindsTheLargest of the logits that it would give, whichever bound and wherever the replaced rows lie.
func TestTokenHeadFindsTheLargest(t *testing.T) {
	pool := kernels.NewPool(2)
	defer pool.Close()
	tape := autograd.NewTape(pool)
	const vocab, width, rows = 300, 32, 12
	random := func(rows int, key uint64) *tensor.Tensor {
		x := tensor.New(tensor.F32, rows, width)
		kernels.FillUniform(x.F32(), -1, 1, key)
		return x
	}
	own := []int32{299, 7, 150, 149}
	head := &tokenHead{&nn.Linear{Weight: nn.NewParameter("head", random(vocab, 1)), F32: true},
		&tokenRows{rows: nn.NewParameter("rows", random(len(own), 2)), ids: own, index: indexOf(own)}}
	kernels.Axpy(pool, head.rows.Var.Data.F32(), 2, head.rows.Var.Data.F32()) // often the largest
	x := autograd.NewConst(random(rows, 3))
	chosen := map[int32]bool{}
	tape.NoGrad(func() {
		y := head.Forward(tape, x).Data
		for _, limit := range []int{vocab, vocab - 1, 150, 8, 1} {
			got := make([]int32, rows)
			head.ArgMax(tape, x, limit, 30, got)
			for r, at := range got {
				want, finite := kernels.ArgMaxCapped(y.RowRange(r, r+1).F32()[:limit], 30)
				require.True(t, finite)
				require.Equal(t, int32(want), at, "limit %d, row %d", limit, r)
				chosen[at] = true
			}
		}
	})
	replaced := 0
	for _, id := range own {
		if chosen[id] {
			replaced++
		}
	}
	require.Greater(t, replaced, 1)
}
