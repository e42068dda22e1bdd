package gemma2_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"lapidary/internal/testshared"
	"lapidary/kernels"
	"lapidary/tensor"
	"lapidary/tensor/safetensors"
)

// Codes, scales, codes of scales and values equal those of bitsandbytes, bit for bit.
func TestQuantisedIsBitsandbytes(t *testing.T) {
	checkNF4Golden(t, "testdata/nf4/nf4.safetensors", "gauss", "bf16", "outliers", "zeros")
	t.Run("shared", func(t *testing.T) {
		checkNF4Golden(t, testshared.Path(t, "golden/nf4/nf4.safetensors"), "gauss", "bf16", "outliers", "zeros", "uniform")
	})
}

func checkNF4Golden(t *testing.T, path string, cases ...string) {
	f, err := safetensors.Open(path)
	require.NoError(t, err)
	defer f.Close()
	get := func(name string) *tensor.Tensor {
		x, err := f.Tensor(name)
		require.NoError(t, err, name)
		return x
	}
	p := kernels.NewPool(2)
	defer p.Close()
	compared := 0
	bits := func(want *tensor.Tensor, got []float32, what string) {
		require.Len(t, got, want.Len(), what)
		for i, w := range want.Float32s() {
			require.Equalf(t, math.Float32bits(w), math.Float32bits(got[i]), "%s[%d]: want %v, got %v", what, i, w, got[i])
		}
		compared += len(got)
	}
	bytes := func(want *tensor.Tensor, got []byte, what string) {
		require.Equal(t, want.Bytes(), got, what)
		compared += len(got)
	}
	bits(get("nf4.table"), kernels.NF4Table[:], "table")
	for _, name := range cases {
		w := get(name + ".weight")
		rows, cols := w.Dim(0), w.Dim(1)
		for _, double := range []bool{false, true} {
			tag := name
			if double {
				tag += ".double"
			}
			q, ok := kernels.QuantiseNF4(p, w.Mat(), double)
			require.True(t, ok)
			bytes(get(tag+".codes"), q.Codes, tag+".codes")
			if double {
				bytes(get(tag+".absmax_q"), q.ScaleCodes, tag+".absmax_q")
				bits(get(tag+".absmax_code"), q.ScaleMap[:], tag+".absmax_code")
				bits(get(tag+".absmax2"), q.Scale2, tag+".absmax2")
				bits(get(tag+".offset"), []float32{q.Offset}, tag+".offset")
			} else {
				bits(get(tag+".absmax"), q.Scale, tag+".absmax")
			}
			if _, ok := f.Info(tag + ".dequant"); !ok {
				continue // left out of the copy
			}
			values := tensor.FromQuant(tensor.NF4, q, rows, cols).Float32s()
			if w.DType() == tensor.BF16 { // bitsandbytes gives values in the source's type: the same, rounded once more
				for i, v := range values {
					values[i] = kernels.BF16ToF32(kernels.F32ToBF16(v))
				}
			}
			bits(get(tag+".dequant"), values, tag+".dequant")
		}
		q, ok := kernels.QuantiseI8(p, w.Mat())
		require.True(t, ok)
		bytes(get(name+".int8.q"), q.Codes, name+".int8.q")
		bits(get(name+".int8.scale"), q.Scale, name+".int8.scale")
	}
	t.Logf("%d codes, scales and values equal", compared)
}
