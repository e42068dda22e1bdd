package train_test

import (
	"encoding/json"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lapidary/data"
	"lapidary/train"
)

// weighedRun takes one step on rows and returns its loss and the weights that the model ends with.
func weighedRun(t *testing.T, rows train.Rows, batch int) (loss float64, params [][]float32) {
	dir, m := t.TempDir(), newToy(0)
	cfg := toyConfig(dir)
	cfg.MaxSteps, cfg.PerDeviceTrainBatchSize, cfg.GradientAccumulationSteps, cfg.ShuffleDataset = 1, batch, (len(rows)+batch-1)/batch, false
	cfg.WarmupRatio, cfg.MaxGradNorm, cfg.WeightDecay, cfg.AdamEpsilon = 0, 0, 0, 1
	in := toyInputs(t, m, 1)
	in.Train = rows
	_, err := train.Run(t.Context(), cfg, in)
	require.NoError(t, err)
	var line struct{ Loss float64 }
	require.NoError(t, json.Unmarshal([]byte(logLines(t, dir)[0]), &line))
	for _, p := range m.trained() {
		params = append(params, p.Data().F32())
	}
	return line.Loss, params
}

func withWeights(e data.Example, w float32) data.Example {
	e.Weights = slices.Repeat([]float32{w}, len(e.IDs))
	return e
}

// The loss is divided by the sum of weights over the accumulation group: weights that are all 2 change not a bit.
func TestEqualWeightsChangeNothing(t *testing.T) {
	rows := toyRows(6, 9)
	loss, params := weighedRun(t, rows, 2)
	doubled := make(train.Rows, len(rows))
	for i, e := range rows {
		doubled[i] = withWeights(e, 2)
	}
	loss2, params2 := weighedRun(t, doubled, 2)
	assert.Equal(t, loss, loss2)
	assert.Equal(t, params, params2)
}

// A row of weight 3 beside one of weight 1 in another micro-batch counts like three copies of it.
func TestAWeightCountsLikeCopies(t *testing.T) {
	rows := toyRows(2, 11)
	copies := train.Rows{rows[0], rows[1], rows[1], rows[1]}
	loss, params := weighedRun(t, copies, 1)
	loss2, params2 := weighedRun(t, train.Rows{rows[0], withWeights(rows[1], 3)}, 1)
	assert.InEpsilon(t, loss, loss2, 1e-6)
	once, _ := weighedRun(t, rows, 1)
	assert.NotEqual(t, once, loss2)
	start := newToy(0)
	for i, p := range start.trained() {
		for j, x := range p.Data().F32() {
			moved := params[i][j] - x
			// A parameter of size 1 is rounded to 2^-24 of it; three summands instead of one product round thrice.
			assert.InDelta(t, moved, params2[i][j]-x, 4*0x1p-24+1e-5*math.Abs(float64(moved)), "%s[%d]", p.Name, j)
		}
	}
}
