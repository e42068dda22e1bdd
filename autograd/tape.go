package autograd

import (
	"fmt"

	"lapidary/kernels"
	"lapidary/tensor"
)

// Op is one recorded operation. Backward reads the gradient of the operation's result and adds to those of its
// inputs, with Tape.GradOut and Tape.GradDone.
type Op interface {
	Backward(t *Tape)
}

// maxSaved bounds the variables whose values one operation reads again in the backward walk.
const maxSaved = 6

type entry struct {
	op    Op
	out   *Var // its gradient is given back after op.Backward; nil for an operation that works in place
	saved [maxSaved]*Var
}

// Tape records one forward pass. It belongs to one goroutine; the kernels below it use the pool's workers.
type Tape struct {
	pool      *kernels.Pool
	arena     tensor.Arena
	act       tensor.DType
	round     bool // products round their operands to bfloat16
	recording bool
	// KeepAll keeps what could be made again for the backward walk: more memory, a little less time, the same bits.
	KeepAll bool

	key  uint64
	poll func()

	entries []entry
	vars    slab[Var]
	ids     []int32 // scratch of Embedding's backward
	live    []*Var  // variables whose Data the arena lent, in order of creation
	slabs   map[any]resetter
}

// NewTape makes a tape whose activations are float32.
func NewTape(pool *kernels.Pool) *Tape {
	return &Tape{pool: pool, act: tensor.F32, recording: true, slabs: map[any]resetter{}}
}

// SetActivations chooses the type that activations are stored in: F32 or BF16. Sums over the residual stream,
// gradients and parameters stay float32. With BF16 the operands of products, gradients and trained weights among them,
// are rounded to bfloat16 where the CPU multiplies that faster, as torch does under autocast; sums are float32.
func (t *Tape) SetActivations(d tensor.DType) {
	t.act = d
	t.round = d == tensor.BF16 && multipliesBF16(kernels.Active())
}

func multipliesBF16(l kernels.Level) bool {
	return l == kernels.AVX512BF16 || l == kernels.AMX || l == kernels.NEONBF16
}

// gemm is kernels.Gemm in the precision of the run.
func (t *Tape) gemm(transA, transB bool, alpha float32, a, b kernels.Mat, beta float32, c kernels.Mat) {
	if t.round {
		kernels.GemmBF16(t.pool, transA, transB, alpha, a, b, beta, c)
	} else {
		kernels.Gemm(t.pool, transA, transB, alpha, a, b, beta, c)
	}
}

// Activations returns the type that activations are stored in.
func (t *Tape) Activations() tensor.DType { return t.act }

// SetKey gives the pass its randomness: dropout masks are a pure function of this key and the place they are used.
// Zero takes it away.
func (t *Tape) SetKey(key uint64) { t.key = key }

// Key derives the randomness of one place in the model.
func (t *Tape) Key(place uint64) uint64 { return kernels.Hash64(t.key, place) }

// SetPoll installs a function that is called between operations; it may panic to abandon the pass.
func (t *Tape) SetPoll(poll func()) { t.poll = poll }

// Random reports whether the pass has randomness. A key of zero, as every new tape has, means none: evaluation and
// generation drop nothing.
func (t *Tape) Random() bool { return t.key != 0 }

// Pool returns the workers that kernels run on.
func (t *Tape) Pool() *kernels.Pool { return t.pool }

// Arena returns the lender of the tape's memory.
func (t *Tape) Arena() *tensor.Arena { return &t.arena }

// Recording reports whether operations are being recorded for a backward walk.
func (t *Tape) Recording() bool { return t.recording }

// NoGrad runs f without recording and without randomness; results do not hold on to what they were made from.
func (t *Tape) NoGrad(f func()) {
	was, key := t.recording, t.key
	t.recording, t.key = false, 0
	defer func() { t.recording, t.key = was, key }()
	f()
}

// New lends a variable for an operation's result; its contents are undefined.
func (t *Tape) New(d tensor.DType, rows, cols int, needsGrad bool) *Var {
	if t.poll != nil {
		t.poll()
	}
	v := t.vars.take()
	*v = Var{Data: t.arena.Get(d, rows, cols), rows: rows, cols: cols, dtype: d, needs: needsGrad}
	t.live = append(t.live, v)
	return v
}

// Scratch lends a matrix that the caller gives back with Free before it returns, or saves in its Op.
func (t *Tape) Scratch(d tensor.DType, rows, cols int) *tensor.Tensor {
	return t.arena.Get(d, rows, cols)
}

// Free gives a scratch matrix back.
func (t *Tape) Free(x *tensor.Tensor) { t.arena.Put(x) }

// Record adds an operation. saved are the variables whose Data the backward walk will read, or that a Remaker makes out
// from. Nothing is recorded when the tape is not recording or no gradient is wanted.
func (t *Tape) Record(op Op, out *Var, saved ...*Var) {
	e := entry{op: op, out: out}
	if m, ok := op.(Remaker); ok && !t.KeepAll {
		out.maker = m
	}
	for i, v := range saved {
		e.saved[i] = v
		v.saved++
	}
	t.entries = append(t.entries, e)
}

// Mutate announces an operation that changes y in place, reading inputs: no recorded operation may hold on to y, and
// from now on a gradient flows to y if one must flow to an input.
func (t *Tape) Mutate(y *Var, inputs ...*Var) {
	if y.saved > 0 || y.leaf {
		panic(fmt.Sprintf("autograd: Mutate: %v is read by %d recorded operations (leaf: %v)", y, y.saved, y.leaf))
	}
	y.needs = y.needs || AnyNeedsGrad(inputs...)
}

// Wants reports whether an operation whose inputs are given must be recorded.
func (t *Tape) Wants(inputs ...*Var) bool { return t.recording && AnyNeedsGrad(inputs...) }

// AnyNeedsGrad reports whether a gradient must flow to one of the variables.
func AnyNeedsGrad(vs ...*Var) bool {
	for _, v := range vs {
		if v.needs {
			return true
		}
	}
	return false
}

// Backward walks the whole tape from a loss [1,1], with gradient one.
func (t *Tape) Backward(loss *Var) {
	if loss.needs {
		t.GradOut(loss).F32()[0] = 1
	}
	t.arena.Carve = true // from here on no logits are wanted: their memory serves gradients
	t.walk(0)
}

// walk undoes the recorded operations from the last to the one at index from, releasing memory as it goes.
func (t *Tape) walk(from int) {
	for i := len(t.entries) - 1; i >= from; i-- {
		if t.poll != nil {
			t.poll()
		}
		e := t.entries[i]
		t.entries[i] = entry{}
		t.entries = t.entries[:i] // a checkpoint records its block again, from here
		for _, v := range e.saved {
			if v == nil {
				break
			}
			t.restore(v)
		}
		e.op.Backward(t)
		if e.out != nil {
			t.dropGrad(e.out)
		}
		for _, v := range e.saved {
			if v == nil {
				break
			}
			if v.saved--; v.saved == 0 {
				t.dropData(v)
			}
		}
	}
}
