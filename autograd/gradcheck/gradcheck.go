// Package gradcheck holds an operation against a slow reference: its result, and its gradients by finite differences.
//
// The reference is written in float64, from the operation's formula, without a kernel. Differences are taken in the
// reference, never in float32, where they would drown in rounding. One Case therefore proves three things: the forward
// pass computes the formula, the backward pass computes its derivative, and a second step computes the same bits
// without memory of its own.
//
// It is for tests; it may import autograd, autograd/nn, tensor and kernels.
package gradcheck

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"lapidary/autograd"
	"lapidary/kernels"
	"lapidary/tensor"
)

// Input is a matrix that an operation reads.
type Input struct {
	Rows, Cols int
	Frozen     bool // no gradient is wanted
}

// Case is one operation.
type Case struct {
	Name   string
	Inputs []Input
	// Forward is the operation under test. The inputs are leaves; what an operation changes in place must be made of
	// them first.
	Forward func(t *autograd.Tape, in []*autograd.Var) *autograd.Var
	// Reference is its formula. at are the inputs around which differences are taken: what counts as constant in the
	// backward pass is computed from them.
	Reference func(in, at [][]float64) []float64
	// Key is the tape's randomness.
	Key uint64
	// EndsTape says that the result is a loss which sends its gradients by itself.
	EndsTape bool
}

// Tolerance of a gradient, relative to the norm of the reference's: the sums of the cases are at most 100 terms long
// and pass through at most 50 roundings, each of 2^-24; differences add 1e-9.
const Tolerance = 150 * 0x1p-24

// Run checks a case on the values that a seed gives.
func Run(t *testing.T, c Case, seed uint64) {
	t.Helper()
	t.Logf("seed %d", seed)
	if err := Check(c, seed); err != nil {
		t.Fatalf("%s: %v", c.Name, err)
	}
}

// Check is Run without a test: the first thing that is wrong.
func Check(c Case, seed uint64) error {
	pool := kernels.NewPool(2)
	defer pool.Close()
	s := newStep(pool, c, seed)
	s.run()
	if err := near("result", s.result, c.Reference(s.values, s.values)); err != nil {
		return err
	}
	for i, in := range c.Inputs {
		if in.Frozen {
			continue
		}
		if err := near(fmt.Sprintf("gradient of input %d", i), s.vars[i].Grad.F32(), s.differences(i)); err != nil {
			return err
		}
	}
	return s.again()
}

// step is one forward and backward pass: the loss is the sum of the results, each times a weight.
type step struct {
	c       Case
	tape    *autograd.Tape
	vars    []*autograd.Var
	values  [][]float64
	weights []float64
	weigh   *autograd.Var
	result  []float32
}

func newStep(pool *kernels.Pool, c Case, seed uint64) *step {
	s := &step{c: c, tape: autograd.NewTape(pool)}
	s.tape.Arena().Poison = true
	s.tape.SetKey(c.Key)
	for i, in := range c.Inputs {
		x := tensor.New(tensor.F32, in.Rows, in.Cols)
		kernels.FillNormal(x.F32(), 0, 1, kernels.Hash64(seed, uint64(i)))
		s.values = append(s.values, widen(x.F32()))
		if in.Frozen {
			s.vars = append(s.vars, autograd.NewConst(x))
		} else {
			s.vars = append(s.vars, autograd.NewParam(x))
		}
	}
	n := len(c.Reference(s.values, s.values))
	w := tensor.New(tensor.F32, 1, n)
	kernels.FillNormal(w.F32(), 0, 1, kernels.Hash64(seed, 1<<32))
	if c.EndsTape {
		w.F32()[0] = 1
	}
	s.weights, s.weigh = widen(w.F32()), autograd.NewConst(w)
	return s
}

func widen(x []float32) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = float64(v)
	}
	return out
}

// run does a whole step: gradients are those of this step alone.
func (s *step) run() {
	s.tape.Reset()
	for _, v := range s.vars {
		v.ZeroGrad()
	}
	y := s.c.Forward(s.tape, s.vars)
	s.result = append(s.result[:0], y.Data.F32()...)
	if s.c.EndsTape {
		s.tape.Backward(y)
	} else {
		s.tape.Backward(weighted(s.tape, y, s.weigh))
	}
}

// weighted returns Σ w·y; w [1,n] for any shape of n elements.
func weighted(t *autograd.Tape, y, w *autograd.Var) *autograd.Var {
	loss := t.New(tensor.F32, 1, 1, y.NeedsGrad())
	loss.Data.F32()[0] = 0 // nobody reads it: what counts is the gradient that it sends
	op := autograd.NewOp[weightedOp](t)
	*op = weightedOp{loss: loss, y: y, w: w.Data.F32()}
	t.Record(op, loss)
	return loss
}

type weightedOp struct {
	loss, y *autograd.Var
	w       []float32
}

// Backward: dy += w.
func (o *weightedOp) Backward(t *autograd.Tape) {
	g := t.GradOut(o.y)
	copy(g.F32(), o.w)
	t.GradDone(o.y, g)
}

// differences are the central differences of the reference's loss by each element of an input.
func (s *step) differences(i int) []float64 {
	in := make([][]float64, len(s.values))
	copy(in, s.values)
	in[i] = append([]float64(nil), s.values[i]...)
	out := make([]float64, len(in[i]))
	for k, x := range s.values[i] {
		h := 1e-5 * math.Max(1, math.Abs(x))
		in[i][k] = x + h
		up := s.loss(in)
		in[i][k] = x - h
		down := s.loss(in)
		in[i][k] = x
		out[k] = (up - down) / (2 * h)
	}
	return out
}

func (s *step) loss(in [][]float64) (sum float64) {
	for i, y := range s.c.Reference(in, s.values) {
		sum += s.weights[i] * y
	}
	return sum
}

// again repeats the step: the same bits, and no memory taken.
func (s *step) again() error {
	var before [][]float32
	for _, v := range s.vars {
		var g []float32
		if v.Grad != nil {
			g = append(g, v.Grad.F32()...)
		}
		before = append(before, g)
	}
	s.run()
	for i, v := range s.vars {
		if v.Grad != nil && !slices.Equal(before[i], v.Grad.F32()) {
			return fmt.Errorf("gradient of input %d: a second step has other bits", i)
		}
	}
	// What the step allocates it allocates each time; what the runtime does beside it, for workers that wait, comes and goes.
	n := testing.AllocsPerRun(3, s.run)
	for tries := 0; n != 0 && tries < 3; tries++ {
		n = min(n, testing.AllocsPerRun(3, s.run))
	}
	if n != 0 {
		return fmt.Errorf("a step that has been done before allocates %v times", n)
	}
	return nil
}

// near compares in the Euclidean norm; NaN, of which poisoned memory is full, is far from everything.
func near(what string, got []float32, want []float64) error {
	if len(got) != len(want) {
		return fmt.Errorf("%s: %d elements, want %d", what, len(got), len(want))
	}
	var d, n float64
	worst, at := 0.0, 0
	for i, w := range want {
		e := math.Abs(float64(got[i]) - w)
		d += e * e
		n += w * w
		if !(e <= worst) {
			worst, at = e, i
		}
	}
	if limit := Tolerance*math.Sqrt(n) + 1e-9; !(math.Sqrt(d) <= limit) {
		return fmt.Errorf("%s: off by %.3g, bound %.3g; element %d is %v, want %v", what, math.Sqrt(d), limit, at, got[at], want[at])
	}
	return nil
}
