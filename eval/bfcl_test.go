package eval

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lapidary/internal/testshared"
	"lapidary/tokenizer/literal"
)

type bfclRow struct {
	ID          string          `json:"id"`
	Row         *string         `json:"row"`
	Note        string          `json:"note"`
	Category    string          `json:"category"`
	Tools       json.RawMessage `json:"tools"`
	GroundTruth json.RawMessage `json:"ground_truth"`
	Calls       json.RawMessage `json:"calls"`
	Valid       bool            `json:"valid"`
	ErrorType   *string         `json:"error_type"`
}

func readRows(t testing.TB, rel string) []bfclRow {
	t.Helper()
	raw, err := os.ReadFile(testshared.Path(t, rel))
	require.NoError(t, err)
	var rows []bfclRow
	s := bufio.NewScanner(bytes.NewReader(raw))
	s.Buffer(nil, 1<<24)
	for s.Scan() {
		var r bfclRow
		require.NoError(t, json.Unmarshal(s.Bytes(), &r))
		rows = append(rows, r)
	}
	require.NoError(t, s.Err())
	return rows
}

func (r bfclRow) truth(t testing.TB) ([]Function, []Answer) {
	t.Helper()
	tools, err := literal.ParseJSON(string(r.Tools))
	require.NoError(t, err)
	functions, err := FunctionsOf(tools)
	require.NoError(t, err)
	truth, err := literal.ParseJSON(string(r.GroundTruth))
	require.NoError(t, err)
	answers, err := AnswersOf(truth)
	require.NoError(t, err)
	return functions, answers
}

// The vectors are answers of the original checker; every verdict and error type must be the same.
func TestBFCLVectors(t *testing.T) {
	dev := map[string]bfclRow{}
	for _, r := range readRows(t, "data/bfcl_dev.jsonl") {
		dev[r.ID] = r
	}
	rows := readRows(t, "data/bfcl_checker_vectors.jsonl")
	require.Len(t, rows, 662)
	for i, r := range rows {
		source := r
		if r.Row != nil {
			var ok bool
			source, ok = dev[*r.Row]
			require.True(t, ok, "row %d refers to %q", i, *r.Row)
		}
		functions, answers := source.truth(t)
		value, err := literal.ParseJSON(string(r.Calls))
		require.NoError(t, err)
		want := ErrorType("")
		if r.ErrorType != nil {
			want = ErrorType(*r.ErrorType)
		}
		got := CheckBFCL(r.Category, functions, answers, OutputOf(value))
		assert.Equal(t, want, got, "vector %d (%s %s)", i, r.Category, r.Note)
		assert.Equal(t, r.Valid, got == "", "vector %d", i)
	}
}

// Strings are compared without a space and , . / - _ * ^ and without case; nothing else is taken away.
func TestNormalizeString(t *testing.T) {
	assert.Equal(t, `ab"c"`, normalizeString(" A,./-_*^b'C' "))
	const kept = "\t\n:;!?()[]{}$%&#@+=|~\u00e9\u2013\u00a0"
	assert.Equal(t, kept, normalizeString(kept))
}

// firstAnswer builds the calls that an answer list names: the first allowed value of each parameter, optional
// parameters left out unless the schema requires them.
func firstAnswer(functions []Function, answers []Answer) []Call {
	var calls []Call
	for _, a := range answers {
		required := functionNamed(functions, a.Name).Required
		args := &literal.Dict{}
		for _, p := range a.Params {
			must := false
			for _, r := range required {
				must = must || r == p.Name
			}
			if mayBeLeftOut(p.Allowed) && !must {
				continue
			}
			for _, v := range p.Allowed {
				args.Set(p.Name, firstValue(v)) // a required parameter may have nothing but ""
				if !equal(v, "") {
					break
				}
			}
		}
		calls = append(calls, Call{Name: a.Name, Args: args})
	}
	return calls
}

func firstValue(v any) any {
	switch v := v.(type) {
	case *literal.Dict:
		out := &literal.Dict{}
		for _, k := range keys(v) {
			allowed := elements(get(v, k))
			if mayBeLeftOut(allowed) || len(allowed) == 0 {
				continue
			}
			out.Set(k, allowed[0])
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = e
			if d, ok := e.(*literal.Dict); ok {
				out[i] = firstValue(d)
			}
		}
		return out
	}
	return v
}

// Every answer list satisfies itself but for two rows that nothing can satisfy.
func TestBFCLAnswersSatisfyThemselves(t *testing.T) {
	var failed []string
	rows := readRows(t, "data/bfcl_dev.jsonl")
	for _, r := range rows {
		functions, answers := r.truth(t)
		out := Output{Decoded: true, Calls: firstAnswer(functions, answers)}
		if CheckBFCL(r.Category, functions, answers, out) != "" {
			failed = append(failed, r.ID)
		}
	}
	assert.Len(t, rows, 1334)
	assert.ElementsMatch(t, []string{"live_simple_106-63-0", "live_simple_112-68-0"}, failed)
}
