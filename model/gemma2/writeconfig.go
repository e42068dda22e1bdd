package gemma2

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

// MarshalJSON writes config.json as transformers does: keys sorted, floats with a point. Fields whose name changed
// between transformers 4 and 5 are written in both spellings, so that both, and the tools that read the older one,
// open the model.
func (c Config) MarshalJSON() ([]byte, error) {
	fields := map[string]any{}
	for key, v := range c.other {
		fields[key] = v
	}
	delete(fields, "_name_or_path") // says where the model once lay
	for key, v := range map[string]any{
		"architectures": []string{"Gemma2ForCausalLM"}, "model_type": "gemma2",
		"vocab_size": c.VocabSize, "hidden_size": c.HiddenSize, "intermediate_size": c.IntermediateSize,
		"num_hidden_layers": c.NumHiddenLayers, "num_attention_heads": c.NumAttentionHeads,
		"num_key_value_heads": c.NumKeyValueHeads, "head_dim": c.HeadDim,
		"max_position_embeddings": c.MaxPositionEmbeddings, "sliding_window": c.SlidingWindow, "layer_types": c.LayerTypes,
		"query_pre_attn_scalar": number(c.QueryPreAttnScalar), "rms_norm_eps": pyFloat(c.RMSNormEps),
		"initializer_range":      pyFloat(c.InitializerRange),
		"attn_logit_softcapping": softcap(c.AttnLogitSoftcapping), "final_logit_softcapping": softcap(c.FinalLogitSoftcapping),
		"hidden_activation": "gelu_pytorch_tanh", "hidden_act": "gelu_pytorch_tanh",
		"rope_theta":      pyFloat(c.RopeTheta),
		"rope_parameters": map[string]any{"rope_type": "default", "rope_theta": pyFloat(c.RopeTheta)},
		"attention_bias":  false, "attention_dropout": pyFloat(0), "use_cache": true,
		"tie_word_embeddings": c.TieWordEmbeddings,
		"pad_token_id":        c.PadTokenID, "eos_token_id": c.EOSTokenID, "bos_token_id": c.BOSTokenID,
	} {
		fields[key] = v
	}
	for name, d := range dtypeNames {
		if d == c.DType {
			fields["dtype"], fields["torch_dtype"] = name, name
		}
	}
	return unescaped(fields, "")
}

// UnmarshalJSON reads a config.json.
func (c *Config) UnmarshalJSON(data []byte) (err error) {
	*c, err = ParseConfig(configName, data)
	return err
}

// MarshalJSON writes null, one id, or a list.
func (t TokenIDs) MarshalJSON() ([]byte, error) {
	if len(t) == 1 {
		return json.Marshal(t[0])
	}
	return json.Marshal([]int(t))
}

// pyFloat is written so that Python reads a float and not an int.
type pyFloat float64

func (f pyFloat) MarshalJSON() ([]byte, error) {
	s := strconv.FormatFloat(float64(f), 'g', -1, 64)
	if !strings.ContainsAny(s, ".e") {
		s += ".0"
	}
	return []byte(s), nil
}

// number is an int where it can be: query_pre_attn_scalar is one in every published model.
func number(f float64) any {
	if f == math.Trunc(f) && math.Abs(f) < 1<<53 {
		return int64(f)
	}
	return pyFloat(f)
}

func softcap(f float64) any {
	if f == 0 {
		return nil
	}
	return pyFloat(f)
}

// indented formats JSON as transformers writes its files.
func indented(v any) ([]byte, error) { return unescaped(v, "  ") }

// unescaped is json.Marshal that leaves <, > and & as they are.
func unescaped(v any, indent string) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", indent)
	err := e.Encode(v)
	return b.Bytes(), err
}
