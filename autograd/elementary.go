package autograd

import (
	"fmt"

	"lapidary/kernels"
	"lapidary/tensor"
)

// Elementary operations: what adapters and other architectures are put together from, where no fused operation
// exists. x, a, b, y are [N,C]; results have the type of the first operand.

func like(t *Tape, x *Var, needs bool) *Var { return t.New(x.Data.DType(), x.rows, x.cols, needs) }

func sameShape(op string, a, b *Var) {
	if a.rows != b.rows || a.cols != b.cols {
		panic(fmt.Sprintf("autograd: %s: %v and %v", op, a, b))
	}
}

// addGrad computes dv += a·dy.
func addGrad(t *Tape, v *Var, a float32, dy kernels.Mat) {
	if !v.needs {
		return
	}
	if g, beta := t.GradAdd(v); beta == 0 {
		kernels.ScaleMat(t.pool, g.Mat(), a, dy)
	} else {
		kernels.AxpyMat(t.pool, g.Mat(), a, dy)
	}
}

// addProduct computes dv += dy ∘ x.
func addProduct(t *Tape, v *Var, dy, x kernels.Mat) {
	if !v.needs {
		return
	}
	g := t.GradOut(v)
	kernels.Mul(t.pool, g.Mat(), dy, x)
	t.GradDone(v, g)
}

// Add returns a + b.
func Add(t *Tape, a, b *Var) *Var {
	sameShape("Add", a, b)
	y := like(t, a, AnyNeedsGrad(a, b))
	kernels.Add(t.pool, y.mat(), a.mat(), b.mat())
	if t.Wants(a, b) {
		op := NewOp[addOp](t)
		*op = addOp{y: y, a: a, b: b}
		t.Record(op, y)
	}
	return y
}

type addOp struct{ y, a, b *Var }

// Backward: da += dy, db += dy.
func (o *addOp) Backward(t *Tape) {
	if o.y.Grad == nil {
		return
	}
	addGrad(t, o.a, 1, o.y.grad())
	addGrad(t, o.b, 1, o.y.grad())
}

// Mul returns a ∘ b.
func Mul(t *Tape, a, b *Var) *Var {
	sameShape("Mul", a, b)
	y := like(t, a, AnyNeedsGrad(a, b))
	kernels.Mul(t.pool, y.mat(), a.mat(), b.mat())
	if t.Wants(a, b) {
		op := NewOp[mulOp](t)
		*op = mulOp{y: y, a: a, b: b}
		t.Record(op, y, a, b)
	}
	return y
}

type mulOp struct{ y, a, b *Var }

// Backward: da += dy ∘ b, db += dy ∘ a.
func (o *mulOp) Backward(t *Tape) {
	if o.y.Grad == nil {
		return
	}
	addProduct(t, o.a, o.y.grad(), o.b.mat())
	addProduct(t, o.b, o.y.grad(), o.a.mat())
}

// Scale returns a·x.
func Scale(t *Tape, x *Var, a float32) *Var {
	y := like(t, x, x.needs)
	kernels.ScaleMat(t.pool, y.mat(), a, x.mat())
	if t.Wants(x) {
		op := NewOp[scaleOp](t)
		*op = scaleOp{y: y, x: x, a: a}
		t.Record(op, y)
	}
	return y
}

type scaleOp struct {
	y, x *Var
	a    float32
}

// Backward: dx += a·dy.
func (o *scaleOp) Backward(t *Tape) {
	if o.y.Grad != nil {
		addGrad(t, o.x, o.a, o.y.grad())
	}
}

// Tanh returns tanh(x).
func Tanh(t *Tape, x *Var) *Var { return softcap(t, x, 1) }

// Softcap returns cap·tanh(x/cap).
func Softcap(t *Tape, x *Var, cap float32) *Var { return softcap(t, x, cap) }

func softcap(t *Tape, x *Var, cap float32) *Var {
	y := like(t, x, x.needs)
	kernels.Softcap(t.pool, y.mat(), x.mat(), cap)
	if t.Wants(x) {
		op := NewOp[softcapOp](t)
		*op = softcapOp{y: y, x: x, cap: cap}
		t.Record(op, y, y)
	}
	return y
}

type softcapOp struct {
	y, x *Var
	cap  float32
}

// Backward: dx += dy · (1 − (y/cap)²).
func (o *softcapOp) Backward(t *Tape) {
	if o.y.Grad == nil {
		return
	}
	g := t.GradOut(o.x)
	kernels.SoftcapBackward(t.pool, g.Mat(), o.y.grad(), o.y.mat(), o.cap)
	t.GradDone(o.x, g)
}

// Gelu returns the tanh form of gelu(x): GeGLU with an up branch of ones.
func Gelu(t *Tape, x *Var) *Var {
	ones := t.New(tensor.F32, x.rows, x.cols, false)
	for i := range ones.Data.F32() {
		ones.Data.F32()[i] = 1
	}
	return GeGLU(t, x, ones)
}

// Sum returns the sum of all elements [1,1], in float32.
func Sum(t *Tape, x *Var) *Var {
	y := t.New(tensor.F32, 1, 1, x.needs)
	m := x.mat()
	var s float64
	for r := range m.Rows {
		for c := range m.Cols {
			s += float64(m.At(r, c))
		}
	}
	y.Data.F32()[0] = float32(s)
	if t.Wants(x) {
		op := NewOp[sumOp](t)
		*op = sumOp{y: y, x: x}
		t.Record(op, y)
	}
	return y
}

type sumOp struct{ y, x *Var }

// Backward: dx += dy, for every element.
func (o *sumOp) Backward(t *Tape) {
	if o.y.Grad == nil {
		return
	}
	d := o.y.Grad.F32()[0]
	g, beta := t.GradAdd(o.x)
	for i, have := range g.F32() {
		if beta == 0 {
			have = 0
		}
		g.F32()[i] = have + d
	}
}

// MatMul returns y = a·b for a [N,K], b [K,M], in float32.
func MatMul(t *Tape, a, b *Var) *Var {
	if a.cols != b.rows {
		panic(fmt.Sprintf("autograd: MatMul: %v and %v", a, b))
	}
	y := t.New(tensor.F32, a.rows, b.cols, AnyNeedsGrad(a, b))
	t.gemm(false, false, 1, a.mat(), b.mat(), 0, y.mat())
	recordMatMul(t, y, y, a, b, 1)
	return y
}

// MatMulInto adds alpha·a·b to y, in place, and returns y.
func MatMulInto(t *Tape, y, a, b *Var, alpha float32) *Var {
	if a.cols != b.rows || y.rows != a.rows || y.cols != b.cols {
		panic(fmt.Sprintf("autograd: MatMulInto: y %v, a %v, b %v", y, a, b))
	}
	t.Mutate(y, a, b)
	t.gemm(false, false, alpha, a.mat(), b.mat(), 1, y.mat())
	recordMatMul(t, nil, y, a, b, alpha)
	return y
}

type matMulOp struct {
	y, a, b *Var
	alpha   float32
}

func recordMatMul(t *Tape, out, y, a, b *Var, alpha float32) {
	if t.Wants(a, b) {
		op := NewOp[matMulOp](t)
		*op = matMulOp{y: y, a: a, b: b, alpha: alpha}
		t.Record(op, out, a, b)
	}
}

// Backward: da += α·dy·bᵀ, db += α·aᵀ·dy.
func (o *matMulOp) Backward(t *Tape) {
	if o.y.Grad == nil {
		return
	}
	if o.a.needs {
		g, beta := t.GradAdd(o.a)
		t.gemm(false, true, o.alpha, o.y.grad(), o.b.mat(), beta, g.Mat())
	}
	if o.b.needs {
		g, beta := t.GradAdd(o.b)
		t.gemm(true, false, o.alpha, o.a.mat(), o.y.grad(), beta, g.Mat())
	}
}
