package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lapidary/internal/testshared"
	"lapidary/tokenizer/chat"
)

// output runs a command and returns its exit code and what it printed as results.
func output(t *testing.T, args ...string) (code int, stdout string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "stdout")
	f, err := os.Create(path)
	require.NoError(t, err)
	defer f.Close()
	was := os.Stdout
	os.Stdout = f
	defer func() { os.Stdout = was }()
	code = run(args)
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	return code, string(raw)
}

func eachLine(t *testing.T, path string, f func(line string)) {
	t.Helper()
	file, err := os.Open(path)
	require.NoError(t, err)
	defer file.Close()
	s := bufio.NewScanner(file)
	s.Buffer(nil, 1<<24)
	for s.Scan() {
		f(s.Text())
	}
	require.NoError(t, s.Err())
}

// goldenRow is a row of golden/chat with what transformers makes of it.
type goldenRow struct {
	Template, Text, Error string
	Fixed                 []int32 `json:"ids_fixed"`
	Typo                  []int32 `json:"ids_typo"`
}

type shownRow struct {
	Row         int
	Text, Error string
	IDs, Labels []int32
}

// Every row of the goldens through the command line: the text or the refusal of all, the ids of those that have them.
func TestDataShowEqualsTransformers(t *testing.T) {
	goldens, tokenizer := testshared.Path(t, "golden/chat/goldens.jsonl"), testshared.Path(t, "gemma2-tokenizer/tokenizer.json")
	dir := t.TempDir()
	raw, err := os.ReadFile(testshared.Path(t, "golden/chat/templates.json"))
	require.NoError(t, err)
	var sources map[string]string
	require.NoError(t, json.Unmarshal(raw, &sources))
	jinja := filepath.Join(dir, "tools.jinja")
	writeFile(t, jinja, sources["tools"])

	lines, want := map[string]*strings.Builder{}, map[string][]goldenRow{}
	eachLine(t, goldens, func(line string) {
		var row goldenRow
		require.NoError(t, json.Unmarshal([]byte(line), &row))
		if lines[row.Template] == nil {
			lines[row.Template] = &strings.Builder{}
		}
		lines[row.Template].WriteString(line + "\n")
		want[row.Template] = append(want[row.Template], row)
	})
	compared := 0
	for _, c := range []struct {
		golden, template string
		added            []string
		ids              func(goldenRow) []int32
	}{
		{"stock", "gemma", nil, func(goldenRow) []int32 { return nil }},
		{"tools", jinja, nil, func(goldenRow) []int32 { return nil }},
		{"course", "course", chat.SpecialTokens()[:8], func(r goldenRow) []int32 { return r.Fixed }},
		{"course", "course", chat.SpecialTokensTypo()[:8], func(r goldenRow) []int32 { return r.Typo }},
	} {
		path := filepath.Join(dir, "rows.jsonl")
		writeFile(t, path, lines[c.golden].String())
		args := []string{"data", "show", "--json", "--template", c.template, "--tokenizer", tokenizer, "--data", path}
		if c.added != nil {
			args = append(args, "--added-tokens", strings.Join(c.added, ","))
		}
		code, out := output(t, args...)
		errs, n := 0, 0
		for line := range strings.Lines(out) {
			var got shownRow
			require.NoError(t, json.Unmarshal([]byte(line), &got))
			w := want[c.golden][n]
			require.Equal(t, n, got.Row)
			n++
			if w.Error != "" {
				errs++
				assert.NotEmpty(t, got.Error, "%s row %d", c.golden, got.Row)
				continue
			}
			assert.Equal(t, w.Text, got.Text, "%s row %d", c.golden, got.Row)
			assert.Len(t, got.Labels, len(got.IDs))
			if ids := c.ids(w); ids != nil {
				compared++
				assert.Equal(t, ids, got.IDs, "%s row %d", c.golden, got.Row)
			}
		}
		assert.Len(t, want[c.golden], n)
		assert.Equal(t, map[bool]int{false: 0, true: exitInput}[errs > 0], code, c.golden)
	}
	assert.Equal(t, 120, compared)
}

const goodRow = `{"id":"a","messages":[{"role":"user","content":"Tea?"},{"role":"assistant","content":"","tool_calls":[{"type":"function","function":{"name":"brew","arguments":{"cups":3}}}]}],` +
	`"tools":[{"type":"function","function":{"name":"brew","description":"Brew.","parameters":{"type":"object","properties":{"cups":{"type":"integer"}},"required":["cups"]}}}]}`

func TestDataAudit(t *testing.T) {
	dir := t.TempDir()
	clean, dirty := filepath.Join(dir, "clean.jsonl"), filepath.Join(dir, "dirty.jsonl")
	typo := strings.Replace(goodRow, "Tea?", "Tea? <tool_reponse>x</tool_reponse>", 1)
	writeFile(t, clean, goodRow+"\n")
	writeFile(t, dirty, goodRow+"\n"+goodRow+"\n"+typo+"\n")

	code, table := output(t, "data", "audit", "--data", clean)
	assert.Zero(t, code)
	assert.Contains(t, table, "errors    0")
	code, table = output(t, "data", "audit", "--data", dirty)
	assert.Equal(t, exitInput, code)
	assert.Contains(t, table, "misspelt-tag")
	assert.Contains(t, table, "duplicate")

	only := filepath.Join(dir, "only")
	require.NoError(t, os.Mkdir(only, 0o755))
	writeFile(t, filepath.Join(only, "test.jsonl"), typo+"\n")
	code, _ = output(t, "data", "audit", "--data", only)
	assert.Equal(t, exitInput, code, "a directory without training rows is audited all the same")

	code, out := output(t, "data", "audit", "--json", "--data", dirty)
	assert.Equal(t, exitInput, code)
	var report struct {
		Rows   int
		Counts map[string]int
	}
	require.NoError(t, json.Unmarshal([]byte(out), &report))
	assert.Equal(t, 3, report.Rows)
	assert.Equal(t, map[string]int{"misspelt-tag": 2, "duplicate": 1}, report.Counts)

	fixed := filepath.Join(dir, "fixed.jsonl")
	code, _ = output(t, "data", "audit", "--data", dirty, "--fix", "--output", fixed)
	assert.Zero(t, code, "what is left is sound")
	var rows int
	eachLine(t, fixed, func(line string) { rows++; assert.NotContains(t, line, "reponse") })
	assert.Equal(t, 2, rows)
	code, _ = output(t, "data", "audit", "--data", dirty, "--fix", "--output", dirty)
	assert.Equal(t, exitUsage, code, "the file that is read is never replaced")
	raw, err := os.ReadFile(dirty)
	require.NoError(t, err)
	assert.Contains(t, string(raw), "reponse")
}

func TestDataConvert(t *testing.T) {
	dir := t.TempDir()
	in, mid, back := filepath.Join(dir, "in.jsonl"), filepath.Join(dir, "mid.jsonl"), filepath.Join(dir, "back.jsonl")
	writeFile(t, in, goodRow+"\n")
	require.Zero(t, run([]string{"data", "convert", "--data", in, "--to", "sharegpt", "--output", mid}))
	raw, err := os.ReadFile(mid)
	require.NoError(t, err)
	assert.Contains(t, string(raw), `"function_call"`)
	require.Zero(t, run([]string{"data", "convert", "--data", mid, "--to", "messages", "--output", back}))
	code, direct := output(t, "data", "convert", "--data", in, "--to", "messages")
	require.Zero(t, code)
	again, err := os.ReadFile(back)
	require.NoError(t, err)
	again = bytes.Replace(again, []byte(`"content": null`), []byte(`"content": ""`), 1) // ShareGPT has no turn that says nothing
	assert.JSONEq(t, direct, string(again))
}

// What a row shows is bracketed where no terminal is; a row that cannot be rendered names its line.
func TestDataShowBrackets(t *testing.T) {
	tokenizer := testshared.Path(t, "gemma2-tokenizer/tokenizer.json")
	path := filepath.Join(t.TempDir(), "rows.jsonl")
	writeFile(t, path, goodRow+"\n"+`{"messages":5}`+"\n"+goodRow+"\n")
	code, out := output(t, "data", "show", "--data", path, "--tokenizer", tokenizer, "--template", "gemma")
	assert.Equal(t, exitInput, code)
	assert.Contains(t, out, "<start_of_turn>model\n⟦<tool_call>")
	assert.Contains(t, out, "rows.jsonl:2: messages")
	code, out = output(t, "data", "show", "--data", path, "--tokenizer", tokenizer, "--limit", "1")
	assert.Zero(t, code)
	assert.Equal(t, 1, strings.Count(out, "⟦"))
}

func TestDataUsage(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "rows.jsonl")
	writeFile(t, path, goodRow+"\n")
	for _, c := range []struct {
		args string
		code int
	}{
		{"data", 0}, {"data audit --help", 0},
		{"data adit", exitUsage}, {"data audit", exitUsage}, {"data audit --data " + path + " --output x", exitUsage},
		{"data show --data " + path, exitUsage}, {"data show --data " + path + " --tokenizer " + dir, exitInput},
		{"data convert --data " + path, exitUsage}, {"data convert --data " + path + " --to chatml", exitUsage},
		{"data convert --data " + path + " --to tokens", exitInput}, {"data convert --data " + path + " --to text --style xml", exitUsage},
		{"data audit --data " + dir + "/none.jsonl", exitInput}, {"data audit --data " + path + " --template chatml", exitInput},
	} {
		code, _ := output(t, strings.Fields(c.args)...)
		assert.Equal(t, c.code, code, fmt.Sprint(c.args))
	}
}
