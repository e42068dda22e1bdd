package nn

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// Each token of a batch is computed where the same token with the same past is, once, with its own position; and a document's
// own tokens are the end of it.
func TestSharedKeepsEveryDocument(t *testing.T) {
	r := rand.New(rand.NewPCG(71, 72))
	shared := 0
	for range 300 {
		var ids [][]int32
		for d := range 1 + r.IntN(8) {
			var doc []int32
			if d > 0 && r.IntN(3) > 0 { // begins as another one does
				other := ids[r.IntN(d)]
				doc = append(doc, other[:r.IntN(len(other)+1)]...)
			}
			for range 1 + r.IntN(90) {
				doc = append(doc, int32(r.IntN(3)))
			}
			ids = append(ids, doc)
		}
		b := NewBatch(ids, ids)
		s, ok := b.Shared()
		if !ok {
			continue
		}
		shared++
		require.Less(t, len(s.IDs), len(b.IDs))
		past := map[int32][]int32{} // of each computed token
		total := 0
		for d, doc := range ids {
			at := s.At[b.Starts[d]:b.Starts[d+1]]
			own := s.Own[d][1] - s.Own[d][0]
			require.Positive(t, own)
			total += own
			for p, row := range at {
				require.Equal(t, doc[p], s.IDs[row])
				require.Equal(t, int32(p), s.Positions[row])
				if known, seen := past[row]; seen {
					require.True(t, slices.Equal(known, doc[:p+1]), "document %d, token %d: another past", d, p)
				}
				past[row] = doc[:p+1]
				if own := p - (len(doc) - own); own >= 0 {
					require.Equal(t, s.Own[d][0]+own, int(row))
				}
			}
		}
		require.Equal(t, len(s.IDs), total)
	}
	require.Greater(t, shared, 100)
}

// Few tokens in common, or few of all, are left alone.
func TestSharedIsWorthIt(t *testing.T) {
	long := make([]int32, 40*minShared)
	head := make([]int32, minShared)
	for i := range long {
		long[i] = int32(i)
	}
	for i := range head {
		head[i] = 5
	}
	for name, c := range map[string]struct {
		ids  [][]int32
		want int // tokens saved
	}{
		"one document":    {[][]int32{long}, 0},
		"no document":     {nil, 0},
		"different":       {[][]int32{long, head}, 0},
		"too short":       {[][]int32{head[1:], append(slices.Clone(head[1:]), 6)}, 0},
		"long enough":     {[][]int32{append(slices.Clone(head), 7), append(slices.Clone(head), 6)}, minShared},
		"equal documents": {[][]int32{long, long}, len(long) - 1},
		"a small part":    {[][]int32{long, append(slices.Clone(long[:minShared]), long[2:]...)}, 0},
		"a beginning":     {[][]int32{long, long[:len(long)/2]}, len(long) / 2},
	} {
		b := NewBatch(c.ids, c.ids)
		s, ok := b.Shared()
		require.Equal(t, c.want > 0, ok, name)
		if ok {
			require.Equal(t, len(b.IDs)-c.want, len(s.IDs), name)
		}
	}
}
