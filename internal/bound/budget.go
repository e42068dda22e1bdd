package bound

import (
	"errors"
	"fmt"
)

// ErrDepth marks input nested more deeply than its reader allows.
var ErrDepth = errors.New("nested too deeply")

// ErrSteps marks input that asks for more work than its reader allows.
var ErrSteps = errors.New("too many steps")

// Depth limits recursion. Call Enter on the way down and Leave on the way up.
type Depth struct {
	Max int
	now int
}

// Enter goes one level down, or reports ErrDepth and stays.
func (d *Depth) Enter() error {
	if d.now >= d.Max {
		return fmt.Errorf("%w: more than %d levels", ErrDepth, d.Max)
	}
	d.now++
	return nil
}

// Leave goes one level up.
func (d *Depth) Leave() { d.now-- }

// Steps limits work or output that input can cause.
type Steps struct {
	Max  int
	used int
}

// Spend takes n of what is left, or reports ErrSteps and takes nothing.
func (s *Steps) Spend(n int) error {
	if n < 0 || n > s.Max-s.used {
		return fmt.Errorf("%w: more than %d", ErrSteps, s.Max)
	}
	s.used += n
	return nil
}

// Left returns what may still be spent.
func (s *Steps) Left() int { return s.Max - s.used }
