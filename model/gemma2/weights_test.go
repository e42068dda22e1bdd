package gemma2

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"lapidary/autograd/nn"
	"lapidary/tensor"
)

// held is the tensors of a model in memory, by name.
func held(m *Model) tensors {
	x := tensors{}
	for _, p := range m.Parameters() {
		x[p.Name] = p.Data()
	}
	return x
}

func tinyConfig(tied bool) Config {
	c, _ := Preset("tiny")
	c.VocabSize, c.NumHiddenLayers, c.LayerTypes, c.TieWordEmbeddings = 300, 2, alternating(2), tied
	return c
}

func TestEveryWrongTensorIsNamedAtOnce(t *testing.T) {
	c := tinyConfig(true)
	m, err := NewRandom(c, 1, tensor.F32)
	require.NoError(t, err)
	good := held(m)
	_, err = New(c, good, "dir")
	require.NoError(t, err)

	good["lm_head.weight"] = tensor.New(tensor.F32, 1) // beside a tied head: ignored, as transformers does
	good["model.layers.0.self_attn.rotary_emb.inv_freq"] = tensor.New(tensor.F32, 16)
	_, err = New(c, good, "dir")
	require.NoError(t, err)

	delete(good, "model.norm.weight")
	delete(good, "model.layers.1.mlp.up_proj.weight")
	good["model.layers.0.mlp.down_proj.weight"] = tensor.New(tensor.F32, 512, 128)
	good["model.layers.0.input_layernorm.weight"] = tensor.New(tensor.I64, 128)
	good["model.layers.2.mlp.up_proj.weight"] = tensor.New(tensor.F32, 512, 128)
	good["score\n.weight"] = tensor.New(tensor.F32, 2)
	_, err = New(c, good, "dir")
	var e *WeightsError
	require.ErrorAs(t, err, &e)
	require.ElementsMatch(t, []string{"model.norm.weight", "model.layers.1.mlp.up_proj.weight"}, e.Missing)
	require.ElementsMatch(t, []string{"score\n.weight", "model.layers.2.mlp.up_proj.weight"}, e.Unexpected)
	require.Len(t, e.Misshapen, 2)
	for _, want := range []string{"dir", "model.norm.weight", "model.layers.1.mlp.up_proj.weight", "I64 [128]",
		"F32 [512 128], want a float [128 512]", `score\n.weight`} {
		require.Contains(t, err.Error(), want)
	}
	_, err = New(tinyConfig(false), held(m), "dir")
	require.ErrorAs(t, err, &e)
	require.Equal(t, []string{"lm_head.weight"}, e.Missing)
	_, err = New(c, tensors{}, "dir")
	require.ErrorContains(t, err, "and 12 more")
}

func TestRandomWeights(t *testing.T) {
	c := tinyConfig(false)
	for _, d := range []tensor.DType{tensor.F32, tensor.BF16, tensor.F16} {
		a, err := NewRandom(c, 1, d)
		require.NoError(t, err)
		b, err := NewRandom(c, 1, d)
		require.NoError(t, err)
		other, err := NewRandom(c, 2, d)
		require.NoError(t, err)
		for i, p := range a.Parameters() {
			require.Equal(t, p.Data(), b.Parameters()[i].Data(), p.Name)
			x := p.Data().Float32s()
			if p.Data().Rank() == 1 {
				require.Equal(t, make([]float32, len(x)), x, p.Name)
				continue
			}
			require.NotEqual(t, p.Data(), other.Parameters()[i].Data(), p.Name)
			if p.Name == embedPath+".weight" {
				require.Equal(t, make([]float32, 128), x[:128], "the padding row")
				x = x[128:]
			}
			mean, square := 0.0, 0.0
			for _, v := range x {
				mean += float64(v) / float64(len(x))
				square += float64(v) * float64(v) / float64(len(x))
			}
			n := float64(len(x)) // four standard errors of mean and variance; seed 1
			require.InDelta(t, 0, mean, 4*0.02/math.Sqrt(n), p.Name)
			require.InEpsilon(t, 0.02*0.02, square, 4*math.Sqrt(2/n)+1e-3, p.Name)
		}
	}
}

func TestRandomWeightsCanBeMadeInPieces(t *testing.T) {
	n := newNormals(tensor.BF16, 1)
	whole, piece := tensor.New(tensor.BF16, 1001), tensor.New(tensor.BF16, 401)
	n.fill(whole, 5, 0)
	n.fill(piece, 5, 600)
	require.Equal(t, whole.U16()[600:], piece.U16())
}

func TestResizeVocab(t *testing.T) {
	for _, tied := range []bool{true, false} {
		m, err := NewRandom(tinyConfig(tied), 1, tensor.F32)
		require.NoError(t, err)
		old := held(m)
		require.NoError(t, m.ResizeVocab(300, 9))
		require.Equal(t, old, held(m))
		require.NoError(t, m.ResizeVocab(308, 9))
		require.Equal(t, 308, m.Config.VocabSize)
		require.Error(t, m.ResizeVocab(307, 9))
		embed, head, err := m.tables()
		require.NoError(t, err)
		require.Equal(t, tied, embed == head)
		for _, p := range []*nn.Parameter{embed, head} {
			require.Equal(t, []int{308, 128}, p.Data().Shape())
			require.Equal(t, old[p.Name].F32(), p.Data().RowRange(0, 300).F32())
			mean, std := columnStats(old[p.Name].Mat())
			same := true
			for r := 300; r < 308; r++ {
				for c := range mean {
					v := p.Data().F32()[r*128+c]
					require.InDelta(t, mean[c], v, 6*math.Sqrt(1e-9)*std[c]+1e-9) // six deviations, and float32's rounding
					same = same && v == p.Data().F32()[300*128+c]
				}
			}
			require.False(t, same, "noise tells the new rows apart")
		}
		again, err := NewRandom(tinyConfig(tied), 1, tensor.F32)
		require.NoError(t, err)
		require.NoError(t, again.ResizeVocab(308, 9))
		require.Equal(t, held(m), held(again))

		tape := newTape(t, 1)
		b := nn.NewBatch([][]int32{{2, 307, 5}}, [][]int32{{2, 307, 5}})
		require.Len(t, m.LogProbs(tape, b), 2)
	}
}

func TestUntie(t *testing.T) {
	for _, trained := range []bool{false, true} {
		m, b := quirks(t)
		tape := newTape(t, 1)
		want := m.LogProbs(tape, b)
		if trained {
			m.TrainAll()
		}
		require.NoError(t, m.Untie())
		require.NoError(t, m.Untie(), "once is enough")
		require.False(t, m.Config.TieWordEmbeddings)
		require.Equal(t, "lm_head.weight", m.Parameters()[46].Name)
		require.Equal(t, trained, m.Parameters()[46].Trained())
		tape.Reset()
		equalBits(t, "logprobs", want, m.LogProbs(tape, b))
		m.TrainAll()
		m.Parameters()[46].Data().F32()[0]++
		require.NotEqual(t, m.Parameters()[46].Data().F32()[0], m.Parameters()[0].Data().F32()[0])
	}
}
