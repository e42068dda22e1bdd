package train_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lapidary/autograd"
	"lapidary/data"
	"lapidary/train"
)

// repeatable is a line without what depends on the clock and the machine.
func repeatable(t testing.TB, text []byte) string {
	t.Helper()
	var m map[string]any
	require.NoError(t, json.Unmarshal(text, &m), "%s", text)
	for _, name := range []string{"tokens_per_second", "peak_rss_bytes", "eval_runtime", "eval_samples_per_second", "eval_steps_per_second"} {
		delete(m, name)
	}
	line, err := json.Marshal(m)
	require.NoError(t, err)
	return string(line)
}

// logLines reads metrics.jsonl.
func logLines(t testing.TB, dir string) (out []string) {
	t.Helper()
	s := bufio.NewScanner(strings.NewReader(readFile(t, dir, "metrics.jsonl")))
	for s.Scan() {
		out = append(out, repeatable(t, s.Bytes()))
	}
	return out
}

// logHistory reads the trainer_state.json of a checkpoint, without the evaluation after its own step: a run that was
// interrupted in it had saved the step before, and a checkpoint is never replaced.
func logHistory(t testing.TB, dir string, step int) (out []string) {
	t.Helper()
	var state struct {
		History []json.RawMessage `json:"log_history"`
	}
	require.NoError(t, json.Unmarshal([]byte(readFile(t, dir, fmt.Sprintf("checkpoint-%d", step), "trainer_state.json")), &state))
	require.NotEmpty(t, state.History)
	for _, e := range state.History {
		if strings.Contains(string(e), fmt.Sprintf(`"step": %d`, step)) && strings.Contains(string(e), "eval_loss") {
			continue
		}
		out = append(out, repeatable(t, e))
	}
	return out
}

func steps(t testing.TB, dir string) (list []int) {
	t.Helper()
	for _, line := range logLines(t, dir) {
		var m map[string]any
		require.NoError(t, json.Unmarshal([]byte(line), &m))
		if _, ok := m["learning_rate"]; ok {
			list = append(list, int(m["step"].(float64)))
		}
	}
	return list
}

// result is everything that a resumed run must have in common with one left alone.
type result struct {
	bits, model, optimizer string
	log, history           []string
}

func resultOf(t testing.TB, dir string, m *toy, last int) result {
	return result{
		bits: m.bits(), model: readFile(t, dir, toyFile), log: logLines(t, dir), history: logHistory(t, dir, last),
		optimizer: readFile(t, dir, fmt.Sprintf("checkpoint-%d", last), "optimizer.safetensors"),
	}
}

func (r result) equal(t testing.TB, got result, what string) {
	t.Helper()
	require.Equal(t, r.log, got.log, what)
	require.Equal(t, r.history, got.history, what)
	require.True(t, r.bits == got.bits, "%s: parameters differ", what)
	require.True(t, r.model == got.model, "%s: model files differ", what)
	require.True(t, r.optimizer == got.optimizer, "%s: optimizer state differs", what)
}

// toySteps is the length of a toy run: 29 rows make 15 batches make 5 steps an epoch, 2.5 epochs.
const toySteps = 13

func undisturbed(t testing.TB) result {
	dir, m := t.TempDir(), newToy(0.2)
	sum, err := train.Run(t.Context(), toyConfig(dir), toyInputs(t, m, 1))
	require.NoError(t, err)
	require.Equal(t, toySteps, sum.Step)
	return resultOf(t, dir, m, toySteps)
}

func TestRunLearnsAndLeavesWhatItPromises(t *testing.T) {
	dir, m := t.TempDir(), newToy(0)
	cfg := toyConfig(dir)
	cfg.NumTrainEpochs, cfg.SaveSteps, cfg.EvalSteps, cfg.LoggingSteps = 30, 0.1, 0.1, 1
	in := toyInputs(t, m, 2)
	in.Card = train.Card{Title: "Toy", BaseModel: "some/base\n# not a heading", Adapter: true, Datasets: []string{"toy.jsonl"}, Tool: "lapidary test"}
	var started train.Started
	var reports []train.StepReport
	in.Hooks.Started = func(s train.Started) { started = s }
	in.Hooks.Step = func(s train.StepReport) { reports = append(reports, s) }
	sum, err := train.Run(t.Context(), cfg, in)
	require.NoError(t, err)

	assert.Equal(t, 150, started.Plan.Steps)
	assert.Equal(t, 2*toyVocab*toyWidth+toyWidth*toyWidth, started.Parameters)
	require.Len(t, reports, 150)
	assert.Zero(t, reports[149].Remaining)
	assert.Less(t, sum.LastLoss, 0.7*reports[0].Loss, "the loss falls")
	assert.Less(t, sum.BestMetric, reports[0].Loss)
	assert.Contains(t, sum.Plot, "training loss")
	assert.Positive(t, sum.PeakRSS)

	list, err := train.Checkpoints(dir)
	require.NoError(t, err)
	assert.Equal(t, []int{150, 135}, list)
	card := readFile(t, dir, "README.md")
	assert.Contains(t, card, "base_model: \"some/base\\n# not a heading\"")
	assert.Contains(t, card, "trained from some/base # not a heading on toy.jsonl.")
	assert.Contains(t, card, "150 of 150 (30.00 epochs)")

	var state map[string]any
	text := readFile(t, dir, "checkpoint-150", "trainer_state.json")
	require.NoError(t, json.Unmarshal([]byte(text), &state))
	assert.True(t, strings.HasPrefix(text, "{\n  \"best_global_step\": ") && strings.HasSuffix(text, "\n}\n"), "two spaces, sorted keys, newline")
	assert.EqualValues(t, 150, state["global_step"])
	assert.EqualValues(t, 30, state["epoch"])
	assert.Len(t, state["log_history"], 150+10)
	for _, key := range strings.Fields("best_metric best_model_checkpoint eval_steps is_hyper_param_search is_local_process_zero is_world_process_zero " +
		"logging_steps max_steps num_input_tokens_seen num_train_epochs save_steps stateful_callbacks total_flos train_batch_size trial_name trial_params") {
		assert.Contains(t, state, key)
	}
	list2 := steps(t, dir)
	require.Len(t, list2, 150)
	for i, s := range list2 {
		require.Equal(t, i+1, s)
	}
}

func TestSameBitsAtAnyNumberOfWorkers(t *testing.T) {
	want := undisturbed(t)
	for workers := 2; workers <= 3; workers++ {
		dir, m := t.TempDir(), newToy(0.2)
		_, err := train.Run(t.Context(), toyConfig(dir), toyInputs(t, m, workers))
		require.NoError(t, err)
		want.equal(t, resultOf(t, dir, m, toySteps), fmt.Sprint(workers, " workers"))
	}
}

// Gradients of a group whose micro-batches have unequal label tokens equal those of one big batch: same tokens, other
// order of summation.
func TestAccumulationEqualsOneBigBatch(t *testing.T) {
	one := func(batch, accum int) (*toy, []string) {
		dir, m := t.TempDir(), newToy(0)
		cfg := toyConfig(dir)
		cfg.MaxSteps, cfg.PerDeviceTrainBatchSize, cfg.GradientAccumulationSteps = 1, batch, accum
		cfg.WarmupRatio, cfg.LearningRate, cfg.MaxGradNorm, cfg.WeightDecay = 0, 1e-2, 0, 0
		cfg.AdamEpsilon = 1 // a step proportional to the gradient
		_, err := train.Run(t.Context(), cfg, toyInputs(t, m, 1))
		require.NoError(t, err)
		return m, logLines(t, dir)
	}
	big, bigLog := one(6, 1)
	small, smallLog := one(1, 6)
	var a, b struct {
		Loss   float64
		Norm   float64 `json:"grad_norm"`
		Labels int     `json:"label_tokens"`
	}
	require.NoError(t, json.Unmarshal([]byte(bigLog[0]), &a))
	require.NoError(t, json.Unmarshal([]byte(smallLog[0]), &b))
	assert.Equal(t, a.Labels, b.Labels)
	assert.InEpsilon(t, a.Loss, b.Loss, 1e-6)
	assert.InEpsilon(t, a.Norm, b.Norm, 1e-5)
	start := newToy(0)
	for i, p := range big.trained() {
		var diff, moved float64
		for j, x := range p.Data().F32() {
			y, z := small.trained()[i].Data().F32()[j], start.trained()[i].Data().F32()[j]
			diff += math.Pow(float64(x-y), 2)
			moved += math.Pow(float64(x-z), 2)
		}
		require.Positive(t, moved)
		// The parameters themselves are rounded to 2^-24 of their size, 0.3, after a change of about 1e-4.
		assert.Less(t, math.Sqrt(diff/moved), 1e-3, p.Name)
	}
}

func TestLabelCount(t *testing.T) {
	loss := func(count string) (v struct{ Loss float64 }) {
		dir := t.TempDir()
		cfg := toyConfig(dir)
		cfg.MaxSteps, cfg.LabelCount, cfg.ShuffleDataset = 1, count, false
		in := toyInputs(t, newToy(0), 1)
		rows := make(train.Rows, 6)
		for i := range rows {
			rows[i] = data.Example{IDs: []int32{1, 2, 3, 4}, Labels: []int32{1, 2, 3, 4}}
		}
		in.Train = rows
		_, err := train.Run(t.Context(), cfg, in)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal([]byte(logLines(t, dir)[0]), &v))
		return v
	}
	assert.InEpsilon(t, loss("shifted").Loss*3/4, loss("unshifted").Loss, 1e-12)
}

func TestOneRunPerDirectory(t *testing.T) {
	dir, m := t.TempDir(), newToy(0)
	in := toyInputs(t, m, 1)
	tried := false
	in.Hooks.Step = func(train.StepReport) {
		if !tried {
			tried = true
			_, err := train.Run(context.Background(), toyConfig(dir), toyInputs(t, newToy(0), 1))
			assert.ErrorContains(t, err, "in use by another process")
		}
	}
	_, err := train.Run(t.Context(), toyConfig(dir), in)
	require.NoError(t, err)
	require.True(t, tried)
}

func TestBestModelAndEarlyStop(t *testing.T) {
	scores := []float64{0.1, 0.5, 0.5, 0.4, 0.9}
	dir, m := t.TempDir(), newToy(0)
	cfg := toyConfig(dir)
	cfg.EvalSteps, cfg.SaveSteps = 1, 1
	cfg.MetricForBestModel, cfg.LoadBestModelAtEnd, cfg.EarlyStoppingPatience = "ast_accuracy", true, 2
	in := toyInputs(t, m, 1)
	in.Evaluate = func(_ context.Context, step int) (map[string]float64, error) {
		return map[string]float64{"ast_accuracy": scores[step-1]}, nil
	}
	sum, err := train.Run(t.Context(), cfg, in)
	require.NoError(t, err)
	assert.True(t, sum.Stopped)
	assert.Equal(t, 4, sum.Step)
	assert.Equal(t, 2, sum.BestStep)
	assert.Equal(t, 0.5, sum.BestMetric)
	list, err := train.Checkpoints(dir)
	require.NoError(t, err)
	assert.Equal(t, []int{4, 3, 2}, list, "the best is kept besides the newest two")
	assert.Equal(t, readFile(t, dir, "checkpoint-2", toyFile), readFile(t, dir, toyFile), "the best is what is left")
	assert.Contains(t, strings.Join(logLines(t, dir), "\n"), `"eval_ast_accuracy":0.5`)
	assert.Contains(t, readFile(t, dir, "checkpoint-4", "trainer_state.json"), filepath.Join(dir, "checkpoint-2"))
}

// Every micro-batch of a run has randomness of its own, and the same in every run.
func TestEveryMicroBatchHasItsOwnRandomness(t *testing.T) {
	keys := func() (list []uint64) {
		m := newToy(0.2)
		m.beforeLoss = func(tape *autograd.Tape, _ *toy) {
			if tape.Recording() {
				list = append(list, tape.Key(0))
			}
		}
		_, err := train.Run(t.Context(), toyConfig(t.TempDir()), toyInputs(t, m, 1))
		require.NoError(t, err)
		return list
	}
	list := keys()
	seen := map[uint64]bool{}
	for _, k := range list {
		seen[k] = true
	}
	assert.Greater(t, len(list), 2*toySteps)
	assert.Len(t, seen, len(list))
	assert.Equal(t, list, keys())
}

// The first step is 1 and has the schedule's rate for k = 0.
func TestLearningRates(t *testing.T) {
	dir := t.TempDir()
	cfg := toyConfig(dir)
	cfg.WarmupSteps, cfg.LRSchedulerType = 3, "linear"
	_, err := train.Run(t.Context(), cfg, toyInputs(t, newToy(0), 1))
	require.NoError(t, err)
	var got []float64
	for _, line := range logLines(t, dir) {
		var m map[string]any
		require.NoError(t, json.Unmarshal([]byte(line), &m))
		if lr, ok := m["learning_rate"]; ok {
			got = append(got, lr.(float64))
		}
	}
	want := []float64{0, 1. / 3, 2. / 3}
	for left := 10; left > 0; left-- {
		want = append(want, float64(left)/10)
	}
	require.Len(t, got, len(want))
	for k := range want {
		assert.InDelta(t, 2e-2*want[k], got[k], 1e-17)
	}
}
