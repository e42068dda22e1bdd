package train

import (
	"fmt"
	"math"
)

// Plan is the arithmetic of a run: what happens at which step. It is a pure function of the configuration and the
// number of rows, so the place in the data is known from the step alone and cannot be lost.
type Plan struct {
	Rows            int `json:"rows"`
	BatchesPerEpoch int `json:"batches_per_epoch"` // micro-batches; the last may be short
	UpdatesPerEpoch int `json:"updates_per_epoch"` // optimizer steps; accumulation never crosses an epoch
	Steps           int `json:"steps"`             // of the whole run
	Epochs          int `json:"epochs"`            // begun, the last perhaps not finished
	WarmupSteps     int `json:"warmup_steps"`
	LoggingEvery    int `json:"logging_every"`
	EvalEvery       int `json:"eval_every"` // 0: never
	SaveEvery       int `json:"save_every"` // 0: only at the end

	accumulation int
}

// NewPlan counts as transformers' Trainer does.
func NewPlan(c Config, rows int) (Plan, error) {
	if rows <= 0 {
		return Plan{}, fmt.Errorf("train: the data set has no rows")
	}
	p := Plan{Rows: rows, accumulation: c.GradientAccumulationSteps}
	p.BatchesPerEpoch = ceilDiv(rows, c.PerDeviceTrainBatchSize)
	p.UpdatesPerEpoch = ceilDiv(p.BatchesPerEpoch, p.accumulation)
	p.Steps = c.MaxSteps
	if c.MaxSteps <= 0 {
		steps := math.Ceil(c.NumTrainEpochs * float64(p.UpdatesPerEpoch))
		if !(steps >= 1 && steps <= maxCount) {
			return Plan{}, fmt.Errorf("num_train_epochs: %v epochs of %d steps are too many", c.NumTrainEpochs, p.UpdatesPerEpoch)
		}
		p.Steps = int(steps)
	}
	p.Epochs = ceilDiv(p.Steps, p.UpdatesPerEpoch)
	p.WarmupSteps = warmup(c, p.Steps)
	p.LoggingEvery = p.interval("steps", c.LoggingSteps)
	p.EvalEvery = p.interval(c.EvalStrategy, c.EvalSteps)
	p.SaveEvery = p.interval(c.SaveStrategy, c.SaveSteps)
	return p, nil
}

// warmup rounds a share of the run up, and a count down.
func warmup(c Config, steps int) int {
	switch {
	case c.WarmupSteps >= 1:
		return int(c.WarmupSteps)
	case c.WarmupSteps > 0:
		return int(math.Ceil(float64(steps) * c.WarmupSteps))
	}
	return int(math.Ceil(float64(steps) * c.WarmupRatio))
}

func (p Plan) interval(strategy string, every float64) int {
	switch {
	case strategy == "no":
		return 0
	case strategy == "epoch":
		return p.UpdatesPerEpoch
	case every < 1:
		return int(math.Ceil(float64(p.Steps) * every))
	}
	return int(every)
}

// due tells whether something that happens at an interval happens after step.
func (p Plan) due(step, every int) bool {
	return every > 0 && (step%every == 0 || step == p.Steps)
}

// Group is the micro-batches [first, last) of an epoch that make up optimizer step k, counted from 0. The last
// group of an epoch may be short.
func (p Plan) Group(k int) (epoch, first, last int) {
	epoch = k / p.UpdatesPerEpoch
	first = k % p.UpdatesPerEpoch * p.accumulation
	return epoch, first, min(first+p.accumulation, p.BatchesPerEpoch)
}

// Epoch is how many epochs are done after the given number of steps.
func (p Plan) Epoch(steps int) float64 {
	if steps == 0 {
		return 0
	}
	epoch, _, last := p.Group(steps - 1)
	return float64(epoch) + float64(last)/float64(p.BatchesPerEpoch)
}

func ceilDiv(a, b int) int { return (a + b - 1) / b }
