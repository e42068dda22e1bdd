package tensor

import (
	"fmt"
	"math"
	"math/bits"
	"runtime"
)

// Arena lends tensors and takes them back, so that a training step that looks like the one before it allocates
// nothing. Contents are undefined on loan. An Arena belongs to one goroutine.
type Arena struct {
	// Poison fills what is given back with NaN, so that a test sees a reader that held on for too long.
	Poison bool
	// Limit, where not zero, is how many bytes the arena may take before it gives up what waits for other sizes.
	Limit int64
	// Carve lets a loan be cut, until Mend, from a much larger one that was lent before Carve was set and waits. It is for
	// the end of a pass, when what was large earlier will not be wanted again before Mend; what only the end of a pass
	// lends stays whole, for the end of the next one will want it.
	Carve bool

	free  [2][numClasses][]*Tensor // by element width (2, 4 bytes) and size class
	bytes int64                    // lent and waiting, together

	carved  []carved
	headers []*Tensor // of pieces, for the next ones
}

// Size classes are eighths of powers of two: a loan wastes at most one ninth of its memory.
const numClasses = 8 * 48

func sizeClass(n int) (class, capacity int) {
	if n <= 8 {
		return 0, 8
	}
	exp := bits.Len(uint(n-1)) - 1 // 2^exp <= n-1 < 2^(exp+1)
	step := 1 << max(exp-3, 0)     // an eighth of the power of two
	k := (n - 1 - 1<<exp) / step   // which eighth
	return 8*(exp-2) + k, 1<<exp + (k+1)*step
}

// LoanSize is how many bytes an arena takes to lend n elements, for whoever plans memory.
func LoanSize(d DType, n int) int64 {
	if n <= 0 {
		return 0
	}
	_, capacity := sizeClass(n)
	return int64(capacity) * int64(2+2*width(d))
}

func width(d DType) int {
	switch d {
	case F32:
		return 1
	case BF16, F16:
		return 0
	}
	panic("tensor: an arena holds no " + d.String())
}

// Get lends a matrix of undefined contents.
func (a *Arena) Get(dtype DType, rows, cols int) *Tensor {
	n, w := rows*cols, width(dtype)
	class, capacity := sizeClass(n)
	t := a.take(w, class)
	if t == nil && a.Carve {
		t = a.carve(w, class, capacity)
	}
	if t == nil {
		a.makeRoom(int64(capacity) * int64(2+2*w))
		t = &Tensor{shape: make([]int, 0, 2)}
		if w == 1 {
			t.f32 = make([]float32, capacity)
		} else {
			t.u16 = make([]uint16, capacity)
		}
		a.bytes += int64(capacity) * int64(2+2*w)
	}
	t.dtype, t.shape, t.early = dtype, append(t.shape[:0], rows, cols), !a.Carve
	if w == 1 {
		t.f32 = t.f32[:n]
	} else {
		t.u16 = t.u16[:n]
	}
	return t
}

// makeRoom keeps steps of many sizes from each leaving their memory behind.
func (a *Arena) makeRoom(bytes int64) {
	if before := a.bytes; a.Limit > 0 && before+bytes > a.Limit {
		if a.Drop(); a.bytes < before {
			runtime.GC() // what was dropped must go before more is taken
		}
	}
}

// take finds a tensor that waits, of the class or, failing that, of the next ones above: a chunk of rows that is
// slightly shorter than the one before it must not take memory of its own.
func (a *Arena) take(w, class int) *Tensor {
	for c := class; c < min(class+3, numClasses); c++ {
		if list := a.free[w][c]; len(list) > 0 {
			t := list[len(list)-1]
			a.free[w][c] = list[:len(list)-1]
			return t
		}
	}
	return nil
}

// Put takes a loan back. The caller, and everybody it showed the tensor to, must not touch it again.
func (a *Arena) Put(t *Tensor) {
	w := width(t.dtype)
	have := t.capacity()
	class, capacity := sizeClass(have)
	if capacity != have || have < t.Len() {
		panic(fmt.Sprintf("tensor: Put of a tensor that no arena lent: %v %v", t.dtype, t.shape))
	}
	if a.Poison {
		t.poison()
	}
	a.free[w][class] = append(a.free[w][class], t)
}

func (t *Tensor) poison() {
	for i := range t.f32 {
		t.f32[i] = float32(math.NaN())
	}
	for i := range t.u16 {
		t.u16[i] = 0x7fff // NaN in both 16-bit formats
	}
}

// Bytes tells how much memory the arena has taken from the system so far.
func (a *Arena) Bytes() int64 { return a.bytes }

// Drop forgets the tensors that wait, for a step of another size; the garbage collector takes them.
func (a *Arena) Drop() {
	a.Mend()
	for w := range a.free {
		for c := range a.free[w] {
			for i, t := range a.free[w][c] {
				a.bytes -= int64(cap(t.f32))*4 + int64(cap(t.u16))*2
				a.free[w][c][i] = nil
			}
			a.free[w][c] = a.free[w][c][:0]
		}
	}
	a.abandonCarved()
}
