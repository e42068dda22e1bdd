package gradcheck

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lapidary/autograd"
)

// The check itself: each kind of fault is found.

func scale(forward, backward float32, spoil func(t *autograd.Tape)) func(*autograd.Tape, []*autograd.Var) *autograd.Var {
	return func(t *autograd.Tape, in []*autograd.Var) *autograd.Var {
		x := in[0]
		y := t.New(x.Data.DType(), x.Rows(), x.Cols(), true)
		for i, v := range x.Data.F32() {
			y.Data.F32()[i] = forward * v
		}
		op := autograd.NewOp[scaleOp](t)
		*op = scaleOp{y, x, backward, spoil}
		t.Record(op, y)
		return y
	}
}

type scaleOp struct {
	y, x   *autograd.Var
	factor float32
	spoil  func(t *autograd.Tape)
}

func (o *scaleOp) Backward(t *autograd.Tape) {
	g := t.GradOut(o.x)
	for i, d := range o.y.Grad.F32() {
		g.F32()[i] = o.factor * d
	}
	t.GradDone(o.x, g)
	if o.spoil != nil {
		o.spoil(t)
	}
}

func TestFaultsAreFound(t *testing.T) {
	triple := func(in, _ [][]float64) []float64 {
		y := make([]float64, len(in[0]))
		for i, v := range in[0] {
			y[i] = 3 * v
		}
		return y
	}
	check := func(forward, backward float32, spoil func(*autograd.Tape)) error {
		return Check(Case{Inputs: []Input{{Rows: 3, Cols: 4}}, Forward: scale(forward, backward, spoil), Reference: triple}, 1)
	}
	require.NoError(t, check(3, 3, nil))
	assert.ErrorContains(t, check(3.0001, 3, nil), "result")
	assert.ErrorContains(t, check(3, 3.0001, nil), "gradient of input 0")
	assert.ErrorContains(t, check(3, 0, nil), "gradient of input 0")
	var sink []byte
	assert.ErrorContains(t, check(3, 3, func(*autograd.Tape) { sink = append(sink[:0:0], 1) }), "allocates")
	wrong := float32(0)
	late := scale(3, 3, nil)
	err := Check(Case{Inputs: []Input{{Rows: 3, Cols: 4}}, Reference: triple, Forward: func(tp *autograd.Tape, in []*autograd.Var) *autograd.Var {
		y := late(tp, in)
		wrong++
		in[0].Grad.F32()[0] += wrong - 1 // the second step starts from what the first left behind
		return y
	}}, 1)
	assert.ErrorContains(t, err, "a second step has other bits")
}
