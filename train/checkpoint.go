package train

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"lapidary/internal/durable"
)

// save makes the checkpoint of the current step. When it returns nil the checkpoint survives a power cut and older
// ones have been pruned; on error the older ones are as they were.
func (r *run) save() error {
	if err := r.opt.CheckFinite(); err != nil {
		return &DivergedError{Step: r.state.Step, What: err.Error()}
	}
	if err := r.logs.sync(&r.state); err != nil {
		return &SaveError{Step: r.state.Step, Err: err}
	}
	before := r.state.Best.Checkpoint
	if r.cfg.keepsBest() && r.state.Best.Step == r.state.Step {
		r.state.Best.Checkpoint = checkpointName(r.state.Step)
	}
	if err := r.writeCheckpoint(); err != nil {
		r.state.Best.Checkpoint = before
		return &SaveError{Step: r.state.Step, Err: err}
	}
	r.savedStep = r.state.Step
	r.in.Hooks.saved(r.checkpointDir(r.savedStep), r.savedStep)
	if err := r.prune(); err != nil {
		r.in.Hooks.problem(fmt.Errorf("old checkpoints: %w", err))
	}
	return nil
}

func (r *run) writeCheckpoint() error {
	path := r.checkpointDir(r.state.Step)
	r.crash("before checkpoint")
	// Resuming has removed what was here of another course of events; a run makes each checkpoint once.
	if err := durable.RemoveAll(path); err != nil {
		return err
	}
	dir, err := durable.CreateDir(path)
	if err != nil {
		return err
	}
	defer dir.Abort()
	files := watchedFiles{dir, r.crash}
	if err := r.in.Store.Save(files); err != nil {
		return err
	}
	r.state.ParametersSHA256 = parametersHash(r.params)
	if err := files.WriteFile(optimizerFile, r.writeOptimizer); err != nil {
		return err
	}
	for _, f := range []struct {
		name   string
		encode func() ([]byte, error)
	}{{stateFile, r.state.encode}, {trainerFile, r.trainerState}, {cardFile, r.card}} {
		err := files.WriteFile(f.name, func(w io.Writer) error {
			text, err := f.encode()
			if err == nil {
				_, err = w.Write(text)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	r.crash("before commit")
	err = dir.Commit()
	r.crash("after commit")
	return err
}

// watchedFiles lets tests stop the process before, inside and after every file.
type watchedFiles struct {
	Files
	crash func(string)
}

func (f watchedFiles) WriteFile(name string, write func(io.Writer) error) error {
	f.crash("before " + name)
	err := f.Files.WriteFile(name, func(w io.Writer) error {
		err := write(w)
		f.crash("inside " + name)
		return err
	})
	f.crash("after " + name)
	return err
}

// checkpoints lists the steps of the checkpoints in a directory, newest first.
func checkpoints(dir string) ([]int, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var steps []int
	for _, e := range entries {
		digits, ok := strings.CutPrefix(e.Name(), checkpointPrefix)
		step, err := strconv.Atoi(digits)
		if ok && err == nil && step > 0 && e.Name() == checkpointName(step) {
			steps = append(steps, step)
		}
	}
	slices.Sort(steps)
	slices.Reverse(steps)
	return steps, nil
}

// prune removes all but the newest save_total_limit checkpoints and, where one was asked for, the best.
func (r *run) prune() error {
	steps, err := checkpoints(r.cfg.OutputDir)
	if err != nil {
		return err
	}
	var errs []error
	for _, step := range steps[min(len(steps), r.cfg.SaveTotalLimit):] {
		if checkpointName(step) == r.state.Best.Checkpoint {
			continue
		}
		r.crash("before prune")
		errs = append(errs, durable.RemoveAll(r.checkpointDir(step)))
		r.crash("after prune")
	}
	return errors.Join(errs...)
}

// trainerState is the file of transformers' Trainer of the same name, keys sorted. Tools that plot a run read it; a
// resume needs only its log_history.
func (r *run) trainerState() ([]byte, error) {
	var bestMetric, bestStep, bestCheckpoint any
	if b := r.state.Best; b.Step > 0 && b.Checkpoint != "" {
		bestMetric, bestStep = b.Metric, b.Step
		bestCheckpoint = filepath.Join(r.cfg.OutputDir, b.Checkpoint)
	}
	control := map[string]any{
		"should_epoch_stop": false, "should_evaluate": false, "should_log": false, "should_save": true,
		"should_training_stop": r.state.Stopped || r.state.Step >= r.plan.Steps,
	}
	b, err := json.MarshalIndent(map[string]any{
		"best_global_step": bestStep, "best_metric": bestMetric, "best_model_checkpoint": bestCheckpoint,
		"epoch": r.plan.Epoch(r.state.Step), "eval_steps": r.plan.EvalEvery, "global_step": r.state.Step,
		"is_hyper_param_search": false, "is_local_process_zero": true, "is_world_process_zero": true,
		"log_history": r.history, "logging_steps": r.plan.LoggingEvery, "max_steps": r.plan.Steps,
		"num_input_tokens_seen": r.state.Tokens, "num_train_epochs": r.plan.Epochs, "save_steps": r.plan.SaveEvery,
		"stateful_callbacks": map[string]any{"TrainerControl": map[string]any{"args": map[string]any{}, "attributes": control}},
		"total_flos":         0, "train_batch_size": r.cfg.PerDeviceTrainBatchSize, "trial_name": nil, "trial_params": nil,
	}, "", "  ")
	return append(b, '\n'), err
}
