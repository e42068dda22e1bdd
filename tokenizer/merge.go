package tokenizer

import "math/bits"

// symbol is a run of text that has been merged so far.
type symbol struct {
	id         int32  // Hugging Face rules: its piece
	start, end int32  // SentencePiece rules: its range of encoder.norm
	raw        int32  // bytes of the original text; of the byte tokens of a character the last has them all
	rank       uint32 // of merging it with its right neighbour
	prev, next int32  // heap walk only
	dead       bool   // heap walk only: joined into its left neighbour
}

// noRank is the rank of a pair that does not merge.
const noRank = ^uint32(0)

// shortPart is the length up to which a scan for the best pair beats a heap.
const shortPart = 24

// merge encodes s, which no cut divides, into e.toks.
func (e *encoder) merge(s string) {
	e.symbols(s)
	if len(e.syms) <= shortPart {
		e.mergeShort()
	} else {
		e.mergeLong()
	}
	e.toks = e.toks[:0]
	for i := range e.syms {
		if sym := &e.syms[i]; !sym.dead {
			e.output(sym)
		}
	}
}

// mergeShort joins the pair of least rank, leftmost first, until none is left.
func (e *encoder) mergeShort() {
	syms := e.syms
	for i := range len(syms) - 1 {
		syms[i].rank = e.rank(&syms[i], &syms[i+1])
	}
	for {
		best, at := noRank, -1
		for i := range len(syms) - 1 {
			if syms[i].rank < best {
				best, at = syms[i].rank, i
			}
		}
		if at < 0 {
			break
		}
		e.join(&syms[at], &syms[at+1], best)
		copy(syms[at+1:], syms[at+2:])
		syms = syms[:len(syms)-1]
		if at > 0 {
			syms[at-1].rank = e.rank(&syms[at-1], &syms[at])
		}
		if at+1 < len(syms) {
			syms[at].rank = e.rank(&syms[at], &syms[at+1])
		}
	}
	e.syms = syms
}

// mergeLong does the same with a heap of (rank, position); an entry is stale when the pair at its position has
// another rank by now.
func (e *encoder) mergeLong() {
	syms := e.syms
	last := len(syms) - 1
	e.heap = e.heap[:0]
	for i := range syms {
		syms[i].prev, syms[i].next, syms[i].rank = int32(i-1), int32(i+1), noRank
		if i < last {
			if syms[i].rank = e.rank(&syms[i], &syms[i+1]); syms[i].rank != noRank {
				e.heap = append(e.heap, heapKey(syms[i].rank, i))
			}
		}
	}
	e.heap.init()
	for len(e.heap) > 0 {
		key := e.heap.pop()
		at, rank := int(uint32(key)), uint32(key>>32)
		left := &syms[at]
		if left.dead || left.rank != rank {
			continue
		}
		right := &syms[left.next]
		e.join(left, right, rank)
		right.dead = true
		left.next = right.next
		left.rank = noRank
		if int(left.next) <= last {
			syms[left.next].prev = int32(at)
			e.offer(left, &syms[left.next], at)
		}
		if left.prev >= 0 {
			e.offer(&syms[left.prev], left, int(left.prev))
		}
	}
}

func (e *encoder) offer(a, b *symbol, at int) {
	if a.rank = e.rank(a, b); a.rank != noRank {
		e.heap.push(heapKey(a.rank, at))
	}
}

// rank returns the rank of the pair, noRank when it does not merge.
func (e *encoder) rank(a, b *symbol) uint32 {
	t := e.t
	if t.rules == RulesHuggingFace {
		return t.merges.rank(a.id, b.id)
	}
	if int(b.end-a.start) > t.longest {
		return noRank
	}
	id := t.vocab.lookup(e.norm[a.start:b.end])
	if id < 0 {
		return noRank
	}
	switch t.vocab.kinds[id] {
	case kindUnused:
		if e.reverse == nil {
			e.reverse = make(map[string][2]string)
		}
		e.reverse[t.vocab.pieces[id]] = [2]string{string(e.norm[a.start:a.end]), string(e.norm[b.start:b.end])}
	case kindNormal, kindUser:
	default:
		return noRank
	}
	return t.scoreRank[id]
}

// join makes a out of a and b.
func (e *encoder) join(a, b *symbol, rank uint32) {
	if e.t.rules == RulesHuggingFace {
		a.id = e.t.merges.result[rank]
	}
	a.end = b.end
	a.raw += b.raw
}

// output appends the tokens of a finished symbol.
func (e *encoder) output(sym *symbol) {
	if e.t.rules == RulesHuggingFace {
		e.toks = append(e.toks, tok{sym.id, sym.raw})
		return
	}
	first := len(e.toks)
	e.resegment(string(e.norm[sym.start:sym.end]))
	for i := first; i < len(e.toks); i++ {
		e.toks[i].raw = 0
	}
	e.toks[len(e.toks)-1].raw = sym.raw
}

// resegment appends the tokens of a symbol under SentencePiece rules: unused pieces are taken apart again, what
// is no piece becomes bytes.
func (e *encoder) resegment(piece string) {
	t := e.t
	stack := []string{piece}
	for len(stack) > 0 {
		p := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		id := t.vocab.lookupString(p)
		if id >= 0 && t.vocab.kinds[id] == kindUnused {
			if parts, ok := e.reverse[p]; ok {
				stack = append(stack, parts[1], parts[0])
				continue
			}
		}
		if id >= 0 && t.vocab.kinds[id] != kindUnknown {
			e.toks = append(e.toks, tok{id: id})
			continue
		}
		for i := range len(p) {
			e.toks = append(e.toks, tok{id: t.byteIDs[p[i]]})
		}
	}
}

// mergeTable holds the ranked merges of a tokenizer.json: an open hash table of pairs.
type mergeTable struct {
	keys   []uint64 // left<<32|right, complemented so that 0 is empty
	ranks  []uint32
	result []int32 // by rank
	shift  uint
}

func newMergeTable(n int) *mergeTable {
	logSize := max(4, bits.Len(uint(n+n/2)))
	return &mergeTable{keys: make([]uint64, 1<<logSize), ranks: make([]uint32, 1<<logSize), shift: 64 - uint(logSize)}
}

func pairKey(a, b int32) uint64 { return ^(uint64(uint32(a))<<32 | uint64(uint32(b))) }

func (m *mergeTable) slot(key uint64) uint64 { return (key * 0x9e3779b97f4a7c15) >> m.shift }

// add gives a pair the next rank; a pair given twice keeps the later rank.
func (m *mergeTable) add(a, b, result int32) {
	key, mask := pairKey(a, b), uint64(len(m.keys)-1)
	i := m.slot(key)
	for m.keys[i] != 0 && m.keys[i] != key {
		i = (i + 1) & mask
	}
	m.keys[i], m.ranks[i] = key, uint32(len(m.result))
	m.result = append(m.result, result)
}

func (m *mergeTable) rank(a, b int32) uint32 {
	key, mask := pairKey(a, b), uint64(len(m.keys)-1)
	for i := m.slot(key); m.keys[i] != 0; i = (i + 1) & mask {
		if m.keys[i] == key {
			return m.ranks[i]
		}
	}
	return noRank
}

// rankHeap is a binary min-heap of rank<<32|position with four children a node: fewer cache misses than two.
type rankHeap []uint64

func heapKey(rank uint32, at int) uint64 { return uint64(rank)<<32 | uint64(uint32(at)) }

func (h rankHeap) init() {
	for i := (len(h) - 2) / 4; i >= 0 && len(h) > 1; i-- {
		h.down(i)
	}
}

func (h rankHeap) down(i int) {
	key := h[i]
	for {
		c := 4*i + 1
		if c >= len(h) {
			break
		}
		best := c
		for k := c + 1; k < min(c+4, len(h)); k++ {
			if h[k] < h[best] {
				best = k
			}
		}
		if h[best] >= key {
			break
		}
		h[i] = h[best]
		i = best
	}
	h[i] = key
}

func (h *rankHeap) push(key uint64) {
	*h = append(*h, key)
	s := *h
	i := len(s) - 1
	for i > 0 {
		p := (i - 1) / 4
		if s[p] <= key {
			break
		}
		s[i] = s[p]
		i = p
	}
	s[i] = key
}

func (h *rankHeap) pop() uint64 {
	s := *h
	top := s[0]
	last := len(s) - 1
	s[0] = s[last]
	*h = s[:last]
	if last > 0 {
		(*h).down(0)
	}
	return top
}
