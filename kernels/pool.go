package kernels

import (
	"fmt"
	"runtime/debug"
	"sync"
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
	wake    []chan struct{} // one per helper, capacity 1
	busy    atomic.Bool
	closed  bool

	task    Task
	n       int64
	next    atomic.Int64
	running sync.WaitGroup
	failure atomic.Pointer[WorkerPanic]

	scratch [][]float32    // per worker, see workerScratch
	columns []workerColumn // per worker
	gemm    gemmState
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

// NewPool starts a pool; workers below one count as one. Close ends its goroutines.
func NewPool(workers int) *Pool {
	p := &Pool{workers: max(workers, 1)}
	p.scratch, p.columns = make([][]float32, p.workers), make([]workerColumn, p.workers)
	for w := 1; w < p.workers; w++ {
		c := make(chan struct{}, 1)
		p.wake = append(p.wake, c)
		go p.serve(w, c)
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
	for _, c := range p.wake {
		close(c)
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
	helpers := min(len(p.wake), n-1)
	if helpers > 0 {
		p.running.Add(helpers)
		for _, c := range p.wake[:helpers] {
			c <- struct{}{}
		}
	}
	p.work(0)
	p.running.Wait()
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

func (p *Pool) serve(w int, wake <-chan struct{}) {
	for range wake {
		p.work(w)
		p.running.Done()
	}
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
