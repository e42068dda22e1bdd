package tensor

import "slices"

// carved is a loan that waited and was cut into smaller ones.
type carved struct {
	whole  *Tensor
	used   int // elements, from the beginning
	pieces []*Tensor
}

const (
	carveRatio = 4  // a loan is cut from one at least so many times its size
	carveAlign = 32 // elements: a piece begins where a cache line does
)

// Carves tells whether an arena cuts loans of so many bytes from one of whole bytes that waits, for whoever plans memory.
func Carves(whole, piece int64) bool { return whole >= carveRatio*piece }

// carve cuts a loan from the largest early one that waits. A piece is never cut again.
func (a *Arena) carve(w, class, capacity int) *Tensor {
	for i := range a.carved {
		if c := &a.carved[i]; c.room(w) >= capacity {
			return a.cut(c, capacity)
		}
	}
	for k := numClasses - 1; k > class; k-- {
		list := a.free[w][k]
		at := slices.IndexFunc(list, func(t *Tensor) bool { return t.early })
		if at < 0 {
			continue
		}
		whole := list[at]
		if whole.capacity() < carveRatio*capacity {
			return nil
		}
		list[at] = list[len(list)-1]
		a.free[w][k] = list[:len(list)-1]
		n := len(a.carved)
		if n == cap(a.carved) {
			a.carved = append(a.carved, carved{})
		}
		a.carved = a.carved[:n+1]
		c := &a.carved[n]
		c.whole, c.used, c.pieces = whole, 0, c.pieces[:0]
		return a.cut(c, capacity)
	}
	return nil
}

// room is how many elements of width w a piece may have.
func (c *carved) room(w int) int {
	if width(c.whole.dtype) != w {
		return 0
	}
	return c.whole.capacity() - c.used
}

func (a *Arena) cut(c *carved, capacity int) *Tensor {
	var t *Tensor
	if n := len(a.headers); n > 0 {
		t, a.headers = a.headers[n-1], a.headers[:n-1]
	} else {
		t = &Tensor{shape: make([]int, 0, 2)}
	}
	lo, hi := c.used, c.used+capacity
	if c.whole.f32 != nil {
		t.f32 = c.whole.f32[:c.whole.capacity()][lo:hi:hi]
	} else {
		t.u16 = c.whole.u16[:c.whole.capacity()][lo:hi:hi]
	}
	c.used = min((hi+carveAlign-1)/carveAlign*carveAlign, c.whole.capacity())
	c.pieces = append(c.pieces, t)
	return t
}

func (t *Tensor) capacity() int { return cap(t.f32) + cap(t.u16) }

// Mend puts together what was carved and has come back whole.
func (a *Arena) Mend() {
	for i := 0; i < len(a.carved); {
		c := a.carved[i]
		if !a.waiting(c.pieces) {
			i++
			continue
		}
		for _, p := range c.pieces {
			a.withdraw(p)
			p.f32, p.u16 = nil, nil
			a.headers = append(a.headers, p)
		}
		class, _ := sizeClass(c.whole.capacity())
		w := width(c.whole.dtype)
		a.free[w][class] = append(a.free[w][class], c.whole)
		last := len(a.carved) - 1
		a.carved[i], a.carved[last] = a.carved[last], carved{pieces: c.pieces[:0]}
		a.carved = a.carved[:last]
	}
}

// withdraw takes a tensor out of those that wait.
func (a *Arena) withdraw(t *Tensor) {
	class, _ := sizeClass(t.capacity())
	list := &a.free[width(t.dtype)][class]
	i := slices.Index(*list, t)
	(*list)[i] = (*list)[len(*list)-1]
	*list = (*list)[:len(*list)-1]
}

// waiting reports whether all of the pieces have been given back.
func (a *Arena) waiting(pieces []*Tensor) bool {
	for _, p := range pieces {
		class, _ := sizeClass(p.capacity())
		if !slices.Contains(a.free[width(p.dtype)][class], p) {
			return false
		}
	}
	return true
}

// abandonCarved counts what is left of carved loans as given up, with pieces that are still lent.
func (a *Arena) abandonCarved() {
	for _, c := range a.carved {
		left := c.whole.capacity()
		for _, p := range c.pieces {
			left -= p.capacity()
		}
		a.bytes -= int64(left) * int64(2+2*width(c.whole.dtype))
	}
	clear(a.carved)
	a.carved = a.carved[:0]
}
