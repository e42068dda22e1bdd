package lora

import (
	"fmt"
	"math"
	"runtime"

	"lapidary/autograd"
	"lapidary/autograd/nn"
	"lapidary/kernels"
	"lapidary/tensor"
)

// DoRA (arXiv 2402.09353): W′ = q ∘ (W + s·B·A) with q = m/‖W + s·B·A‖, the norm taken over the inputs of each output
// and constant in the backward walk. Without dropout y = q ∘ (x·Wᵀ + s·x·Aᵀ·Bᵀ); with x̃ = dropout(x), as PEFT has it,
// y = (x − x̃)·Wᵀ + q ∘ (x̃·Wᵀ + s·x̃·Aᵀ·Bᵀ).

// magnitude is m and what is needed for the norm: ‖W + s·B·A‖² = ‖W‖² + 2s·B·(W·Aᵀ) + s²·B·(A·Aᵀ)·Bᵀ for each output,
// so that W + s·B·A never exists as a matrix.
type magnitude struct {
	m       *nn.Parameter // [out]
	squares []float64     // ‖W‖² of each output
}

func (l *linear) forwardDoRA(t *autograd.Tape, x *autograd.Var) *autograd.Var {
	dropped := l.drop.apply(t, x)
	z := l.base.Forward(t, dropped)
	h := autograd.LinearF32(t, dropped, l.a.Var)
	z = autograd.LinearInto(t, z, h, l.b.Var, l.scale)
	y := autograd.ColScale(t, z, l.dora.factor(t, l.dora.linearNorm(t, l)))
	if dropped != x {
		rest := l.base.Forward(t, remainder(t, x, dropped, l.drop))
		y = autograd.Add(t, y, rest)
	}
	return y
}

// factor returns q = m/norm [1,out], given 1/norm.
func (g *magnitude) factor(t *autograd.Tape, inverse *autograd.Var) *autograd.Var {
	return autograd.Mul(t, g.m.Var, inverse)
}

// linearNorm returns 1/‖W + s·B·A‖ over the rows of W [out,in].
func (g *magnitude) linearNorm(t *autograd.Tape, l *linear) *autograd.Var {
	a, w := l.a.Data().Mat(), l.base.Weight.Data().Mat()
	wa := t.Scratch(tensor.F32, w.Rows, a.Rows)
	defer t.Free(wa)
	kernels.Gemm(t.Pool(), false, true, 1, w, a, 0, wa.Mat())
	return g.inverse(t, a, l.b.Data().Mat(), l.scale, func(o, j int) float32 { return wa.F32()[o*a.Rows+j] })
}

// embeddingNorm returns 1/‖E + s·(B·A)ᵀ‖ over the columns of E [V,C]: one for each of the C outputs.
func (g *magnitude) embeddingNorm(t *autograd.Tape, l *embedding) *autograd.Var {
	a, e := l.a.Data().Mat(), l.base.Weight.Data().Mat()
	ae := t.Scratch(tensor.F32, a.Rows, e.Cols)
	defer t.Free(ae)
	kernels.Gemm(t.Pool(), false, false, 1, a, e, 0, ae.Mat())
	return g.inverse(t, a, l.b.Data().Mat(), l.scale, func(o, j int) float32 { return ae.F32()[j*e.Cols+o] })
}

// inverse puts the three terms together; wa(o,j) is the product of output o of W with row j of A.
func (g *magnitude) inverse(t *autograd.Tape, a, b kernels.Mat, scale float32, wa func(o, j int) float32) *autograd.Var {
	r := a.Rows
	aa, baa := t.Scratch(tensor.F32, r, r), t.Scratch(tensor.F32, b.Rows, r)
	defer t.Free(aa)
	defer t.Free(baa)
	kernels.Gemm(t.Pool(), false, true, 1, a, a, 0, aa.Mat())
	kernels.Gemm(t.Pool(), false, false, 1, b, aa.Mat(), 0, baa.Mat())
	inv := t.New(tensor.F32, 1, b.Rows, false)
	s := float64(scale)
	for o := range b.Rows {
		var cross, own float64
		for j, bo := range b.RowF32(o) {
			cross += float64(bo) * float64(wa(o, j))
			own += float64(bo) * float64(baa.F32()[o*r+j])
		}
		inv.Data.F32()[o] = float32(inverseNorm(g.squares[o] + 2*s*cross + s*s*own))
	}
	return inv
}

// inverseNorm returns 1/√s. An output whose weights are all zero, as that of the padding token can be, has no
// direction to scale: it stays zero, where PEFT computes 0/0.
func inverseNorm(s float64) float64 {
	if s <= 0 {
		return 0
	}
	return 1 / math.Sqrt(s)
}

// remainder returns x − x̃.
func remainder(t *autograd.Tape, x, dropped *autograd.Var, d dropout) *autograd.Var {
	y := t.New(x.Data.DType(), x.Rows(), x.Cols(), x.NeedsGrad())
	kernels.Convert(t.Pool(), y.Data.Mat(), x.Data.Mat())
	kernels.AxpyMat(t.Pool(), y.Data.Mat(), -1, dropped.Data.Mat())
	if t.Wants(x) {
		op := autograd.NewOp[remainderOp](t)
		*op = remainderOp{y: y, x: x, rate: d.rate, key: d.key(t)}
		t.Record(op, y)
	}
	return y
}

type remainderOp struct {
	y, x *autograd.Var
	rate float32
	key  uint64
}

// Backward: dx += dy − mask/(1−rate) ∘ dy.
func (o *remainderOp) Backward(t *autograd.Tape) {
	if o.y.Grad == nil {
		return
	}
	p, dy := t.Pool(), o.y.Grad.Mat()
	masked := t.Scratch(tensor.F32, dy.Rows, dy.Cols)
	kernels.Dropout(p, masked.Mat(), dy, o.rate, o.key, false)
	kernels.AxpyMat(p, dy, -1, masked.Mat()) // nobody reads dy after this
	t.Free(masked)
	t.PassGrad(o.x, o.y)
}

// rowSquares returns ‖·‖² of each row of w, or of each column.
func rowSquares(w kernels.Mat, columns bool) []float64 {
	run := &squares{w: w, byColumn: columns}
	n := w.Rows
	if columns {
		n = w.Cols
	}
	run.out = make([]float64, n)
	p := kernels.NewPool(runtime.GOMAXPROCS(0)) // attaching is not part of a pass: there is no tape's pool yet
	defer p.Close()
	p.Run((n+squaresBlock-1)/squaresBlock, run)
	return run.out
}

const squaresBlock = 64

type squares struct {
	w        kernels.Mat
	byColumn bool
	out      []float64
}

func (s *squares) Do(_, i int) {
	lo, hi := i*squaresBlock, min((i+1)*squaresBlock, len(s.out))
	var buf []float32
	if s.byColumn {
		strip := s.w.ColRange(lo, hi)
		for r := range strip.Rows {
			for c, v := range rowOf(strip, r, &buf) {
				s.out[lo+c] += float64(v) * float64(v)
			}
		}
		return
	}
	for r := lo; r < hi; r++ {
		for _, v := range rowOf(s.w, r, &buf) {
			s.out[r] += float64(v) * float64(v)
		}
	}
}

// newMagnitude measures the frozen weight of a slot: its rows, or its columns.
func newMagnitude(s *site, trained maker, columns bool) (*magnitude, error) {
	g := &magnitude{squares: rowSquares(s.weight().Data().Mat(), columns)}
	for i, v := range g.squares {
		if v-v != 0 {
			return nil, fmt.Errorf("lora: %s: output %d of the model's weight is not finite", s.slot.Path, i)
		}
	}
	var err error
	g.m, err = trained(s.key()+magnitudeKey, len(g.squares))
	return g, err
}

// begin starts m at the norms of W, which are those of W + s·B·A while A or B is zero.
func (g *magnitude) begin() {
	if g == nil {
		return
	}
	for i, v := range g.squares {
		g.m.Data().F32()[i] = float32(math.Sqrt(v))
	}
}
