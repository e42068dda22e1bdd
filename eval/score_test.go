package eval

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lapidary/data"
	"lapidary/internal/testshared"
	"lapidary/tokenizer/literal"
)

func casesOf(t testing.TB, path string) []Case {
	t.Helper()
	cases, _, err := ReadCases(context.Background(), TaskCalls, []string{path})
	require.NoError(t, err)
	return cases
}

// Bounds found by bisection of the interval's definition: the p at which |x/n - p| is z standard errors of p.
func TestWilson(t *testing.T) {
	for _, c := range []struct {
		passed, n int
		low, high float64
	}{
		{0, 10, 0, 0.27753279}, {7, 10, 0.39677815, 0.89220871}, {10, 10, 0.72246721, 1}, {50, 100, 0.40383153, 0.59616847},
	} {
		r := NewRate(c.passed, c.n)
		assert.InDelta(t, c.low, r.Low, 1e-7, "%+v", c)
		assert.InDelta(t, c.high, r.High, 1e-7, "%+v", c)
	}
	assert.Equal(t, Rate{}, NewRate(0, 0))
}

// Of the development set, answers made from its own ground truth pass but for the two rows that nothing satisfies.
func TestScoreOfTheAnswersThemselves(t *testing.T) {
	cases := casesOf(t, testshared.Path(t, "data/bfcl_dev.jsonl"))
	var predictions []Prediction
	for _, c := range cases {
		predictions = append(predictions, Prediction{ID: c.ID, Output: Output{Decoded: true, Calls: firstAnswer(c.Functions, c.Answers)}})
	}
	s, err := Score(cases, predictions)
	require.NoError(t, err)
	assert.Len(t, s.Categories, 7)
	for name, r := range s.Categories {
		want := r.N
		if name == "live_simple" {
			want -= 2
		}
		assert.Equal(t, want, r.Passed, name)
	}
	assert.Equal(t, 1.0, *s.NameAccuracy)
	assert.Equal(t, 1.0, *s.ParseRate)
	assert.Zero(t, *s.FalseCallRate)
	arguments := s.Intervals["argument_accuracy"]
	assert.Equal(t, 7, arguments.N-arguments.Passed, "the parameters that the two rows allow no value for")
}

// A conversation's own calls pass when they are given back, whatever its schema says.
func TestScoreOfTheReferencesThemselves(t *testing.T) {
	cases := casesOf(t, testshared.Path(t, "data/train_messages.jsonl"))
	var predictions []Prediction
	rows, err := data.ReadRows(context.Background(), []string{testshared.Path(t, "data/train_messages.jsonl")}, data.FormatAuto)
	require.NoError(t, err)
	for i, c := range cases {
		p := Prediction{ID: c.ID, Output: Output{Decoded: true}}
		for _, call := range rows[i].Messages[c.Turns].ToolCalls {
			p.Output.Calls = append(p.Output.Calls, Call{Name: call.Name, Args: call.Arguments.(*literal.Dict)})
		}
		predictions = append(predictions, p)
	}
	s, err := Score(cases, predictions)
	require.NoError(t, err)
	for _, r := range s.PerRow {
		assert.True(t, r.Valid, "%s %s", r.ID, r.ErrorType)
	}
	assert.Equal(t, 1.0, *s.ASTAccuracy)
	assert.Equal(t, 1.0, *s.ArgumentAccuracy)
	assert.Equal(t, 1.0, *s.Irrelevance)
}

const scoreData = `{"id":"a","messages":[{"role":"user","content":"x"},{"role":"assistant","tool_calls":[{"name":"f","arguments":{"n":5,"s":"Blue Sky"}}]}],"tools":[{"name":"f","parameters":{"type":"object","properties":{"n":{"type":"integer"},"s":{"type":"string"},"z":{"type":"string"}},"required":["n","q"]}}]}
{"id":"b","messages":[{"role":"user","content":"x"},{"role":"assistant","tool_calls":[{"name":"f","arguments":{"n":1}},{"name":"g","arguments":{"o":{"k":[1,2]},"l":[{"a":"B c"}],"m":[1,"x"],"e":[]}}]}],"tools":[{"name":"f","parameters":{}},{"name":"g"}]}
{"id":"c","messages":[{"role":"user","content":"x"},{"role":"assistant","content":"no"}],"tools":[{"name":"f"}]}
{"id":"d","messages":[{"role":"user","content":"x"},{"role":"assistant","content":"no"}]}
`

func scoreOf(t *testing.T, predictions ...string) *Scores {
	t.Helper()
	path := filepath.Join(t.TempDir(), "x.jsonl")
	require.NoError(t, os.WriteFile(path, []byte(scoreData), 0o600))
	cases := casesOf(t, path)
	var list []Prediction
	for _, line := range predictions {
		v, err := literal.ParseJSON(line)
		require.NoError(t, err)
		p, err := ReadPrediction(v.(*literal.Dict))
		require.NoError(t, err)
		list = append(list, p)
	}
	s, err := Score(cases, list)
	require.NoError(t, err)
	return s
}

func TestScoreByHand(t *testing.T) {
	right := []string{
		`{"id":"a","calls":[{"name":"f","arguments":{"s":"blue sky","n":5}}]}`,
		`{"id":"b","calls":[{"name":"g","arguments":{"l":[{"a":"b C"}],"o":{"k":[1,2]},"m":[1,"x"],"e":[]}},{"name":"f","arguments":"{\"n\":1}"}]}`,
		`{"id":"c","text":"prose"}`, `{"id":"d","calls":[]}`,
	}
	s := scoreOf(t, right...)
	for _, r := range s.PerRow {
		assert.True(t, r.Valid, "%+v", r)
	}
	b, err := json.Marshal(s)
	require.NoError(t, err)
	var got map[string]any
	require.NoError(t, json.Unmarshal(b, &got))
	for key, want := range map[string]any{"parse_rate": 1.0, "name_accuracy": 1.0, "argument_accuracy": 1.0, "ast_accuracy": 1.0, "false_call_rate": 0.0, "missing": 0.0} {
		assert.Equal(t, want, got[key], key)
	}
	assert.Equal(t, map[string]any{"n": 2.0, "passed": 2.0, "accuracy": 1.0, "low": NewRate(2, 2).Low, "high": 1.0}, got["categories"].(map[string]any)["irrelevance"])
	assert.Contains(t, got["categories"], "simple")
	assert.Contains(t, got["categories"], "parallel_multiple")

	// One wrong argument of two, one call with another name, a false call, a call that cannot be read.
	s = scoreOf(t, `{"id":"a","calls":[{"name":"f","arguments":{"s":"red","n":5,"z":"extra"}}]}`,
		`{"id":"b","calls":[{"name":"f","arguments":{"n":1}},{"name":"h","arguments":{}}]}`,
		`{"id":"c","calls":[{"name":"f","arguments":{}}]}`, `{"id":"d","text":"<tool_call>oops</tool_call>"}`)
	assert.Equal(t, []RowScore{{"a", false, ErrValueString}, {"b", false, ErrParallelNoMatch}, {"c", false, ErrIrrelevanceDecoded}, {"d", true, ""}}, s.PerRow)
	assert.Equal(t, 0.5, *s.NameAccuracy)
	assert.Equal(t, 0.5, *s.FalseCallRate)
	assert.Equal(t, NewRate(2, 8), s.Intervals["argument_accuracy"]) // a: n of n, s, z; b: n of n and g's o, l, m, e
	assert.Equal(t, 1, s.Garbled)
	assert.Equal(t, 1, s.GarbledIrrelevance)
	assert.Zero(t, *s.ASTAccuracy)

	s = scoreOf(t, right[0])
	assert.Equal(t, 3, s.Missing)
	assert.Equal(t, RowScore{"c", false, ErrNoPrediction}, s.PerRow[2])

	var table strings.Builder
	require.NoError(t, s.WriteTable(&table))
	assert.Contains(t, table.String(), "3 rows have no prediction")
	assert.Regexp(t, `(?m)^simple +1 +1 +100.0% +20.7–100.0%$`, table.String())
}

// The same answers as texts: JSON and Python literals between tags, after a thought, give the same scores.
func TestScoreOfTexts(t *testing.T) {
	write := map[string]func(any) string{"json": literal.JSON, "python": literal.Repr}
	for name, style := range write {
		cases := casesOf(t, testshared.Path(t, "data/bfcl_dev.jsonl"))
		var predictions []Prediction
		for _, c := range cases {
			text := "<think>a <tool_call> here is no call</think>"
			for _, call := range firstAnswer(c.Functions, c.Answers) {
				text += "<tool_call>\n" + style(literal.NewDict("name", call.Name, "arguments", call.Args)) + "\n</tool_call>\n"
			}
			p, err := ReadPrediction(literal.NewDict("id", c.ID, "text", text))
			require.NoError(t, err)
			require.False(t, p.Garbled, "%s: %s", c.ID, text)
			predictions = append(predictions, p)
		}
		s, err := Score(cases, predictions)
		require.NoError(t, err)
		assert.Equal(t, 2, s.Intervals["ast_accuracy"].N-s.Intervals["ast_accuracy"].Passed, name)
	}
}

// Conversations of the Hermes kind hold their tools and calls in the text; scored against themselves, all pass.
func TestScoreOfHermesText(t *testing.T) {
	path := testshared.Path(t, "data/hermes_conversations.jsonl")
	cases, rows, err := ReadCases(context.Background(), TaskCalls, []string{path})
	require.NoError(t, err)
	require.Len(t, cases, 500)
	calling := 0
	var predictions []Prediction
	for i, c := range cases {
		p, err := ReadPrediction(literal.NewDict("id", c.ID, "text", rows[i].Messages[c.Turns].Content))
		require.NoError(t, err)
		predictions = append(predictions, p)
		if len(c.Answers) > 0 {
			calling++
			require.NotEmpty(t, c.Functions, c.ID)
		}
	}
	assert.Greater(t, calling, 300)
	s, err := Score(cases, predictions)
	require.NoError(t, err)
	for _, r := range s.PerRow {
		assert.True(t, r.Valid, "%s %s", r.ID, r.ErrorType)
	}
}

func TestScoreFile(t *testing.T) {
	dir := t.TempDir()
	questions, answers := filepath.Join(dir, "data.jsonl"), filepath.Join(dir, "out.jsonl")
	require.NoError(t, os.WriteFile(questions, []byte(scoreData), 0o600))
	require.NoError(t, os.WriteFile(answers, []byte("{\"id\":\"c\",\"text\":\"no\"}\n\n{\"id\":\"d\"}\n"), 0o600))
	_, err := ScoreFile(context.Background(), TaskCalls, answers, []string{questions})
	assert.ErrorContains(t, err, "out.jsonl:3: want text or calls")
	require.NoError(t, os.WriteFile(answers, []byte("{\"id\":\"c\",\"text\":\"no\"}\n"), 0o600))
	s, err := ScoreFile(context.Background(), TaskCalls, answers, []string{questions})
	require.NoError(t, err)
	assert.Equal(t, 3, s.Missing)
	require.NoError(t, os.WriteFile(questions, []byte("{\"text\":\"x\"}\n{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}\n"), 0o600))
	_, err = ScoreFile(context.Background(), TaskCalls, answers, []string{questions})
	assert.ErrorContains(t, err, "text: want a string")
}

func TestPredictionsThatDoNotFit(t *testing.T) {
	cases := []Case{{ID: "a"}, {ID: "b"}}
	_, err := Score(cases, []Prediction{{ID: "a"}, {ID: "a"}, {ID: "z"}})
	assert.ErrorContains(t, err, `2 predictions do not fit the data: "a" stands twice, "z" is not in the data`)
	_, err = Score([]Case{{ID: "a"}, {ID: "a"}}, nil)
	assert.ErrorContains(t, err, "stands twice in the data")
	for _, row := range []string{`{}`, `{"id":"a"}`, `{"id":"a","text":5}`, `{"id":[]}`} {
		v, err := literal.ParseJSON(row)
		require.NoError(t, err)
		_, err = ReadPrediction(v.(*literal.Dict))
		assert.Error(t, err, row)
	}
	for _, calls := range []string{`5`, `{}`, `[5]`, `[{"name":5}]`, `[{"name":"f","arguments":[1]}]`, `[{"name":"f","arguments":"{"}]`} {
		v, err := literal.ParseJSON(fmt.Sprintf(`{"id":"a","calls":%s}`, calls))
		require.NoError(t, err)
		p, err := ReadPrediction(v.(*literal.Dict))
		require.NoError(t, err)
		assert.True(t, p.Garbled, calls)
		assert.False(t, p.Output.Decoded, calls)
	}
}

// A row that passed has no error type, as null; bfcl wants the leaderboard's fields, and says which rows lack them.
func TestTaskBFCL(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.jsonl")
	require.NoError(t, os.WriteFile(path, []byte(`{"id":"a","category":"irrelevance","messages":[{"role":"user","content":"x"}],"tools":[]}
{"id":"b","messages":[{"role":"user","content":"x"},{"role":"assistant","content":"y"}]}
`), 0o600))
	_, _, err := ReadCases(context.Background(), TaskBFCL, []string{path})
	require.ErrorContains(t, err, "x.jsonl:2: category: missing")
	require.ErrorContains(t, err, "x.jsonl:2: ground_truth: missing")
	require.NotContains(t, err.Error(), ":1:")
	cases, _, err := ReadCases(context.Background(), TaskCalls, []string{path})
	require.NoError(t, err)
	s, err := Score(cases, []Prediction{{ID: "a", Output: Output{Decoded: true}}, {ID: "b", Output: Output{Decoded: true, Calls: []Call{{Name: "f"}}}}})
	require.NoError(t, err)
	raw, err := json.Marshal(s.PerRow)
	require.NoError(t, err)
	require.JSONEq(t, `[{"id":"a","valid":true,"error_type":null},{"id":"b","valid":false,"error_type":"irrelevance_error:decoder_success"}]`, string(raw))
	require.Equal(t, map[string]float64{"irrelevance_accuracy": 0.5, "false_call_rate": 0.5}, s.Values())
}

func TestSample(t *testing.T) {
	require.Equal(t, []int{0, 1, 2}, Sample(3, 0, 1))
	require.Equal(t, []int{0, 1, 2}, Sample(3, 9, 1))
	a := Sample(1000, 50, 7)
	require.Len(t, a, 50)
	require.True(t, slices.IsSorted(a))
	require.Equal(t, a, Sample(1000, 50, 7))
	require.NotEqual(t, a, Sample(1000, 50, 8))
}
