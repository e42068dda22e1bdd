package data

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lapidary/tokenizer/chat"
)

const thinkingRow = `{"messages":[{"role":"user","content":"Tea?"},{"role":"assistant","content":"<think>Brew it.</think>Sure.<tool_call>{\"name\":\"brew\",\"arguments\":{}}</tool_call>"}]}`

// Each kind of span has its weight: what is shown between the marks of a weight is exactly that span.
func TestLossWeights(t *testing.T) {
	row := readOne(t, thinkingRow)
	render := func(weights map[string]float64) *Rendered {
		e, err := NewEncoder(Config{LossWeights: weights}, Text{Tokenizer: gemmaTokenizer(t, chat.SpecialTokens()), Template: chat.Gemma{}})
		require.NoError(t, err)
		r, err := e.Render(&row)
		require.NoError(t, err)
		return r
	}
	plain := render(nil)
	require.Nil(t, plain.Weights)
	require.Nil(t, render(map[string]float64{"call": 1}).Weights, "weights that are all 1 are none")

	r := render(map[string]float64{"think": 0.5, "call": 2, "end": 0})
	tok := gemmaTokenizer(t, chat.SpecialTokens())
	parts := map[float32]string{}
	for i, l := range r.Labels {
		if l >= 0 {
			parts[r.Weights[i]] += tok.Decode([]int32{l}, false)
		}
	}
	assert.Equal(t, map[float32]string{
		0.5: "<think>Brew it.</think>", 1: "Sure.", 2: `<tool_call>{"name":"brew","arguments":{}}</tool_call>`,
	}, parts, "the end weighs nothing and carries no loss")
	assert.Equal(t, plain.IDs, r.IDs)

	e, err := NewEncoder(Config{LossWeights: map[string]float64{"think": 0.5, "call": 2}}, Text{Tokenizer: tok, Template: chat.Gemma{}})
	require.NoError(t, err)
	var out strings.Builder
	require.NoError(t, e.Print(&out, &row, Brackets))
	assert.Contains(t, out.String(), "⟦×0.5 <think>Brew it.</think>⟧⟦Sure.⟧⟦×2 <tool_call>")
	shown, err := e.Show(0, &row)
	require.NoError(t, err)
	raw, err := json.Marshal(shown)
	require.NoError(t, err)
	assert.Contains(t, string(raw), `"weights":[1,`)
}

// Weights stay beside their tokens when rows are cut, packed and put side by side, and change the set's fingerprint.
func TestWeightsFollowTheirTokens(t *testing.T) {
	light, heavy := Example{IDs: []int32{1, 2, 3}, Labels: []int32{1, 2, 3}}, Example{IDs: []int32{4, 5}, Labels: []int32{4, 5}, Weights: []float32{7, 8}}
	assert.Nil(t, ConcatWeights(light, light))
	assert.Equal(t, []float32{1, 1, 1, 7, 8, 1, 1, 1}, ConcatWeights(light, heavy, light))
	for strategy, want := range map[Packing][][]float32{
		PackBFD: {{1, 1, 1, 7, 8}}, PackWrapped: {{1, 1, 1, 7, 8}},
	} {
		out, err := Pack([]Example{light, heavy}, strategy, 5)
		require.NoError(t, err)
		for i := range out {
			assert.Equal(t, want[i], out[i].Weights, strategy)
		}
	}
	out, err := Pack([]Example{light, heavy}, PackWrapped, 4)
	require.NoError(t, err)
	assert.Equal(t, []float32{1, 1, 1, 7}, out[0].Weights)
	assert.Equal(t, []float32{8}, out[1].Weights)
	bare := heavy
	bare.Weights = nil
	assert.NotEqual(t, fingerprint([]Example{heavy}), fingerprint([]Example{bare}))

	rows, err := ReadRows(context.Background(), []string{writeTemp(t, "x.jsonl", thinkingRow)}, FormatAuto)
	require.NoError(t, err)
	for _, truncation := range []Truncation{KeepStart, KeepEnd} {
		e, err := NewEncoder(Config{LossWeights: map[string]float64{"call": 2}, MaxLength: 12, Truncation: truncation}, Text{Tokenizer: gemmaTokenizer(t, nil), Template: chat.Gemma{}})
		require.NoError(t, err)
		x, err := e.Encode(&rows[0])
		require.NoError(t, err)
		require.Len(t, x.Weights, 12)
		whole, err := e.Render(&rows[0])
		require.NoError(t, err)
		lo := 0
		if truncation == KeepEnd {
			lo = len(whole.IDs) - 12
		}
		assert.Equal(t, whole.Weights[lo:lo+12], x.Weights)
	}
}

func TestLossWeightsAreChecked(t *testing.T) {
	for _, w := range []map[string]float64{{"calls": 1}, {"think": -1}, {"end": 1e9}} {
		assert.ErrorContains(t, Config{LossWeights: w}.Validate(), "loss_weights")
	}
}
