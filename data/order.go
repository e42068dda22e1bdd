package data

import (
	"cmp"
	"math/bits"
	"slices"
)

// The purposes a random number can serve, so that no two draws share a counter.
const (
	purposeOrder uint64 = 1 + iota
	purposeGroups
)

// splitMix is the SplitMix64 output function (Steele, Lea, Flood 2014): a bijection whose outputs for successive
// counters are independent for every practical purpose.
func splitMix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// draw is a number in [0, n): a pure function of the seed, what it is for, the epoch and the counter.
func draw(seed, purpose, epoch, counter uint64, n int) int {
	x := splitMix(splitMix(splitMix(splitMix(seed)^purpose)^epoch) ^ counter)
	hi, _ := bits.Mul64(x, uint64(n))
	return int(hi)
}

// Permutation is the order of n rows in an epoch. It depends on nothing but its arguments, so a resumed run sees the
// rows that it would have seen.
func Permutation(seed, epoch uint64, n int) []int {
	return permutation(seed, purposeOrder, epoch, n)
}

func permutation(seed, purpose, epoch uint64, n int) []int {
	p := FileOrder(n)
	for i := n - 1; i > 0; i-- {
		j := draw(seed, purpose, epoch, uint64(i), i+1)
		p[i], p[j] = p[j], p[i]
	}
	return p
}

// FileOrder is 0, 1, …, n-1.
func FileOrder(n int) []int {
	p := make([]int, n)
	for i := range p {
		p[i] = i
	}
	return p
}

// groupFactor is how many batches are sorted together by GroupedPermutation: long enough to pair equal lengths,
// short enough to stay random. The value is that of transformers' LengthGroupedSampler.
const groupFactor = 50

// GroupedPermutation is a random order in which rows of similar length share a batch. The longest row comes first, so
// that a run which does not fit into memory fails at its first step.
func GroupedPermutation(seed, epoch uint64, lengths []int, batch int) []int {
	p := permutation(seed, purposeGroups, epoch, len(lengths))
	batch = max(batch, 1)
	group := min(batch*groupFactor, max(len(p)/4/batch, 1)*batch)
	longest, at := -1, 0
	for lo := 0; lo < len(p); lo += group {
		part := p[lo:min(lo+group, len(p))]
		slices.SortStableFunc(part, func(a, b int) int { return cmp.Compare(lengths[b], lengths[a]) })
		if lengths[part[0]] > longest {
			longest, at = lengths[part[0]], lo
		}
	}
	if len(p) > 0 {
		p[0], p[at] = p[at], p[0]
	}
	return p
}
