package train

import (
	"context"
	"io"
	"time"

	"lapidary/autograd"
	"lapidary/autograd/nn"
	"lapidary/data"
	"lapidary/kernels"
	"lapidary/tensor"
)

// Model is what a run trains.
type Model interface {
	// Parameters lists what is trained, in a fixed order, under fixed names.
	Parameters() []*nn.Parameter
	// Loss scores the label tokens of a micro-batch. It returns scale times the sum of their losses as the end of the
	// tape, and the sum itself. Randomness comes from the tape's key; a tape that does not record drops nothing.
	Loss(t *autograd.Tape, b nn.Batch, scale float32) (loss *autograd.Var, sum float64)
}

// Store saves a model and gets it back.
type Store interface {
	// Save writes all that is needed to use the trained model: adapter and configuration, or a whole checkpoint, and
	// the tokenizer's files. Trained parameters are written as float32.
	Save(files Files) error
	// Restore gives the parameters the values that Save wrote into a directory, bit for bit.
	Restore(dir string) error
}

// Publisher is a Store that writes the result of a run in another form than its checkpoints, such as a smaller type.
type Publisher interface {
	Publish(files Files) error
}

// Files is where files are written: a checkpoint in the making, or a directory.
type Files interface {
	WriteFile(name string, write func(io.Writer) error) error
}

// Dataset is rows of tokens. A row is one document, or several that were packed; they never see each other.
type Dataset interface {
	Len() int
	Row(i int) data.Example
}

// Rows is a Dataset in memory.
type Rows []data.Example

// Len implements Dataset.
func (r Rows) Len() int { return len(r) }

// Row implements Dataset.
func (r Rows) Row(i int) data.Example { return r[i] }

// Inputs is what a run works on.
type Inputs struct {
	Model Model
	Store Store
	Train Dataset
	Eval  Dataset // may be nil
	Pool  *kernels.Pool
	// Activations is the type that activations are stored in; the zero value means F32.
	Activations tensor.DType
	// ArenaBytes is what the memory of activations may grow to before that of steps of other sizes is given back; 0 means
	// no limit. It is no limit to one step.
	ArenaBytes int64
	// Evaluate gives more metrics at an evaluation, such as function-call scores, without the prefix eval_. May be nil.
	Evaluate func(ctx context.Context, step int) (map[string]float64, error)
	// Fingerprints identify what the caller read or decided: model, tokenizer, template, adapter, build, precision. A run
	// is not resumed with others. Those of the data and of the configuration are added here.
	Fingerprints map[string]string
	// SaveBytes is how much Store.Save writes, for the check of free space; 0 means the parameters' size.
	SaveBytes int64
	Card      Card
	Hooks     Hooks

	crash func(point string) // tests stop the process here
	now   func() time.Time   // tests set the clock; nil: time.Now
}

// Hooks tell what happens while it happens. Each may be nil; they are called from the goroutine that called Run.
type Hooks struct {
	Started   func(Started)
	Step      func(StepReport)
	Evaluated func(EvalReport)
	Saved     func(dir string, step int)
	// Problem is something that a user should read although the run goes on, such as a checkpoint that could not be
	// saved or a step that was skipped.
	Problem func(err error)
}

func (h Hooks) started(s Started) {
	if h.Started != nil {
		h.Started(s)
	}
}

func (h Hooks) step(s StepReport) {
	if h.Step != nil {
		h.Step(s)
	}
}

func (h Hooks) evaluated(e EvalReport) {
	if h.Evaluated != nil {
		h.Evaluated(e)
	}
}

func (h Hooks) saved(dir string, step int) {
	if h.Saved != nil {
		h.Saved(dir, step)
	}
}

func (h Hooks) problem(err error) {
	if h.Problem != nil {
		h.Problem(err)
	}
}
