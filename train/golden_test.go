package train_test

import (
	"bufio"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"lapidary/autograd"
	"lapidary/autograd/nn"
	"lapidary/data"
	"lapidary/internal/testshared"
	"lapidary/kernels"
	"lapidary/lora"
	"lapidary/model/gemma2"
	"lapidary/tensor"
	"lapidary/tensor/safetensors"
	"lapidary/train"
)

// goldenStep is one step of a run of transformers and PEFT.
type goldenStep struct {
	Step        int     `json:"step"`
	Loss        float64 `json:"loss"`
	GradNorm    float64 `json:"grad_norm"`
	LR          float64 `json:"lr"`
	Learning    float64 `json:"learning_rate"`
	LabelTokens int     `json:"label_tokens"`
}

type goldenRun struct {
	Train struct {
		Steps       int
		Batch       int
		Accum       int
		LR          float64
		Scheduler   string
		WarmupSteps float64 `json:"warmup_steps"`
		WeightDecay float64 `json:"weight_decay"`
		MaxGradNorm float64 `json:"max_grad_norm"`
		Beta1       float64
		Beta2       float64
		Eps         float64
	}
	Steps []goldenStep
}

// tuned is a model with an adapter.
type tuned struct {
	model   *gemma2.Model
	adapter *lora.Adapter
}

func (m tuned) Parameters() []*nn.Parameter { return m.adapter.Parameters() }

func (m tuned) Loss(t *autograd.Tape, b nn.Batch, scale float32) (*autograd.Var, float64) {
	return m.model.Loss(t, b, scale)
}

func (m tuned) Save(files train.Files) error { return m.adapter.Save(files, lora.SaveOptions{}) }

func (m tuned) Restore(dir string) error {
	path := filepath.Join(dir, lora.WeightsFile)
	f, err := safetensors.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return m.adapter.Restore(f, path)
}

func readRows(t testing.TB, path string) (rows train.Rows) {
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		var row struct {
			IDs    []int32 `json:"input_ids"`
			Labels []int32
		}
		require.NoError(t, json.Unmarshal(s.Bytes(), &row))
		rows = append(rows, data.Example{IDs: row.IDs, Labels: row.Labels, Source: data.Source{File: "data.jsonl", Line: len(rows) + 1}})
	}
	return rows
}

// Whole training runs against transformers' and PEFT's, on a Gemma-2 whose shape hides nothing. Losses of the float32
// runs differ between float32 and float64 arithmetic by 3e-7, on lora-course by 2e-5.
func TestRunsEqualTransformersAndPEFT(t *testing.T) {
	for _, c := range []struct {
		name, model       string
		act               tensor.DType
		loss, norm, final float64
	}{
		{"lora-basic", "quirks-f32", tensor.F32, 1e-5, 1e-5, 1e-3},
		{"lora-patterns", "quirks-f32", tensor.F32, 1e-5, 1e-5, 1e-3},
		{"lora-new-tokens", "quirks-f32", tensor.F32, 1e-5, 1e-5, 1e-3},
		{"dora", "quirks-f32", tensor.F32, 1e-5, 1e-5, 1e-3},
		{"lora-course", "quirks-f32", tensor.F32, 3e-4, 1e-2, 1e-2},
		// Where a weight's gradient is near nothing, bfloat16 decides its sign, and AdamW makes a whole step of it: the
		// weights of such a run are compared only roughly.
		{"lora-bf16", "sharded-bf16", tensor.BF16, 0.02, 0.05, 0.5},
	} {
		t.Run(c.name, func(t *testing.T) {
			golden := testshared.Path(t, "golden/models/"+c.name)
			var run goldenRun
			require.NoError(t, json.Unmarshal([]byte(readFile(t, golden, "steps.json")), &run))
			model, err := gemma2.Load(testshared.Path(t, "golden/models/"+c.model+"/model"))
			require.NoError(t, err)
			adapter, err := lora.Load(filepath.Join(golden, "init"), model)
			require.NoError(t, err)
			pool := kernels.NewPool(2)
			defer pool.Close()

			cfg, dir, g := train.DefaultConfig(), t.TempDir(), run.Train
			cfg.OutputDir, cfg.MaxSteps, cfg.ShuffleDataset = dir, g.Steps, false
			cfg.PerDeviceTrainBatchSize, cfg.GradientAccumulationSteps = g.Batch, g.Accum
			cfg.LearningRate, cfg.LRSchedulerType, cfg.WarmupSteps, cfg.WarmupRatio = g.LR, g.Scheduler, g.WarmupSteps, 0
			cfg.WeightDecay, cfg.MaxGradNorm = g.WeightDecay, g.MaxGradNorm
			cfg.AdamBeta1, cfg.AdamBeta2, cfg.AdamEpsilon = g.Beta1, g.Beta2, g.Eps
			_, err = train.Run(t.Context(), cfg, train.Inputs{
				Model: tuned{model, adapter}, Store: tuned{model, adapter}, Pool: pool, Activations: c.act,
				Train: readRows(t, filepath.Join(golden, "data.jsonl")),
			})
			require.NoError(t, err)
			compareSteps(t, run.Steps, logLines(t, dir), c.loss, c.norm)
			compareFinal(t, golden, dir, c.final)
		})
	}
}

func compareSteps(t *testing.T, want []goldenStep, lines []string, lossLimit, normLimit float64) {
	require.Len(t, lines, len(want))
	var worstLoss, worstNorm float64
	for i, w := range want {
		var got goldenStep
		require.NoError(t, json.Unmarshal([]byte(lines[i]), &got))
		require.Equal(t, w.Step, got.Step)
		require.Equal(t, w.LabelTokens, got.LabelTokens)
		require.LessOrEqual(t, math.Abs(got.Learning-w.LR), 1e-12*w.LR+1e-20, "learning rate of step %d", w.Step)
		worstLoss = max(worstLoss, math.Abs(got.Loss-w.Loss))
		worstNorm = max(worstNorm, math.Abs(got.GradNorm-w.GradNorm)/w.GradNorm)
	}
	t.Logf("loss differs by at most %.1e, grad_norm by %.1e relative", worstLoss, worstNorm)
	require.LessOrEqual(t, worstLoss, lossLimit)
	require.LessOrEqual(t, worstNorm, normLimit)
}

// compareFinal demands ‖ours−theirs‖ <= limit·‖theirs−init‖ for every tensor.
func compareFinal(t *testing.T, golden, dir string, limit float64) {
	open := func(dir string) *safetensors.File {
		f, err := safetensors.Open(filepath.Join(dir, lora.WeightsFile))
		require.NoError(t, err)
		t.Cleanup(func() { f.Close() })
		return f
	}
	begin, theirs, ours := open(filepath.Join(golden, "init")), open(filepath.Join(golden, "final")), open(dir)
	worst, where := 0.0, ""
	for _, name := range theirs.Names() {
		var x [3][]float32
		for i, f := range []*safetensors.File{begin, theirs, ours} {
			tt, err := f.Tensor(name)
			require.NoError(t, err)
			x[i] = tt.Float32s()
		}
		var diff, moved float64
		for i := range x[0] {
			diff += math.Pow(float64(x[2][i])-float64(x[1][i]), 2)
			moved += math.Pow(float64(x[1][i])-float64(x[0][i]), 2)
		}
		if moved == 0 {
			require.Zero(t, diff, name)
			continue
		}
		if r := math.Sqrt(diff / moved); r > worst {
			worst, where = r, name
		}
	}
	t.Logf("final weights differ by at most %.1e of their change (%s)", worst, where)
	require.LessOrEqual(t, worst, limit, where)
}
