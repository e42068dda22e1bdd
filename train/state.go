package train

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"path/filepath"
	"runtime"
	"strconv"

	"lapidary/autograd/nn"
	"lapidary/internal/bound"
	"lapidary/kernels"
)

// The files of a checkpoint beside those of the Store and the manifest.
const (
	stateFile     = "run_state.json"
	trainerFile   = "trainer_state.json"
	optimizerFile = "optimizer.safetensors"
	cardFile      = "README.md"
)

const stateVersion = 1

// state is everything that a run has besides parameters and moments. The place in the data and all randomness follow
// from Step and the configuration.
type state struct {
	Version       int   `json:"version"`
	Step          int   `json:"step"`           // optimizer steps done, skipped ones too
	OptimizerStep int   `json:"optimizer_step"` // those that were taken
	EvaluatedStep int   `json:"evaluated_step"` // the last step after which an evaluation is done
	Tokens        int64 `json:"tokens"`
	LabelTokens   int64 `json:"label_tokens"`

	LossSum   float64 `json:"loss_sum"` // of the steps that were taken
	LossSteps int     `json:"loss_steps"`
	Window    window  `json:"window"`

	Skipped      int `json:"skipped"`
	SkippedInRow int `json:"skipped_in_row"` // because something was not finite

	Best    best `json:"best"`
	Stopped bool `json:"stopped"` // early

	MetricsLength int64  `json:"metrics_length"` // bytes of metrics.jsonl that belong to the steps done
	EventsDir     string `json:"events_dir"`
	EventsFile    string `json:"events_file"`
	EventsLength  int64  `json:"events_length"`

	ParametersSHA256 string            `json:"parameters_sha256"`
	Config           Config            `json:"config"`
	Fingerprints     map[string]string `json:"fingerprints"`
	Platform         map[string]string `json:"platform"` // what may change the last bits, and is only warned about
}

// window is what was summed since the last logging step.
type window struct {
	LossSum float64 `json:"loss_sum"`
	Steps   int     `json:"steps"`
}

// best is the evaluation that load_best_model_at_end and early stopping look at.
type best struct {
	Step       int     `json:"step"` // 0: none yet
	Metric     float64 `json:"metric"`
	Checkpoint string  `json:"checkpoint"` // its directory's name, once saved
	Patience   int     `json:"patience"`   // evaluations in a row without improvement
}

// observe takes the metric of an evaluation into account and reports whether it is the best so far. A value that is
// not a number is never better.
func (b *best) observe(step int, value float64, greater bool, threshold float64) bool {
	better := finite(value) && (b.Step == 0 || greater && value > b.Metric || !greater && value < b.Metric)
	if better && (b.Step == 0 || math.Abs(value-b.Metric) > threshold) {
		b.Patience = 0
	} else {
		b.Patience++
	}
	if better {
		b.Step, b.Metric = step, value
	}
	return better
}

func (s *state) encode() ([]byte, error) {
	b, err := json.MarshalIndent(s, "", "  ")
	return append(b, '\n'), err
}

// readState reads what encode wrote. The file is self-checked by the manifest; what is checked here is that this
// program knows all of it.
func readState(dir string) (*state, error) {
	raw, err := bound.ReadFileIn(dir, stateFile, 1<<24)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", stateFile, err)
	}
	var s state
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&s); err != nil {
		return nil, fmt.Errorf("%s: %w", stateFile, err)
	}
	switch {
	case s.Version != stateVersion:
		return nil, fmt.Errorf("%s: version: %d is not the %d that this program writes", stateFile, s.Version, stateVersion)
	case s.Step < 1 || s.OptimizerStep < 0 || s.OptimizerStep > s.Step:
		return nil, fmt.Errorf("%s: step: %d, optimizer_step: %d cannot be", stateFile, s.Step, s.OptimizerStep)
	}
	for _, name := range []string{s.Best.Checkpoint, s.EventsDir, s.EventsFile} {
		if name == "" {
			continue
		}
		if err := bound.Component(name); err != nil {
			return nil, fmt.Errorf("%s: %w", stateFile, err)
		}
	}
	return &s, nil
}

// platform is what the last bits of a result may depend on besides the inputs.
func platform() map[string]string {
	return map[string]string{"kernel_level": kernels.Active().String(), "arch": runtime.GOARCH}
}

// parametersHash is the SHA-256 of names and values, to know that a restored model is the one that was saved.
func parametersHash(params []*nn.Parameter) string {
	h := sha256.New()
	for _, p := range params {
		if p.Trained() {
			fmt.Fprintf(h, "%s %v\n", p.Name, p.Data().Shape())
			h.Write(p.Data().Bytes())
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// checkpointPrefix and the step make a checkpoint's name.
const checkpointPrefix = "checkpoint-"

func checkpointName(step int) string { return checkpointPrefix + strconv.Itoa(step) }

func (r *run) checkpointDir(step int) string {
	return filepath.Join(r.cfg.OutputDir, checkpointName(step))
}
