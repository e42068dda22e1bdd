package gemma2

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"lapidary/tensor"
)

func parse(t testing.TB, text string) Config {
	t.Helper()
	c, err := ParseConfig("config.json", []byte(text))
	require.NoError(t, err)
	c.other = nil
	return c
}

func TestBothSpellingsMeanTheSame(t *testing.T) {
	want := DefaultConfig()
	want.LayerTypes = alternating(26)
	require.Equal(t, want, parse(t, `{}`), "missing keys mean the class defaults")

	want.DType, want.RopeTheta, want.EOSTokenID = tensor.BF16, 500000, TokenIDs{1, 107}
	v4 := `{"model_type":"gemma2","architectures":["Gemma2ForCausalLM"],"torch_dtype":"bfloat16","rope_theta":5e5,
		"rope_scaling":null,"hidden_act":"gelu_pytorch_tanh","hidden_activation":"gelu_pytorch_tanh","eos_token_id":[1,107],
		"cache_implementation":"hybrid","sliding_window_size":4096,"attention_bias":false,"attention_dropout":0.0}`
	v5 := `{"model_type":"gemma2","dtype":"bfloat16","rope_parameters":{"rope_theta":500000.0,"rope_type":"default"},
		"use_bidirectional_attention":null,"eos_token_id":[1,107],"layer_types":[` +
		strings.TrimSuffix(strings.Repeat(`"sliding_attention","full_attention",`, 13), ",") + `]}`
	require.Equal(t, want, parse(t, v4))
	require.Equal(t, want, parse(t, v5))
	require.Equal(t, TokenIDs(nil), parse(t, `{"eos_token_id":null}`).EOSTokenID)
	require.Zero(t, parse(t, `{"attn_logit_softcapping":null}`).AttnLogitSoftcapping)
	require.Equal(t, 30.0, parse(t, `{"attn_logit_softcapping":null}`).FinalLogitSoftcapping)
	parse(t, `{"hidden_act":"gelu"}`)                                         // as transformers wrote for the first Gemma
	parse(t, `{"hidden_act":"relu","hidden_activation":"gelu_pytorch_tanh"}`) // the newer name wins
}

func TestGoldenConfigsRoundTrip(t *testing.T) {
	for _, g := range goldens {
		path := filepath.Join(goldenDir(t, g.name), "model", configName)
		c, err := ReadConfig(path)
		require.NoError(t, err)
		data, err := indented(c)
		require.NoError(t, err)
		again, err := ParseConfig("again", data)
		require.NoError(t, err)
		c.other, again.other = nil, nil
		require.Equal(t, c, again)

		var theirs, ours map[string]any
		raw, err := os.ReadFile(path)
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(raw, &theirs))
		require.NoError(t, json.Unmarshal(data, &ours))
		for key, v := range theirs {
			if key != "transformers_version" && key != "use_bidirectional_attention" {
				require.Equal(t, v, ours[key], key)
			}
		}
	}
}

func TestFloatsStayFloatsForPython(t *testing.T) {
	data, err := indented(DefaultConfig())
	require.NoError(t, err)
	for _, want := range []string{`"rope_theta": 10000.0`, `"rms_norm_eps": 1e-06`, `"attn_logit_softcapping": 50.0`,
		`"query_pre_attn_scalar": 256`, `"attention_dropout": 0.0`, `"eos_token_id": 1,`} {
		require.Contains(t, string(data), want)
	}
}

func TestForeignFieldsAreKept(t *testing.T) {
	c, err := ParseConfig("config.json", []byte(`{"cache_implementation":"hybrid","x":{"y":[1,"<a>"]},"_name_or_path":"/a"}`))
	require.NoError(t, err)
	data, err := indented(c)
	require.NoError(t, err)
	require.Contains(t, string(data), `"cache_implementation": "hybrid"`)
	require.Contains(t, string(data), `"<a>"`)
	require.NotContains(t, string(data), "_name_or_path")
}

func TestEveryBadFieldIsNamedAtOnce(t *testing.T) {
	_, err := ParseConfig("dir/config.json", []byte(`{"model_type":"llama","architectures":["LlamaForCausalLM"],"vocab_size":"big",
		"hidden_size":2.5,"rope_scaling":{"type":"linear","factor":2},"attention_bias":true,"use_bidirectional_attention":true,
		"attention_dropout":0.1,"hidden_activation":"relu","attn_logit_softcapping":0,"eos_token_id":"x","torch_dtype":"int8",
		"quantization_config":{},"layer_types":"all","tie_word_embeddings":1}`))
	var e *ConfigError
	require.ErrorAs(t, err, &e)
	var fields []string
	for _, p := range e.Problems {
		fields = append(fields, p.Field)
		require.Contains(t, err.Error(), p.Field)
	}
	require.ElementsMatch(t, []string{"model_type", "architectures", "vocab_size", "hidden_size", "rope_scaling.type",
		"rope_scaling.factor", "attention_bias", "use_bidirectional_attention", "attention_dropout", "hidden_activation",
		"attn_logit_softcapping", "eos_token_id", "torch_dtype", "quantization_config", "layer_types", "tie_word_embeddings"}, fields)
	require.Contains(t, err.Error(), "dir/config.json")
}

func TestHostileValuesAreRefused(t *testing.T) {
	for field, values := range map[string][]string{
		"vocab_size":              {"0", "-1", "16777217", "9223372036854775807", "1e30", "9223372036854775808", "1.5", "true", "[]", `"1"`},
		"hidden_size":             {"0", "-4", "1048577", "4611686018427387904"},
		"intermediate_size":       {"0", "1152921504606846976"},
		"num_hidden_layers":       {"0", "1025", "1000000000000", "-1"},
		"num_attention_heads":     {"0", "1073741824", "7"},
		"num_key_value_heads":     {"0", "3", "16"},
		"head_dim":                {"0", "255", "1099511627776", "-2"},
		"max_position_embeddings": {"0", "1099511627776"},
		"sliding_window":          {"0", "-1"},
		"query_pre_attn_scalar":   {"0", "-1", "1e999", `"256"`},
		"rms_norm_eps":            {"0", "-1e-6", "[]"},
		"rope_theta":              {"0", "-1"},
		"rope_parameters":         {"7", "[]", `{"rope_type":"yarn"}`, `{"rope_theta":0}`, `{"rope_theta":1,"rope_theta":2}`, `{"partial_rotary_factor":0.5}`, `{"full_attention":{}}`},
		"layer_types":             {`[]`, `["full_attention"]`, `[1]`},
		"attn_logit_softcapping":  {"-1", "0", "1e999", `"50"`},
		"torch_dtype":             {`"float8"`, "7"},
		"eos_token_id":            {"-1", "4294967297", "[1,-2]", `["1"]`, "1.5", "{}"},
	} {
		for _, v := range values {
			_, err := ParseConfig("config.json", []byte(`{"`+field+`":`+v+`}`))
			var e *ConfigError
			require.ErrorAs(t, err, &e, "%s %s", field, v)
			// theta may stand in either place, heads are checked against each other
			require.NotEmpty(t, e.Problems[0].Field)
		}
	}
	for _, text := range []string{``, `[]`, `{`, `{"a":1,"a":2}`, `{}{}`, `{"a":}`, "\x00", `{"hidden_size":1}x`,
		`{"x":` + strings.Repeat("[", 100000) + `}`} {
		_, err := ParseConfig("config.json", []byte(text))
		var e *ConfigError
		require.ErrorAs(t, err, &e, "%.40q", text)
	}
	_, err := ReadConfig(filepath.Join(t.TempDir(), "config.json"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

func FuzzParseConfig(f *testing.F) {
	f.Add([]byte(`{"model_type":"gemma2","rope_parameters":{"rope_theta":1.0},"eos_token_id":[1,2]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := ParseConfig("config.json", data)
		if err != nil {
			return
		}
		require.NoError(t, c.Validate())
		out, err := indented(c)
		require.NoError(t, err)
		again, err := ParseConfig("again", out)
		require.NoError(t, err)
		c.other, again.other = nil, nil
		require.Equal(t, c, again)
	})
}

func TestPresetsAreThePublishedModels(t *testing.T) {
	for name, want := range map[string]int64{"gemma-2-2b": 2614341888, "gemma-2-9b": 9241705984, "gemma-2-27b": 27227128320} {
		c, ok := Preset(name)
		require.True(t, ok)
		require.NoError(t, c.Validate())
		require.Equal(t, want, c.NumParameters(), name)
	}
	for name, want := range map[string]int{"gemma-2-2b": 288, "gemma-2-9b": 464, "gemma-2-27b": 508} {
		c, _ := Preset(name)
		require.Len(t, c.tensors(), want, name)
	}
	for _, name := range PresetNames() {
		c, _ := Preset(name)
		require.NoError(t, c.Validate())
	}
	_, ok := Preset("gemma-3")
	require.False(t, ok)
}
