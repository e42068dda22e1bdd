package lora_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lapidary/lora"
)

// PEFT's own files, read and written, are the same bytes.
func TestConfigRoundTrip(t *testing.T) {
	for _, name := range []string{"lora-basic", "lora-patterns", "lora-course", "lora-new-tokens", "dora", "lora-bf16"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(goldenDir(t, name), "final", "adapter_config.json")
			want, err := os.ReadFile(path)
			require.NoError(t, err)
			c, warnings, err := lora.ParseConfig(path, want)
			require.NoError(t, err)
			assert.Empty(t, warnings)
			got, err := c.Bytes()
			require.NoError(t, err)
			assert.Equal(t, string(want), string(got))
		})
	}
}

func TestConfigValues(t *testing.T) {
	c, warnings, err := lora.ParseConfig("x", []byte(`{"peft_type":"LORA","r":16,"lora_alpha":8.5,"lora_dropout":5e-05,
		"target_modules":"all-linear","rank_pattern":{"z":2,"a":3},"alpha_pattern":{"z":1.5},"layers_to_transform":3,
		"layers_pattern":"layers","trainable_token_indices":{"embed_tokens":[5,3]},"init_lora_weights":false,
		"use_dora":true,"some_new_key":{"a":1},"revision":"é😀"}`))
	require.NoError(t, err)
	assert.Equal(t, 16, c.R)
	assert.Equal(t, 8.5, c.LoraAlpha)
	assert.Equal(t, []lora.RankRule{{Pattern: "z", R: 2}, {Pattern: "a", R: 3}}, c.RankPattern, "in the order of the file")
	assert.Equal(t, []int{3}, c.LayersToTransform)
	assert.Equal(t, []string{"layers"}, c.LayersPattern)
	assert.Equal(t, []lora.TokenSet{{Module: "embed_tokens", IDs: []int32{5, 3}}}, c.TrainableTokens)
	assert.Equal(t, lora.InitRandom, c.InitLoraWeights)
	assert.True(t, c.UseDoRA)
	require.Len(t, warnings, 1)
	assert.Contains(t, warnings[0], "some_new_key")

	out, err := c.Bytes()
	require.NoError(t, err)
	assert.Contains(t, string(out), `"lora_dropout": 5e-05`)
	assert.Contains(t, string(out), `"lora_alpha": 8.5`)
	assert.Contains(t, string(out), "\"rank_pattern\": {\n    \"z\": 2,\n    \"a\": 3\n  }")
	assert.Contains(t, string(out), `"revision": "\u00e9\ud83d\ude00"`)
	assert.Contains(t, string(out), `"init_lora_weights": false`)
	again, _, err := lora.ParseConfig("x", out)
	require.NoError(t, err)
	assert.Equal(t, c.RankPattern, again.RankPattern)
	assert.Equal(t, "é😀", again.Revision)
}

func TestConfigHostile(t *testing.T) {
	many := strings.TrimSuffix(strings.Repeat(`"p%d":1,`, 100_000), ",")
	args := make([]any, 100_000)
	for i := range args {
		args[i] = i
	}
	for _, c := range []struct{ name, json, field string }{
		{"rank 0", `"r":0`, "r"},
		{"rank -1", `"r":-1`, "r"},
		{"rank 2^31", `"r":2147483648`, "r"},
		{"rank 2^64", `"r":18446744073709551616`, "r"},
		{"rank 1.5", `"r":1.5`, "r"},
		{"alpha NaN", `"lora_alpha":NaN`, "file"},
		{"alpha 1e999", `"lora_alpha":1e999`, "lora_alpha"},
		{"alpha text", `"lora_alpha":"8"`, "lora_alpha"},
		{"dropout 1", `"lora_dropout":1`, "lora_dropout"},
		{"look-ahead", `"target_modules":"(?!x).*"`, "target_modules"},
		{"broken expression", `"target_modules":"a)(b"`, "target_modules"},
		{"long expression", `"target_modules":"` + strings.Repeat("a", 5000) + `"`, "target_modules"},
		{"100000 patterns", `"rank_pattern":{` + fmt.Sprintf(many, args...) + `}`, "rank_pattern"},
		{"pattern look-ahead", `"alpha_pattern":{"(?=x)":1}`, "alpha_pattern"},
		{"repeated key", `"r":8,"r":9`, "file"},
		{"bias", `"bias":"all"`, "bias"},
		{"qalora", `"use_qalora":true`, "use_qalora"},
		{"eva", `"eva_config":{"rho":2}`, "eva_config"},
		{"target_parameters", `"target_parameters":["x"]`, "target_parameters"},
		{"layer_replication", `"layer_replication":[[0,4]]`, "layer_replication"},
		{"pissa", `"init_lora_weights":"pissa_niter_4"`, "init_lora_weights"},
		{"token -1", `"trainable_token_indices":[-1]`, "trainable_token_indices"},
		{"token 2^40", `"trainable_token_indices":[1099511627776]`, "trainable_token_indices"},
		{"token twice", `"trainable_token_indices":[7,7]`, "trainable_token_indices"},
		{"layers with an expression", `"layers_to_transform":[1],"target_modules":"x"`, "layers_to_transform"},
		{"deep", `"eva_config":` + strings.Repeat("[", 200_000), "file"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := lora.ParseConfig("dir/adapter_config.json", []byte(`{"peft_type":"LORA",`+c.json+`}`))
			var ce *lora.ConfigError
			require.True(t, errors.As(err, &ce), "%v", err)
			assert.Equal(t, c.field, ce.Problems[0].Field, "%v", err)
			assert.Contains(t, err.Error(), "dir/adapter_config.json")
			assert.Less(t, len(err.Error()), 400)
		})
	}
	_, _, err := lora.ParseConfig("x", []byte(`{"peft_type":"IA3","r":0}`))
	require.Error(t, err)
	assert.Contains(t, err.Error(), "peft_type")
	_, _, err = lora.ParseConfig("x", []byte(`{"r":0,"lora_dropout":2,"peft_type":"LORA"}`))
	require.Error(t, err)
	assert.Contains(t, err.Error(), "lora_dropout", "all problems at once")
	for _, s := range []string{"", "[]", "null", "{", `{"peft_type":"LORA"} x`} {
		_, _, err := lora.ParseConfig("x", []byte(s))
		require.Error(t, err, "%q", s)
	}
}

func FuzzParseConfig(f *testing.F) {
	f.Add([]byte(`{"peft_type":"LORA","r":8,"rank_pattern":{"a":2},"trainable_token_indices":[1,2]}`))
	f.Add([]byte(`{"peft_type":"LORA","target_modules":["q_proj"],"layers_to_transform":[0],"layers_pattern":null}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, _, err := lora.ParseConfig("x", data)
		if err != nil {
			return
		}
		out, err := c.Bytes()
		require.NoError(t, err)
		_, _, err = lora.ParseConfig("x", out)
		require.NoError(t, err, "%s", out)
	})
}
