package train

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"lapidary/autograd"
	"lapidary/autograd/nn"
	"lapidary/autograd/optim"
	"lapidary/internal/durable"
	"lapidary/tensor"
)

// maxSkipsInRow is how many steps in a row may come out non-finite before the run is given up.
const maxSkipsInRow = 3

// run is a training run in progress.
type run struct {
	cfg      Config
	in       Inputs
	plan     Plan
	params   []*nn.Parameter
	feed     *feed
	schedule optim.Schedule
	opt      *optim.AdamW
	tape     *autograd.Tape
	logs     *logs
	state    state
	history  []entry

	savedStep int // the step of the newest checkpoint of this course of events

	// Of this process, for rates:
	began      time.Time
	stepTime   time.Duration
	stepsTimed int
	rowsDone   int

	now   func() time.Time
	crash func(point string)
}

// Run trains until the plan is fulfilled, the context ends, evaluations stop improving or the numbers are lost. What
// it returns as an error is one of this package's types, or wraps the file system's; ErrInterrupted, SaveError,
// DivergedError and ResourceError are those a caller tells apart.
func Run(ctx context.Context, cfg Config, in Inputs) (Summary, error) {
	r, err := newRun(cfg, in)
	if err != nil {
		return Summary{}, err
	}
	if err := os.MkdirAll(cfg.OutputDir, 0o755); err != nil {
		return Summary{}, err
	}
	lock, err := durable.LockDir(cfg.OutputDir)
	if err != nil {
		return Summary{}, err
	}
	defer lock.Unlock()
	if err := r.open(); err != nil {
		return Summary{}, err
	}
	r.began = r.now()
	err = r.loop(ctx)
	if err == nil {
		err = r.finish()
	} else if errors.Is(err, ErrInterrupted) {
		err = r.interrupted(err)
	}
	err = errors.Join(err, r.logs.close())
	return r.summary(r.now().Sub(r.began)), err
}

// newRun checks what it is given before anything is touched.
func newRun(cfg Config, in Inputs) (*run, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if !in.canEvaluate() {
		if cfg.LoadBestModelAtEnd || cfg.EarlyStoppingPatience > 0 {
			return nil, errors.New("load_best_model_at_end and early_stopping_patience need something to evaluate")
		}
		cfg.EvalStrategy = "no"
	}
	plan, err := NewPlan(cfg, in.Train.Len())
	if err != nil {
		return nil, err
	}
	schedule := cfg.schedule(plan.Steps, plan.WarmupSteps)
	if err := schedule.Validate(); err != nil {
		return nil, err
	}
	r := &run{cfg: cfg, in: in, plan: plan, schedule: schedule, now: in.now, crash: in.crash}
	if r.now == nil {
		r.now = time.Now
	}
	if r.crash == nil {
		r.crash = func(string) {}
	}
	for _, p := range in.Model.Parameters() {
		if p.Trained() {
			r.params = append(r.params, p)
		}
	}
	if len(r.params) == 0 {
		return nil, errors.New("train: the model has no trained parameters")
	}
	r.feed = newFeed(cfg, plan, in.Train)
	r.opt = optim.NewAdamW(in.Pool, r.params, optim.AdamWConfig{
		Beta1: cfg.AdamBeta1, Beta2: cfg.AdamBeta2, Eps: cfg.AdamEpsilon, WeightDecay: cfg.WeightDecay,
	})
	r.tape = autograd.NewTape(in.Pool)
	r.tape.Arena().Limit = in.ArenaBytes
	if in.Activations != tensor.Invalid {
		r.tape.SetActivations(in.Activations)
	}
	r.state = state{Version: stateVersion, Config: cfg, Fingerprints: r.fingerprints(), Platform: platform()}
	return r, nil
}

func (r *run) fingerprints() map[string]string {
	f := map[string]string{"train_data": fingerprint(r.in.Train), "eval_data": "none"}
	if r.in.Eval != nil {
		f["eval_data"] = fingerprint(r.in.Eval)
	}
	for name, v := range r.in.Fingerprints {
		f[name] = v
	}
	return f
}

// open finds where the run begins, checks the disk and opens the logs.
func (r *run) open() error {
	if err := durable.Sweep(r.cfg.OutputDir); err != nil {
		return err
	}
	if err := r.preflight(); err != nil {
		return err
	}
	resumed, err := r.begin()
	if err != nil {
		return err
	}
	if err := r.opt.CheckFinite(); err != nil {
		return fmt.Errorf("the model cannot be trained: %w", err)
	}
	if r.logs, err = openLogs(r.cfg, &r.state, r.now, r.in.Hooks.problem, r.crash); err != nil {
		return err
	}
	count := 0
	for _, p := range r.params {
		count += p.Data().Len()
	}
	r.in.Hooks.started(Started{Plan: r.plan, Parameters: count, Resumed: resumed, Step: r.state.Step})
	return nil
}

// preflight refuses a run whose first two checkpoints would not fit on the disk.
func (r *run) preflight() error {
	var values int64
	for _, p := range r.params {
		values += int64(p.Data().Len())
	}
	model := r.in.SaveBytes
	if model == 0 {
		model = 4 * values
	}
	need := 2 * (model + 8*values + 1<<20)
	free, err := freeBytes(r.cfg.OutputDir)
	if err != nil {
		return err
	}
	if free < need {
		return &ResourceError{What: "disk space for two checkpoints in " + r.cfg.OutputDir, Need: need, Have: free}
	}
	return nil
}

// loop takes steps until none is left.
func (r *run) loop(ctx context.Context) error {
	for {
		if err := r.settle(ctx); err != nil {
			return err
		}
		if r.done() {
			return nil
		}
		began := r.now()
		s, err := r.step(ctx, r.state.Step)
		if err != nil {
			return err
		}
		r.account(s, r.now().Sub(began))
		if r.state.SkippedInRow >= maxSkipsInRow {
			return &DivergedError{Step: r.state.Step, What: fmt.Sprintf("%d steps in a row: %s", r.state.SkippedInRow, s.skipped)}
		}
	}
}

func (r *run) done() bool { return r.state.Stopped || r.state.Step >= r.plan.Steps }

// settle does what is due after the current step and has not been done: an evaluation, then a checkpoint. A checkpoint
// that cannot be saved is tried again at the next interval.
func (r *run) settle(ctx context.Context) error {
	st := &r.state
	if st.Step == 0 {
		return nil
	}
	if r.plan.due(st.Step, r.plan.EvalEvery) && st.EvaluatedStep != st.Step {
		if err := r.evaluate(ctx); err != nil {
			return err
		}
		if r.cfg.keepsBest() && st.Best.Step == st.Step && r.savedStep == st.Step { // saved before it was interrupted here
			st.Best.Checkpoint = checkpointName(st.Step)
		}
	}
	due := r.plan.due(st.Step, r.plan.SaveEvery) || st.Best.Step == st.Step && r.cfg.LoadBestModelAtEnd
	if !due || r.savedStep == st.Step || r.done() {
		return nil
	}
	err := r.save()
	var lost *SaveError
	if errors.As(err, &lost) {
		r.in.Hooks.problem(err)
		return nil
	}
	return err
}

// interrupted saves the last finished step.
func (r *run) interrupted(cause error) error {
	err := fmt.Errorf("after step %d: %w", r.state.Step, cause)
	if r.state.Step == 0 || r.savedStep == r.state.Step {
		return err
	}
	return errors.Join(err, r.save())
}

// finish saves the last checkpoint and the model, of the best evaluation if that is asked for.
func (r *run) finish() error {
	var saveErr error
	if r.plan.SaveEvery > 0 && r.savedStep != r.state.Step {
		saveErr = r.save()
	}
	if err := r.opt.CheckFinite(); err != nil {
		return &DivergedError{Step: r.state.Step, What: err.Error()}
	}
	if r.cfg.LoadBestModelAtEnd {
		if err := r.loadBest(); err != nil {
			r.in.Hooks.problem(fmt.Errorf("load_best_model_at_end: %w; the last model is kept", err))
		}
	}
	files := watchedFiles{durable.Folder(r.cfg.OutputDir), r.crash}
	save := r.in.Store.Save
	if p, ok := r.in.Store.(Publisher); ok {
		save = p.Publish
	}
	if err := save(files); err != nil {
		return errors.Join(saveErr, &SaveError{Step: r.state.Step, Err: err})
	}
	if err := files.WriteFile(cardFile, r.writeCard); err != nil {
		return errors.Join(saveErr, &SaveError{Step: r.state.Step, Err: err})
	}
	took := r.now().Sub(r.began).Seconds() // of this process
	r.logs.scalars(r.state.Step, map[string]float64{
		"train_loss": r.state.LossSum / float64(r.state.LossSteps), "train_runtime": took,
		"train_samples_per_second": float64(r.rowsDone) / took, "train_steps_per_second": float64(r.stepsTimed) / took,
	})
	return saveErr
}

func (r *run) loadBest() error {
	name := r.state.Best.Checkpoint
	if name == "" {
		return errors.New("no evaluated checkpoint was saved")
	}
	if r.state.Best.Step == r.state.Step {
		return nil
	}
	dir := filepath.Join(r.cfg.OutputDir, name)
	if _, err := verified(dir); err != nil {
		return err
	}
	return r.in.Store.Restore(dir)
}
