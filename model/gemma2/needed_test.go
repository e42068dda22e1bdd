package gemma2

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"lapidary/autograd"
	"lapidary/autograd/nn"
)

// What no label depends on is not computed: tokens after a document's last label, and in the last block all rows without
// one. Loss and gradients of every weight are those of the whole computation within rounding (sums in another order), and
// memory is less.
func TestUnlabelledRowsCountForNothing(t *testing.T) {
	model, b := quirks(t)
	doc := b.IDs[:40]
	label := func(which func(i int) bool) []int32 {
		labels := slices.Clone(doc)
		for i := range labels {
			if !which(i) {
				labels[i] = nn.Ignore
			}
		}
		return labels
	}
	all := label(func(int) bool { return true })
	for name, labels := range map[string][][]int32{
		"all":            {all, all},
		"ends":           {label(func(i int) bool { return i > 30 }), label(func(i int) bool { return i > 38 })},
		"middle":         {label(func(i int) bool { return i > 10 && i < 14 }), all},
		"some have none": {label(func(int) bool { return false }), label(func(i int) bool { return i%3 == 1 }), label(func(int) bool { return false })},
		"two rows":       {label(func(i int) bool { return i == 4 || i == 5 })},
	} {
		for _, recompute := range [][]bool{nil, {true, true, true, true}} {
			t.Run(fmt.Sprint(name, recompute != nil), func(t *testing.T) {
				ids := slices.Repeat([][]int32{doc}, len(labels))
				batch := nn.NewBatch(ids, labels)
				rows, targets := batch.Targets()
				scale := 1 / float32(len(rows))
				run := func(loss func(m *Model, tape *autograd.Tape) (*autograd.Var, float64)) (float64, map[string][]float32, int64) {
					m, _ := quirks(t)
					m.TrainAll()
					m.Recompute = recompute
					tape := newTape(t, 2)
					l, sum := loss(m, tape)
					tape.Backward(l)
					grads := map[string][]float32{}
					for _, p := range m.Parameters() {
						grads[p.Name] = p.Grad().F32()
					}
					return sum, grads, tape.Arena().Bytes()
				}
				want, whole, most := run(func(m *Model, tape *autograd.Tape) (*autograd.Var, float64) {
					l := autograd.Loss{Rows: rows, Targets: targets, Losses: make([]float32, len(rows)), Scale: scale,
						Cap: float32(m.Config.FinalLogitSoftcapping), Chunk: len(rows)}
					return autograd.CrossEntropy(tape, m.Hidden(tape, batch), m.Head, l), l.Sum()
				})
				sum, grads, bytes := run(func(m *Model, tape *autograd.Tape) (*autograd.Var, float64) { return m.Loss(tape, batch, scale) })
				require.LessOrEqual(t, math.Abs(sum-want), 1e-6*math.Abs(want))
				// each side rounds the sums of its products, forward and backward, in its own order: errors of sqrt(width)
				// units in the last place add up as those of a random walk
				c := model.Config
				products := float64(c.NumHiddenLayers * 9 * 2)
				bound := 2 * math.Sqrt(products*float64(max(c.HiddenSize, c.IntermediateSize))) * math.Pow(2, -24)
				for _, n := range slices.Sorted(maps.Keys(whole)) {
					require.LessOrEqual(t, relative(grads[n], whole[n]), bound, n)
				}
				if len(rows) < len(batch.IDs)/2 {
					require.Less(t, bytes, most)
				}
			})
		}
	}
}
