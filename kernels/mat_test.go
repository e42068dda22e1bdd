package kernels_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/x448/float16"

	"lapidary/kernels"
)

// Every binary16 widens as x448/float16 says.
func TestF16ToF32All(t *testing.T) {
	for i := range 1 << 16 {
		want := float16.Frombits(uint16(i)).Float32()
		got := kernels.F16ToF32(uint16(i))
		require.Equalf(t, math.Float32bits(want), math.Float32bits(got), "bits %#04x", i)
	}
}

func TestF32ToF16(t *testing.T) {
	check := func(b uint32) {
		f := math.Float32frombits(b)
		want, got := float16.Fromfloat32(f).Bits(), kernels.F32ToF16(f)
		if f != f {
			require.Truef(t, got&0x7c00 == 0x7c00 && got&0x3ff != 0, "%#08x gives %#04x, not a NaN", b, got)
			return
		}
		require.Equalf(t, want, got, "float32 bits %#08x", b)
	}
	for e := range uint32(256) { // around every exponent and every rounding boundary
		for _, frac := range []uint32{0, 1, 0xfff, 0x1000, 0x1001, 0x1fff, 0x2000, 0x2fff, 0x3000, 0x3001, 0x7fefff, 0x7ff000, 0x7fffff} {
			check(e<<23 | frac)
			check(1<<31 | e<<23 | frac)
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 200000 {
		check(r.Uint32())
	}
}

// Rounding to bfloat16 picks the nearer neighbour, the even one on a tie.
func TestF32ToBF16(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for i := range 200000 {
		b := r.Uint32()
		if i%2 == 0 {
			b = b&0xffff0000 | 0x8000 // a tie
		}
		f := math.Float32frombits(b)
		got := kernels.F32ToBF16(f)
		if f != f {
			w := kernels.BF16ToF32(got)
			require.Truef(t, w != w, "NaN %#08x became %v", b, w)
			continue
		}
		lo := uint16(b >> 16)
		want := lo
		if rest := b & 0xffff; rest > 0x8000 || rest == 0x8000 && lo&1 == 1 {
			want++
		}
		require.Equalf(t, want, got, "float32 bits %#08x", b)
	}
}

func TestMatRanges(t *testing.T) {
	data := make([]float32, 12)
	for i := range data {
		data[i] = float32(i)
	}
	m := kernels.F32Mat(data, 3, 4)
	v := m.RowRange(1, 3).ColRange(2, 4)
	require.Equal(t, []float32{6, 7}, v.RowF32(0))
	require.Equal(t, []float32{10, 11}, v.RowF32(1))
	require.Equal(t, 0, m.RowRange(3, 3).Rows)
	require.PanicsWithValue(t, "kernels: RowRange [1,4) of 3 rows", func() { m.RowRange(1, 4) })
	require.PanicsWithValue(t, "kernels: F32Mat: 5 x 3 with stride 3 needs 15 elements, has 12",
		func() { kernels.F32Mat(data, 5, 3) })
}
