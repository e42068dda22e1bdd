package main

import (
	"path/filepath"
	"testing"

	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"

	"lapidary/finetune"
)

// Flags win over the run file, the file over the recipe, the recipe over the defaults.
func TestRecipePrecedence(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run.yaml")
	writeFile(t, path, "recipe: course\nlora_r: 8\nwarmup_ratio: 0.5\n")
	o := trainOptions{Options: finetune.DefaultOptions()}
	fs := pflag.NewFlagSet("", pflag.ContinueOnError)
	fs.SetNormalizeFunc(flagName)
	bindFlags(fs, &o)
	require.NoError(t, fs.Parse([]string{"--config", path, "--warmup_ratio", "0.25", "--double-bos=false", "--model", "m"}))
	require.NoError(t, readRunFile(fs, path, &o))
	require.NoError(t, applyRecipe(fs, &o))
	require.Equal(t, 64.0, o.Adapter.Alpha, "the recipe's")
	require.Equal(t, 8, o.Adapter.R, "the file's")
	require.Equal(t, 0.25, o.Train.WarmupRatio, "the flag's")
	require.False(t, o.Rows.DoubleBOS, "the flag's")
	require.True(t, o.Rows.AppendEOS, "the recipe's")
	require.Equal(t, "m", o.Model)
	require.Equal(t, 0.9, o.Train.AdamBeta1, "the default")
	require.Equal(t, exitUsage, run([]string{"train", "--recipe", "curse"}))
}
