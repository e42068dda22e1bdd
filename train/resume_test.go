package train_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lapidary/autograd"
	"lapidary/train"
)

// resumed continues the run in dir with a fresh model, as a new process would.
func resumed(t testing.TB, dir string, workers int) (*toy, error) {
	m := newToy(0.2)
	cfg := toyConfig(dir)
	cfg.ResumeFromCheckpoint = "latest"
	_, err := train.Run(t.Context(), cfg, toyInputs(t, m, workers))
	return m, err
}

// stride leaves out most places in a short test.
func stride() int {
	if testing.Short() {
		return 7
	}
	return 1
}

// A run that is interrupted inside any step, or inside any evaluation, and goes on in a new process with another
// number of workers, ends with the bits and the log of one left alone.
func TestInterruptedAnywhereAndResumed(t *testing.T) {
	t.Parallel()
	want := undisturbed(t)
	passes := 0
	{ // how many losses a whole run computes
		m := newToy(0.2)
		m.beforeLoss = func(*autograd.Tape, *toy) { passes++ }
		_, err := train.Run(t.Context(), toyConfig(fastDir(t)), toyInputs(t, m, 1))
		require.NoError(t, err)
	}
	require.Greater(t, passes, 3*toySteps)
	for stop := 1; stop <= passes; stop += stride() {
		dir, m := fastDir(t), newToy(0.2)
		ctx, cancel := context.WithCancelCause(t.Context())
		count := 0
		m.beforeLoss = func(*autograd.Tape, *toy) {
			if count++; count == stop {
				cancel(errors.New("terminated")) // the pass goes on until the tape notices
			}
		}
		_, err := train.Run(ctx, toyConfig(dir), toyInputs(t, m, 1))
		require.ErrorIs(t, err, train.ErrInterrupted)
		require.ErrorContains(t, err, "terminated")
		require.Equal(t, stop, count, "no further pass begins")
		again, err := resumed(t, dir, 1+stop%3)
		require.NoError(t, err)
		want.equal(t, resultOf(t, dir, again, toySteps), fmt.Sprint("stopped in pass ", stop))
	}
	t.Log(passes, "places")
}

// The environment of a process that is killed in the course of durable operation number killAt.
const (
	killDir   = "TRAIN_TEST_KILL_DIR"
	killAt    = "TRAIN_TEST_KILL_AT"
	killCount = 1 << 30 // never: to learn how many there are
)

// TestKilledProcess is the body of those processes, not a test.
func TestKilledProcess(t *testing.T) {
	dir := os.Getenv(killDir)
	if dir == "" {
		t.Skip("only for TestKilledBetweenAnyTwoDurableOperations")
	}
	at, err := strconv.Atoi(os.Getenv(killAt))
	require.NoError(t, err)
	cfg := toyConfig(dir)
	cfg.ResumeFromCheckpoint = "latest"
	in := toyInputs(t, newToy(0.2), 1)
	n := 0
	in.StopAt(func(string) {
		if n++; n == at {
			self, err := os.FindProcess(os.Getpid())
			require.NoError(t, err)
			require.NoError(t, self.Kill())
			select {} // until it arrives
		}
	})
	_, err = train.Run(t.Context(), cfg, in)
	require.NoError(t, err)
	fmt.Printf("points=%d\n", n)
}

func runKilled(t testing.TB, dir string, at int) (points int, killed bool) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestKilledProcess$", "-test.v")
	cmd.Env = append(os.Environ(), killDir+"="+dir, killAt+"="+strconv.Itoa(at))
	out, err := cmd.CombinedOutput()
	if err != nil {
		var exit *exec.ExitError
		require.ErrorAs(t, err, &exit)
		require.NotContains(t, string(out), "FAIL", "%v", err) // who is killed says nothing more
		require.NotContains(t, string(out), "panic", "%v", err)
		return 0, true
	}
	_, rest, ok := strings.Cut(string(out), "points=")
	require.True(t, ok, "%s", out)
	points, err = strconv.Atoi(strings.Fields(rest)[0])
	require.NoError(t, err)
	return points, false
}

// SIGKILL before, inside and after every durable operation of a whole run: the same bits, each step once in the log,
// always a checkpoint that loads, nothing half-written left.
func TestKilledBetweenAnyTwoDurableOperations(t *testing.T) {
	want := undisturbed(t)
	points, _ := runKilled(t, fastDir(t), killCount)
	require.Greater(t, points, 100)
	for at := 1; at <= points; at += stride() {
		dir := fastDir(t)
		_, killed := runKilled(t, dir, at)
		require.True(t, killed, "point %d", at)
		again, err := resumed(t, dir, 1+at%2)
		require.NoError(t, err, "killed at point %d", at)
		want.equal(t, resultOf(t, dir, again, toySteps), fmt.Sprint("killed at point ", at))
		left, err := filepath.Glob(filepath.Join(dir, ".lapidary-*-*"))
		require.NoError(t, err)
		require.Empty(t, left)
	}
	t.Log(points, "points")
}

// Killed several times in one run, at seeded moments, also while resuming.
func TestKilledAgainAndAgain(t *testing.T) {
	want := undisturbed(t)
	for seed := 1; seed <= 4; seed++ {
		dir, kills := fastDir(t), 0
		for ; kills < 12; kills++ {
			if _, killed := runKilled(t, dir, 1+(seed*37+kills*23)%60); !killed {
				break
			}
		}
		again, err := resumed(t, dir, 2)
		require.NoError(t, err)
		want.equal(t, resultOf(t, dir, again, toySteps), fmt.Sprint("seed ", seed))
		t.Log("seed", seed, kills, "kills")
	}
}

func TestResumeOfAFinishedRunChangesNothing(t *testing.T) {
	dir, m := fastDir(t), newToy(0.2)
	_, err := train.Run(t.Context(), toyConfig(dir), toyInputs(t, m, 1))
	require.NoError(t, err)
	want := resultOf(t, dir, m, toySteps)
	again, err := resumed(t, dir, 1)
	require.NoError(t, err)
	want.equal(t, resultOf(t, dir, again, toySteps), "resumed after the end")
}

func stoppedAt(t testing.TB, step int) (dir string) {
	dir = fastDir(t)
	m := newToy(0.2)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	in := toyInputs(t, m, 1)
	in.Hooks.Step = func(s train.StepReport) {
		if s.Step == step {
			cancel()
		}
	}
	_, err := train.Run(ctx, toyConfig(dir), in)
	require.ErrorIs(t, err, train.ErrInterrupted)
	return dir
}

func TestADamagedCheckpointFallsBackAloud(t *testing.T) {
	t.Parallel()
	want := undisturbed(t)
	for _, name := range []string{"toy.bin", "optimizer.safetensors", "run_state.json", "trainer_state.json", "README.md", "manifest.json"} {
		for _, harm := range []string{"flip", "cut", "remove", "extra"} {
			dir := stoppedAt(t, 7)
			path := filepath.Join(dir, "checkpoint-7", name)
			raw := []byte(readFile(t, path))
			switch harm {
			case "flip":
				raw[len(raw)/2] ^= 1
				require.NoError(t, os.WriteFile(path, raw, 0o600))
			case "cut":
				require.NoError(t, os.WriteFile(path, raw[:len(raw)-1], 0o600))
			case "remove":
				require.NoError(t, os.Remove(path))
			case "extra":
				require.NoError(t, os.WriteFile(path+".x", raw, 0o600))
			}
			m := newToy(0.2)
			cfg := toyConfig(dir)
			cfg.ResumeFromCheckpoint = "latest"
			in := toyInputs(t, m, 1)
			var said []string
			in.Hooks.Problem = func(err error) { said = append(said, err.Error()) }
			var from train.Started
			in.Hooks.Started = func(s train.Started) { from = s }
			_, err := train.Run(t.Context(), cfg, in)
			require.NoError(t, err)
			require.Equal(t, 6, from.Step)
			require.Contains(t, strings.Join(said, "\n"), "checkpoint-7")
			want.equal(t, resultOf(t, dir, m, toySteps), name+" "+harm)
		}
	}
}

func TestNothingIsBegunOverDamagedCheckpoints(t *testing.T) {
	dir := stoppedAt(t, 7)
	for _, s := range []string{"6", "4", "7"} {
		require.NoError(t, os.RemoveAll(filepath.Join(dir, "checkpoint-"+s, "manifest.json")))
	}
	_, err := resumed(t, dir, 1)
	var damaged *train.CheckpointError
	require.ErrorAs(t, err, &damaged)
	require.ErrorContains(t, err, "no manifest")
}

func TestResumeFromAnOlderCheckpointByName(t *testing.T) {
	want := undisturbed(t)
	dir := stoppedAt(t, 7)
	m := newToy(0.2)
	cfg := toyConfig(dir)
	cfg.ResumeFromCheckpoint = filepath.Join(dir, "checkpoint-6")
	in := toyInputs(t, m, 1)
	in.Hooks.Started = func(train.Started) {
		list, err := train.Checkpoints(dir)
		require.NoError(t, err)
		require.Equal(t, []int{6}, list, "what came after belongs to another course of events")
	}
	_, err := train.Run(t.Context(), cfg, in)
	require.NoError(t, err)
	want.equal(t, resultOf(t, dir, m, toySteps), "from checkpoint-6")

	cfg.ResumeFromCheckpoint = filepath.Join(dir, "checkpoint-99")
	_, err = train.Run(t.Context(), cfg, toyInputs(t, m, 1))
	var missing *train.CheckpointError
	require.ErrorAs(t, err, &missing)
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestResumeIntoAnotherDirectory(t *testing.T) {
	want := undisturbed(t)
	from, dir := stoppedAt(t, 7), fastDir(t)
	m := newToy(0.2)
	cfg := toyConfig(dir)
	cfg.ResumeFromCheckpoint = filepath.Join(from, "checkpoint-7")
	_, err := train.Run(t.Context(), cfg, toyInputs(t, m, 1))
	require.NoError(t, err)
	require.True(t, want.bits == m.bits())
	require.Equal(t, []int{8, 9, 10, 11, 12, 13}, steps(t, dir))
}

func TestResumeWithOtherInputsIsRefusedByName(t *testing.T) {
	dir := stoppedAt(t, 7)
	before := readFile(t, dir, "metrics.jsonl")
	for field, change := range map[string]func(*train.Config, *train.Inputs){
		"learning_rate":        func(c *train.Config, _ *train.Inputs) { c.LearningRate = 1e-3 },
		"seed":                 func(c *train.Config, _ *train.Inputs) { c.Seed = 43 },
		"num_train_epochs":     func(c *train.Config, _ *train.Inputs) { c.NumTrainEpochs = 3 },
		"train_data":           func(_ *train.Config, in *train.Inputs) { in.Train = toyRows(29, 99) },
		"eval_data":            func(_ *train.Config, in *train.Inputs) { in.Eval = nil },
		"model":                func(_ *train.Config, in *train.Inputs) { in.Fingerprints["model"] = "other" },
		"build":                func(_ *train.Config, in *train.Inputs) { delete(in.Fingerprints, "build") },
		"tokenizer":            func(_ *train.Config, in *train.Inputs) { in.Fingerprints["tokenizer"] = "new" },
		"lr_scheduler_kwargs":  func(c *train.Config, _ *train.Inputs) { x := 1.0; c.LRSchedulerKwargs.NumCycles = &x },
		"weight_decay: was 0.": func(c *train.Config, _ *train.Inputs) { c.WeightDecay = 0 },
	} {
		cfg := toyConfig(dir)
		cfg.ResumeFromCheckpoint = "latest"
		in := toyInputs(t, newToy(0.2), 1)
		change(&cfg, &in)
		_, err := train.Run(t.Context(), cfg, in)
		var mismatch *train.MismatchError
		require.ErrorAs(t, err, &mismatch, field)
		require.ErrorContains(t, err, field)
		require.Equal(t, before, readFile(t, dir, "metrics.jsonl"))
	}
	cfg := toyConfig(dir)
	cfg.ResumeFromCheckpoint, cfg.ResumeForce, cfg.LearningRate = "latest", true, 1e-3
	cfg.SaveSteps, cfg.LoggingSteps = 5, 3 // these may always differ
	_, err := train.Run(t.Context(), cfg, toyInputs(t, newToy(0.2), 1))
	require.NoError(t, err)
}

func TestAnotherModelIsRefused(t *testing.T) {
	dir := stoppedAt(t, 7)
	m := newToy(0.2)
	cfg := toyConfig(dir)
	cfg.ResumeFromCheckpoint = "latest"
	in := toyInputs(t, m, 1)
	in.Store = brokenStore{m}
	_, err := train.Run(t.Context(), cfg, in)
	require.ErrorContains(t, err, "parameters_sha256")
}

// brokenStore restores all but the last bit.
type brokenStore struct{ *toy }

func (s brokenStore) Restore(dir string) error {
	if err := s.toy.Restore(dir); err != nil {
		return err
	}
	s.head.Data().F32()[0] += 1e-3
	return nil
}

func TestAnOccupiedDirectory(t *testing.T) {
	dir := stoppedAt(t, 7)
	_, err := train.Run(t.Context(), toyConfig(dir), toyInputs(t, newToy(0.2), 1))
	var occupied *train.OccupiedError
	require.ErrorAs(t, err, &occupied)
	require.Equal(t, "checkpoint-7", occupied.Checkpoint)

	cfg := toyConfig(dir)
	cfg.OverwriteOutputDir = true
	m := newToy(0.2)
	_, err = train.Run(t.Context(), cfg, toyInputs(t, m, 1))
	require.NoError(t, err)
	undisturbed(t).equal(t, resultOf(t, dir, m, toySteps), "begun anew")
}

// The context ends while the fourth evaluation runs: it is repeated after the resume, and counts once.
func TestTheEarlyStopAndTheBestSurviveAResume(t *testing.T) {
	scores := []float64{0.1, 0.5, 0.5, 0.4, 0.9}
	dir := fastDir(t)
	run := func(resume string) (train.Summary, error) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		cfg := toyConfig(dir)
		cfg.EvalSteps, cfg.SaveSteps, cfg.ResumeFromCheckpoint = 1, 1, resume
		cfg.MetricForBestModel, cfg.LoadBestModelAtEnd, cfg.EarlyStoppingPatience = "score", true, 2
		in := toyInputs(t, newToy(0), 1)
		in.Evaluate = func(ctx context.Context, step int) (map[string]float64, error) {
			if step == 4 && resume == "" {
				cancel()
				return nil, ctx.Err()
			}
			return map[string]float64{"score": scores[step-1]}, nil
		}
		return train.Run(ctx, cfg, in)
	}
	_, err := run("")
	require.ErrorIs(t, err, train.ErrInterrupted)
	sum, err := run("latest")
	require.NoError(t, err)
	assert.True(t, sum.Stopped)
	assert.Equal(t, 4, sum.Step)
	assert.Equal(t, 2, sum.BestStep)
	assert.Equal(t, readFile(t, dir, "checkpoint-2", toyFile), readFile(t, dir, toyFile))
}
