package literal_test

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lapidary/tokenizer/literal"
)

type vector struct {
	Python *string
	JSON   string
	Repr   string
	Indent string
	Bad    *string
}

func vectors(t *testing.T) []vector {
	f, err := os.Open("testdata/vectors.jsonl")
	require.NoError(t, err)
	defer f.Close()
	var rows []vector
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		var v vector
		require.NoError(t, json.Unmarshal(sc.Bytes(), &v))
		rows = append(rows, v)
	}
	require.NoError(t, sc.Err())
	return rows
}

// asKnown lists what this package does otherwise than Python, on purpose.
var asKnown = map[string]string{
	"{1: 'a', None: 2, True: 3, 1.5: 4}": "1 and True are one key to Python; here keys are their JSON spelling",
	"--1":                                "literal_eval refuses a double sign that repr never writes",
}

// Reading and writing agree with CPython.
func TestAgainstPython(t *testing.T) {
	for _, r := range vectors(t) {
		text := r.Bad
		if text == nil {
			text = r.Python
		}
		if asKnown[*text] != "" {
			continue
		}
		v, err := literal.ParsePython(*text)
		if r.Bad != nil {
			assert.Error(t, err, "%q", *text)
			continue
		}
		require.NoError(t, err, "%q", *text)
		assert.Equal(t, r.JSON, literal.JSON(v), "%q", *text)
		assert.Equal(t, r.Repr, literal.Repr(v), "%q", *text)
		assert.Equal(t, r.Indent, literal.IndentJSON(v, 2), "%q", *text)
		again, err := literal.ParseJSON(strings.NewReplacer("NaN", "null", "Infinity", "null").Replace(r.JSON))
		require.NoError(t, err, r.JSON)
		assert.Equal(t, r.JSON, literal.JSON(again))
	}
}

func TestNumbersKeepTheirValue(t *testing.T) {
	for in, want := range map[string]string{"1e16": "1e+16", "1E5": "100000.0", "-0.0": "-0.0", "-0": "0", "100000000000000000000": "100000000000000000000",
		"1.0": "1.0", "5e-324": "5e-324", "1e999": "Infinity", "0.00001": "1e-05", "12345678901234567890.0": "1.2345678901234567e+19"} {
		v, err := literal.ParseJSON(in)
		require.NoError(t, err)
		assert.Equal(t, want, literal.JSON(v), in)
	}
	v, err := literal.ParsePython("[inf, -inf, nan]")
	require.NoError(t, err)
	assert.Equal(t, "[Infinity, -Infinity, NaN]", literal.JSON(v))
	assert.Equal(t, "[inf, -inf, nan]", literal.Repr(v))
}

func TestBadJSON(t *testing.T) {
	for _, c := range []struct {
		text string
		err  error
	}{
		{`{"a":1,"a":2}`, literal.ErrDuplicate}, {`{"a":1} x`, literal.ErrSyntax}, {`[1,]`, literal.ErrSyntax}, {`{'a':1}`, literal.ErrSyntax},
		{`01`, literal.ErrSyntax}, {`-`, literal.ErrSyntax}, {`1.`, literal.ErrSyntax}, {`1e`, literal.ErrSyntax}, {`"\ud800"`, literal.ErrSyntax},
		{`"\x"`, literal.ErrSyntax}, {"\"\n\"", literal.ErrSyntax}, {"\"\xff\"", literal.ErrSyntax}, {"\"\\n\xff\"", literal.ErrSyntax}, {`"a`, literal.ErrSyntax},
		{`"a\`, literal.ErrSyntax}, {"", literal.ErrSyntax}, {"nul", literal.ErrSyntax}, {"NaN", literal.ErrSyntax},
		{strings.Repeat("[", 129), literal.ErrDepth}, {strings.Repeat(`{"a":`, 1000000), literal.ErrDepth},
	} {
		_, err := literal.ParseJSON(c.text)
		assert.ErrorIs(t, err, c.err, "%.40q", c.text)
	}
	_, err := literal.ParsePython(strings.Repeat("(", 1000000))
	assert.ErrorIs(t, err, literal.ErrDepth)
}

func FuzzRoundTrip(f *testing.F) {
	f.Add(`{"a": [1, 2.5e-7, null, "x\u00e9\n"], "b": {}}`)
	f.Add(`{'a': (1, None, -0.0), "it's": 'b\x00'}`)
	f.Fuzz(func(t *testing.T, text string) {
		v, _, err := literal.Parse(text)
		if err != nil {
			return
		}
		repr := literal.Repr(v)
		again, err := literal.ParsePython(repr)
		if err != nil {
			t.Fatalf("%q: %q: %v", text, repr, err)
		}
		if got := literal.Repr(again); got != repr {
			t.Fatalf("%q: %q became %q", text, repr, got)
		}
		if j := literal.JSON(v); !strings.Contains(j, "NaN") && !strings.Contains(j, "Infinity") {
			if again, err = literal.ParseJSON(j); err != nil || literal.JSON(again) != j {
				t.Fatalf("%q: %q is not read back: %v", text, j, err)
			}
		}
	})
}
