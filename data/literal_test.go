package data

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// literalCases are Python literals and what they are as JSON; "" means refused. Python itself agrees: see
// TestLiteralEqualsPython.
var literalCases = map[string]string{
	`{'a': 1, "b": [True, False, None]}`:     `{"a":1,"b":[true,false,null]}`,
	`{'name': "it's", 'q': 'say "hi"'}`:      `{"name":"it's","q":"say \"hi\""}`,
	`'\'\"\\\n\t\x41\u00e9\U0001F600\101\0'`: `"'\"\\\n\tAé😀A\u0000"`,
	`(1, 2)`:                                 `[1,2]`,
	`(1)`:                                    `1`,
	`(1,)`:                                   `[1]`,
	`()`:                                     `[]`,
	`[1, 2,]`:                                `[1,2]`,
	`{'a': 1,}`:                              `{"a":1}`,
	`1_000`:                                  `1000`,
	`-5`:                                     `-5`,
	`0x1F`:                                   `31`,
	`0b101`:                                  `5`,
	`0o17`:                                   `15`,
	`1e3`:                                    `1.0e3`,
	`.5`:                                     `0.5`,
	`5.`:                                     `5.0`,
	`1.50`:                                   `1.50`,
	`00`:                                     `0`,
	`-1_0.5e-0_3`:                            `-10.5e-03`,
	`100000000000000000000`:                  `100000000000000000000`,
	`'a' 'b' "c"`:                            `"abc"`,
	`r'\d+'`:                                 `"\\d+"`,
	`u'x'`:                                   `"x"`,
	"'''two\nlines'''":                       `"two\nlines"`,
	"'con\\\ntinued'":                        `"continued"`,
	`'\d'`:                                   `"\\d"`,
	"{'nested': {'deep': ({'x': (1, [2])},)}}": `{"nested":{"deep":[{"x":[1,[2]]}]}}`,
	" [ 1 , 'x' ] ":                      `[1,"x"]`,
	`{}`:                                 `{}`,
	`{'a': 'line\nbreak', 'b': 'Grüße'}`: `{"a":"line\nbreak","b":"Grüße"}`,
	``:                                   ``, `[1`: ``, `[1 2]`: ``, `{'a' 1}`: ``, `{'a': 1 'b': 2}`: ``, `'open`: ``, "'a\nb'": ``, `foo`: ``, `f(1)`: ``,
	`1 + 2`: ``, `[1] [2]`: ``, `__import__('os')`: ``, `[,]`: ``, `{,}`: ``, `012`: ``, `1__0`: ``, `1_`: ``, `0x`: ``,
	`inf`: ``, `nan`: ``, `1e`: ``, `'\x4'`: ``, `'\N{BULLET}'`: ``, `lambda: 1`: ``, `[1, 2`: ``, `1.2.3`: ``, `{1: 2, None: 3}`: ``,
}

func TestLiteral(t *testing.T) {
	for text, want := range literalCases {
		v, err := ParseLiteral(text)
		if want == "" {
			assert.Error(t, err, "%q gave %v", text, v)
			continue
		}
		require.NoError(t, err, text)
		b, err := json.Marshal(v)
		require.NoError(t, err)
		assert.Equal(t, want, string(b), text)
	}
	_, err := ParseLiteral(strings.Repeat("[", 100000))
	assert.ErrorIs(t, err, errDepth)
	_, err = ParseLiteral(strings.Repeat("-", 100000) + "1")
	assert.Error(t, err)
	_, err = ParseLiteral("{'a': 1, 'a': 2}")
	assert.ErrorContains(t, err, "stands twice")
}

// Python's own reader accepts and refuses the same texts and sees the same values, where this machine has Python.
func TestLiteralEqualsPython(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("not run: no python3 here")
	}
	texts := make([]string, 0, len(literalCases))
	for text := range literalCases {
		texts = append(texts, text)
	}
	in, err := json.Marshal(texts)
	require.NoError(t, err)
	const program = `
import ast, json, sys, warnings
warnings.simplefilter("ignore")
def read(s):
    try: return ["ok", ast.literal_eval(s.strip())]
    except Exception: return ["error"]
print(json.dumps([read(s) for s in json.load(sys.stdin)]))`
	cmd := exec.Command(python, "-c", program)
	cmd.Stdin = strings.NewReader(string(in))
	out, err := cmd.Output()
	require.NoError(t, err)
	var got [][]any
	require.NoError(t, json.Unmarshal(out, &got))
	for i, text := range texts {
		switch text {
		case `'\N{BULLET}'`, `{1: 2, None: 3}`, `1 + 2`: // refused by us on purpose
			continue
		}
		if want := literalCases[text]; want == "" {
			assert.Equal(t, "error", got[i][0], "%q", text)
		} else {
			require.Equal(t, "ok", got[i][0], "%q", text)
			b, err := json.Marshal(got[i][1])
			require.NoError(t, err)
			assert.JSONEq(t, want, string(b), "%q", text)
		}
	}
}

func FuzzLiteral(f *testing.F) {
	for text := range literalCases {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := ParseLiteral(text)
		if err != nil {
			return
		}
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if _, err := ParseJSON(b); err != nil {
			t.Fatalf("%q became %s: %v", text, b, err)
		}
	})
}
