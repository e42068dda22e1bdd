package lora

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// adapter_config.json: keys sorted, two spaces, as Python's json.dumps(indent=2, sort_keys=True) writes it.

// carriedDefaults are the keys of LoraConfig that mean nothing here, or must not be set, with the values that PEFT
// writes for an adapter that does without them.
var carriedDefaults = map[string]string{
	"alora_invocation_tokens": "null", "arrow_config": "null", "auto_mapping": "null", "bias": `"none"`,
	"corda_config": "null", "eva_config": "null", "fan_in_fan_out": "false", "inference_mode": "true",
	"kasa_config": "null", "layer_replication": "null", "loftq_config": "{}", "lora_bias": "false",
	"lora_ga_config": "null", "megatron_config": "null", "megatron_core": `"megatron.core"`,
	"monteclora_config": "null", "peft_type": `"LORA"`, "qalora_group_size": "16", "target_parameters": "null",
	"use_bdlora": "null", "use_qalora": "false", "velora_config": "null",
}

// refused are the keys that change what an adapter computes in ways this package does not have: any value but the
// default is an error, never passed over.
var refused = []string{
	"alora_invocation_tokens", "arrow_config", "bias", "corda_config", "eva_config", "kasa_config", "layer_replication",
	"loftq_config", "lora_bias", "lora_ga_config", "monteclora_config", "peft_type", "target_parameters", "use_bdlora",
	"use_qalora", "velora_config",
}

// ParseConfig reads adapter_config.json. Keys that LoraConfig does not have are passed over and named in warnings.
// Everything that is wrong is reported in one *ConfigError, in which path names the file.
func ParseConfig(path string, data []byte) (c Config, warnings []string, err error) {
	r := &configReader{cfg: DefaultConfig()}
	r.cfg.TaskType, r.cfg.PeftVersion, r.cfg.carried = "", "", map[string]string{}
	members, err := object(data)
	if err != nil {
		return c, nil, &ConfigError{Path: path, Problems: []FieldError{{"file", err.Error()}}}
	}
	for _, m := range members {
		r.member(m)
	}
	for _, key := range refused {
		v, given := r.cfg.carried[key]
		if !given && key == "peft_type" {
			r.add(key, "is missing")
		} else if given && v != carriedDefaults[key] && v != "null" {
			r.add(key, "%s is not supported", quote(v))
		}
	}
	if len(r.found) == 0 {
		if err := r.cfg.Validate(); err != nil {
			r.found = err.(*ConfigError).Problems
		}
	}
	if len(r.found) > 0 {
		return c, r.warnings, &ConfigError{Path: path, Problems: r.found}
	}
	return r.cfg, r.warnings, nil
}

// configReader collects a configuration and what is wrong with it.
type configReader struct {
	problems
	cfg      Config
	warnings []string
}

func (r *configReader) member(m member) {
	c := &r.cfg
	switch m.key {
	case "r":
		c.R = r.integer(m, c.R)
	case "lora_alpha":
		c.LoraAlpha = r.number(m, c.LoraAlpha)
	case "lora_dropout":
		c.LoraDropout = r.number(m, c.LoraDropout)
	case "target_modules":
		c.TargetModules = r.moduleNames(m)
	case "exclude_modules":
		c.ExcludeModules = r.moduleNames(m)
	case "modules_to_save":
		c.ModulesToSave = decode[[]string](r, m)
	case "use_rslora":
		c.UseRSLoRA = decode[bool](r, m)
	case "use_dora":
		c.UseDoRA = decode[bool](r, m)
	case "ensure_weight_tying":
		c.EnsureWeightTying = decode[bool](r, m)
	case "init_lora_weights":
		c.InitLoraWeights = r.init(m)
	case "rank_pattern":
		for _, e := range r.entries(m) {
			c.RankPattern = append(c.RankPattern, RankRule{e.key, r.integer(member{m.key, e.value}, 0)})
		}
	case "alpha_pattern":
		for _, e := range r.entries(m) {
			c.AlphaPattern = append(c.AlphaPattern, AlphaRule{e.key, r.number(member{m.key, e.value}, 0)})
		}
	case "layers_to_transform":
		c.LayersToTransform = oneOrMany[int](r, m)
	case "layers_pattern":
		c.LayersPattern = oneOrMany[string](r, m)
	case "trainable_token_indices":
		c.TrainableTokens = r.tokenSets(m)
	case "task_type":
		c.TaskType = decode[string](r, m)
	case "base_model_name_or_path":
		c.BaseModel = decode[string](r, m)
	case "revision":
		c.Revision = decode[string](r, m)
	case "peft_version":
		c.PeftVersion = decode[string](r, m)
	default:
		r.other(m)
	}
}

// other keeps a known key's value, and passes over an unknown one.
func (r *configReader) other(m member) {
	if _, known := carriedDefaults[m.key]; !known {
		r.warnings = append(r.warnings, fmt.Sprintf("unknown key %s is ignored", quote(m.key)))
		return
	}
	var b bytes.Buffer
	if json.Compact(&b, m.value) == nil { // it has been parsed once
		r.cfg.carried[m.key] = b.String()
	}
}

func isNull(raw json.RawMessage) bool { return string(raw) == "null" }

// decode reads a value of one type; null is the zero value.
func decode[T any](r *configReader, m member) (v T) {
	if err := json.Unmarshal(m.value, &v); err != nil {
		r.add(m.key, "has a value of the wrong kind: %s", quote(string(m.value)))
		var zero T
		return zero
	}
	return v
}

// oneOrMany reads a value or a list of values.
func oneOrMany[T any](r *configReader, m member) []T {
	if isNull(m.value) || m.value[0] == '[' {
		return decode[[]T](r, m)
	}
	return []T{decode[T](r, m)}
}

func (r *configReader) integer(m member, missing int) int {
	if isNull(m.value) {
		return missing
	}
	n, err := strconv.ParseInt(string(m.value), 10, 64)
	if err != nil {
		r.add(m.key, "%s is not a whole number", quote(string(m.value)))
		return max(missing, 1)
	}
	return int(n)
}

func (r *configReader) number(m member, missing float64) float64 {
	if isNull(m.value) {
		return missing
	}
	return decode[float64](r, m)
}

func (r *configReader) moduleNames(m member) Modules {
	if m.value[0] == '"' {
		return Modules{Regex: decode[string](r, m)}
	}
	return Modules{List: decode[[]string](r, m)}
}

func (r *configReader) init(m member) Init {
	switch s := strings.ToLower(strings.Trim(string(m.value), `"`)); s {
	case "null":
		return InitDefault
	case "pissa", "olora", "corda", "loftq", "lora_ga":
		r.add(m.key, "%s trains on an altered base model; convert the adapter to plain LoRA with PEFT first", quote(s))
	default:
		if strings.HasPrefix(s, "pissa_niter_") {
			r.add(m.key, "%s trains on an altered base model; convert the adapter to plain LoRA with PEFT first", quote(s))
		}
		return Init(s)
	}
	return InitDefault
}

// entries reads an object in the order of the file.
func (r *configReader) entries(m member) []member {
	if isNull(m.value) {
		return nil
	}
	list, err := object(m.value)
	if err != nil {
		r.add(m.key, "%v", err)
	}
	return list
}

func (r *configReader) tokenSets(m member) []TokenSet {
	if isNull(m.value) {
		return nil
	}
	if m.value[0] == '[' {
		return []TokenSet{{IDs: decode[[]int32](r, m)}}
	}
	var sets []TokenSet
	for _, e := range r.entries(m) {
		sets = append(sets, TokenSet{Module: e.key, IDs: decode[[]int32](r, member{m.key, e.value})})
	}
	return sets
}

// MarshalJSON writes the configuration as PEFT does, for an adapter that is finished. The entries of the patterns
// keep their order, which PEFT's own sorting loses: the first that matches decides.
func (c Config) MarshalJSON() ([]byte, error) {
	out := map[string]any{}
	for k, v := range carriedDefaults {
		out[k] = json.RawMessage(v)
	}
	for k, v := range c.carried {
		out[k] = json.RawMessage(v)
	}
	out["inference_mode"] = true
	out["r"], out["lora_alpha"], out["lora_dropout"] = c.R, c.LoraAlpha, pythonFloat(c.LoraDropout)
	out["target_modules"], out["exclude_modules"] = c.TargetModules.json(), c.ExcludeModules.json()
	out["modules_to_save"], out["layers_to_transform"], out["layers_pattern"] = list(c.ModulesToSave), list(c.LayersToTransform), list(c.LayersPattern)
	out["use_rslora"], out["use_dora"], out["ensure_weight_tying"] = c.UseRSLoRA, c.UseDoRA, c.EnsureWeightTying
	out["init_lora_weights"] = c.InitLoraWeights.json()
	ranks, alphas, tokens := orderedObject{}, orderedObject{}, orderedObject{}
	for _, r := range c.RankPattern {
		ranks = append(ranks, entry{r.Pattern, r.R})
	}
	for _, a := range c.AlphaPattern {
		alphas = append(alphas, entry{a.Pattern, a.Alpha})
	}
	for _, s := range c.TrainableTokens {
		tokens = append(tokens, entry{s.Module, list(s.IDs)})
	}
	out["rank_pattern"], out["alpha_pattern"] = ranks, alphas
	switch {
	case len(tokens) == 0:
		out["trainable_token_indices"] = nil
	case len(tokens) == 1 && tokens[0].key == "":
		out["trainable_token_indices"] = tokens[0].value
	default:
		out["trainable_token_indices"] = tokens
	}
	out["task_type"], out["base_model_name_or_path"], out["revision"] = text(c.TaskType), text(c.BaseModel), text(c.Revision)
	version := c.PeftVersion
	if version == "" {
		version = FormatVersion
	}
	out["peft_version"] = version
	return marshal(out)
}

func (m Modules) json() any {
	if m.Regex != "" {
		return m.Regex
	}
	return list(m.List)
}

func (i Init) json() any {
	switch i {
	case InitDefault, "":
		return true
	case InitRandom:
		return false
	}
	return string(i)
}

// list is nil for a list that is absent, which JSON writes as null.
func list[T any](s []T) any {
	if s == nil {
		return nil
	}
	return slices.Clone(s)
}

func text(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// Bytes returns adapter_config.json, as PEFT lays it out.
func (c Config) Bytes() ([]byte, error) {
	b, err := marshal(c)
	if err != nil {
		return nil, err
	}
	return indent(b)
}
