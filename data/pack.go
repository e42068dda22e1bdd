package data

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"
)

// Packing says how examples share a row of max-length tokens.
type Packing string

const (
	PackNone     Packing = ""          // an example a row
	PackBFD      Packing = "bfd"       // best fit, longest first; too long examples are cut
	PackBFDSplit Packing = "bfd_split" // the same; too long examples are split and nothing is lost
	PackWrapped  Packing = "wrapped"   // one stream, cut every max-length tokens; document borders vanish
)

// packGroup is how many examples are packed together. TRL packs inside a batched map of this size, and no row
// holds examples of two groups.
const packGroup = 1000

// Validate names the known strategies.
func (p Packing) Validate() error {
	switch p {
	case PackNone, PackBFD, PackBFDSplit, PackWrapped:
		return nil
	}
	return fmt.Errorf("packing strategy %q: want bfd, bfd_split or wrapped", string(p))
}

// Pack joins examples into rows of at most maxLength tokens, in TRL's order. A packed row keeps the lengths of its
// documents, and the first label of each is ignored: nothing before it predicts it.
func Pack(examples []Example, strategy Packing, maxLength int) ([]Example, error) {
	if err := strategy.Validate(); err != nil {
		return nil, err
	}
	if strategy == PackNone {
		return examples, nil
	}
	if maxLength < 1 {
		return nil, fmt.Errorf("packing needs a max_length of at least 1, not %d", maxLength)
	}
	var out []Example
	for group := range slices.Chunk(examples, packGroup) {
		switch strategy {
		case PackWrapped:
			out = append(out, wrap(group, maxLength)...)
		case PackBFD:
			out = append(out, bestFit(cut(group, maxLength, false), maxLength)...)
		case PackBFDSplit:
			out = append(out, bestFit(cut(group, maxLength, true), maxLength)...)
		}
	}
	return out, nil
}

// cut bounds each example's length: by dropping its end or by splitting it into pieces. Empty ones vanish.
func cut(group []Example, maxLength int, split bool) []Example {
	var out []Example
	for _, e := range group {
		for lo := 0; lo < len(e.IDs); lo += maxLength {
			hi := min(lo+maxLength, len(e.IDs))
			piece := e
			piece.IDs, piece.Labels, piece.Weights, piece.Lengths = e.IDs[lo:hi], e.Labels[lo:hi], e.weightsOf(lo, hi), nil
			piece.Truncated = e.Truncated || !split && hi < len(e.IDs)
			out = append(out, piece)
			if !split {
				break
			}
		}
	}
	return out
}

// bestFit places the examples, longest first, each in the open row with the least sufficient space; among rows of
// equal space, the one that has had it longest.
func bestFit(group []Example, maxLength int) []Example {
	order := FileOrder(len(group))
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(len(group[b].IDs), len(group[a].IDs)) })
	var bins [][]int
	waiting := make([][]int, maxLength+1) // by space left: bins, oldest first
	spaces := newBitset(maxLength + 1)
	for _, i := range order {
		need := len(group[i].IDs)
		bin, space := len(bins), spaces.next(need)
		if space < 0 {
			bins, space = append(bins, nil), maxLength
		} else {
			bin = waiting[space][0]
			if waiting[space] = waiting[space][1:]; len(waiting[space]) == 0 {
				spaces.clear(space)
			}
		}
		bins[bin] = append(bins[bin], i)
		waiting[space-need] = append(waiting[space-need], bin)
		spaces.set(space - need)
	}
	out := make([]Example, len(bins))
	for b, members := range bins {
		out[b] = joinDocuments(group, members)
	}
	return out
}

func joinDocuments(group []Example, members []int) Example {
	first := group[members[0]]
	out := Example{Source: first.Source}
	for _, i := range members {
		e := group[i]
		out.Lengths = append(out.Lengths, len(e.IDs))
		out.Weights = joinWeights(out.Weights, len(out.IDs), e)
		out.Labels = append(out.Labels, e.Labels...)
		out.Labels[len(out.IDs)] = Ignore
		out.IDs = append(out.IDs, e.IDs...)
		out.Truncated = out.Truncated || e.Truncated
	}
	return out
}

// wrap cuts the stream of all examples every maxLength tokens. A row is one document.
func wrap(group []Example, maxLength int) []Example {
	var stream Example
	var sources []Source // of each token's example
	for _, e := range group {
		stream.Weights = joinWeights(stream.Weights, len(stream.IDs), e)
		stream.IDs = append(stream.IDs, e.IDs...)
		stream.Labels = append(stream.Labels, e.Labels...)
		for range e.IDs {
			sources = append(sources, e.Source)
		}
	}
	var out []Example
	for lo := 0; lo < len(stream.IDs); lo += maxLength {
		hi := min(lo+maxLength, len(stream.IDs))
		row := Example{IDs: stream.IDs[lo:hi:hi], Labels: stream.Labels[lo:hi:hi], Weights: stream.weightsOf(lo, hi), Source: sources[lo]}
		row.Labels[0] = Ignore
		out = append(out, row)
	}
	return out
}

// bitset finds the smallest member not below a bound.
type bitset []uint64

func newBitset(n int) bitset { return make(bitset, (n+63)/64) }

func (b bitset) set(i int)   { b[i/64] |= 1 << (i % 64) }
func (b bitset) clear(i int) { b[i/64] &^= 1 << (i % 64) }

func (b bitset) next(from int) int {
	for w := from / 64; w < len(b); w++ {
		word := b[w]
		if w == from/64 {
			word &= ^uint64(0) << (from % 64)
		}
		if word != 0 {
			return w*64 + bits.TrailingZeros64(word)
		}
	}
	return -1
}
