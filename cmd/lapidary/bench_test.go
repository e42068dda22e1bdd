package main

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
)

// verbJSON runs the program's verb and reads the JSON that it prints.
func verbJSON(t *testing.T, args ...string) map[string]any {
	t.Helper()
	root := newRoot()
	var out bytes.Buffer
	root.SetOut(&out)
	root.SetArgs(args)
	require.NoError(t, root.ExecuteContext(t.Context()))
	v := map[string]any{}
	require.NoError(t, json.Unmarshal(out.Bytes(), &v), out.String())
	return v
}

func TestBenchPrintsTheContractsFields(t *testing.T) {
	v := verbJSON(t, "bench", "step", "--shape", "tiny", "--vocab-size", "64", "--tokens", "16", "--steps", "1", "--labels", "0.5", "--json")
	for _, field := range []string{"tokens_per_second", "seconds_per_step", "peak_rss_bytes", "gflops", "peak_gflops", "mfu"} {
		require.Positive(t, v[field], field)
	}
	require.EqualValues(t, 16, v["tokens"])
	require.EqualValues(t, 8, v["label_tokens"])
	require.InEpsilon(t, v["gflops"].(float64)/v["peak_gflops"].(float64), v["mfu"], 1e-9)
	v = verbJSON(t, "bench", "decode", "--shape", "tiny", "--vocab-size", "64", "--prompt-tokens", "4", "--max-new-tokens", "2", "--json")
	require.Positive(t, v["tokens_per_second"])
	require.EqualValues(t, 1, v["speedup"])
	v = verbJSON(t, "bench", "decode", "--shape", "tiny", "--vocab-size", "64", "--batch", "3", "--prompt-tokens", "4", "--max-new-tokens", "2", "--json")
	require.EqualValues(t, 3, v["batch"])
	require.InEpsilon(t, v["tokens_per_second"].(float64)/v["one_at_a_time_tokens_per_second"].(float64), v["speedup"], 1e-9)
}

func TestBenchKernelsPrintTheirFields(t *testing.T) {
	fields := []string{"gflops", "peak_gflops", "ratio", "processor_ratio", "busy", "threads"}
	for _, args := range [][]string{
		{"bench", "gemm", "--m", "20", "--n", "30", "--k", "40", "--rounds", "1", "--json"},
		{"bench", "gemm", "--m", "20", "--n", "30", "--k", "40", "--weights", "bf16", "--backward", "--rounds", "1", "--json"},
		{"bench", "attention", "--tokens", "20", "--heads", "2", "--kv-heads", "1", "--head-dim", "8", "--sliding-window", "7", "--rounds", "1", "--json"},
	} {
		v := verbJSON(t, args...)
		for _, field := range fields {
			require.Positive(t, v[field], "%v %s", args, field)
		}
		for _, pass := range []string{"forward", "backward"} {
			if v[pass] != nil {
				require.Positive(t, v[pass].(map[string]any)["gflops"], pass)
			}
		}
	}
}

func TestBenchRefusesWhatMakesNoSense(t *testing.T) {
	for _, args := range [][]string{
		{"bench", "step", "--tokens", "1"}, {"bench", "step", "--labels", "0"}, {"bench", "step", "--shape", "huge"},
		{"bench", "gemm", "--m", "0"}, {"bench", "gemm", "--dtype", "i8"}, {"bench", "gemm", "--weights", "i8"},
		{"bench", "gemm", "--rounds", "0"}, {"bench", "attention", "--tokens", "0"}, {"bench", "attention", "--heads", "3", "--kv-heads", "2"},
		{"bench", "attention", "--softcap", "-1"}, {"bench", "decode", "--max-new-tokens", "0"}, {"bench", "draw"},
		{"bench", "decode", "--batch", "0"}, {"bench", "step", "--tokens", "NaN"}, {"bench", "step", "--shape", "tiny", "--max-memory", "much"},
	} {
		require.Equal(t, exitUsage, run(args), args)
	}
	require.Equal(t, exitResource, run([]string{"bench", "step", "--shape", "tiny", "--vocab-size", "64", "--tokens", "16", "--max-memory", "1MB"}))
}
