package train

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"lapidary/autograd/optim"
)

// Config is what a run is asked to do. Names, meanings and units are those of TrainingArguments and SFTConfig;
// where a default differs, DefaultConfig says so.
type Config struct {
	OutputDir string `json:"output_dir"`

	NumTrainEpochs            float64 `json:"num_train_epochs"` // may be fractional
	MaxSteps                  int     `json:"max_steps"`        // more than 0: overrides num_train_epochs
	PerDeviceTrainBatchSize   int     `json:"per_device_train_batch_size"`
	PerDeviceEvalBatchSize    int     `json:"per_device_eval_batch_size"`
	GradientAccumulationSteps int     `json:"gradient_accumulation_steps"`
	ShuffleDataset            bool    `json:"shuffle_dataset"`
	// GroupByLength puts rows of similar length into one micro-batch, the longest first; the order is random besides.
	GroupByLength bool `json:"group_by_length"`
	// SharePrefixes computes what rows of a micro-batch have in common at their beginnings once. Their adapters' dropout is
	// the same there; else it changes nothing but rounding.
	SharePrefixes bool   `json:"share_prefixes"`
	Seed          uint64 `json:"seed"`
	// LabelCount says which labels the loss is divided by: "shifted" counts those that are predicted, "unshifted"
	// also the first of each document, as transformers did up to 4.57.
	LabelCount string `json:"label_count"`

	LearningRate      float64            `json:"learning_rate"`
	LRSchedulerType   string             `json:"lr_scheduler_type"`
	LRSchedulerKwargs optim.ScheduleArgs `json:"lr_scheduler_kwargs"`
	WarmupSteps       float64            `json:"warmup_steps"` // below 1: a share of the run
	WarmupRatio       float64            `json:"warmup_ratio"` // used when warmup_steps is 0
	WeightDecay       float64            `json:"weight_decay"`
	MaxGradNorm       float64            `json:"max_grad_norm"` // 0: no clipping
	AdamBeta1         float64            `json:"adam_beta1"`
	AdamBeta2         float64            `json:"adam_beta2"`
	AdamEpsilon       float64            `json:"adam_epsilon"`

	// Intervals below 1 are shares of the run. Evaluation and saving also happen after the last step.
	LoggingSteps     float64 `json:"logging_steps"`
	LoggingFirstStep bool    `json:"logging_first_step"`
	LoggingDir       string  `json:"logging_dir"` // of TensorBoard's event files; "" means OUTPUT_DIR/runs
	ReportTo         string  `json:"report_to"`   // "tensorboard" or "none"
	EvalStrategy     string  `json:"eval_strategy"`
	EvalSteps        float64 `json:"eval_steps"`
	SaveStrategy     string  `json:"save_strategy"`
	SaveSteps        float64 `json:"save_steps"`
	SaveTotalLimit   int     `json:"save_total_limit"` // the best is kept besides, where metric_for_best_model asks for it

	LoadBestModelAtEnd     bool    `json:"load_best_model_at_end"`
	MetricForBestModel     string  `json:"metric_for_best_model"` // "" means loss
	GreaterIsBetter        *bool   `json:"greater_is_better"`     // nil: true unless the metric's name ends in loss
	EarlyStoppingPatience  int     `json:"early_stopping_patience"`
	EarlyStoppingThreshold float64 `json:"early_stopping_threshold"`

	ResumeFromCheckpoint string `json:"resume_from_checkpoint"` // "", "latest" or a checkpoint's directory
	ResumeForce          bool   `json:"resume_force"`           // resume although inputs or settings differ
	OverwriteOutputDir   bool   `json:"overwrite_output_dir"`   // begin anew where another run's checkpoints are, removing them
}

// DefaultConfig is a good LoRA run without thinking.
func DefaultConfig() Config {
	return Config{
		NumTrainEpochs: 1, MaxSteps: -1, PerDeviceTrainBatchSize: 1, PerDeviceEvalBatchSize: 1,
		GradientAccumulationSteps: 8, ShuffleDataset: true, SharePrefixes: true, Seed: 42, LabelCount: "shifted",
		LearningRate: 2e-4, LRSchedulerType: "cosine", WarmupRatio: 0.03,
		MaxGradNorm: 1, AdamBeta1: 0.9, AdamBeta2: 0.999, AdamEpsilon: 1e-8,
		LoggingSteps: 1, ReportTo: "tensorboard",
		EvalStrategy: "steps", EvalSteps: 0.1, SaveStrategy: "steps", SaveSteps: 0.1, SaveTotalLimit: 2,
	}
}

// problems collects what is wrong, so that all of it is told at once.
type problems []error

func (p *problems) check(ok bool, format string, args ...any) {
	if !ok {
		*p = append(*p, fmt.Errorf(format, args...))
	}
}

func (p *problems) oneOf(field, value string, allowed ...string) {
	p.check(slices.Contains(allowed, value), "%s: %q is not one of %s", field, value, strings.Join(allowed, ", "))
}

// within demands lo <= v <= hi; NaN fails.
func (p *problems) within(field string, v, lo, hi float64) {
	p.check(v >= lo && v <= hi, "%s: %v is not between %v and %v", field, v, lo, hi)
}

// maxCount bounds step, batch and epoch counts, so that their arithmetic cannot overflow.
const maxCount = 1 << 40

// Validate reports everything that is wrong with c at once.
func (c Config) Validate() error {
	var p problems
	p.check(c.OutputDir != "", "output_dir: is missing")
	if c.MaxSteps <= 0 {
		p.check(c.NumTrainEpochs > 0 && c.NumTrainEpochs <= 1e6, "num_train_epochs: %v is not above 0 and at most 1e6", c.NumTrainEpochs)
	}
	p.within("max_steps", float64(c.MaxSteps), -1, maxCount)
	p.within("per_device_train_batch_size", float64(c.PerDeviceTrainBatchSize), 1, 1<<20)
	p.within("per_device_eval_batch_size", float64(c.PerDeviceEvalBatchSize), 1, 1<<20)
	p.within("gradient_accumulation_steps", float64(c.GradientAccumulationSteps), 1, 1<<20)
	p.check(!c.GroupByLength || c.ShuffleDataset, "group_by_length: orders the rows at random, which shuffle_dataset false forbids")
	p.oneOf("label_count", c.LabelCount, "shifted", "unshifted")

	p.within("warmup_steps", c.WarmupSteps, 0, maxCount)
	p.within("warmup_ratio", c.WarmupRatio, 0, 1)
	p.within("weight_decay", c.WeightDecay, 0, 1e6)
	p.within("max_grad_norm", c.MaxGradNorm, 0, math.MaxFloat32)
	p.check(c.AdamBeta1 >= 0 && c.AdamBeta1 < 1, "adam_beta1: %v is not in [0, 1)", c.AdamBeta1)
	p.check(c.AdamBeta2 >= 0 && c.AdamBeta2 < 1, "adam_beta2: %v is not in [0, 1)", c.AdamBeta2)
	p.within("adam_epsilon", c.AdamEpsilon, 1e-38, 1)
	p = append(p, flatten(c.schedule(1, 0).Validate())...)

	p.check(c.LoggingSteps > 0 && c.LoggingSteps <= maxCount, "logging_steps: %v is not above 0", c.LoggingSteps)
	p.oneOf("report_to", c.ReportTo, "tensorboard", "none")
	c.validateIntervals(&p)
	return errors.Join(p...)
}

func (c Config) validateIntervals(p *problems) {
	p.oneOf("eval_strategy", c.EvalStrategy, "no", "steps", "epoch")
	if c.EvalStrategy == "steps" {
		p.check(c.EvalSteps > 0 && c.EvalSteps <= maxCount, "eval_steps: %v is not above 0", c.EvalSteps)
	}
	p.oneOf("save_strategy", c.SaveStrategy, "no", "steps", "epoch")
	if c.SaveStrategy == "steps" {
		p.check(c.SaveSteps > 0 && c.SaveSteps <= maxCount, "save_steps: %v is not above 0", c.SaveSteps)
	}
	p.within("save_total_limit", float64(c.SaveTotalLimit), 2, 1<<20)
	p.within("early_stopping_patience", float64(c.EarlyStoppingPatience), 0, 1<<20)
	p.within("early_stopping_threshold", c.EarlyStoppingThreshold, 0, math.MaxFloat64)
	needsEval := c.LoadBestModelAtEnd || c.EarlyStoppingPatience > 0
	p.check(!needsEval || c.EvalStrategy != "no", "eval_strategy: load_best_model_at_end and early_stopping_patience need evaluations")
}

// flatten turns the result of errors.Join back into its parts.
func flatten(err error) []error {
	if j, ok := err.(interface{ Unwrap() []error }); ok {
		return j.Unwrap()
	}
	if err != nil {
		return []error{err}
	}
	return nil
}

func (c Config) schedule(total, warmup int) optim.Schedule {
	return optim.Schedule{Type: c.LRSchedulerType, LR: c.LearningRate, WarmupSteps: warmup, TotalSteps: total, Args: c.LRSchedulerKwargs}
}

// metric is the evaluation value that decides which model is best, and the direction.
func (c Config) metric() (name string, greater bool) {
	name = strings.TrimPrefix(c.MetricForBestModel, "eval_")
	if name == "" {
		name = "loss"
	}
	greater = !strings.HasSuffix(name, "loss")
	if c.GreaterIsBetter != nil {
		greater = *c.GreaterIsBetter
	}
	return "eval_" + name, greater
}

// keepsBest tells whether the best checkpoint is wanted, and not only known.
func (c Config) keepsBest() bool { return c.LoadBestModelAtEnd || c.MetricForBestModel != "" }
