package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestMain lets the test binary play the program: a run that is to be killed needs a process of its own.
func TestMain(m *testing.M) {
	if os.Getenv("LAPIDARY_TEST_RUN") == "1" {
		os.Exit(run(os.Args[1:]))
	}
	os.Exit(m.Run())
}

func program(args ...string) *exec.Cmd {
	c := exec.Command(os.Args[0], args...)
	c.Env = append(os.Environ(), "LAPIDARY_TEST_RUN=1")
	return c
}

// smallRun makes a tiny checkpoint and rows of ids, and returns the arguments of a run with dropout and accumulation
// that saves often.
func smallRun(t *testing.T, dir string) func(out string, more ...string) []string {
	t.Helper()
	model, rows := filepath.Join(dir, "model"), filepath.Join(dir, "rows.jsonl")
	require.Zero(t, run([]string{"init", "--output-dir", model, "--hidden-size", "32", "--intermediate-size", "64", "--num-hidden-layers", "2",
		"--num-attention-heads", "2", "--num-key-value-heads", "1", "--head-dim", "16", "--dtype", "f32"}))
	var b bytes.Buffer
	rng := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		ids := make([]int, 20+rng.IntN(30))
		for i := range ids {
			ids[i] = 3 + rng.IntN(400)
		}
		line, _ := json.Marshal(map[string]any{"input_ids": ids})
		b.Write(append(line, '\n'))
	}
	writeFile(t, rows, b.String())
	return func(out string, more ...string) []string {
		return append([]string{"train", "--model", model, "--data", rows, "--output-dir", out, "--lora-r", "4", "--lora-dropout", "0.1",
			"--gradient-accumulation-steps", "3", "--num-train-epochs", "3", "--save-steps", "2", "--report-to", "none"}, more...)
	}
}

func fileSum(t *testing.T, path string) string {
	t.Helper()
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	return fmt.Sprintf("%x", sha256.Sum256(raw))
}

func adapterSum(t *testing.T, out string) string {
	return fileSum(t, filepath.Join(out, "adapter_model.safetensors"))
}

// stepsOnce checks that the log has every step exactly once, in order, and returns the losses as written.
func stepsOnce(t *testing.T, out string) []json.Number {
	t.Helper()
	f, err := os.Open(filepath.Join(out, "metrics.jsonl"))
	require.NoError(t, err)
	defer f.Close()
	var losses []json.Number
	for sc := bufio.NewScanner(f); sc.Scan(); {
		var line struct {
			Step int         `json:"step"`
			Loss json.Number `json:"loss"`
		}
		require.NoError(t, json.Unmarshal(sc.Bytes(), &line))
		if line.Loss == "" {
			continue
		}
		require.Equal(t, len(losses)+1, line.Step)
		losses = append(losses, line.Loss)
	}
	return losses
}

// A run has the same bits with any number of threads, and twice in a row.
func TestSameBitsAtAnyThreadCount(t *testing.T) {
	dir := t.TempDir()
	args := smallRun(t, dir)
	var first string
	for i, threads := range []string{"1", "1", "2", "3"} {
		out := filepath.Join(dir, fmt.Sprint("out", i))
		require.Zero(t, run(args(out, "--threads", threads, "--quiet")))
		sum := adapterSum(t, out)
		if first == "" {
			first = sum
		}
		require.Equal(t, first, sum, "%s threads", threads)
	}
}

// A run that is killed again and again, and goes on each time, ends with the bits of one that was left alone.
func TestKilledRunsEndTheSame(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("not run: signals")
	}
	dir := t.TempDir()
	args := smallRun(t, dir)
	whole := filepath.Join(dir, "whole")
	began := time.Now()
	require.NoError(t, program(args(whole)...).Run())
	took := time.Since(began)
	want, losses := adapterSum(t, whole), stepsOnce(t, whole)

	for _, sig := range []syscall.Signal{syscall.SIGKILL, syscall.SIGTERM} {
		seed := uint64(time.Now().UnixNano())
		rng := rand.New(rand.NewPCG(seed, 0))
		out := filepath.Join(dir, "stopped-"+sig.String())
		stops := 0
		for try := 0; ; try++ {
			require.Less(t, try, 40, "seed %d: the run does not come to its end", seed)
			c := program(args(out, "--resume-from-checkpoint", "latest")...)
			var said bytes.Buffer
			c.Stderr = &said
			require.NoError(t, c.Start())
			if stops < 5 {
				time.Sleep(time.Duration(rng.Int64N(int64(took) / 2)))
				_ = c.Process.Signal(sig)
			}
			err := c.Wait()
			if err == nil {
				break
			}
			stops++
			status := c.ProcessState.Sys().(syscall.WaitStatus)
			if sig == syscall.SIGKILL {
				require.True(t, status.Signaled(), "seed %d: %v\n%s", seed, err, said.String())
			} else if !status.Signaled() { // before the program listened
				require.Equal(t, 143, status.ExitStatus(), "seed %d: %s", seed, said.String())
			}
		}
		require.Equal(t, want, adapterSum(t, out), "seed %d", seed)
		require.Equal(t, losses, stepsOnce(t, out), "seed %d", seed)
		t.Logf("%v: stopped %d times", sig, stops)
	}
}
