package nn

import "slices"

// Shared is a batch of which every token is computed once: what a token becomes depends on it and the tokens before it,
// so documents that begin alike have their beginning in common.
type Shared struct {
	IDs       []int32  // of the tokens that are computed
	Positions []int32  // of each of them, in its document
	At        []int32  // where each token of the batch is computed
	Own       [][2]int // of each document: from where to where its own tokens are, the last one among them
}

const (
	// minShared tokens in common are worth pieces of attention of their own.
	minShared = 32
	// Less than one token in minSaved saved is not worth copies of keys and values.
	minSaved = 16
)

// Shared finds what documents have in common at their beginnings; false where it is not worth the trouble.
func (b Batch) Shared() (s Shared, ok bool) {
	docs := len(b.Starts) - 1
	text := func(d int) []int32 { return b.IDs[b.Starts[d]:b.Starts[d+1]] }
	order := make([]int, docs)
	for d := range order {
		order[d] = d
	}
	// In alphabetical order a document has the most in common with the one before it.
	slices.SortStableFunc(order, func(c, d int) int { return slices.Compare(text(c), text(d)) })
	common := make([]int, docs)
	saved := 0
	for i := 1; i < docs; i++ {
		n := alike(text(order[i-1]), text(order[i]))
		if n = min(n, len(text(order[i]))-1); n >= minShared {
			common[order[i]] = n
			saved += n
		}
	}
	if saved*minSaved < len(b.IDs) || saved == 0 {
		return Shared{}, false
	}
	s = Shared{At: make([]int32, len(b.IDs)), Own: make([][2]int, docs)}
	for i, d := range order {
		at := s.At[b.Starts[d]:b.Starts[d+1]]
		if n := common[d]; n > 0 {
			copy(at, s.At[b.Starts[order[i-1]]:][:n])
		}
		s.Own[d][0] = len(s.IDs)
		for p := common[d]; p < len(at); p++ {
			at[p] = int32(len(s.IDs))
			s.IDs, s.Positions = append(s.IDs, text(d)[p]), append(s.Positions, int32(p))
		}
		s.Own[d][1] = len(s.IDs)
	}
	return s, true
}

// alike returns how many tokens two texts have in common at their beginnings.
func alike(a, b []int32) (n int) {
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}
