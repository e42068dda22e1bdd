package demo

import (
	"math/rand/v2"

	"lapidary/data"
)

// copies draws a document of random pieces: segments, then the same segments in another order. Only what can be known
// is scored: the pieces of a copied segment after its first. Attention that finds an earlier occurrence and goes one
// piece on is the only way to a low loss, and short documents make it findable.
func copies(r *rand.Rand, first, vocab, longest int) (ids, labels []int32) {
	n := 2 + r.IntN(7)
	k := max(1, longest/(2*n))
	k = 1 + r.IntN(k)
	for range k * n {
		ids = append(ids, int32(first+r.IntN(vocab-first)))
		labels = append(labels, data.Ignore)
	}
	for _, s := range r.Perm(k) {
		for i := range n {
			id := ids[s*n+i]
			label := id
			if i == 0 {
				label = data.Ignore
			}
			ids, labels = append(ids, id), append(labels, label)
		}
	}
	return ids, labels
}
