package data

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestPermutation(t *testing.T) {
	p := Permutation(42, 0, 1000)
	assert.Equal(t, p, Permutation(42, 0, 1000), "a pure function")
	assert.NotEqual(t, p, Permutation(42, 1, 1000), "another epoch")
	assert.NotEqual(t, p, Permutation(43, 0, 1000), "another seed")
	sorted := slices.Sorted(slices.Values(p))
	assert.Equal(t, FileOrder(1000), sorted)
	assert.Empty(t, Permutation(1, 1, 0))
	// These values are part of the checkpoint contract: a run resumed by a later version must see the same rows.
	assert.Equal(t, []int{7, 9, 2, 5, 1, 8, 3, 4, 6, 0}, Permutation(42, 0, 10))
}

// Each of the 24 orders of four rows comes up about equally often. With n = 24,000 draws the count of each has mean
// 1000 and standard deviation 31; six of these is a bound that a fair shuffle misses once in about 10^7 runs.
func TestPermutationIsFair(t *testing.T) {
	counts := map[[4]int]int{}
	for epoch := range uint64(24000) {
		counts[[4]int(Permutation(7, epoch, 4))]++
	}
	assert.Len(t, counts, 24)
	for order, n := range counts {
		assert.InDelta(t, 1000, n, 6*31, "%v", order)
	}
}

func TestGroupedPermutation(t *testing.T) {
	lengths := make([]int, 1000)
	for i := range lengths {
		lengths[i] = 1 + draw(1, 99, 0, uint64(i), 2000)
	}
	const batch = 4
	p := GroupedPermutation(3, 0, lengths, batch)
	assert.Equal(t, FileOrder(1000), slices.Sorted(slices.Values(p)))
	assert.Equal(t, slices.Max(lengths), lengths[p[0]])
	waste := func(order []int) (n int) {
		for b := range slices.Chunk(order, batch) {
			longest := 0
			for _, i := range b {
				longest = max(longest, lengths[i])
			}
			for _, i := range b {
				n += longest - lengths[i]
			}
		}
		return n
	}
	assert.Less(t, waste(p)*10, waste(Permutation(3, 0, 1000)))
	assert.NotEqual(t, p, GroupedPermutation(3, 1, lengths, batch))
	assert.Empty(t, GroupedPermutation(3, 1, nil, batch))
}
