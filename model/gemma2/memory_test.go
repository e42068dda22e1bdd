package gemma2

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"lapidary/autograd/nn"
	"lapidary/tensor"
)

// The estimate is compared with what a step of a model of which everything is trained really takes.
func TestMemoryEstimateHolds(t *testing.T) {
	for _, vocab := range []int{1000, 6000} { // activations weigh more, logits weigh more
		estimateHolds(t, vocab)
	}
}

func estimateHolds(t *testing.T, vocab int) {
	c, _ := Preset("tiny")
	c.VocabSize, c.NumHiddenLayers, c.LayerTypes = vocab, 8, alternating(8)
	m, err := NewRandom(c, 1, tensor.BF16)
	require.NoError(t, err)
	m.TrainAll()
	m.LogitBytes = 50 * 4 * c.VocabSize
	ids := make([]int32, 150)
	for i := range ids {
		ids[i] = int32(3 + i)
	}
	b := nn.NewBatch([][]int32{ids[:50], ids[50:]}, [][]int32{ids[:50], ids[50:]})
	for _, act := range []tensor.DType{tensor.F32, tensor.BF16} {
		for _, recomputed := range []int{0, 3, 8} {
			t.Run(fmt.Sprintf("vocab=%d/act=%v/recompute=%d", vocab, act, recomputed), func(t *testing.T) {
				m.Recompute = make([]bool, 8)
				for i := range recomputed {
					m.Recompute[i] = true
				}
				tape := newTape(t, 1)
				tape.SetActivations(act)
				loss, _ := m.Loss(tape, b, 1)
				tape.Backward(loss)
				took := tape.Arena().Bytes()
				memory := m.Memory(StepShape{Activations: act, Tokens: len(ids), Labels: len(ids) - 2})
				plan := memory.Step(m.Recompute)
				t.Logf("took %d, planned %d (%.3f)", took, plan, float64(plan)/float64(took))
				require.LessOrEqual(t, took, plan*105/100)
				require.GreaterOrEqual(t, took, plan*85/100, "an estimate this far off keeps runs from starting")
			})
		}
	}
}

// Steps like the first take no memory of their own: what was cut from something larger is whole again, and nothing that
// the walk back wants whole was cut.
func TestStepsTakeNoMoreThanTheFirst(t *testing.T) {
	c, _ := Preset("tiny")
	c.VocabSize, c.HiddenSize, c.IntermediateSize = 2000, 64, 512
	c.SetLayers(3)
	m, err := NewRandom(c, 1, tensor.BF16)
	require.NoError(t, err)
	m.TrainAll()
	ids := make([]int32, 160)
	for i := range ids {
		ids[i] = int32(3 + i)
	}
	for _, labels := range []int{160, 40, 10} { // logits of many sizes beside the gradients'
		for _, recompute := range []bool{false, true} {
			t.Run(fmt.Sprintf("labels=%d/recompute=%v", labels, recompute), func(t *testing.T) {
				m.Recompute = slices.Repeat([]bool{recompute}, 3)
				scored := slices.Clone(ids)
				for i := range len(ids) - labels {
					scored[i] = -100
				}
				b := nn.NewBatch([][]int32{ids}, [][]int32{scored})
				tape := newTape(t, 1)
				tape.SetActivations(tensor.BF16)
				var first int64
				for step := range 4 {
					tape.Reset()
					loss, _ := m.Loss(tape, b, 1)
					tape.Backward(loss)
					if step == 0 {
						first = tape.Arena().Bytes()
					}
				}
				tape.Reset()
				require.Equal(t, first, tape.Arena().Bytes())
			})
		}
	}
}

func TestPlanRecomputesNoMoreThanItMust(t *testing.T) {
	c, _ := Preset("gemma-2-2b")
	c.VocabSize, c.HiddenSize, c.IntermediateSize = 100, 64, 256
	model, err := NewRandom(c, 1, tensor.BF16)
	require.NoError(t, err)
	model.TrainAll()
	m := model.Memory(StepShape{Activations: tensor.BF16, Tokens: 2048, Labels: 1024})
	first := func(n int) []bool { return append(slices.Repeat([]bool{true}, n), make([]bool, 26-n)...) }
	for want := range 26 { // the last one saves nothing: its memory is where the others are computed again
		plan, fits := m.Plan(m.Step(first(want)))
		require.True(t, fits)
		require.Equal(t, first(want), plan)
	}
	plan, fits := m.Plan(m.Step(first(25)) - 1)
	require.False(t, fits)
	require.Equal(t, first(26), plan)
}
