package kernels

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/x448/float16"
)

// TestConvertEveryF16 widens all binary16 values and compares with x448/float16, then narrows them back.
func TestConvertEveryF16(t *testing.T) {
	eachRowLevel(t, func(t *testing.T) {
		ops := activeRows()
		src, dst, back := make([]uint16, 1<<16), make([]float32, 1<<16), make([]uint16, 1<<16)
		for i := range src {
			src[i] = uint16(i)
		}
		ops.widenF16(dst, src)
		ops.narrowF16(back, dst)
		for i, got := range dst {
			want := float16.Frombits(uint16(i)).Float32()
			if want != want {
				require.True(t, got != got && back[i]&0x7c00 == 0x7c00 && back[i]&0x3ff != 0, "NaN %#x", i)
				continue
			}
			if math.Float32bits(want) != math.Float32bits(got) || back[i] != uint16(i) {
				t.Fatalf("%#x widens to %g, want %g, and narrows to %#x", i, got, want, back[i])
			}
		}
	})
}

// TestConvertNarrow sweeps float32 densely: ties, denormals, overflow, NaN.
func TestConvertNarrow(t *testing.T) {
	x := make([]float32, 0, 1<<20)
	step := uint64(4099)
	if testing.Short() {
		step *= 16
	}
	if *fewest {
		step *= 16
	}
	for b := uint64(0); b < 1<<32; b += step {
		x = append(x, math.Float32frombits(uint32(b)))
	}
	for e := uint32(0); e < 1<<16; e++ { // ties of bf16 and, where 13 bits are cut, of f16
		x = append(x, math.Float32frombits(e<<16|0x8000), math.Float32frombits(e<<16|0x1000), math.Float32frombits(e<<16|0x8001))
	}
	h, f := make([]uint16, len(x)), make([]uint16, len(x))
	wide := make([]float32, len(x))
	eachRowLevel(t, func(t *testing.T) {
		ops := activeRows()
		ops.narrowF16(h, x)
		ops.narrowBF16(f, x)
		ops.widenBF16(wide, f)
		for i, v := range x {
			want := uint16(float16.Fromfloat32(v))
			tie := *emulated && 2*v == F16ToF32(want)+F16ToF32(h[i])
			if v == v && want != h[i] && !tie {
				t.Fatalf("f16 of %g (%#x) = %#x, want %#x", v, math.Float32bits(v), h[i], want)
			}
			if want := F32ToBF16(v); want != f[i] {
				t.Fatalf("bf16 of %g (%#x) = %#x, want %#x", v, math.Float32bits(v), f[i], want)
			}
			if math.Float32bits(wide[i]) != uint32(f[i])<<16 {
				t.Fatalf("bf16 %#x widens to %#x", f[i], math.Float32bits(wide[i]))
			}
			if v != v && (h[i]&0x7c00 != 0x7c00 || h[i]&0x3ff == 0 || wide[i] == wide[i]) {
				t.Fatalf("NaN %#x is lost: %#x, %#x", math.Float32bits(v), h[i], f[i])
			}
		}
		for n := range 70 { // every length, misaligned, nothing written beyond
			for _, at := range []int{0, 1, 3} {
				out := make([]uint16, at+n+1)
				ops.narrowBF16(out[at:at+n], x[5000+at:5000+at+n])
				require.Zero(t, out[at+n])
				for i := range n {
					require.Equal(t, F32ToBF16(x[5000+at+i]), out[at+i])
				}
			}
		}
	})
}
