package gemma2

import (
	"fmt"

	"lapidary/autograd"
	"lapidary/kernels"
	"lapidary/tensor"
)

// Cache keeps the keys (rotated) and values of several sequences, for every layer. In each layer's matrix [rows, K·D] a
// sequence owns a range of rows; the ranges grow, by doubling, up to the cache's maximum.
type Cache struct {
	max    int          // tokens of the longest sequence
	width  int          // K·D
	dtype  tensor.DType // the tape's activations
	seqs   []cacheRange // where each sequence lives
	layers []cacheLayer
	write  []cacheWrite // rows of the pass at hand
}

type cacheRange struct{ base, capacity, length int }

type cacheLayer struct{ k, v *autograd.Var }

// cacheWrite sends rows [from,from+n) of a pass to rows [to,to+n) of the cache.
type cacheWrite struct{ from, to, n int }

// minCapacity is the room a sequence starts with.
const minCapacity = 64

// NewCache makes room for a number of sequences of at most maxLength tokens each. Keys and values are kept in the
// tape's activation type; memory is taken as the sequences grow.
func (m *Model) NewCache(t *autograd.Tape, sequences, maxLength int) *Cache {
	return &Cache{
		max: maxLength, width: m.Config.KeyWidth(), dtype: t.Activations(),
		seqs: make([]cacheRange, sequences), layers: make([]cacheLayer, m.Config.NumHiddenLayers),
	}
}

// Len returns the number of tokens in a sequence.
func (c *Cache) Len(seq int) int { return c.seqs[seq].length }

// Truncate shortens a sequence to its first n tokens: the next pass continues from there.
func (c *Cache) Truncate(seq, n int) error {
	if seq < 0 || seq >= len(c.seqs) || n < 0 || n > c.seqs[seq].length {
		return fmt.Errorf("gemma2: sequence %d of %d is not there or has fewer than %d tokens", seq, len(c.seqs), n)
	}
	c.seqs[seq].length = n
	return nil
}

// Bytes tells how much memory the keys and values occupy.
func (c *Cache) Bytes() int64 {
	var n int64
	for _, l := range c.layers {
		if l.k != nil {
			n += 2 * int64(len(l.k.Data.Bytes()))
		}
	}
	return n
}

// check refuses tokens that the cache has no place for.
func (c *Cache) check(seqs, counts []int) error {
	seen := make([]bool, len(c.seqs))
	for i, s := range seqs {
		switch {
		case s < 0 || s >= len(c.seqs) || seen[s]:
			return fmt.Errorf("gemma2: sequence %d of %d is not there or named twice", s, len(c.seqs))
		case counts[i] < 1:
			return fmt.Errorf("gemma2: nothing to add to sequence %d", s)
		case counts[i] > c.max-c.seqs[s].length:
			return fmt.Errorf("gemma2: sequence %d: %d tokens and %d more exceed the maximum of %d",
				s, c.seqs[s].length, counts[i], c.max)
		}
		seen[s] = true
	}
	return nil
}

// plan reserves room for counts[i] more tokens of sequence seqs[i] and returns how a pass over them, laid one after
// another, reads the cache: which rows each may see, and each token's position. Lengths change with commit only, so a
// pass that is abandoned leaves the cache as it was.
func (c *Cache) plan(seqs, counts []int) (spans []kernels.Span, positions []int32, err error) {
	if err := c.check(seqs, counts); err != nil {
		return nil, nil, err
	}
	c.grow(seqs, counts)
	c.write = c.write[:0]
	row := 0
	for i, s := range seqs {
		r, n := c.seqs[s], counts[i]
		c.write = append(c.write, cacheWrite{row, r.base + r.length, n})
		spans = append(spans, kernels.Span{Q0: row, Q1: row + n, K0: r.base, K1: r.base + r.length + n})
		for p := range n {
			positions = append(positions, int32(r.length+p))
		}
		row += n
	}
	return spans, positions, nil
}

func (c *Cache) commit(seqs, counts []int) {
	for i, s := range seqs {
		c.seqs[s].length += counts[i]
	}
}

// copyFrom gives sequence to, which holds the first have tokens of sequence from, the next n of them.
func (c *Cache) copyFrom(to, from, have, n int) {
	c.grow([]int{to}, []int{n})
	for _, l := range c.layers {
		copyRows(l.k.Data, c.seqs[to].base+have, l.k.Data, c.seqs[from].base+have, n)
		copyRows(l.v.Data, c.seqs[to].base+have, l.v.Data, c.seqs[from].base+have, n)
	}
	c.seqs[to].length += n
}

// grow gives every sequence that needs it twice its room, or what it needs, and moves all of them over.
func (c *Cache) grow(seqs, counts []int) {
	next, fits := append([]cacheRange(nil), c.seqs...), true
	for i, s := range seqs {
		if need := c.seqs[s].length + counts[i]; need > c.seqs[s].capacity {
			next[s].capacity = min(c.max, max(need, 2*c.seqs[s].capacity, minCapacity))
			fits = false
		}
	}
	if fits {
		return
	}
	rows := 0
	for s := range next {
		next[s].base = rows
		rows += next[s].capacity
	}
	for l := range c.layers {
		c.layers[l].k = c.move(c.layers[l].k, next, rows)
		c.layers[l].v = c.move(c.layers[l].v, next, rows)
	}
	c.seqs = next
}

func (c *Cache) move(old *autograd.Var, next []cacheRange, rows int) *autograd.Var {
	moved := tensor.New(c.dtype, rows, c.width)
	for s, r := range c.seqs {
		if r.length > 0 {
			copyRows(moved, next[s].base, old.Data, r.base, r.length)
		}
	}
	return autograd.NewConst(moved)
}

// extend stores a layer's new keys and values [N,K·D] and returns the matrices that hold those of all tokens.
func (c *Cache) extend(t *autograd.Tape, layer int, k, v *autograd.Var) (keys, values *autograd.Var) {
	l := c.layers[layer]
	newK, newV := k.Data.As(t.Pool(), c.dtype), v.Data.As(t.Pool(), c.dtype) // an adapter may answer in another type
	for _, w := range c.write {
		copyRows(l.k.Data, w.to, newK, w.from, w.n)
		copyRows(l.v.Data, w.to, newV, w.from, w.n)
	}
	return l.k, l.v
}

// copyRows copies n rows between matrices of one type and width.
func copyRows(dst *tensor.Tensor, to int, src *tensor.Tensor, from, n int) {
	size := dst.Dim(1) * dst.DType().Bits() / 8
	copy(dst.Bytes()[to*size:(to+n)*size], src.Bytes()[from*size:(from+n)*size])
}
