package lora_test

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lapidary/kernels"
	"lapidary/lora"
	"lapidary/model/gemma2"
)

// Adapters of every kind as PEFT saved them: the same logits attached, and merged where PEFT itself cannot.
func TestAdaptersOfPEFT(t *testing.T) {
	pool := kernels.NewPool(2)
	defer pool.Close()
	root := filepath.Join("testdata", "peft")
	dirs, err := filepath.Glob(filepath.Join(root, "*", lora.ConfigFile))
	require.NoError(t, err)
	require.Len(t, dirs, 11)
	for _, config := range dirs {
		dir := filepath.Dir(config)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			m, err := gemma2.Load(filepath.Join(root, "base"))
			require.NoError(t, err)
			defer m.Close()
			a, err := lora.Load(dir, m)
			require.NoError(t, err)
			defer a.Detach()
			var want []float32
			require.NoError(t, json.Unmarshal(read(t, dir, "logits.json"), &want))
			got := logits(t, m, prompt)
			require.Len(t, got, len(want))
			assert.LessOrEqual(t, maxDiff(got, want), 1e-5)
			assert.LessOrEqual(t, maxDiff(logits(t, mergedModel(t, pool, m, a), prompt), want), 2e-5, "merged")

			// Target lists are sets in PEFT and come in any order; ours keeps it, so a file that was read is written again
			// byte for byte.
			again := save(t, a, lora.SaveOptions{})
			config := strings.Replace(string(read(t, dir, lora.ConfigFile)), `"layers_to_transform": 1,`, "\"layers_to_transform\": [\n    1\n  ],", 1) // one is written as a list
			assert.Equal(t, config, string(read(t, again, lora.ConfigFile)))
			assert.Equal(t, read(t, dir, lora.WeightsFile), read(t, again, lora.WeightsFile), "the same file")
		})
	}
}
