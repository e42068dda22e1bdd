package train

import (
	"errors"
	"fmt"
	"strings"

	"lapidary/internal/bound"
)

// ErrInterrupted marks a run that its context ended. The last finished step is saved, unless the error is a SaveError
// too.
var ErrInterrupted = errors.New("interrupted")

// DivergedError ends a run whose numbers stopped being finite.
type DivergedError struct {
	Step int
	What string
}

func (e *DivergedError) Error() string {
	return fmt.Sprintf("diverged at step %d: %s; a lower learning_rate or a smaller max_grad_norm may help", e.Step, e.What)
}

// SkippedError tells of a step that wrote nothing; the run goes on unless there are three in a row.
type SkippedError struct {
	Step int
	Why  string
	Rows []string // file:line of the rows of the step
}

func (e *SkippedError) Error() string {
	rows := strings.Join(e.Rows[:min(len(e.Rows), 8)], ", ")
	if len(e.Rows) > 8 {
		rows += fmt.Sprintf(" and %d more", len(e.Rows)-8)
	}
	return fmt.Sprintf("step %d was skipped: %s; rows %s", e.Step, e.Why, bound.Escape(rows, 400))
}

// SaveError says that what the run made could not be written.
type SaveError struct {
	Step int
	Err  error
}

func (e *SaveError) Error() string { return fmt.Sprintf("save after step %d: %v", e.Step, e.Err) }
func (e *SaveError) Unwrap() error { return e.Err }

// ResourceError refuses a run that would not fit.
type ResourceError struct {
	What       string // "disk space of DIR"
	Need, Have int64  // bytes
}

func (e *ResourceError) Error() string {
	return fmt.Sprintf("not enough %s: %.1f MiB needed, %.1f MiB there", e.What, float64(e.Need)/(1<<20), float64(e.Have)/(1<<20))
}

// OccupiedError refuses to begin a run where another one's checkpoints are.
type OccupiedError struct {
	Dir        string
	Checkpoint string
}

func (e *OccupiedError) Error() string {
	return fmt.Sprintf("output_dir: %s holds %s of an earlier run: resume it (resume_from_checkpoint: latest), choose another directory, or set overwrite_output_dir",
		e.Dir, e.Checkpoint)
}

// MismatchError refuses a resume with other inputs than the checkpoint's.
type MismatchError struct {
	Checkpoint  string
	Differences []Difference
}

// Difference is one input that changed. Field is a configuration key or the name of a fingerprint.
type Difference struct{ Field, Then, Now string }

func (d Difference) String() string {
	return fmt.Sprintf("%s: was %s, is %s", d.Field, bound.Escape(d.Then, 80), bound.Escape(d.Now, 80))
}

func (e *MismatchError) Error() string {
	parts := make([]string, len(e.Differences))
	for i, d := range e.Differences {
		parts[i] = d.String()
	}
	return fmt.Sprintf("%s belongs to another run: %s; resume_force goes on all the same", e.Checkpoint, strings.Join(parts, "; "))
}

// CheckpointError says that a checkpoint cannot be used.
type CheckpointError struct {
	Dir string
	Err error
}

func (e *CheckpointError) Error() string { return fmt.Sprintf("checkpoint %s: %v", e.Dir, e.Err) }
func (e *CheckpointError) Unwrap() error { return e.Err }
