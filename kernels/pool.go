package kernels

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"unsafe"
)

// Task is the body of a parallel loop. Implementations are pointers to structs that live longer than one call, so
// that a loop in steady state allocates nothing.
type Task interface {
	// Do handles index i. Calls with one worker number never overlap, so it may index scratch memory.
	Do(worker, i int)
}

// Pool is a fixed set of workers. It serves one caller at a time; the caller takes part as worker 0.
type Pool struct {
	workers int
	helpers []helper
	busy    atomic.Bool
	closed  bool
	spins   int // how often a waiting goroutine looks before it sleeps

	task    Task
	n       int64
	next    atomic.Int64
	running atomic.Int32  // helpers at work, and asleep where the caller sleeps
	done    chan struct{} // wakes the caller
	failure atomic.Pointer[WorkerPanic]

	scratch   [][]float32    // per worker, see workerScratch
	columns   []workerColumn // per worker
	gemm      gemmState
	likeliest likeliest
}

// workerColumn is what a worker multiplies at the moment; a local variable would move to the heap with every call
// through a table. The padding keeps neighbours out of its cache lines.
type workerColumn struct {
	column
	_ [128]byte
}

// WorkerPanic is what Run panics with when a task has panicked: the task's value and the stack it was lost on.
type WorkerPanic struct {
	Value any
	Stack []byte
}

func (w *WorkerPanic) Error() string {
	return fmt.Sprintf("kernels: panic in a pool worker: %v\n%s", w.Value, w.Stack)
}

// helper is where a worker is told that there is work. The padding keeps neighbours out of its cache line.
type helper struct {
	state atomic.Int32
	wake  chan struct{} // where it sleeps
	_     [112]byte
}

// What a helper is told, and tells.
const (
	looking  int32 = iota // the helper looks for work
	sleeping              // it must be woken by its channel
	working
	leaving // the pool is closed
)

// asleep is added to Pool.running by a caller that sleeps.
const asleep = 1 << 30

// spins is how often a waiting goroutine looks for news, about 40 microseconds: longer than what usually lies between two
// loops of a small model, and of the order of what waking a thread takes. Where there are more workers than processors
// they do not look at all.
const spins = 20_000

// NewPool starts a pool; workers below one count as one. Close ends its goroutines.
func NewPool(workers int) *Pool {
	p := &Pool{workers: max(workers, 1), done: make(chan struct{}, 1)}
	if p.workers <= runtime.GOMAXPROCS(0) {
		p.spins = spins
	}
	p.scratch, p.columns = make([][]float32, p.workers), make([]workerColumn, p.workers)
	p.helpers = make([]helper, p.workers-1)
	for i := range p.helpers {
		p.helpers[i].wake = make(chan struct{}, 1)
		go p.serve(i+1, &p.helpers[i])
	}
	return p
}

// Workers is the number of workers, the caller included.
func (p *Pool) Workers() int { return p.workers }

// Close ends the workers. The pool must be idle.
func (p *Pool) Close() {
	p.enter()
	defer p.busy.Store(false)
	if p.closed {
		return
	}
	p.closed = true
	for i := range p.helpers {
		p.helpers[i].tell(leaving)
	}
}

// Run calls t.Do(worker, i) once for every i in [0, n), in no particular order, and returns when all are done.
// Indices are handed out one by one, so uneven ones balance. A panic in t.Do stops the loop and panics here.
// Calling Run from inside t.Do, or from two goroutines at once, panics.
func (p *Pool) Run(n int, t Task) {
	p.enter()
	defer p.busy.Store(false)
	if p.closed {
		panic("kernels: Pool.Run after Close")
	}
	p.task, p.n = t, int64(n)
	p.next.Store(0)
	if helpers := min(len(p.helpers), n-1); helpers > 0 {
		p.running.Store(int32(helpers))
		for i := range p.helpers[:helpers] {
			p.helpers[i].tell(working)
		}
	}
	p.work(0)
	p.wait()
	p.task = nil
	if f := p.failure.Swap(nil); f != nil {
		panic(f)
	}
}

func (p *Pool) enter() {
	if !p.busy.CompareAndSwap(false, true) {
		panic("kernels: a Pool is in use already: nested or concurrent Run")
	}
}

// tell gives a helper its next state, and wakes it where it sleeps.
func (h *helper) tell(state int32) {
	if h.state.Swap(state) == sleeping {
		h.wake <- struct{}{}
	}
}

// await is what a helper does between loops: it looks for a while, then sleeps. It returns what it was told.
func (h *helper) await(spins int) int32 {
	for range spins {
		if s := h.state.Load(); s != looking {
			return s
		}
	}
	if h.state.CompareAndSwap(looking, sleeping) {
		<-h.wake
	}
	return h.state.Load()
}

func (p *Pool) serve(w int, h *helper) {
	for h.await(p.spins) == working {
		h.state.Store(looking) // the next loop begins after this one's end
		p.work(w)
		if p.running.Add(-1) == asleep {
			p.done <- struct{}{}
		}
	}
}

// wait returns when no helper is at work.
func (p *Pool) wait() {
	for range p.spins {
		if p.running.Load() == 0 {
			return
		}
	}
	if p.running.Add(asleep) != asleep {
		<-p.done
	}
	p.running.Store(0)
}

func (p *Pool) work(w int) {
	defer p.catch()
	for {
		i := p.next.Add(1) - 1
		if i >= p.n {
			return
		}
		p.task.Do(w, int(i))
	}
}

// catch keeps the first panic for the caller and lets the other workers run out of indices.
func (p *Pool) catch() {
	if v := recover(); v != nil {
		p.failure.CompareAndSwap(nil, &WorkerPanic{v, debug.Stack()})
		p.next.Store(p.n)
	}
}

// workerScratch is at least n floats of memory that belong to worker w until its next call.
func (p *Pool) workerScratch(w, n int) []float32 {
	if len(p.scratch[w]) < n {
		p.scratch[w] = alignedFloats(n)
	}
	return p.scratch[w][:n]
}

// alignedFloats is memory that starts at a cache line, and at a huge page where it fills one: panels are read all over,
// and the page walks of a small page cost more than the line they find.
func alignedFloats(n int) []float32 {
	align := 64
	if 4*n >= hugePage {
		align = hugePage
		n = ceilTo(n, hugePage/4)
	}
	f := make([]float32, n+align/4)
	skip := int(-uintptr(unsafe.Pointer(&f[0])) % uintptr(align) / 4)
	f = f[skip : skip+n]
	if align == hugePage {
		adviseHuge(unsafe.Slice((*byte)(unsafe.Pointer(&f[0])), 4*n))
	}
	return f
}

// hugePage is the size of a large page on amd64 and most arm64 systems.
const hugePage = 2 << 20
