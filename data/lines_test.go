package data

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type lineCase struct {
	name, file string
	lines      []int  // of the rows that are read
	err        string // of the first bad row, with its place
}

func TestLines(t *testing.T) {
	deep := func(n int) string { return strings.Repeat(`[`, n) + strings.Repeat(`]`, n) }
	for _, c := range []lineCase{
		{"plain", "{\"a\":1}\n{\"a\":2}\n", []int{1, 2}, ""},
		{"no final newline", "{\"a\":1}\n{\"a\":2}", []int{1, 2}, ""},
		{"CRLF", "{\"a\":1}\r\n{\"a\":2}\r\n", []int{1, 2}, ""},
		{"BOM", "\ufeff{\"a\":1}\n", []int{1}, ""},
		{"empty lines count", "\n{\"a\":1}\n\n  \t\n{\"a\":2}\n\n", []int{2, 5}, ""},
		{"empty file", "", nil, ""},
		{"only blank", "\n\n", nil, ""},
		{"64 KiB", `{"a":"` + strings.Repeat("x", 1<<16) + "\"}\n{}", []int{1, 2}, ""},
		{"1 MiB", `{"a":"` + strings.Repeat("x", 1<<20) + "\"}\n{}", []int{1, 2}, ""},
		{"bad UTF-8", "{}\n{\"a\":\"\xff\"}\n{}", []int{1, 3}, "x.jsonl:2: not valid UTF-8 at byte 6; save the file as UTF-8"},
		{"NUL", "{\"a\":\"\x00\"}\n", nil, "x.jsonl:1: syntax error at byte 6: control character in a string"},
		{"escaped NUL is a character", "{\"a\":\"\\u0000\"}\n", []int{1}, ""},
		{"duplicate key", "{\"a\":1,\"a\":2}\n", nil, "x.jsonl:1: key given twice at byte 7"},
		{"duplicate key deep", "{\"a\":[{\"b\":1,\"b\":1}]}\n", nil, "x.jsonl:1: key given twice"},
		{"keys differ in case", "{\"a\":1,\"A\":2}\n", []int{1}, ""},
		{"list", "[1]x\n", nil, "x.jsonl:1: more text after the array"},
		{"scalar", "{}\n5\n", []int{1}, "x.jsonl:2: a row must be a JSON object, not a number; write one JSON object per line"},
		{"two objects", "{} {}\n", nil, "x.jsonl:1: syntax error at byte 3: more after the value"},
		{"cut", "{\"a\":\n", nil, "x.jsonl:1: syntax error at byte 5: JSON value expected"},
		{"NaN", "{\"a\":NaN}\n", nil, "x.jsonl:1: syntax error at byte 5: JSON value expected"},
		{"deep enough", `{"a":` + deep(127) + "}\n", []int{1}, ""},
		{"too deep", `{"a":` + deep(128) + "}\n", nil, "x.jsonl:1: nested too deeply"},
		{"far too deep", `{"a":` + deep(100000) + "}\n", nil, "x.jsonl:1: nested too deeply"},
	} {
		t.Run(c.name, func(t *testing.T) {
			bad := &RowErrors{}
			records, err := readFile(writeTemp(t, "x.jsonl", c.file), bad)
			if err != nil {
				bad.add(&RowError{Err: err})
			}
			var lines []int
			for i := range records {
				if _, err := records[i].parse(); err != nil {
					bad.add(rowError(records[i].source, err))
					continue
				}
				lines = append(lines, records[i].source.Line)
			}
			assert.Equal(t, c.lines, lines)
			if c.err == "" {
				require.NoError(t, bad.asError())
				return
			}
			require.Error(t, bad.asError())
			assert.Contains(t, bad.Error(), c.err)
		})
	}
}

// A line beyond the limit is an error with its place, and the lines after it are read.
func TestLineTooLong(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.jsonl")
	f, err := os.Create(path)
	require.NoError(t, err)
	_, err = f.WriteString("{\"a\":1}\n")
	require.NoError(t, err)
	_, err = f.Seek(3*maxLine, 1) // a hole: NUL bytes in one line
	require.NoError(t, err)
	_, err = f.WriteString("\n{\"a\":2}\n")
	require.NoError(t, err)
	require.NoError(t, f.Close())
	bad := &RowErrors{}
	records, err := readFile(path, bad)
	require.NoError(t, err)
	require.Len(t, records, 2)
	assert.Equal(t, 3, records[1].source.Line)
	assert.ErrorContains(t, bad.asError(), "x.jsonl:2: the line is longer than 64 MiB; write one JSON object per line")
}

func TestArrayFile(t *testing.T) {
	path := writeTemp(t, "x.json", "\ufeff\n[\n {\"a\": 1},\n\n {\"a\":\n 2}, 5,\n {\"a\":3}]\n")
	records, err := readFile(path, &RowErrors{})
	require.NoError(t, err)
	var lines []int
	for _, r := range records {
		lines = append(lines, r.source.Line)
	}
	assert.Equal(t, []int{3, 5, 6, 7}, lines)
	_, err = records[2].parse()
	assert.ErrorContains(t, err, "a row must be a JSON object, not a number")
	for file, want := range map[string]string{"[{}": "does not end", "[{},": "", "[{}] x": "more text after the array", "[nope]": ""} {
		_, err := readFile(writeTemp(t, "x.json", file), &RowErrors{})
		assert.ErrorContains(t, err, want, file)
	}
}

// Whatever is written in the file, a message stays short and cannot steer a terminal.
func TestMessagesAreClean(t *testing.T) {
	bad := &RowErrors{}
	key := strings.Repeat(`\u001b[31m\u202e`, 1000)
	path := writeTemp(t, "x.jsonl", `{"`+key+`":1,"`+key+`":2}`)
	records, err := readFile(path, bad)
	require.NoError(t, err)
	_, err = records[0].parse()
	message := rowError(records[0].source, err).Error()
	assert.NotContains(t, message, "\x1b")
	assert.NotContains(t, message, "\u202e")
	assert.Less(t, len(message)-len(path), 6*maxMessage) // an escape takes six bytes
}

func TestManyBadRows(t *testing.T) {
	bad := &RowErrors{}
	for i := range 100 {
		bad.add(rowError(Source{"f", i + 1}, under("messages[2]", fieldf("content", "write text", "want a string, got %s", describe(nil)))))
	}
	assert.Equal(t, "f:1: messages[2].content: want a string, got null; write text", bad.Rows[0].Error())
	assert.Len(t, strings.Split(bad.Error(), "\n"), maxReported+1)
	assert.Contains(t, bad.Error(), "and "+strconv.Itoa(100-maxReported)+" more bad rows")
}

func TestDiscover(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"train.jsonl", "train-2.parquet", "valid.jsonl", "test.json", "notes.txt", "trainer.jsonl"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), nil, 0o600))
	}
	f, err := Discover([]string{dir})
	require.NoError(t, err)
	assert.Equal(t, []string{filepath.Join(dir, "train-2.parquet"), filepath.Join(dir, "train.jsonl")}, f.Train)
	assert.Equal(t, []string{filepath.Join(dir, "valid.jsonl")}, f.Evaluation())
	assert.Equal(t, []string{filepath.Join(dir, "test.json")}, f.Test)

	nested := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(nested, "data"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(nested, "data", "train-00000-of-00001.parquet"), nil, 0o600))
	f, err = Discover([]string{nested})
	require.NoError(t, err)
	assert.Len(t, f.Train, 1)
	assert.Equal(t, f.Train, f.Evaluation())

	_, err = Discover([]string{t.TempDir(), filepath.Join(dir, "absent"), filepath.Join(dir, "notes.txt")})
	assert.ErrorContains(t, err, "no train, valid or test file")
	assert.ErrorContains(t, err, "absent")
	_, err = Discover(nil)
	assert.Error(t, err)
	_, err = readFile("/dev/zero", &RowErrors{})
	assert.ErrorContains(t, err, "not a regular file")
}
