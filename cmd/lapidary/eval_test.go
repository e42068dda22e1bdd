package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lapidary/internal/testshared"
)

// Every answer of the original checker through the command line: a file of questions, a file of predictions.
func TestEvalPredictionsEqualTheChecker(t *testing.T) {
	questions := map[string]map[string]json.RawMessage{}
	eachLine(t, testshared.Path(t, "data/bfcl_dev.jsonl"), func(line string) {
		var row map[string]json.RawMessage
		require.NoError(t, json.Unmarshal([]byte(line), &row))
		var id string
		require.NoError(t, json.Unmarshal(row["id"], &id))
		questions[id] = row
	})
	var rows, answers strings.Builder
	var want []verdict
	n := map[string]int{}
	eachLine(t, testshared.Path(t, "data/bfcl_checker_vectors.jsonl"), func(line string) {
		var v struct {
			Row          *string
			Category     string
			Calls, Tools json.RawMessage
			GroundTruth  json.RawMessage `json:"ground_truth"`
			verdict
		}
		require.NoError(t, json.Unmarshal([]byte(line), &v))
		v.verdict.ID = fmt.Sprint(len(want))
		want = append(want, v.verdict)
		n[v.Category]++
		row := map[string]any{"id": v.ID, "category": v.Category, "messages": []any{map[string]string{"role": "user", "content": "?"}}, "tools": v.Tools, "ground_truth": v.GroundTruth}
		if v.Row != nil {
			for _, field := range []string{"messages", "tools", "ground_truth"} {
				row[field] = questions[*v.Row][field]
			}
		}
		if v.Tools != nil {
			row["tools"] = v.Tools
		}
		if v.GroundTruth != nil {
			row["ground_truth"] = v.GroundTruth
		}
		rows.WriteString(jsonLine(t, row))
		answers.WriteString(jsonLine(t, map[string]any{"id": v.ID, "calls": v.Calls}))
	})
	require.Len(t, want, 662)
	dir := t.TempDir()
	data, predictions := filepath.Join(dir, "questions.jsonl"), filepath.Join(dir, "answers.jsonl")
	writeFile(t, data, rows.String())
	writeFile(t, predictions, answers.String())

	code, out := output(t, "eval", "--task", "bfcl", "--data", data, "--predictions", predictions, "--json", "--per-row")
	require.Zero(t, code)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	require.Len(t, lines, 1+len(want))
	var summary struct {
		Categories map[string]struct {
			N        int
			Accuracy float64
		}
		ParseRate, NameAccuracy, ASTAccuracy, FalseCallRate *float64
	}
	require.NoError(t, json.Unmarshal([]byte(lines[0]), &summary))
	for category, rows := range n {
		assert.Equal(t, rows, summary.Categories[category].N, category)
	}
	for i, w := range want {
		var got verdict
		require.NoError(t, json.Unmarshal([]byte(lines[1+i]), &got))
		assert.Equal(t, w, got, "vector %d", i)
	}
	code, table := output(t, "eval", "--task", "calls", "--data", data, "--predictions", predictions)
	require.Zero(t, code)
	assert.Contains(t, table, "live_multiple")
}

type verdict struct {
	ID        string  `json:"id"`
	Valid     bool    `json:"valid"`
	ErrorType *string `json:"error_type"`
}

func jsonLine(t *testing.T, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	require.NoError(t, err)
	return string(raw) + "\n"
}

// tinyModel makes a checkpoint of random weights with the built-in tokenizer.
func tinyModel(t *testing.T, dir string) string {
	t.Helper()
	model := filepath.Join(dir, "model")
	require.Zero(t, run([]string{"init", "--output-dir", model, "--hidden-size", "32", "--intermediate-size", "64", "--num-hidden-layers", "2",
		"--num-attention-heads", "2", "--num-key-value-heads", "1", "--head-dim", "16", "--dtype", "f32"}))
	return model
}

// callRows are conversations with one call each; every third offers tools and calls none.
func callRows(n int) string {
	var b strings.Builder
	for i := range n {
		row := strings.Replace(strings.Replace(goodRow, `"id":"a"`, fmt.Sprintf(`"id":"q%d"`, i), 1), `"cups":3`, fmt.Sprintf(`"cups":%d`, i), 1)
		if i%3 == 2 {
			row = fmt.Sprintf(`{"id":"q%d","messages":[{"role":"user","content":"Hi %d"},{"role":"assistant","content":"Hello."}],"tools":[{"name":"brew","parameters":{"type":"object","properties":{}}}]}`, i, i)
		}
		b.WriteString(row + "\n")
	}
	return b.String()
}

// A model is asked in batches; its answers do not depend on how many are asked side by side, and what is saved scores
// the same when it is read back.
func TestEvalAsksAModel(t *testing.T) {
	dir := t.TempDir()
	model, rows, saved := tinyModel(t, dir), filepath.Join(dir, "rows.jsonl"), filepath.Join(dir, "answers.jsonl")
	writeFile(t, rows, callRows(12))
	args := []string{"eval", "--task", "calls", "--model", model, "--data", rows, "--max-new-tokens", "5", "--precision", "f32", "--template", "gemma"}
	code, out := output(t, append(args, "--json", "--per-row", "--save-predictions", saved)...)
	require.Zero(t, code)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	require.Len(t, lines, 13)
	var scores struct {
		Rows          int      `json:"rows"`
		RowsInData    int      `json:"rows_in_data"`
		ASTAccuracy   *float64 `json:"ast_accuracy"`
		FalseCallRate *float64 `json:"false_call_rate"`
	}
	require.NoError(t, json.Unmarshal([]byte(lines[0]), &scores))
	assert.Equal(t, 12, scores.Rows)
	assert.Equal(t, 0.0, *scores.ASTAccuracy, "random weights call nothing")
	assert.Equal(t, 0.0, *scores.FalseCallRate)

	again := filepath.Join(dir, "again.jsonl")
	code, _ = output(t, append(args, "--generation-batch-size", "1", "--save-predictions", again)...)
	require.Zero(t, code)
	a, err := os.ReadFile(saved)
	require.NoError(t, err)
	b, err := os.ReadFile(again)
	require.NoError(t, err)
	assert.Equal(t, string(a), string(b))

	code, read := output(t, "eval", "--task", "calls", "--predictions", saved, "--data", rows, "--json", "--per-row")
	require.Zero(t, code)
	assert.Equal(t, lines[1:], strings.Split(strings.TrimSpace(read), "\n")[1:])

	code, out = output(t, append(args, "--limit", "4", "--json")...)
	require.Zero(t, code)
	require.NoError(t, json.Unmarshal([]byte(out), &scores))
	assert.Equal(t, []int{4, 12}, []int{scores.Rows, scores.RowsInData})
}

// The mean loss is that of score's rows, each token counting the same.
func TestEvalLoss(t *testing.T) {
	dir := t.TempDir()
	model, rows := tinyModel(t, dir), filepath.Join(dir, "rows.jsonl")
	writeFile(t, rows, `{"input_ids":[2,10,11,12,13,14]}
{"input_ids":[2,20,21],"labels":[-100,-100,21]}
`)
	code, out := output(t, "score", "--model", model, "--data", rows, "--precision", "f32")
	require.Zero(t, code)
	var sum, n float64
	for line := range strings.Lines(out) {
		var r struct {
			Loss        float64
			LabelTokens float64 `json:"label_tokens"`
		}
		require.NoError(t, json.Unmarshal([]byte(line), &r))
		sum, n = sum+r.Loss*r.LabelTokens, n+r.LabelTokens
	}
	code, out = output(t, "eval", "--task", "loss", "--model", model, "--data", rows, "--precision", "f32", "--json", "--per-row")
	require.Zero(t, code)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	require.Len(t, lines, 3)
	var got struct {
		Loss, Perplexity float64
		LabelTokens      float64 `json:"label_tokens"`
	}
	require.NoError(t, json.Unmarshal([]byte(lines[0]), &got))
	assert.Equal(t, 6.0, n)
	assert.Equal(t, n, got.LabelTokens)
	assert.InDelta(t, sum/n, got.Loss, 1e-12*sum)
	assert.Greater(t, got.Perplexity, 1.0)
}

func TestEvalUsage(t *testing.T) {
	dir := t.TempDir()
	rows, bad := filepath.Join(dir, "rows.jsonl"), filepath.Join(dir, "bad.jsonl")
	writeFile(t, rows, callRows(3))
	writeFile(t, bad, `{"id":"nobody","text":"x"}`)
	for _, c := range []struct {
		args string
		code int
	}{
		{"eval", exitUsage}, {"eval --task calls --data " + rows, exitUsage}, {"eval --task chess --data x --model y", exitUsage},
		{"eval --task loss --data " + rows + " --predictions x", exitUsage},
		{"eval --task calls --data " + rows + " --predictions x --limit 3", exitUsage},
		{"eval --task calls --data " + rows + " --predictions " + bad, exitInput},
		{"eval --task bfcl --data " + rows + " --predictions " + bad, exitInput},
		{"eval --task calls --data " + rows + " --model " + dir, exitInput},
	} {
		code, _ := output(t, strings.Fields(c.args)...)
		assert.Equal(t, c.code, code, c.args)
	}
}
