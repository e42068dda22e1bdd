package train_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lapidary/train"
)

func plan(t testing.TB, rows int, change func(*train.Config)) train.Plan {
	t.Helper()
	cfg := train.DefaultConfig()
	cfg.OutputDir = "out"
	change(&cfg)
	require.NoError(t, cfg.Validate())
	p, err := train.NewPlan(cfg, rows)
	require.NoError(t, err)
	return p
}

// The expected counts are those of transformers' set_initial_training_values and get_warmup_steps.
func TestPlanCountsAsTransformersDoes(t *testing.T) {
	for _, c := range []struct {
		rows, batch, accum, maxSteps    int
		epochs, warmupSteps, ratio      float64
		batches, updates, steps, looped int
		warmup                          int
	}{
		{rows: 29, batch: 2, accum: 3, epochs: 2.5, batches: 15, updates: 5, steps: 13, looped: 3},
		{rows: 7, batch: 2, accum: 3, epochs: 1, batches: 4, updates: 2, steps: 2, looped: 1},
		{rows: 1, batch: 8, accum: 8, epochs: 3, batches: 1, updates: 1, steps: 3, looped: 3},
		{rows: 100, batch: 1, accum: 8, epochs: 0.1, batches: 100, updates: 13, steps: 2, looped: 1},
		{rows: 100, batch: 1, accum: 8, epochs: 9, maxSteps: 27, batches: 100, updates: 13, steps: 27, looped: 3},
		{rows: 100, batch: 1, accum: 1, epochs: 1, ratio: 0.03, batches: 100, updates: 100, steps: 100, looped: 1, warmup: 3},
		{rows: 101, batch: 1, accum: 1, epochs: 1, ratio: 0.03, batches: 101, updates: 101, steps: 101, looped: 1, warmup: 4},
		{rows: 100, batch: 1, accum: 1, epochs: 1, ratio: 0.03, warmupSteps: 7, batches: 100, updates: 100, steps: 100, looped: 1, warmup: 7},
		{rows: 101, batch: 1, accum: 1, epochs: 1, warmupSteps: 0.1, batches: 101, updates: 101, steps: 101, looped: 1, warmup: 11},
	} {
		p := plan(t, c.rows, func(cfg *train.Config) {
			cfg.PerDeviceTrainBatchSize, cfg.GradientAccumulationSteps = c.batch, c.accum
			cfg.NumTrainEpochs, cfg.MaxSteps, cfg.WarmupSteps, cfg.WarmupRatio = c.epochs, c.maxSteps, c.warmupSteps, c.ratio
		})
		assert.Equal(t, []int{c.batches, c.updates, c.steps, c.looped, c.warmup},
			[]int{p.BatchesPerEpoch, p.UpdatesPerEpoch, p.Steps, p.Epochs, p.WarmupSteps}, "%+v", c)
	}
}

// Every micro-batch of an epoch belongs to one step, groups never cross epochs, and the last one may be short.
func TestGroupsCoverEveryEpochOnce(t *testing.T) {
	for rows := 1; rows < 40; rows++ {
		for _, accum := range []int{1, 2, 3, 8} {
			p := plan(t, rows, func(c *train.Config) {
				c.PerDeviceTrainBatchSize, c.GradientAccumulationSteps, c.NumTrainEpochs = 2, accum, 3
			})
			step := 0
			for epoch := range 3 {
				for next := 0; next < p.BatchesPerEpoch; step++ {
					e, first, last := p.Group(step)
					require.Equal(t, []int{epoch, next}, []int{e, first})
					require.True(t, last > first && last-first <= accum && (last-first == accum || last == p.BatchesPerEpoch))
					next = last
				}
				require.Equal(t, float64(epoch+1), p.Epoch(step))
			}
			require.Equal(t, p.Steps, step)
		}
	}
	p := plan(t, 29, func(c *train.Config) { c.PerDeviceTrainBatchSize, c.GradientAccumulationSteps = 2, 4 })
	assert.Equal(t, []float64{0, 4. / 15, 8. / 15, 12. / 15, 1}, []float64{p.Epoch(0), p.Epoch(1), p.Epoch(2), p.Epoch(3), p.Epoch(4)})
}

func TestIntervals(t *testing.T) {
	p := plan(t, 101, func(c *train.Config) { c.GradientAccumulationSteps, c.SaveStrategy, c.LoggingSteps = 1, "epoch", 5 })
	assert.Equal(t, []int{11, 101, 5}, []int{p.EvalEvery, p.SaveEvery, p.LoggingEvery}, "a share is rounded up")
	p = plan(t, 101, func(c *train.Config) { c.EvalStrategy, c.SaveStrategy = "no", "no" })
	assert.Equal(t, []int{0, 0}, []int{p.EvalEvery, p.SaveEvery})
}

func TestDefaultConfigIsValid(t *testing.T) {
	cfg := train.DefaultConfig()
	cfg.OutputDir = "out"
	require.NoError(t, cfg.Validate())
}

func TestValidateReportsEverythingAtOnce(t *testing.T) {
	nan := math.NaN()
	cfg := train.Config{
		MaxSteps: -2, NumTrainEpochs: nan, WarmupSteps: -1, WarmupRatio: 1.5, WeightDecay: nan, MaxGradNorm: -1,
		AdamBeta1: 1, AdamBeta2: nan, AdamEpsilon: 0, LearningRate: math.Inf(1), LRSchedulerType: "cosin", LoggingSteps: nan,
		LabelCount: "both", ReportTo: "all", EvalStrategy: "never", SaveStrategy: "steps", SaveSteps: 0, EarlyStoppingThreshold: nan,
	}
	err := cfg.Validate()
	require.Error(t, err)
	for _, field := range []string{
		"output_dir", "num_train_epochs", "max_steps", "per_device_train_batch_size", "per_device_eval_batch_size",
		"gradient_accumulation_steps", "label_count", "warmup_steps", "warmup_ratio", "weight_decay", "max_grad_norm", "adam_beta1",
		"adam_beta2", "adam_epsilon", "lr_scheduler_type", "learning_rate", "logging_steps", "report_to", "eval_strategy",
		"save_steps", "save_total_limit", "early_stopping_threshold",
	} {
		assert.ErrorContains(t, err, field+":")
	}
	cfg = train.DefaultConfig()
	cfg.OutputDir, cfg.EvalStrategy, cfg.LoadBestModelAtEnd = "out", "no", true
	assert.ErrorContains(t, cfg.Validate(), "eval_strategy:")

	cfg = train.DefaultConfig()
	cfg.OutputDir, cfg.EarlyStoppingPatience = filepath.Join(t.TempDir(), "out"), 1
	in := toyInputs(t, newToy(0), 1)
	in.Eval = nil
	_, err = train.Run(t.Context(), cfg, in)
	require.ErrorContains(t, err, "something to evaluate")
	_, err = os.Stat(cfg.OutputDir)
	require.ErrorIs(t, err, os.ErrNotExist, "nothing was touched")

	in.Train = train.Rows{}
	cfg.EarlyStoppingPatience = 0
	_, err = train.Run(t.Context(), cfg, in)
	require.ErrorContains(t, err, "no rows")
}

func TestConfigKeepsItsNamesInJSON(t *testing.T) {
	cfg := toyConfig("out")
	better := true
	cfg.GreaterIsBetter = &better
	text, err := json.Marshal(cfg)
	require.NoError(t, err)
	var again train.Config
	require.NoError(t, json.Unmarshal(text, &again))
	require.Equal(t, cfg, again)
}

func TestObserve(t *testing.T) {
	best, patience := train.Observe([]float64{2, 1.9, 1.95, 1.899, nan, 1.5}, false, 0.05)
	assert.Equal(t, []int{1, 2, 2, 4, 4, 6}, best)
	assert.Equal(t, []int{0, 0, 1, 2, 3, 0}, patience, "a gain below the threshold is kept but does not reset the patience")
	best, patience = train.Observe([]float64{nan, 0, math.Inf(1), 0.5}, true, 0)
	assert.Equal(t, []int{0, 2, 2, 4}, best)
	assert.Equal(t, []int{1, 0, 1, 0}, patience)
}

func TestPreflightNamesTheFigures(t *testing.T) {
	if runtime.GOOS != "linux" && runtime.GOOS != "darwin" {
		t.Skip("free space is not known here")
	}
	in := toyInputs(t, newToy(0), 1)
	in.SaveBytes = 1 << 60
	_, err := train.Run(t.Context(), toyConfig(t.TempDir()), in)
	var full *train.ResourceError
	require.ErrorAs(t, err, &full)
	assert.Greater(t, full.Need, int64(2<<60))
	assert.Positive(t, full.Have)
	assert.ErrorContains(t, err, "disk space")
}

func TestPlotLoss(t *testing.T) {
	assert.Empty(t, train.PlotLoss([]float64{1}, 60, 12))
	values := make([]float64, 1000)
	for i := range values {
		values[i] = 5 - float64(i)/250
	}
	text := train.PlotLoss(values, 60, 12)
	assert.Contains(t, text, "training loss")
	assert.LessOrEqual(t, len([]rune(text)), 15*75)
}
