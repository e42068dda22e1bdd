package finetune_test

import (
	"context"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"lapidary/finetune"
	"lapidary/internal/testshared"
	"lapidary/tensor/safetensors"
	"lapidary/train"
)

// goldenRun is steps.json: what transformers and PEFT did.
type goldenRun struct {
	Train struct {
		Steps       int     `json:"steps"`
		Batch       int     `json:"batch"`
		Accum       int     `json:"accum"`
		LR          float64 `json:"lr"`
		Scheduler   string  `json:"scheduler"`
		WarmupSteps float64 `json:"warmup_steps"`
		WeightDecay float64 `json:"weight_decay"`
		MaxGradNorm float64 `json:"max_grad_norm"`
		Beta1       float64 `json:"beta1"`
		Beta2       float64 `json:"beta2"`
		Eps         float64 `json:"eps"`
	} `json:"train"`
	Steps []struct {
		Loss        float64 `json:"loss"`
		GradNorm    float64 `json:"grad_norm"`
		LR          float64 `json:"lr"`
		LabelTokens int     `json:"label_tokens"`
	} `json:"steps"`
}

func readJSON(t *testing.T, path string, v any) {
	t.Helper()
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(raw, v))
}

// options asks for what the golden run did.
func (g *goldenRun) options(dir, model, out string) finetune.Options {
	o := finetune.DefaultOptions()
	o.Model, o.Data = model, []string{filepath.Join(dir, "data.jsonl")}
	o.Adapter.AdapterInit = filepath.Join(dir, "init")
	o.Machine.Precision = "f32"
	c := &o.Train
	c.OutputDir, c.ShuffleDataset, c.SaveStrategy, c.ReportTo = out, false, "no", "none"
	c.MaxSteps, c.PerDeviceTrainBatchSize, c.GradientAccumulationSteps = g.Train.Steps, g.Train.Batch, g.Train.Accum
	c.LearningRate, c.LRSchedulerType, c.WarmupSteps = g.Train.LR, g.Train.Scheduler, g.Train.WarmupSteps
	c.WeightDecay, c.MaxGradNorm = g.Train.WeightDecay, g.Train.MaxGradNorm
	c.AdamBeta1, c.AdamBeta2, c.AdamEpsilon = g.Train.Beta1, g.Train.Beta2, g.Train.Eps
	return o
}

// Training runs are those of transformers and PEFT, step by step, and end at the same weights. The bounds of the loss
// come from repeating the reference in float64: the float32 runs themselves are off by 3e-7 (lora-basic) to 2e-5
// (lora-course); lora-bf16 computed its reference in bfloat16.
func TestGoldenRuns(t *testing.T) {
	for _, c := range []struct {
		name, model string
		loss, norm  float64
		weights     float64 // ‖ours − theirs‖ / ‖theirs − init‖
	}{
		{"lora-basic", "quirks-f32", 1e-5, 1e-5, 1e-3},
		{"lora-patterns", "quirks-f32", 1e-5, 1e-5, 1e-3},
		{"lora-new-tokens", "quirks-f32", 1e-5, 1e-5, 1e-3},
		{"dora", "quirks-f32", 1e-5, 1e-5, 1e-3},
		{"lora-course", "quirks-f32", 3e-4, math.Inf(1), 1e-2},
		{"lora-bf16", "sharded-bf16", 0.02, math.Inf(1), math.Inf(1)},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := testshared.Path(t, "golden/models/"+c.name)
			model := testshared.Path(t, "golden/models/"+c.model+"/model")
			var g goldenRun
			readJSON(t, filepath.Join(dir, "steps.json"), &g)
			out := filepath.Join(t.TempDir(), "out")
			job, err := finetune.Prepare(context.Background(), g.options(dir, model, out))
			require.NoError(t, err)
			defer job.Close()
			var got []train.StepReport
			_, err = job.Run(context.Background(), train.Hooks{Step: func(s train.StepReport) { got = append(got, s) }})
			require.NoError(t, err)
			require.Len(t, got, len(g.Steps))
			worst, worstNorm := 0.0, 0.0
			for i, want := range g.Steps {
				require.Equal(t, want.LabelTokens, got[i].LabelTokens)
				require.InDelta(t, want.LR, got[i].LearningRate, 1e-12*want.LR, "learning rate of step %d", i+1)
				worst = max(worst, math.Abs(got[i].Loss-want.Loss))
				worstNorm = max(worstNorm, math.Abs(got[i].GradNorm-want.GradNorm)/want.GradNorm)
			}
			t.Logf("largest difference: loss %.2e, grad_norm %.2e (relative)", worst, worstNorm)
			require.LessOrEqual(t, worst, c.loss, "loss")
			require.LessOrEqual(t, worstNorm, c.norm, "grad_norm")
			t.Logf("largest weight difference relative to the change: %.2e", compareWeights(t, out, dir, c.weights))
		})
	}
}

// compareWeights checks every tensor of the adapter and returns the largest relative difference.
func compareWeights(t *testing.T, out, golden string, bound float64) float64 {
	ours, theirs, begin := openAdapter(t, out), openAdapter(t, filepath.Join(golden, "final")), openAdapter(t, filepath.Join(golden, "init"))
	largest := 0.0
	compared := 0
	for _, name := range ours.Names() {
		a, b, c := values(t, ours, name), values(t, theirs, name), values(t, begin, name)
		var diff, change float64
		for i := range a {
			diff += math.Pow(float64(a[i])-float64(b[i]), 2)
			change += math.Pow(float64(b[i])-float64(c[i]), 2)
		}
		if change == 0 {
			require.Zero(t, diff, name)
			continue
		}
		compared++
		r := math.Sqrt(diff / change)
		require.LessOrEqual(t, r, bound, name)
		largest = max(largest, r)
	}
	require.Positive(t, compared)
	return largest
}

func openAdapter(t *testing.T, dir string) *safetensors.File {
	t.Helper()
	f, err := safetensors.Open(filepath.Join(dir, "adapter_model.safetensors"))
	require.NoError(t, err)
	t.Cleanup(func() { f.Close() })
	return f
}

func values(t *testing.T, f *safetensors.File, name string) []float32 {
	t.Helper()
	x, err := f.Tensor(name)
	require.NoError(t, err)
	return x.Float32s()
}
