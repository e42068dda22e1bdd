package lora

import (
	"fmt"
	"math"
	"strings"

	"lapidary/internal/bound"
)

// Config is PEFT's LoraConfig: the part of adapter_config.json that says what is adapted and how.
type Config struct {
	R                 int         // r
	LoraAlpha         float64     // lora_alpha
	LoraDropout       float64     // lora_dropout
	TargetModules     Modules     // target_modules
	ExcludeModules    Modules     // exclude_modules
	ModulesToSave     []string    // modules_to_save
	UseRSLoRA         bool        // use_rslora
	UseDoRA           bool        // use_dora
	EnsureWeightTying bool        // ensure_weight_tying
	InitLoraWeights   Init        // init_lora_weights
	RankPattern       []RankRule  // rank_pattern, in order: the first that matches decides
	AlphaPattern      []AlphaRule // alpha_pattern, likewise
	LayersToTransform []int       // layers_to_transform; nil for all
	LayersPattern     []string    // layers_pattern
	TrainableTokens   []TokenSet  // trainable_token_indices

	TaskType    string // task_type; "" for null
	BaseModel   string // base_model_name_or_path; "" for null
	Revision    string // revision; "" for null
	PeftVersion string // peft_version: the version whose file format this is

	carried map[string]string // keys without a meaning here, as JSON, kept so that a file can be written as it was read
}

// Modules names modules: by a list of paths or path endings, or by a regular expression that the whole path must
// match, or, with the expression "all-linear", all linear layers but the output head.
type Modules struct {
	List  []string
	Regex string
}

// AllLinear is the expression that means every linear layer but the head.
const AllLinear = "all-linear"

// IsZero reports that nothing is named.
func (m Modules) IsZero() bool { return len(m.List) == 0 && m.Regex == "" }

func (m Modules) allLinear() bool { return strings.EqualFold(m.Regex, AllLinear) }

// Init says how new weights begin. Whatever it is, an adapter that is read from a file begins as the file says.
type Init string

const (
	InitDefault  Init = "true"     // A uniform in ±1/sqrt(in), B zero
	InitGaussian Init = "gaussian" // A normal with standard deviation 1/r, B zero
	InitRandom   Init = "false"    // neither is zero: for tests
)

// RankRule gives modules whose path ends in a match of Pattern another rank.
type RankRule struct {
	Pattern string
	R       int
}

// AlphaRule gives modules whose path ends in a match of Pattern another alpha.
type AlphaRule struct {
	Pattern string
	Alpha   float64
}

// TokenSet lists the tokens whose rows are trained in one module; an empty Module is the input embedding.
type TokenSet struct {
	Module string
	IDs    []int32
}

// FormatVersion is the version of PEFT whose files this package reads and writes.
const FormatVersion = "0.21.2"

// DefaultConfig returns PEFT's defaults for a causal language model. TargetModules is empty: q_proj and v_proj, as
// PEFT has it for this family.
func DefaultConfig() Config {
	return Config{R: 8, LoraAlpha: 8, InitLoraWeights: InitDefault, TaskType: "CAUSAL_LM", PeftVersion: FormatVersion}
}

// Scaling returns the factor of B·A for a rank and alpha.
func (c *Config) Scaling(r int, alpha float64) float64 {
	if c.UseRSLoRA {
		return alpha / math.Sqrt(float64(r))
	}
	return alpha / float64(r)
}

// ConfigError reports everything that is wrong with an adapter's configuration.
type ConfigError struct {
	Path     string // of the file; "" for a configuration that was not read from one
	Problems []FieldError
}

// FieldError is what is wrong with one field.
type FieldError struct{ Field, Problem string }

func (e *ConfigError) Error() string {
	where := "adapter configuration"
	if e.Path != "" {
		where = bound.Escape(e.Path, 200)
	}
	var s []string
	for _, p := range e.Problems {
		s = append(s, p.Field+": "+p.Problem)
	}
	return "lora: " + where + ": " + strings.Join(firstFew(s), "; ")
}

// firstFew keeps a message readable when a thousand things are wrong.
func firstFew(s []string) []string {
	const most = 8
	if len(s) <= most {
		return s
	}
	return append(s[:most:most], fmt.Sprintf("and %d more", len(s)-most))
}

// Limits of what a configuration may ask for: far above any use, far below what would exhaust a machine.
const (
	maxRank    = 1 << 16
	maxAlpha   = 1e9
	maxModules = 1 << 14 // names in a list
	maxRules   = 1 << 12 // entries of a pattern
	maxRegex   = 4 << 10 // bytes of one expression
	maxTokens  = 1 << 20
)

// Validate reports everything that is wrong with the configuration in one *ConfigError.
func (c *Config) Validate() error {
	v := &problems{}
	v.rank("r", c.R)
	v.alpha("lora_alpha", c.LoraAlpha)
	if !(c.LoraDropout >= 0 && c.LoraDropout < 1) {
		v.add("lora_dropout", "%v is not in [0, 1)", c.LoraDropout)
	}
	v.modules("target_modules", c.TargetModules)
	v.modules("exclude_modules", c.ExcludeModules)
	v.count("modules_to_save", len(c.ModulesToSave), maxModules)
	v.count("layers_to_transform", len(c.LayersToTransform), maxModules)
	v.count("layers_pattern", len(c.LayersPattern), maxRules)
	v.count("rank_pattern", len(c.RankPattern), maxRules)
	v.count("alpha_pattern", len(c.AlphaPattern), maxRules)
	if len(v.found) == 0 { // lists of a sane length only
		v.each(c)
	}
	if c.LayersToTransform != nil && c.TargetModules.Regex != "" && !c.TargetModules.allLinear() {
		v.add("layers_to_transform", "works with a list of target_modules only, not with an expression")
	}
	if len(v.found) > 0 {
		return &ConfigError{Problems: v.found}
	}
	return nil
}

// each checks the entries of every list.
func (v *problems) each(c *Config) {
	for _, m := range c.ModulesToSave {
		v.regex("modules_to_save", m)
	}
	for _, p := range c.LayersPattern {
		v.regex("layers_pattern", p)
	}
	for _, r := range c.RankPattern {
		v.regex("rank_pattern", r.Pattern)
		v.rank("rank_pattern", r.R)
	}
	for _, a := range c.AlphaPattern {
		v.regex("alpha_pattern", a.Pattern)
		v.alpha("alpha_pattern", a.Alpha)
	}
	for _, s := range c.TrainableTokens {
		v.tokens(s.IDs)
	}
}

// problems collects what is wrong.
type problems struct{ found []FieldError }

func (v *problems) add(field, format string, args ...any) {
	v.found = append(v.found, FieldError{field, fmt.Sprintf(format, args...)})
}

func (v *problems) rank(field string, r int) {
	if r < 1 || r > maxRank {
		v.add(field, "rank %d is not in 1..%d", r, maxRank)
	}
}

func (v *problems) alpha(field string, a float64) {
	if !(math.Abs(a) <= maxAlpha) {
		v.add(field, "alpha %v is not a usable number", a)
	}
}

func (v *problems) count(field string, n, most int) {
	if n > most {
		v.add(field, "%d entries are more than %d", n, most)
	}
}

func (v *problems) modules(field string, m Modules) {
	v.count(field, len(m.List), maxModules)
	if m.Regex != "" && !m.allLinear() {
		v.regex(field, m.Regex)
	}
}

func (v *problems) regex(field, expr string) {
	if _, err := compile(expr); err != nil {
		v.add(field, "%v", err)
	}
}

func (v *problems) tokens(ids []int32) {
	const field = "trainable_token_indices"
	v.count(field, len(ids), maxTokens)
	seen := make(map[int32]bool, min(len(ids), maxTokens))
	for _, id := range ids[:min(len(ids), maxTokens)] {
		if id < 0 || seen[id] {
			v.add(field, "token %d is negative or listed twice", id)
			return
		}
		seen[id] = true
	}
}
