package main

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// A quantised base trains, its run is resumed with the same quantisation only, and what it made generates, scores and
// merges.
func TestQuantisedBase(t *testing.T) {
	dir := t.TempDir()
	args := smallRun(t, dir)
	model, out := filepath.Join(dir, "model"), filepath.Join(dir, "out")
	require.Equal(t, exitUsage, run(args(out, "--load-in-4bit", "--load-in-8bit")))
	require.Equal(t, exitUsage, run(args(out, "--load-in-4bit", "--bnb-4bit-quant-type", "fp4")))
	require.Equal(t, exitUsage, run(args(out, "--load-in-4bit", "--use-lora=false")))
	require.Zero(t, run(args(out, "--load-in-4bit", "--max-steps", "2")))
	require.Equal(t, exitInput, run(args(out, "--load-in-8bit", "--max-steps", "4", "--resume-from-checkpoint", "latest", "--resume-force=false")))
	require.Zero(t, run(args(out, "--load-in-4bit", "--max-steps", "4", "--resume-from-checkpoint", "latest", "--resume-force")))

	whole := filepath.Join(dir, "whole")
	require.Zero(t, run(args(whole, "--load-in-4bit", "--bnb-4bit-use-double-quant=false", "--embed-in-8bit", "--max-steps", "2")))
	for _, how := range []string{"--load-in-4bit", "--load-in-8bit", "--embed-in-8bit"} {
		require.Zero(t, run([]string{"generate", "--model", model, "--adapter", out, "--prompt-ids", "5,6,7", "--max-new-tokens", "3", "--output-ids", how}))
		require.Zero(t, run([]string{"score", "--model", model, "--adapter", out, "--data", filepath.Join(dir, "rows.jsonl"), how}))
	}
	require.Zero(t, run([]string{"merge", "--model", model, "--adapter", out, "--output-dir", filepath.Join(dir, "merged")}))
	require.Zero(t, run([]string{"bench", "step", "--shape", "tiny", "--tokens", "32", "--steps", "1", "--load-in-4bit", "--embed-in-8bit"}))
	require.Zero(t, run([]string{"bench", "decode", "--shape", "tiny", "--prompt-tokens", "4", "--max-new-tokens", "2", "--load-in-8bit"}))
}
