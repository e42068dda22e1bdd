package kernels

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// fuzzLevel sets one of the machine's levels.
func fuzzLevel(t *testing.T, seed uint64) {
	levels := Levels()
	SetLevel(t, levels[seed%uint64(len(levels))])
}

// FuzzAttention: any small shape, window, cap, cache and level against float64, the same bits at any worker count.
func FuzzAttention(f *testing.F) {
	f.Add(uint64(1), uint8(4), uint8(2), uint8(16), uint8(33), uint8(0), uint8(7), uint8(1))
	f.Add(uint64(2), uint8(1), uint8(1), uint8(5), uint8(1), uint8(130), uint8(0), uint8(0))
	f.Add(uint64(3), uint8(7), uint8(1), uint8(31), uint8(97), uint8(3), uint8(96), uint8(3))
	f.Fuzz(func(t *testing.T, seed uint64, group, kv, dim, queries, cached, window, flags uint8) {
		fuzzLevel(t, seed)
		s := AttentionShape{KVHeads: 1 + int(kv)%3, HeadDim: 1 + int(dim)%40, Window: int(window)}
		s.Heads, s.Scale = s.KVHeads*(1+int(group)%8), float32(1/math.Sqrt(float64(s.HeadDim)))
		if flags&1 != 0 {
			s.Cap = 5
		}
		q, k := 1+int(queries)%130, 1+int(queries)%130+int(cached)%140
		c := attentionCase{name: fmt.Sprint(seed), shape: s, spans: []Span{{0, q, 0, k}}}
		if flags&4 != 0 { // a second text beside it, and rows between them that no span has
			more := 1 + int(flags)%50
			c.spans = append(c.spans, Span{q + 1, q + 1 + more, k + 2, k + 2 + more})
		}
		checkAttention(t, c, []Storage{F32, BF16}[flags>>1&1])
	})
}

// FuzzRowOps: any primitive, length and level against its portable twin, at the end of a readable page and at any alignment
// before it, with something that is no ordinary number in one of the slices or with none.
func FuzzRowOps(f *testing.F) {
	for i := range rowOpCases {
		f.Add(uint64(len(Levels())-1), uint8(i), uint16(17*i+3), uint8(37*i))
	}
	f.Fuzz(func(t *testing.T, seed uint64, op uint8, length uint16, shift uint8) {
		fuzzLevel(t, seed)
		c, ops, n := rowOpCases[int(op)%len(rowOpCases)], activeRows(), int(length)%3000
		r := rand.New(rand.NewPCG(seed, rowSeed))
		var mine, twin [5][]float32
		var guard [5][]float32
		for i := range mine {
			after := int(shift) % 16 // floats of a guard band between the slice and the end of the page
			whole := guarded(t, n+after)
			mine[i], guard[i], twin[i] = whole[:n:n], whole[n:], make([]float32, n)
			for j := range mine[i] {
				mine[i][j] = 6*r.Float32() - 3
			}
			copy(twin[i], mine[i])
			for j := range guard[i] {
				guard[i][j] = 12345
			}
		}
		special := float32(0)
		if k := int(shift) / 16; k < len(rowSpecials) && n > 0 && !unordered[c.name] && !(saturated[c.name] && k == 1) {
			special = rowSpecials[k]
			in, at := r.IntN(5), r.IntN(n)
			mine[in][at], twin[in][at] = special, special
		}
		got, want := c.run(ops, &mine), c.run(&genericRows, &twin)
		nan := special != special
		if !sameClass(got, want, nan, float64(n)*36*float64(n/8+8)*unit) {
			t.Fatalf("%s, n = %d, with %g: %g, twin has %g", c.name, n, special, got, want)
		}
		for i := range mine {
			for j := range n {
				if !sameClass(mine[i][j], twin[i][j], nan, 24*unit*max(1, math.Abs(float64(twin[i][j])))) {
					t.Fatalf("%s, n = %d, with %g: element %d of slice %d is %g, twin has %g", c.name, n, special, j, i, mine[i][j], twin[i][j])
				}
			}
			for j, v := range guard[i] {
				if v != 12345 {
					t.Fatalf("%s, n = %d, slice %d: written %d beyond the end", c.name, n, i, j)
				}
			}
		}
	})
}
