package gemma2

import (
	"testing"

	"github.com/stretchr/testify/require"

	"lapidary/kernels"
	"lapidary/tensor"
)

// A random quantised model is the random model quantised, pieces of the embedding included.
func TestRandomQuantised(t *testing.T) {
	c, _ := Preset("tiny")
	c.VocabSize, c.HiddenSize, c.IntermediateSize = 2*randomRows+77, 32, 64
	p := kernels.NewPool(2)
	defer p.Close()
	plain, err := NewRandom(c, 5, tensor.BF16)
	require.NoError(t, err)
	for _, q := range []Quantisation{{Linear: tensor.NF4, Double: true, Embedding: true}, {Linear: tensor.Int8}, {}} {
		m, err := NewRandomQuantised(c, 5, tensor.BF16, q, p)
		require.NoError(t, err)
		for i, w := range plain.Parameters() {
			want, got := w.Data(), m.Parameters()[i].Data()
			if d := q.Of(w.Name, want.Rank()); d != tensor.Invalid {
				want, err = want.Quantise(p, d, q.Double)
				require.NoError(t, err)
			}
			require.Equal(t, want.DType(), got.DType(), w.Name)
			require.Equal(t, want.Float32s(), got.Float32s(), w.Name)
		}
	}
}
