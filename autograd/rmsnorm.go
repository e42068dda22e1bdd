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
	return norm(t, normOp{y: y, x: x, w: w, eps: eps})
}

// AddRMSNorm returns y = res + x/rms(x) · (1+w), in float32: a branch's post-norm and its way back into the residual
// stream, in one pass over memory.
func AddRMSNorm(t *Tape, res, x, w *Var, eps float32) *Var {
	y := t.New(tensor.F32, x.rows, x.cols, AnyNeedsGrad(res, x, w))
	return norm(t, normOp{y: y, res: res, x: x, w: w, eps: eps})
}

type normOp struct {
	y, res, x, w *Var // res nil for a norm without a residual
	rstd         *tensor.Tensor
	eps          float32
}

func norm(t *Tape, n normOp) *Var {
	if n.w.rows != 1 || n.w.cols != n.x.cols {
		panic(fmt.Sprintf("autograd: RMSNorm: x %v, w %v", n.x, n.w))
	}
	n.rstd = t.Scratch(tensor.F32, n.x.rows, 1)
	n.compute(t)
	if !t.recording || !n.y.needs {
		t.Free(n.rstd)
		return n.y
	}
	op := NewOp[normOp](t)
	*op = n
	if n.res != nil && !t.KeepAll {
		t.Record(op, n.y, n.x, n.res)
	} else {
		t.Record(op, n.y, n.x)
	}
	return n.y
}

func (o *normOp) compute(t *Tape) {
	if o.res == nil {
		kernels.RMSNorm(t.pool, o.y.mat(), o.x.mat(), o.w.mat(), o.eps, o.rstd.F32())
	} else {
		kernels.AddRMSNorm(t.pool, o.y.mat(), o.res.mat(), o.x.mat(), o.w.mat(), o.eps, o.rstd.F32())
	}
}

// Remake implements Remaker; the rows' 1/rms become what they are.
func (o *normOp) Remake(t *Tape) {
	t.restore(o.x)
	if o.res != nil {
		t.restore(o.res)
	}
	o.compute(t)
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
