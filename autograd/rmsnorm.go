package autograd

import (
	"fmt"

	"lapidary/kernels"
	"lapidary/tensor"
)

// Shapes: x, res, y [N,C], w [C]. Gemma's norm multiplies by 1+w (transformers, modeling_gemma2.py, Gemma2RMSNorm).

// RMSNorm returns y = x/rms(x) · (1+w).
func RMSNorm(t *Tape, x, w *Var, eps float32) *Var {
	y := t.New(t.act, x.rows, x.cols, AnyNeedsGrad(x, w))
	rstd := normCheck(t, x, w)
	kernels.RMSNorm(t.pool, y.mat(), x.mat(), w.mat(), eps, rstd.F32())
	recordNorm(t, y, nil, x, w, rstd)
	return y
}

// AddRMSNorm returns y = res + x/rms(x) · (1+w), in float32: a branch's post-norm and its way back into the residual
// stream, in one pass over memory.
func AddRMSNorm(t *Tape, res, x, w *Var, eps float32) *Var {
	y := t.New(tensor.F32, x.rows, x.cols, AnyNeedsGrad(res, x, w))
	rstd := normCheck(t, x, w)
	kernels.AddRMSNorm(t.pool, y.mat(), res.mat(), x.mat(), w.mat(), eps, rstd.F32())
	recordNorm(t, y, res, x, w, rstd)
	return y
}

func normCheck(t *Tape, x, w *Var) *tensor.Tensor {
	if w.rows != 1 || w.cols != x.cols {
		panic(fmt.Sprintf("autograd: RMSNorm: x %v, w %v", x, w))
	}
	return t.Scratch(tensor.F32, x.rows, 1)
}

type normOp struct {
	y, res, x, w *Var // res nil for a norm without a residual
	rstd         *tensor.Tensor
}

func recordNorm(t *Tape, y, res, x, w *Var, rstd *tensor.Tensor) {
	if !t.recording || !y.needs {
		t.Free(rstd)
		return
	}
	op := NewOp[normOp](t)
	*op = normOp{y: y, res: res, x: x, w: w, rstd: rstd}
	t.Record(op, y, x)
}

// Backward: with u = dy·(1+w) and r = 1/rms, dx += r·(u − x·r²·mean(u·x)), dw += Σ dy·x·r, dres += dy.
func (o *normOp) Backward(t *Tape) {
	defer t.Free(o.rstd)
	if o.y.Grad == nil {
		return
	}
	if o.x.needs || o.w.needs {
		var dw []float32
		if o.w.needs {
			dw = o.w.Grad.F32()
		}
		if o.x.needs {
			g, beta := t.GradAdd(o.x)
			kernels.RMSNormBackward(t.pool, g.Mat(), beta == 1, dw, o.y.grad(), o.x.mat(), o.w.mat(), o.rstd.F32())
		} else {
			g := t.Scratch(tensor.F32, o.x.rows, o.x.cols)
			kernels.RMSNormBackward(t.pool, g.Mat(), false, dw, o.y.grad(), o.x.mat(), o.w.mat(), o.rstd.F32())
			t.Free(g)
		}
	}
	if o.res != nil && o.res.needs {
		t.PassGrad(o.res, o.y)
	}
}
