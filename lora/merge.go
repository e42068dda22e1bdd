package lora

import (
	"fmt"

	"lapidary/autograd/nn"
	"lapidary/kernels"
	"lapidary/tensor"
)

// Merging puts an adapter into the weights it stands beside: the change and the sum in float32, rounded once to the
// output's type. PEFT merges both sides of a tied embedding into one matrix, which is right for neither; here a tied
// weight is merged as one only where both sides were trained as one, and as two otherwise.

// Untie reports that the merged model cannot keep its head tied: embedding and head have become different. Detach the
// adapter and untie the model before merging; the checkpoint then has a lm_head.weight, made by Merged from the
// embedding's values, and tie_word_embeddings is false.
func (a *Adapter) Untie() bool {
	p := a.plan
	if !p.tied {
		return false
	}
	e, h := p.embed, p.head
	switch {
	case e.taken() || h.taken():
		return !p.cfg.EnsureWeightTying
	case len(e.tokens) > 0 || len(h.tokens) > 0:
		return !p.shareRows
	}
	return false
}

// Merged returns a tensor of the model with the adapter in it, and whether the adapter concerns it at all; where it
// does not, base itself is returned; either way in the type d, Invalid meaning base's. name is that of the checkpoint, such as
// "model.layers.0.self_attn.q_proj.weight"; base is the model's own tensor, after any growth of the vocabulary; values
// that came with the adapter take its place. A result that is not finite is an error, as with PEFT's safe_merge.
func (a *Adapter) Merged(p *kernels.Pool, name string, base *tensor.Tensor, d tensor.DType) (*tensor.Tensor, bool, error) {
	if d == tensor.Invalid {
		d = base.DType()
	}
	base = a.frozen(name, base)
	for _, pl := range a.placed {
		if pl.site.slot.Path+".weight" != name {
			continue
		}
		if have, want := base.Mat(), pl.site.weight().Data().Mat(); have.Rows != want.Rows || have.Cols != want.Cols {
			return nil, false, fmt.Errorf("lora: merging %s: tensor %v, but the adapter was trained on %v", name, base.Shape(), pl.site.weight().Data().Shape())
		}
		out := pl.part.merge(p, base)
		if !kernels.AllFinite(p, out.F32()) {
			return nil, false, fmt.Errorf("lora: merging %s gives values that are not finite; the adapter seems to be broken", name)
		}
		return out.As(p, d), true, nil
	}
	return base.As(p, d), false, nil
}

// widened returns a float32 copy.
func widened(base *tensor.Tensor) *tensor.Tensor {
	return tensor.FromFloat32(base.Float32s(), base.Shape()...)
}

// merge: W + s·B·A, and with DoRA each row scaled to length m.
func (l *linear) merge(p *kernels.Pool, base *tensor.Tensor) *tensor.Tensor {
	w := widened(base)
	kernels.Gemm(p, false, false, l.scale, l.b.Data().Mat(), l.a.Data().Mat(), 1, w.Mat())
	if l.dora != nil {
		l.dora.rescale(w, false)
	}
	return w
}

// merge: E + s·(B·A)ᵀ, and with DoRA each column scaled to length m.
func (l *embedding) merge(p *kernels.Pool, base *tensor.Tensor) *tensor.Tensor {
	w := widened(base)
	l.addTo(p, w)
	if l.dora != nil {
		l.dora.rescale(w, true)
	}
	return w
}

// addTo computes w += s·(B·A)ᵀ = s·Aᵀ·Bᵀ.
func (l *embedding) addTo(p *kernels.Pool, w *tensor.Tensor) {
	bt := transposed(l.b.Data())
	kernels.Gemm(p, true, false, l.scale, l.a.Data().Mat(), bt.Mat(), 1, w.Mat())
}

func transposed(x *tensor.Tensor) *tensor.Tensor {
	m := x.Mat()
	y := tensor.New(tensor.F32, m.Cols, m.Rows)
	for r := range m.Rows {
		for c := range m.Cols {
			y.F32()[c*m.Rows+r] = m.At(r, c)
		}
	}
	return y
}

func (l *tiedHead) merge(p *kernels.Pool, base *tensor.Tensor) *tensor.Tensor {
	return l.embed.merge(p, base)
}

// rescale gives each row of w, or each column, the length m.
func (g *magnitude) rescale(w *tensor.Tensor, columns bool) {
	factors := rowSquares(w.Mat(), columns)
	for i, s := range factors {
		factors[i] = float64(g.m.Data().F32()[i]) * inverseNorm(s)
	}
	m := w.Mat()
	for r := range m.Rows {
		row := m.RowF32(r)
		for c, x := range row {
			if columns {
				row[c] = float32(float64(x) * factors[c])
			} else {
				row[c] = float32(float64(x) * factors[r])
			}
		}
	}
}

func (r *tokenRows) merge(_ *kernels.Pool, base *tensor.Tensor) *tensor.Tensor {
	w := widened(base)
	cols := w.Mat().Cols
	for k, id := range r.ids {
		copy(w.F32()[int(id)*cols:(int(id)+1)*cols], r.rows.Data().F32()[k*cols:])
	}
	return w
}

func (w *wholeModule) merge(*kernels.Pool, *tensor.Tensor) *tensor.Tensor {
	return w.param.Data().Clone()
}

// The trained parameters of each part, in the order in which they are listed.

func (l *linear) weights() []*nn.Parameter { return withMagnitude(l.dora, l.a, l.b) }

func (l *embedding) weights() []*nn.Parameter { return withMagnitude(l.dora, l.a, l.b) }

func (l *tiedHead) weights() []*nn.Parameter { return nil }

func (r *tokenRows) weights() []*nn.Parameter { return []*nn.Parameter{r.rows} }

func (w *wholeModule) weights() []*nn.Parameter { return []*nn.Parameter{w.param} }

func withMagnitude(g *magnitude, list ...*nn.Parameter) []*nn.Parameter {
	if g != nil {
		list = append(list, g.m)
	}
	return list
}
