package train

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"lapidary/internal/bound"
	"lapidary/internal/durable"
)

// begin prepares a new run or takes up an old one. It returns the checkpoint's directory, or "".
func (r *run) begin() (string, error) {
	steps, err := checkpoints(r.cfg.OutputDir)
	if err != nil {
		return "", err
	}
	switch r.cfg.ResumeFromCheckpoint {
	case "":
		return "", r.beginAnew(steps)
	case "latest", "true":
		return r.resumeLatest(steps)
	}
	dir := r.cfg.ResumeFromCheckpoint
	if _, err := os.Stat(dir); err != nil {
		return "", &CheckpointError{Dir: dir, Err: err}
	}
	st, err := verified(dir)
	if err != nil {
		return "", &CheckpointError{Dir: dir, Err: err}
	}
	return dir, r.resume(dir, st)
}

func (r *run) beginAnew(steps []int) error {
	if len(steps) == 0 {
		return nil
	}
	if !r.cfg.OverwriteOutputDir {
		return &OccupiedError{Dir: r.cfg.OutputDir, Checkpoint: checkpointName(steps[0])}
	}
	return r.removeAfter(0)
}

// resumeLatest takes the newest checkpoint that is whole. A damaged one is passed over, aloud; but where all are
// damaged nothing is begun anew over them.
func (r *run) resumeLatest(steps []int) (string, error) {
	var errs []error
	for _, step := range steps {
		dir := r.checkpointDir(step)
		st, err := verified(dir)
		if err == nil {
			return dir, r.resume(dir, st)
		}
		err = &CheckpointError{Dir: dir, Err: err}
		r.in.Hooks.problem(err)
		errs = append(errs, err)
	}
	if len(errs) > 0 {
		return "", fmt.Errorf("no checkpoint is whole: %w", errors.Join(errs...))
	}
	r.in.Hooks.problem(fmt.Errorf("resume_from_checkpoint: %s has no checkpoint: the run begins at step 1", r.cfg.OutputDir))
	return "", nil
}

// verified reads a checkpoint's state after comparing every file with the manifest.
func verified(dir string) (*state, error) {
	if _, err := durable.Verify(dir); err != nil {
		return nil, err
	}
	return readState(dir)
}

// resume puts the run where the checkpoint left it.
func (r *run) resume(dir string, st *state) error {
	if diff := r.differences(st); len(diff) > 0 {
		mismatch := &MismatchError{Checkpoint: dir, Differences: diff}
		if !r.cfg.ResumeForce {
			return mismatch
		}
		r.in.Hooks.problem(fmt.Errorf("resume_force: %w", mismatch))
	}
	for _, d := range diffMaps(st.Platform, platform()) {
		r.in.Hooks.problem(fmt.Errorf("the last bits may differ from a run on one machine: %v", d))
	}
	if err := r.load(dir, st); err != nil {
		return &CheckpointError{Dir: dir, Err: err}
	}
	st.Config, st.Fingerprints, st.Platform = r.cfg, r.state.Fingerprints, r.state.Platform
	same, err := sameDir(filepath.Dir(filepath.Clean(dir)), r.cfg.OutputDir)
	if err != nil {
		return err
	}
	if !same { // the logs of that run are elsewhere
		st.MetricsLength, st.EventsDir, st.EventsFile, st.EventsLength, st.Best.Checkpoint = 0, "", "", 0, ""
	}
	r.state = *st
	if !same {
		return r.beginAnewBeside()
	}
	r.savedStep = st.Step
	return r.removeAfter(st.Step)
}

// beginAnewBeside demands that the output directory holds no run other than the resumed one.
func (r *run) beginAnewBeside() error {
	steps, err := checkpoints(r.cfg.OutputDir)
	if err != nil {
		return err
	}
	return r.beginAnew(steps)
}

// removeAfter removes the checkpoints of later steps: damaged ones, and those of a course of events that this run
// leaves. They would be taken for this run's newest.
func (r *run) removeAfter(step int) error {
	steps, err := checkpoints(r.cfg.OutputDir)
	if err != nil {
		return err
	}
	for _, s := range steps {
		if s <= step {
			break
		}
		r.in.Hooks.problem(fmt.Errorf("%s is removed: the run goes on from step %d", r.checkpointDir(s), step))
		r.crash("before remove")
		if err := durable.RemoveAll(r.checkpointDir(s)); err != nil {
			return err
		}
	}
	return nil
}

func sameDir(a, b string) (bool, error) {
	sa, err := os.Stat(a)
	if err != nil {
		return false, err
	}
	sb, err := os.Stat(b)
	return err == nil && os.SameFile(sa, sb), err
}

// load restores parameters and moments, and checks that they are the ones that were saved.
func (r *run) load(dir string, st *state) error {
	if err := r.in.Store.Restore(dir); err != nil {
		return err
	}
	if got := parametersHash(r.params); got != st.ParametersSHA256 {
		return fmt.Errorf("parameters_sha256: the restored parameters are not those that were saved: %s, not %s", got, bound.Escape(st.ParametersSHA256, 64))
	}
	if err := r.readOptimizer(dir, st.OptimizerStep); err != nil {
		return err
	}
	raw, err := bound.ReadFileIn(dir, trainerFile, 1<<30)
	if err != nil {
		return err
	}
	var t struct {
		History []entry `json:"log_history"`
	}
	if err := json.Unmarshal(raw, &t); err != nil {
		return fmt.Errorf("%s: %w", trainerFile, err)
	}
	r.history = t.History
	return nil
}

// harmless are the settings that change where and how often a run reports, not what it computes.
var harmless = []string{
	"output_dir", "logging_dir", "report_to", "logging_steps", "logging_first_step", "save_strategy", "save_steps",
	"save_total_limit", "resume_from_checkpoint", "resume_force", "overwrite_output_dir",
}

// differences names every setting and input that is not the checkpoint's.
func (r *run) differences(st *state) []Difference {
	then, now := settings(st.Config), settings(r.cfg)
	for _, name := range harmless {
		delete(then, name)
		delete(now, name)
	}
	return append(diffMaps(then, now), diffMaps(st.Fingerprints, r.state.Fingerprints)...)
}

// settings is a configuration as field names and JSON values.
func settings(c Config) map[string]string {
	text, _ := json.Marshal(c) // a Config always marshals
	var fields map[string]json.RawMessage
	_ = json.NewDecoder(bytes.NewReader(text)).Decode(&fields)
	out := make(map[string]string, len(fields))
	for name, v := range fields {
		out[name] = string(v)
	}
	return out
}

func diffMaps(then, now map[string]string) []Difference {
	names := slices.Collect(maps.Keys(then))
	for name := range now {
		if _, ok := then[name]; !ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	var diff []Difference
	for _, name := range names {
		if then[name] != now[name] {
			diff = append(diff, Difference{name, then[name], now[name]})
		}
	}
	return diff
}
