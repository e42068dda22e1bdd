package nn

import (
	"lapidary/autograd"
	"lapidary/tensor"
)

// Parameter is a named tensor of a model or an adapter. Frozen parameters keep the type and place they were loaded
// with; trained ones are float32 and have a gradient.
type Parameter struct {
	Name string
	Var  *autograd.Var
}

// NewParameter makes a frozen parameter.
func NewParameter(name string, data *tensor.Tensor) *Parameter {
	return &Parameter{Name: name, Var: autograd.NewConst(data)}
}

// NewTrained makes a parameter that the optimizer moves. The data must be float32.
func NewTrained(name string, data *tensor.Tensor) *Parameter {
	return &Parameter{Name: name, Var: autograd.NewParam(data)}
}

// Data returns the values.
func (p *Parameter) Data() *tensor.Tensor { return p.Var.Data }

// Grad returns the accumulated gradient; nil for a frozen parameter.
func (p *Parameter) Grad() *tensor.Tensor { return p.Var.Grad }

// Trained reports whether the optimizer moves the parameter.
func (p *Parameter) Trained() bool { return p.Var.NeedsGrad() }

// Train makes a frozen parameter a trained one: a float32 copy of its values, in Go memory. Whoever holds the
// Parameter sees the change.
func (p *Parameter) Train() {
	if p.Trained() {
		return
	}
	data := p.Var.Data
	p.Var = autograd.NewParam(tensor.FromFloat32(data.Float32s(), data.Shape()...))
}
