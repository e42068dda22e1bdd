package autograd

// slab hands out records that live as long as a pass and are used again by the next.
type slab[T any] struct {
	items []*T
	used  int
}

type resetter interface{ reset() }

func (s *slab[T]) take() *T {
	if s.used == len(s.items) {
		s.items = append(s.items, new(T))
	}
	s.used++
	return s.items[s.used-1]
}

func (s *slab[T]) each(f func(*T)) {
	for _, x := range s.items[:s.used] {
		f(x)
	}
}

func (s *slab[T]) reset() {
	var zero T
	for _, x := range s.items[:s.used] {
		*x = zero
	}
	s.used = 0
}

// NewOp lends the record of an operation of type T, zeroed, until the tape's Reset.
func NewOp[T any](t *Tape) *T {
	key := any((*T)(nil))
	s, ok := t.slabs[key].(*slab[T])
	if !ok {
		s = new(slab[T])
		t.slabs[key] = s
	}
	return s.take()
}
