package optim

import (
	"errors"
	"fmt"
	"math"
	"strings"
)

// Schedule gives the learning rate of every optimizer step. The formulas, the names and the
// defaults are those of transformers' optimization.py; all arithmetic is float64 in its order,
// so a schedule agrees with it to the last printed digit.
//
// Every product that is followed by a sum is wrapped in float64(), which forbids fused
// multiply-add: the same digits come out on every architecture.
type Schedule struct {
	Type        string  // one of ScheduleTypes
	LR          float64 // the peak, reached at the end of the warm-up
	WarmupSteps int     // w: step k < w uses LR*k/w, so the first warm-up step has rate 0
	TotalSteps  int     // N
	Args        ScheduleArgs
}

// ScheduleArgs are the optional settings of single schedules (lr_scheduler_kwargs); nil means
// the schedule's own default.
type ScheduleArgs struct {
	NumCycles *float64 `json:"num_cycles,omitempty"`  // cosine, cosine_with_min_lr: 0.5; cosine_with_restarts: 1
	LREnd     *float64 `json:"lr_end,omitempty"`      // polynomial: 1e-7
	Power     *float64 `json:"power,omitempty"`       // polynomial: 1
	Timescale *float64 `json:"timescale,omitempty"`   // inverse_sqrt: the warm-up steps, or 10000
	MinLR     *float64 `json:"min_lr,omitempty"`      // cosine_with_min_lr: this or the next is required
	MinLRRate *float64 `json:"min_lr_rate,omitempty"` // min_lr as a share of the peak
}

// decay is λ(k) after the warm-up.
type decay func(s *Schedule, k float64) float64

var decays = map[string]decay{
	"linear":               (*Schedule).linear,
	"cosine":               (*Schedule).cosine,
	"cosine_with_restarts": (*Schedule).cosineWithRestarts,
	"polynomial":           (*Schedule).polynomial,
	"inverse_sqrt":         (*Schedule).inverseSqrt,
	"constant":             (*Schedule).constant,
	"constant_with_warmup": (*Schedule).constant,
	"cosine_with_min_lr":   (*Schedule).cosineWithMinLR,
}

// ScheduleTypes are the values of lr_scheduler_type.
func ScheduleTypes() []string {
	return []string{
		"linear", "cosine", "cosine_with_restarts", "polynomial", "inverse_sqrt",
		"constant", "constant_with_warmup", "cosine_with_min_lr",
	}
}

// Validate reports everything that is wrong with s at once.
func (s Schedule) Validate() error {
	var errs []error
	bad := func(format string, a ...any) { errs = append(errs, fmt.Errorf(format, a...)) }
	if decays[s.Type] == nil {
		bad("lr_scheduler_type: %q is not one of %s", s.Type, strings.Join(ScheduleTypes(), ", "))
	}
	if !(s.LR >= 0) || math.IsInf(s.LR, 0) {
		bad("learning_rate: %v is not a finite number of at least 0", s.LR)
	}
	if s.WarmupSteps < 0 {
		bad("warmup_steps: %d is negative", s.WarmupSteps)
	}
	for _, a := range []struct {
		name  string
		value *float64
		over  bool // must be more than 0
	}{
		{"num_cycles", s.Args.NumCycles, false}, {"lr_end", s.Args.LREnd, false}, {"power", s.Args.Power, false},
		{"timescale", s.Args.Timescale, true}, {"min_lr", s.Args.MinLR, false}, {"min_lr_rate", s.Args.MinLRRate, false},
	} {
		if v := a.value; v != nil && (!(*v >= 0) || math.IsInf(*v, 0) || a.over && *v == 0) {
			bad("lr_scheduler_kwargs.%s: %v is out of range", a.name, *v)
		}
	}
	switch s.Type {
	case "polynomial":
		if end := or(s.Args.LREnd, 1e-7); !(s.LR > end) {
			bad("lr_scheduler_kwargs.lr_end: %v must be below learning_rate %v", end, s.LR)
		}
	case "cosine_with_min_lr":
		if (s.Args.MinLR == nil) == (s.Args.MinLRRate == nil) {
			bad("lr_scheduler_kwargs: cosine_with_min_lr needs min_lr or min_lr_rate, one of them")
		}
	}
	return errors.Join(errs...)
}

// At is the learning rate of optimizer step k, counted from 0.
func (s Schedule) At(k int) float64 {
	if k < s.WarmupSteps && s.Type != "constant" {
		return s.LR * (float64(k) / math.Max(1, float64(s.WarmupSteps)))
	}
	return s.LR * decays[s.Type](&s, float64(k))
}

func or(v *float64, otherwise float64) float64 {
	if v != nil {
		return *v
	}
	return otherwise
}

// progress is how far step k is between the end of the warm-up and the end of the run.
func (s *Schedule) progress(k float64) float64 {
	return (k - float64(s.WarmupSteps)) / math.Max(1, float64(s.TotalSteps-s.WarmupSteps))
}

func (s *Schedule) constant(float64) float64 { return 1 }

func (s *Schedule) linear(k float64) float64 {
	return math.Max(0, (float64(s.TotalSteps)-k)/math.Max(1, float64(s.TotalSteps-s.WarmupSteps)))
}

func (s *Schedule) wave(k float64) float64 {
	return 0.5 * (1 + math.Cos(math.Pi*or(s.Args.NumCycles, 0.5)*2*s.progress(k)))
}

func (s *Schedule) cosine(k float64) float64 { return math.Max(0, s.wave(k)) }

func (s *Schedule) cosineWithRestarts(k float64) float64 {
	p := s.progress(k)
	if p >= 1 {
		return 0
	}
	return math.Max(0, 0.5*(1+math.Cos(math.Pi*math.Mod(or(s.Args.NumCycles, 1)*p, 1))))
}

func (s *Schedule) cosineWithMinLR(k float64) float64 {
	floor := or(s.Args.MinLRRate, 0)
	if s.Args.MinLR != nil {
		floor = *s.Args.MinLR / s.LR
	}
	return math.Max(0, float64(s.wave(k)*(1-floor))+floor)
}

func (s *Schedule) polynomial(k float64) float64 {
	end := or(s.Args.LREnd, 1e-7)
	if k > float64(s.TotalSteps) || s.TotalSteps <= s.WarmupSteps {
		return end / s.LR
	}
	left := 1 - (k-float64(s.WarmupSteps))/float64(s.TotalSteps-s.WarmupSteps)
	return (float64((s.LR-end)*math.Pow(left, or(s.Args.Power, 1))) + end) / s.LR
}

func (s *Schedule) inverseSqrt(k float64) float64 {
	timescale := 10000.0
	if s.WarmupSteps > 0 {
		timescale = float64(s.WarmupSteps)
	}
	timescale = or(s.Args.Timescale, timescale)
	return 1 / math.Sqrt((k+timescale-float64(s.WarmupSteps))/timescale)
}
