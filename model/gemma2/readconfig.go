package gemma2

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"lapidary/internal/bound"
	"lapidary/tensor"
)

type rawJSON = json.RawMessage

const maxConfigBytes = 4 << 20

// ReadConfig reads a config.json in the spelling of transformers 4 or 5. Whatever is wrong with it is reported in one
// *ConfigError.
func ReadConfig(path string) (Config, error) {
	data, err := bound.ReadFile(path, maxConfigBytes)
	if err != nil {
		return Config{}, err
	}
	return ParseConfig(path, data)
}

// ParseConfig is ReadConfig for bytes; path is what errors call them.
func ParseConfig(path string, data []byte) (Config, error) {
	r := configReader{c: DefaultConfig()}
	fields, err := object(data)
	if err != nil {
		return Config{}, &ConfigError{path, []FieldError{{"(file)", err.Error()}}}
	}
	r.fields = fields
	r.read()
	r.c.other = r.fields
	if len(r.problems) == 0 {
		r.problems = r.c.check()
	}
	if len(r.problems) > 0 {
		return Config{}, &ConfigError{path, r.problems}
	}
	return r.c, nil
}

// object reads one JSON object: keys exact, none twice, nothing after it.
func object(data []byte) (map[string]rawJSON, error) {
	d := json.NewDecoder(bytes.NewReader(data))
	if t, err := d.Token(); err != nil {
		return nil, err
	} else if t != json.Delim('{') {
		return nil, errors.New("not a JSON object")
	}
	fields := map[string]rawJSON{}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, err
		}
		key := t.(string) // inside an object the decoder yields nothing else here
		var value rawJSON
		if err := d.Decode(&value); err != nil {
			return nil, err
		}
		if _, twice := fields[key]; twice {
			return nil, fmt.Errorf("key %q appears twice", bound.Escape(key, 60))
		}
		fields[key] = value
	}
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errors.New("something follows the JSON object")
	}
	return fields, nil
}

type configReader struct {
	c        Config
	fields   map[string]rawJSON
	problems []FieldError
}

func (r *configReader) bad(field, format string, args ...any) {
	r.problems = append(r.problems, FieldError{field, fmt.Sprintf(format, args...)})
}

// take removes a field from what is left to read; ok is false where it is absent or null.
func (r *configReader) take(field string) (raw rawJSON, present, ok bool) {
	raw, present = r.fields[field]
	delete(r.fields, field)
	return raw, present, present && string(raw) != "null"
}

// value reads a field into dst, which keeps its default where the field is absent or null.
func value[T any](r *configReader, field string, dst *T) {
	if raw, _, ok := r.take(field); ok {
		v := *new(T)
		if err := json.Unmarshal(raw, &v); err != nil {
			r.bad(field, "%s is not %s", bound.Escape(string(raw), 40), kindOf(v))
			return
		}
		*dst = v
	}
}

func kindOf(v any) string {
	switch v.(type) {
	case int:
		return "a whole number"
	case float64:
		return "a number"
	case bool:
		return "true or false"
	case string:
		return "a string"
	}
	return "a list of strings"
}

func (r *configReader) read() {
	c := &r.c
	r.identity()
	for _, f := range []struct {
		name string
		dst  *int
	}{
		{"vocab_size", &c.VocabSize}, {"hidden_size", &c.HiddenSize}, {"intermediate_size", &c.IntermediateSize},
		{"num_hidden_layers", &c.NumHiddenLayers}, {"num_attention_heads", &c.NumAttentionHeads},
		{"num_key_value_heads", &c.NumKeyValueHeads}, {"head_dim", &c.HeadDim},
		{"max_position_embeddings", &c.MaxPositionEmbeddings}, {"sliding_window", &c.SlidingWindow},
	} {
		value(r, f.name, f.dst)
	}
	r.take("sliding_window_size") // an older name beside the one that counts
	value(r, "query_pre_attn_scalar", &c.QueryPreAttnScalar)
	value(r, "rms_norm_eps", &c.RMSNormEps)
	value(r, "initializer_range", &c.InitializerRange)
	value(r, "tie_word_embeddings", &c.TieWordEmbeddings)
	r.softcap("attn_logit_softcapping", &c.AttnLogitSoftcapping)
	r.softcap("final_logit_softcapping", &c.FinalLogitSoftcapping)
	r.tokenIDs("pad_token_id", &c.PadTokenID)
	r.tokenIDs("eos_token_id", &c.EOSTokenID)
	r.tokenIDs("bos_token_id", &c.BOSTokenID)
	r.activation()
	r.rope()
	r.dtype()
	if value(r, "layer_types", &c.LayerTypes); c.LayerTypes == nil && c.NumHiddenLayers > 0 && c.NumHiddenLayers <= maxLayers {
		c.LayerTypes = alternating(c.NumHiddenLayers)
	}
	r.unsupported()
}

// identity refuses other models by name, before their shapes confuse.
func (r *configReader) identity() {
	kind, names := "gemma2", []string{"Gemma2ForCausalLM"}
	if value(r, "model_type", &kind); kind != "gemma2" {
		r.bad("model_type", "%q is not gemma2", bound.Escape(kind, 40))
	}
	if value(r, "architectures", &names); !slices.Contains(names, "Gemma2ForCausalLM") {
		r.bad("architectures", "Gemma2ForCausalLM is not among them")
	}
}

// softcap reads a cap; null means none, absent means the default, and zero would divide by zero.
func (r *configReader) softcap(field string, dst *float64) {
	raw, present, ok := r.take(field)
	if present && !ok {
		*dst = 0
	}
	if !ok {
		return
	}
	if err := json.Unmarshal(raw, dst); err != nil || !(*dst > 0) {
		r.bad(field, "%s is neither a positive number nor null", bound.Escape(string(raw), 40))
	}
}

func (r *configReader) tokenIDs(field string, dst *TokenIDs) {
	raw, present, ok := r.take(field)
	if !present {
		return
	}
	*dst = nil
	if !ok {
		return
	}
	var one int
	if json.Unmarshal(raw, &one) == nil {
		*dst = TokenIDs{one}
	} else if json.Unmarshal(raw, (*[]int)(dst)) != nil {
		r.bad(field, "%s is neither a token id nor a list of them", bound.Escape(string(raw), 40))
		return
	}
	for _, id := range *dst {
		if id < 0 || id >= maxVocab {
			r.bad(field, "%d is no token id", id)
		}
	}
}

// activation: hidden_activation wins over the older hidden_act; both spellings below are the tanh form of gelu.
func (r *configReader) activation() {
	field, act := "hidden_activation", ""
	value(r, field, &act)
	older := ""
	if value(r, "hidden_act", &older); act == "" {
		field, act = "hidden_act", older
	}
	if act != "" && act != "gelu_pytorch_tanh" && act != "gelu_new" && (field == "hidden_activation" || act != "gelu") {
		r.bad(field, "%q is not gelu_pytorch_tanh", bound.Escape(act, 40))
	}
}

// rope reads rope_theta (transformers 4) and rope_parameters (5, and 4's rope_scaling); only the plain kind exists here.
func (r *configReader) rope() {
	value(r, "rope_theta", &r.c.RopeTheta)
	for _, field := range []string{"rope_scaling", "rope_parameters"} {
		raw, _, ok := r.take(field)
		if !ok {
			continue
		}
		inner, err := object(raw)
		if err != nil {
			r.bad(field, "%v", err)
			continue
		}
		in := configReader{c: r.c, fields: inner}
		value(&in, "rope_theta", &r.c.RopeTheta)
		for _, key := range []string{"rope_type", "type"} {
			kind := "default"
			if value(&in, key, &kind); kind != "default" {
				in.bad(key, "%q is not supported, only default", bound.Escape(kind, 40))
			}
		}
		for _, key := range slices.Sorted(maps.Keys(inner)) {
			if string(inner[key]) != "null" {
				in.bad(bound.Escape(key, 40), "not supported")
			}
		}
		for _, p := range in.problems {
			r.bad(field+"."+p.Field, "%s", p.Problem)
		}
	}
}

// dtype reads dtype (transformers 5) or torch_dtype (4).
func (r *configReader) dtype() {
	for _, field := range []string{"torch_dtype", "dtype"} {
		name := ""
		if value(r, field, &name); name == "" {
			continue
		}
		d, ok := dtypeNames[name]
		if !ok {
			r.bad(field, "%q is not float32, bfloat16 or float16", bound.Escape(name, 40))
		}
		r.c.DType = d
	}
}

var dtypeNames = map[string]tensor.DType{"float32": tensor.F32, "bfloat16": tensor.BF16, "float16": tensor.F16}

// unsupported refuses what would make the model compute something else.
func (r *configReader) unsupported() {
	for _, field := range []string{"attention_bias", "use_bidirectional_attention"} {
		on := false
		if value(r, field, &on); on {
			r.bad(field, "true is not supported")
		}
	}
	dropout := 0.0
	if value(r, "attention_dropout", &dropout); dropout != 0 {
		r.bad("attention_dropout", "%v is not supported, only 0", dropout)
	}
	if _, _, ok := r.take("quantization_config"); ok {
		r.bad("quantization_config", "quantised checkpoints are not supported; use the original weights")
	}
}
