package optim

import (
	"errors"
	"fmt"
	"slices"

	"lapidary/kernels"
	"lapidary/tensor"
)

// NamedTensor is one piece of the optimizer's state, sharing its memory.
type NamedTensor struct {
	Name   string
	Tensor *tensor.Tensor
}

// The names of the moments are torch's, before the parameter's own name.
const (
	firstMoment  = "exp_avg."
	secondMoment = "exp_avg_sq."
)

// State lists the moments of all parameters, in order: exp_avg.NAME and exp_avg_sq.NAME, in the parameter's shape.
// Together with Steps they are all that a later Restore needs.
func (o *AdamW) State() []NamedTensor {
	var all []NamedTensor
	for _, s := range o.slots {
		shape := s.param.Data().Shape()
		all = append(all,
			NamedTensor{firstMoment + s.param.Name, tensor.FromFloat32(s.m, shape...)},
			NamedTensor{secondMoment + s.param.Name, tensor.FromFloat32(s.v, shape...)})
	}
	return all
}

// Restore takes the moments from get, which returns nil for a name it does not know, and the number of steps taken.
// It reports all that is missing, misshapen or not finite at once, and then changes nothing.
func (o *AdamW) Restore(steps int, get func(name string) (*tensor.Tensor, error)) error {
	var errs []error
	found := make([]*tensor.Tensor, 0, 2*len(o.slots))
	for _, want := range o.State() {
		t, err := get(want.Name)
		switch {
		case err != nil:
			errs = append(errs, fmt.Errorf("%s: %w", want.Name, err))
		case t == nil:
			errs = append(errs, fmt.Errorf("%s: is missing", want.Name))
		case t.DType() != tensor.F32 || !slices.Equal(t.Shape(), want.Tensor.Shape()):
			errs = append(errs, fmt.Errorf("%s: is %v %v, want F32 %v", want.Name, t.DType(), t.Shape(), want.Tensor.Shape()))
		case !kernels.AllFinite(o.pool, t.F32()):
			errs = append(errs, fmt.Errorf("%s: %w", want.Name, &NonFiniteError{What: "a value in it"}))
		}
		found = append(found, t)
	}
	if steps < 0 {
		errs = append(errs, fmt.Errorf("step: %d is negative", steps))
	}
	if len(errs) > 0 {
		return fmt.Errorf("optimizer state: %w", errors.Join(errs...))
	}
	for i, s := range o.slots {
		copy(s.m, found[2*i].F32())
		copy(s.v, found[2*i+1].F32())
	}
	o.step = steps
	return nil
}
