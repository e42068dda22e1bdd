package kernels

import "unsafe"

// prefetcher calls the source of the next block of the streamed side into L2 while the tiles of this one are at work,
// a few rows with every tile. Weights come from memory; without it a packer waits for each line.
type prefetcher struct {
	at                   unsafe.Pointer
	stride, rows, length int // bytes, rows left, bytes
	perTile, step        int
	perColumn            int // rows with every column of tiles
}

// prefetchSource prepares words [q0, q0+block) of rows [r0, r1) of a side, to be called in during tiles tiles in columns
// columns.
func (g *gemmState) prefetchSource(s *side, r0, r1, q0, tiles, columns int) prefetcher {
	e0 := q0 * g.perWord()
	e1 := min(e0+g.block*g.perWord(), g.k, g.q1*g.perWord())
	if e0 >= e1 {
		return prefetcher{}
	}
	st := s.m.Storage
	p := prefetcher{stride: st.Bytes(s.m.Stride)}
	if s.down {
		p.at, p.rows, p.length = s.m.pointer(e0, r0), e1-e0, st.Bytes(r1-r0)
	} else {
		p.at, p.rows, p.length = s.m.pointer(r0, e0), r1-r0, st.Bytes(e1-e0)
	}
	p.perTile = min((p.rows+tiles-1)/tiles, g.ks.ahead)
	p.perColumn = (p.rows + columns - 1) / columns
	p.step = p.length / max(1, g.block/4)
	return p
}

// take returns what the next tile prefetches over its steps: rows of the source or, when there are none, its own sums, size
// bytes that it will add to at its end.
func (p *prefetcher) take(sums unsafe.Pointer, size, steps int) (next unsafe.Pointer, stride, step int) {
	n := min(p.perTile, p.rows)
	if n == 0 {
		return sums, 0, size / max(1, steps/4)
	}
	next = p.at
	if n > 1 {
		stride = p.stride
	}
	if p.rows -= n; p.rows > 0 {
		p.at = unsafe.Add(p.at, n*p.stride)
	}
	return next, stride, p.step
}

// rowsOf is the number of rows that a column of tiles whole tiles takes: all columns of the block share them.
func (p *prefetcher) rowsOf(tiles int) int { return min(p.rows, tiles, p.perColumn) }

// takeRows returns what tiles of the next column prefetch, a row each, and how far a row is from the next.
func (p *prefetcher) takeRows(n, steps int) (next uintptr, stride, step int) {
	next, stride, step = uintptr(p.at), p.stride, p.length/max(1, steps/16)
	if p.rows -= n; p.rows > 0 {
		p.at = unsafe.Add(p.at, n*p.stride)
	}
	return next, stride, step
}

// pointer is the address of element (r, c), or of the byte it is in.
func (m *Mat) pointer(r, c int) unsafe.Pointer {
	i := r*m.Stride + c
	switch m.Storage {
	case F32:
		return unsafe.Pointer(&m.F32[i])
	case I8:
		return unsafe.Pointer(&m.Q.Codes[m.From+i])
	case NF4:
		return unsafe.Pointer(&m.Q.Codes[(m.From+i)/2])
	}
	return unsafe.Pointer(&m.U16[i])
}
