package finetune_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"lapidary/finetune"
	"lapidary/internal/durable"
	"lapidary/model/gemma2"
	"lapidary/tensor"
	"lapidary/train"
)

// tinyModel writes a random checkpoint whose window is shorter than its rows.
func tinyModel(t *testing.T) string {
	t.Helper()
	c, _ := gemma2.Preset("tiny")
	c.VocabSize, c.HiddenSize, c.IntermediateSize, c.SlidingWindow = 97, 32, 64, 8
	c.NumAttentionHeads, c.NumKeyValueHeads, c.HeadDim = 2, 1, 16
	dir := filepath.Join(t.TempDir(), "model")
	d, err := durable.CreateDir(dir)
	require.NoError(t, err)
	require.NoError(t, gemma2.Initialise(d, c, 3, gemma2.SaveOptions{DType: tensor.F32}))
	require.NoError(t, d.Commit())
	return dir
}

// tokenRows writes rows of random lengths, with random labels.
func tokenRows(t *testing.T, r *rand.Rand, n, longest int) string {
	t.Helper()
	var b strings.Builder
	for range n {
		ids, labels := []string{}, []string{}
		for range 2 + r.IntN(longest-1) {
			id := fmt.Sprint(3 + r.IntN(90))
			ids = append(ids, id)
			if r.IntN(3) == 0 {
				id = "-100"
			}
			labels = append(labels, id)
		}
		labels[len(labels)-1] = ids[len(ids)-1]
		fmt.Fprintf(&b, "{\"input_ids\":[%s],\"labels\":[%s]}\n", strings.Join(ids, ","), strings.Join(labels, ","))
	}
	path := filepath.Join(t.TempDir(), "rows.jsonl")
	require.NoError(t, os.WriteFile(path, []byte(b.String()), 0o600))
	return path
}

// A packed run is the unpacked run: whatever rows share a micro-batch's row, loss and gradient norm of a step over all
// of them are the same within float32's rounding.
func TestPackedIsUnpacked(t *testing.T) {
	model := tinyModel(t)
	for seed := range uint64(12) {
		r := rand.New(rand.NewPCG(seed, 5))
		rows := 3 + r.IntN(12)
		path := tokenRows(t, r, rows, 24)
		step := func(packed bool, size int) train.StepReport {
			o := finetune.DefaultOptions()
			o.Model, o.Data, o.Machine.Precision = model, []string{path}, "f32"
			o.Rows.Pack, o.Rows.MaxLength = packed, 24+r.IntN(60)
			o.Adapter.Dropout, o.Adapter.InitLoraWeights = 0, "gaussian"
			o.Train.OutputDir = filepath.Join(t.TempDir(), "out")
			o.Train.PerDeviceTrainBatchSize, o.Train.GradientAccumulationSteps, o.Train.MaxSteps = size, rows, 1
			o.Train.SaveStrategy, o.Train.ReportTo = "no", "none"
			job, err := finetune.Prepare(t.Context(), o)
			require.NoError(t, err)
			defer job.Close()
			if packed {
				require.Less(t, len(job.Train.Examples), rows, "seed %d: nothing was packed", seed)
			}
			var first train.StepReport
			_, err = job.Run(t.Context(), train.Hooks{Step: func(s train.StepReport) { first = s }})
			require.NoError(t, err)
			return first
		}
		want := step(false, 1)
		for _, got := range []train.StepReport{step(true, 1), step(true, 2), step(false, rows)} {
			require.Equal(t, want.LabelTokens, got.LabelTokens, "seed %d", seed)
			require.LessOrEqual(t, math.Abs(got.Loss-want.Loss), 1e-6*want.Loss, "seed %d", seed)
			require.LessOrEqual(t, math.Abs(got.GradNorm-want.GradNorm), 1e-5*want.GradNorm, "seed %d", seed)
		}
	}
}

func planOf(t *testing.T, change func(*finetune.Options)) (finetune.RunPlan, error) {
	t.Helper()
	o := finetune.DefaultOptions()
	o.Model, o.Data = tinyModel(t), []string{tokenRows(t, rand.New(rand.NewPCG(1, 1)), 20, 200)}
	o.Train.OutputDir = "out"
	change(&o)
	job, err := finetune.Prepare(t.Context(), o)
	require.NoError(t, err)
	defer job.Close()
	return job.Plan()
}

func TestPlan(t *testing.T) {
	p, err := planOf(t, func(o *finetune.Options) { o.Machine.MaxMemory = "8GB" })
	require.NoError(t, err)
	m := p.Memory
	require.Equal(t, m.Process+m.Weights+m.Optimizer+m.Activations+m.Logits+m.Kernels, m.Total)
	require.EqualValues(t, 8e9, m.Budget)
	require.Zero(t, m.Recomputed)
	require.Positive(t, m.Tokens)
	require.Equal(t, 3, p.Steps, "20 rows in groups of 8")
	require.Positive(t, p.SecondsPerRun)
	require.Equal(t, "micro-batch", p.Basis)
}

// A budget between what a run takes with everything kept and with everything computed again is met by the second; below
// that the run is refused, with what would help.
func TestPlanRecomputesAndRefuses(t *testing.T) {
	kept, err := planOf(t, func(o *finetune.Options) { o.Machine.MaxMemory = "8GB" })
	require.NoError(t, err)
	again, err := planOf(t, func(o *finetune.Options) {
		o.Machine.MaxMemory, o.Adapter.Recompute = "8GB", true
	})
	require.NoError(t, err)
	require.Equal(t, 4, again.Memory.Recomputed)
	saved := kept.Memory.Activations - again.Memory.Activations
	require.Positive(t, saved)

	refused, err := planOf(t, func(o *finetune.Options) {
		o.Machine.MaxMemory, o.Train.PerDeviceTrainBatchSize = "1MB", 4
	})
	var e *finetune.MemoryError
	require.ErrorAs(t, err, &e)
	require.Equal(t, 4, refused.Memory.Recomputed)
	require.Contains(t, err.Error(), "not enough memory")
	require.Contains(t, err.Error(), "--max-memory")
}

func TestParseBytes(t *testing.T) {
	for text, want := range map[string]int64{"6GB": 6e9, "6.5 GiB": 6979321856, "800M": 8e8, "12": 12, "1kib": 1024} {
		got, err := finetune.ParseBytes(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "GB", "-1GB", "NaN", "1e30TB", "6 parsecs", "0"} {
		_, err := finetune.ParseBytes(text)
		require.Error(t, err, text)
	}
}
