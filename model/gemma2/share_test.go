package gemma2

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"lapidary/autograd/nn"
)

// Documents that share their beginnings have the loss and the gradients of every weight that they have apart, within
// rounding: sums in another order. Beginnings are longer and shorter than the window of 8, labelled or not.
func TestSharedBeginnings(t *testing.T) {
	model, _ := quirks(t)
	r := rand.New(rand.NewPCG(73, 74))
	vocab := model.Config.VocabSize
	text := func(n int) []int32 {
		ids := make([]int32, n)
		for i := range ids {
			ids[i] = int32(1 + r.IntN(vocab-1))
		}
		return ids
	}
	for trial := range 6 {
		head := text(33 + r.IntN(20))
		longer := append(slices.Clone(head), text(34)...)
		ids := [][]int32{
			append(slices.Clone(head), text(1+r.IntN(20))...), text(10 + r.IntN(20)), append(slices.Clone(longer), text(5)...),
			longer, append(slices.Clone(longer), text(9)...), slices.Clone(head),
		}
		labels := make([][]int32, len(ids))
		for d, doc := range ids {
			labels[d] = slices.Clone(doc)
			for i := range doc {
				if trial%3 == 1 && i < len(doc)/2 || trial%3 == 2 && i%3 > 0 {
					labels[d][i] = nn.Ignore
				}
			}
		}
		for _, recompute := range []bool{false, true} {
			t.Run(fmt.Sprint(trial, recompute), func(t *testing.T) {
				run := func(share bool) (float64, map[string][]float32) {
					m, _ := quirks(t)
					m.TrainAll()
					if recompute {
						m.Recompute = slices.Repeat([]bool{true}, len(m.Blocks))
					}
					b := nn.NewBatch(ids, labels)
					b.Share = share
					tape := newTape(t, 2)
					loss, sum := m.Loss(tape, b, 1/float32(b.LabelTokens()))
					tape.Backward(loss)
					grads := map[string][]float32{}
					for _, p := range m.Parameters() {
						grads[p.Name] = p.Grad().F32()
					}
					return sum, grads
				}
				b := nn.NewBatch(ids, labels)
				_, shares := b.Shared()
				require.True(t, shares)
				want, apart := run(false)
				sum, together := run(true)
				require.LessOrEqual(t, math.Abs(sum-want), 1e-6*math.Abs(want))
				for _, n := range slices.Sorted(maps.Keys(apart)) {
					require.LessOrEqual(t, relative(together[n], apart[n]), 3e-6, n)
				}
			})
		}
	}
}
