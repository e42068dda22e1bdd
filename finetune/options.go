package finetune

import (
	"errors"
	"fmt"
	"slices"

	"lapidary/data"
	"lapidary/lora"
	"lapidary/tensor"
	"lapidary/train"
)

// Options is everything a run can be told. Names are those of TRL's SFTConfig, PEFT's LoraConfig and transformers'
// TrainingArguments, so that their YAML files can be read into it.
type Options struct {
	Model    string   `json:"model"`
	Data     []string `json:"data"`
	EvalData []string `json:"eval_data"`

	Train      train.Config
	Adapter    AdapterOptions
	Rows       RowOptions
	Evaluation EvaluationOptions
	Machine    Machine
}

// Machine says how to compute.
type Machine struct {
	Threads   int    `json:"threads"`   // 0: the cores this process may use
	Precision string `json:"precision"` // "f32", "bf16", or "": bf16 where the checkpoint is
	// MaxMemory bounds the resident memory of a run, such as "6GB"; "": what the machine and the control group leave.
	MaxMemory string `json:"max_memory"`
	Quant     QuantOptions
}

// RowOptions says how rows of data become tokens.
type RowOptions struct {
	data.Config
	Template    string   `json:"template"` // gemma, course, hermes, auto, or a Jinja file
	Pack        bool     `json:"packing"`
	AddedTokens []string `json:"added_tokens"` // special tokens that the vocabulary grows by
}

// AdapterOptions says what is trained.
type AdapterOptions struct {
	UseLora           bool               `json:"use_lora"`     // false: every weight
	AdapterInit       string             `json:"adapter_init"` // begin with this adapter, and its configuration
	R                 int                `json:"lora_r"`
	Alpha             float64            `json:"lora_alpha"`
	Dropout           float64            `json:"lora_dropout"`
	TargetModules     []string           `json:"lora_target_modules"`
	ExcludeModules    []string           `json:"exclude_modules"`
	UseRSLoRA         bool               `json:"use_rslora"`
	UseDoRA           bool               `json:"use_dora"`
	EnsureWeightTying bool               `json:"ensure_weight_tying"`
	InitLoraWeights   string             `json:"init_lora_weights"`
	RankPattern       map[string]int     `json:"lora_rank_pattern"`
	AlphaPattern      map[string]float64 `json:"lora_alpha_pattern"`
	LayersToTransform []int              `json:"layers_to_transform"`
	TrainableTokens   []int              `json:"trainable_token_indices"`
	ModulesToSave     []string           `json:"modules_to_save"`
	Recompute         bool               `json:"gradient_checkpointing"`
	DType             string             `json:"adapter_dtype"` // of the adapter that a run leaves: f32, bf16 or f16
}

// DefaultOptions is a good LoRA run without thinking.
func DefaultOptions() Options {
	return Options{
		Train:      train.DefaultConfig(),
		Rows:       RowOptions{Config: data.DefaultConfig(), Template: "auto"},
		Evaluation: defaultEvaluation(),
		Adapter:    AdapterOptions{UseLora: true, R: 16, Alpha: 32, Dropout: 0.05, TargetModules: []string{lora.AllLinear}, InitLoraWeights: "true", DType: "f32"},
	}
}

// OptionsError reports options that make no sense, all at once.
type OptionsError struct{ Problems []error }

func (e *OptionsError) Error() string { return errors.Join(e.Problems...).Error() }

// Unwrap gives the problems.
func (e *OptionsError) Unwrap() []error { return e.Problems }

// Validate reports what can be seen to be wrong before any file is opened.
func (o *Options) Validate() error {
	var e OptionsError
	check := func(ok bool, format string, args ...any) {
		if !ok {
			e.Problems = append(e.Problems, fmt.Errorf(format, args...))
		}
	}
	check(o.Model != "", "model: is missing: the directory of a Hugging Face checkpoint")
	check(len(o.Data) > 0, "data: is missing: a file, several, or a directory with train, valid and test files")
	check(o.Adapter.UseLora || o.Adapter.AdapterInit == "", "adapter_init: there is no adapter in a run with use_lora false")
	_, known := adapterDTypes[o.Adapter.DType]
	check(known, "adapter_dtype: %q is none of f32, bf16, f16", o.Adapter.DType)
	for _, err := range []error{o.Train.Validate(), o.Rows.Config.Validate(), o.Evaluation.validate(o.Train.MetricForBestModel), o.Machine.Validate()} {
		if err != nil {
			e.Problems = append(e.Problems, err)
		}
	}
	check(o.Adapter.UseLora || !o.Machine.Quant.base().Any(), "use_lora: false trains every weight, and quantised weights cannot be trained: leave out load_in_4bit, load_in_8bit and embed_in_8bit, or train an adapter")
	if o.Adapter.UseLora && o.Adapter.AdapterInit == "" {
		cfg := o.Adapter.config()
		if err := cfg.Validate(); err != nil {
			e.Problems = append(e.Problems, err)
		}
	}
	if len(e.Problems) > 0 {
		return &e
	}
	return nil
}

// Validate checks the names.
func (m Machine) Validate() error {
	if !slices.Contains([]string{"", "f32", "bf16"}, m.Precision) {
		return fmt.Errorf("precision: %q is neither f32 nor bf16", m.Precision)
	}
	if m.Threads < 0 || m.Threads > 4096 {
		return fmt.Errorf("threads: %d is not between 0 and 4096", m.Threads)
	}
	if m.MaxMemory != "" {
		if _, err := ParseBytes(m.MaxMemory); err != nil {
			return fmt.Errorf("max_memory: %w", err)
		}
	}
	return m.Quant.Validate()
}

// activations is the type that a model of the given storage computes in.
func (m Machine) activations(stored tensor.DType) tensor.DType {
	if m.Precision == "bf16" || m.Precision == "" && stored == tensor.BF16 {
		return tensor.BF16
	}
	return tensor.F32
}

// config is the adapter's configuration as PEFT has it.
func (a AdapterOptions) config() lora.Config {
	c := lora.DefaultConfig()
	c.R, c.LoraAlpha, c.LoraDropout = a.R, a.Alpha, a.Dropout
	c.TargetModules, c.ExcludeModules = modules(a.TargetModules), modules(a.ExcludeModules)
	c.UseRSLoRA, c.UseDoRA, c.EnsureWeightTying = a.UseRSLoRA, a.UseDoRA, a.EnsureWeightTying
	c.ModulesToSave, c.LayersToTransform = a.ModulesToSave, a.LayersToTransform
	c.InitLoraWeights = lora.Init(a.InitLoraWeights)
	for _, k := range sortedKeys(a.RankPattern) {
		c.RankPattern = append(c.RankPattern, lora.RankRule{Pattern: k, R: a.RankPattern[k]})
	}
	for _, k := range sortedKeys(a.AlphaPattern) {
		c.AlphaPattern = append(c.AlphaPattern, lora.AlphaRule{Pattern: k, Alpha: a.AlphaPattern[k]})
	}
	if len(a.TrainableTokens) > 0 {
		set := lora.TokenSet{}
		for _, id := range a.TrainableTokens {
			set.IDs = append(set.IDs, int32(id))
		}
		c.TrainableTokens = []lora.TokenSet{set}
	}
	return c
}

// modules reads a list of names; a single one that is an expression is one.
func modules(names []string) lora.Modules {
	if len(names) == 1 && isExpression(names[0]) {
		return lora.Modules{Regex: names[0]}
	}
	return lora.Modules{List: names}
}
