package kernels

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// addToOdd is checked against arbitrary precision: cut towards zero, the last bit set where anything was cut off.
func TestAddToOdd(t *testing.T) {
	r := rand.New(rand.NewPCG(41, 42))
	for range 100000 {
		a := math.Float32frombits(r.Uint32()&0x807fffff | uint32(60+r.IntN(130))<<23)
		b := math.Float32frombits(r.Uint32()&0x807fffff | uint32(60+r.IntN(130))<<23)
		if r.IntN(3) == 0 { // a near cancellation
			b = math.Float32frombits(math.Float32bits(-a) + uint32(r.IntN(5)) - 2)
		}
		exact := new(big.Float).SetPrec(400).SetFloat64(float64(a))
		exact.Add(exact, big.NewFloat(float64(b)))
		cut := new(big.Float).SetPrec(24).SetMode(big.ToZero).Set(exact)
		want, _ := cut.Float32()
		if cut.Cmp(exact) != 0 {
			want = math.Float32frombits(math.Float32bits(want) | 1)
		}
		require.Equalf(t, want, addToOdd(a, b), "%v + %v", a, b)
	}
	inf, huge, tiny := float32(math.Inf(1)), float32(math.MaxFloat32), float32(0x1p-126)
	require.Equal(t, huge, addToOdd(huge, huge*0x1p-24), "what is cut does not overflow")
	require.Equal(t, inf, addToOdd(huge, huge))
	require.Equal(t, inf, addToOdd(inf, -huge))
	require.Zero(t, addToOdd(tiny, -tiny*1.5), "a denormal is zero")
	nan := addToOdd(inf, -inf)
	require.True(t, nan != nan)
}

// Packed pairs, folded and multiplied by the twin, are the product: each term goes through at most k/2+1 roundings to
// odd, each less than 2^-23, and c is added to nearest.
func TestFoldedTwin(t *testing.T) {
	const rows, cols = 8, 8
	r := rand.New(rand.NewPCG(43, 44))
	w := words{ks: &kernelSet{cols: cols, foldRows: foldRowsGeneric, foldCols: foldColsGeneric}, pairs: true}
	for n := 1; n < 20; n++ {
		lds := n + 1 + r.IntN(3)
		s, v := make([]float32, rows*lds), make([]float32, (n+1)*cols)
		for _, x := range [][]float32{s, v} {
			for i := range x {
				x[i] = math.Float32frombits(uint32(F32ToBF16(float32(r.NormFloat64())))<<16 | uint32(F32ToBF16(float32(r.NormFloat64()))))
			}
		}
		part := func(x float32, e int) float64 { return float64(BF16ToF32(u16s([]float32{x})[e])) }
		c := make([]float32, rows*cols)
		var want, bound [rows * cols]float64
		for i := range c {
			c[i] = float32(r.NormFloat64())
			mag := 0.0
			want[i] = float64(c[i])
			for q := range n {
				for e := range 2 {
					p := part(s[i/cols*lds+q], e) * part(v[q*cols+i%cols], e)
					want[i], mag = want[i]+p, mag+math.Abs(p)
				}
			}
			bound[i] = float64(n+1)*0x1p-23*mag + 0x1p-24*(mag+math.Abs(float64(c[i])))
		}
		w.foldS(s, lds, rows, n, make([]float32, n+1))
		w.foldV(v, 0, 1, n)
		microFoldedGeneric(rows, cols, &c[0], &s[0], lds, &v[0], n, 1)
		for i := range c {
			require.InDelta(t, want[i], float64(c[i]), bound[i], "n=%d at %d", n, i)
		}
	}
}
