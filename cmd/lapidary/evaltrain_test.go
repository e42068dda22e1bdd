package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// callsInTraining are the lines of metrics.jsonl that have call scores.
func callsInTraining(t *testing.T, out string) (steps []int, ast []float64) {
	eachLine(t, filepath.Join(out, "metrics.jsonl"), func(line string) {
		var m struct {
			Step int
			AST  *float64 `json:"eval_ast_accuracy"`
			Loss *float64 `json:"eval_loss"`
		}
		require.NoError(t, json.Unmarshal([]byte(line), &m))
		if m.AST != nil {
			require.NotNil(t, m.Loss, "step %d", m.Step)
			steps, ast = append(steps, m.Step), append(ast, *m.AST)
		}
	})
	return steps, ast
}

// A model that learns one call by heart: the accuracy measured while training rises to one, the best weights are those
// that are kept, the run ends early, and what it leaves scores what it scored then.
func TestCallAccuracyWhileTraining(t *testing.T) {
	dir := t.TempDir()
	model, rows, out := tinyModel(t, dir), filepath.Join(dir, "rows.jsonl"), filepath.Join(dir, "out")
	writeFile(t, rows, strings.Repeat(`{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"<tool_call>{\"name\":\"f\",\"arguments\":{}}</tool_call>"}],"tools":[{"name":"f","parameters":{}}]}`+"\n", 4))
	questions := filepath.Join(dir, "questions.jsonl")
	writeFile(t, questions, `{"id":"q","messages":[{"role":"user","content":"a"},{"role":"assistant","content":"<tool_call>{\"name\":\"f\",\"arguments\":{}}</tool_call>"}],"tools":[{"name":"f","parameters":{}}]}`+"\n")
	require.Zero(t, run([]string{"train", "--model", model, "--data", rows, "--eval-data", questions, "--output-dir", out, "--precision", "f32", "--template", "gemma",
		"--use-lora=false", "--learning-rate", "0.01", "--lr-scheduler-type", "constant", "--max-steps", "200",
		"--gradient-accumulation-steps", "1", "--eval-steps", "40", "--eval-task", "calls", "--eval-max-new-tokens", "40", "--metric-for-best-model", "ast_accuracy",
		"--load-best-model-at-end", "--early-stopping-patience", "2"}))
	steps, ast := callsInTraining(t, out)
	t.Logf("steps %v, accuracy %v", steps, ast)
	require.NotEmpty(t, ast)
	first := 0
	for first < len(ast) && ast[first] < 1 {
		first++
	}
	require.Less(t, first, len(ast), "it never learns the call")
	assert.Zero(t, ast[0], "random weights call nothing")
	require.Len(t, ast, first+3, "two evaluations without a better one end the run")

	code, result := output(t, "eval", "--task", "calls", "--model", out, "--data", questions, "--precision", "f32",
		"--template", "gemma", "--max-new-tokens", "40", "--json")
	require.Zero(t, code)
	var scores struct {
		AST float64 `json:"ast_accuracy"`
	}
	require.NoError(t, json.Unmarshal([]byte(result), &scores))
	assert.Equal(t, 1.0, scores.AST)

	events, err := filepath.Glob(filepath.Join(out, "runs", "*", "events*"))
	require.NoError(t, err)
	require.Len(t, events, 1)
	raw, err := os.ReadFile(events[0])
	require.NoError(t, err)
	for _, tag := range []string{"eval/ast_accuracy", "train/mean_token_accuracy", "eval/mean_token_accuracy"} {
		assert.Contains(t, string(raw), tag)
	}
	metrics, err := os.ReadFile(filepath.Join(out, "metrics.jsonl"))
	require.NoError(t, err)
	var last float64
	for line := range strings.Lines(string(metrics)) {
		var m map[string]any
		require.NoError(t, json.Unmarshal([]byte(line), &m))
		if share, ok := m["mean_token_accuracy"].(float64); ok {
			last = share
		} else {
			require.Contains(t, m, "eval_mean_token_accuracy")
		}
	}
	assert.Equal(t, 1.0, last, "a row learned by heart")
}

func TestEvaluationOptionsAreChecked(t *testing.T) {
	dir := t.TempDir()
	rows := filepath.Join(dir, "rows.jsonl")
	writeFile(t, rows, callRows(3))
	model := tinyModel(t, dir)
	for _, c := range []struct {
		args string
		code int
	}{
		{"--metric-for-best-model ast_accuracy", exitUsage}, {"--metric-for-best-model accuracy --eval-task calls", exitUsage},
		{"--eval-task chess", exitUsage}, {"--eval-task calls --eval-limit -1", exitUsage},
		{"--eval-task calls", exitInput}, {"--eval-task bfcl --eval-data " + rows, exitInput},
	} {
		args := append([]string{"train", "--model", model, "--data", rows, "--output-dir", filepath.Join(dir, "out")}, strings.Fields(c.args)...)
		assert.Equal(t, c.code, run(args), c.args)
	}
	_, err := os.Stat(filepath.Join(dir, "out"))
	assert.ErrorIs(t, err, os.ErrNotExist)
}
