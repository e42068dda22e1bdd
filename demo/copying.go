package demo

import (
	"math/rand/v2"
	"slices"

	"lapidary/data"
)

// lookBack is how many pieces back a copy may have to look to know where it goes on.
const lookBack = 4

// copies draws a document of random pieces: segments, then the same segments in another order. Only what can be known
// is scored: pieces before which the segment, as far as it has gone, continues in one way only. Attention that finds
// an earlier occurrence and goes one piece on is the only way to a low loss, and short documents make it findable. Half
// of the documents have few distinct pieces, or one that stands everywhere as a space does in text: there the last
// piece alone does not say where to go on.
func copies(r *rand.Rand, vocab, longest int) (ids, labels []int32) {
	n := 2 + r.IntN(7)
	k := max(1, longest/(2*n))
	k = 1 + r.IntN(k)
	draw := alphabet(r, vocab)
	for range k * n {
		ids = append(ids, draw())
		labels = append(labels, data.Ignore)
	}
	source := ids
	for _, s := range r.Perm(k) {
		segment := source[s*n : (s+1)*n]
		for i, id := range segment {
			label := data.Ignore
			if i > 0 && continues(source, segment[max(0, i-lookBack):i]) {
				label = id
			}
			ids, labels = append(ids, id), append(labels, label)
		}
	}
	return ids, labels
}

// The pieces of copies: all but controls, turns, line ends and bytes. Those of the notation of calls are among them, so
// that they are symbols like others before they get a meaning.
const (
	controls  = 4
	turnMarks = 3 // of pieces, the first ones
)

// alphabet draws the pieces of one document.
func alphabet(r *rand.Rand, vocab int) func() int32 {
	fixed := len(pieces) - turnMarks
	words := controls + len(pieces) + 256 // the first piece of words
	piece := func() int32 {
		if x := r.IntN(fixed + vocab - words); x < fixed {
			return int32(controls + turnMarks + x)
		} else {
			return int32(words + x - fixed)
		}
	}
	switch r.IntN(4) {
	case 0:
		few := make([]int32, 5+r.IntN(26))
		for i := range few {
			few[i] = piece()
		}
		return func() int32 { return few[r.IntN(len(few))] }
	case 1:
		space, every := piece(), 2+r.IntN(2)
		return func() int32 {
			if r.IntN(every) == 0 {
				return space
			}
			return piece()
		}
	}
	return piece
}

// continues tells whether every occurrence of the context in the source goes on with the same piece.
func continues(source, context []int32) bool {
	next := int32(-1)
	for i := 0; i+len(context) < len(source); i++ {
		if !slices.Equal(source[i:i+len(context)], context) {
			continue
		}
		if id := source[i+len(context)]; next < 0 {
			next = id
		} else if id != next {
			return false
		}
	}
	return next >= 0
}
