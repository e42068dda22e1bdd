package gemma2

import (
	"fmt"
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
				plan := c.Memory(act, len(ids), len(ids)-2, m.LogitBytes).Step(8, recomputed)
				t.Logf("took %d, planned %d (%.2f)", took, plan, float64(took)/float64(plan))
				require.LessOrEqual(t, took, plan)
				require.GreaterOrEqual(t, took, plan*6/10, "an estimate this far off keeps runs from starting")
			})
		}
	}
}

func TestPlanRecomputesNoMoreThanItMust(t *testing.T) {
	c, _ := Preset("gemma-2-2b")
	m := c.Memory(tensor.BF16, 2048, 1024, 0)
	for want := 0; want <= 26; want++ {
		if want == 26 { // the last one saves nothing: its memory is where the others are computed again
			continue
		}
		plan, fits := m.Plan(26, m.Step(26, want))
		require.True(t, fits)
		n := 0
		for _, r := range plan {
			if r {
				n++
			}
		}
		require.Equal(t, want, n)
	}
	plan, fits := m.Plan(26, m.Step(26, 25)-1)
	require.False(t, fits)
	require.Len(t, plan, 26)
	require.True(t, plan[25])
}
