package data

import (
	"bytes"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lapidary/tokenizer/literal"
)

func writeTemp(t testing.TB, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

// jsonRows reads a file of good rows and writes each back as JSON.
func jsonRows(t testing.TB, path string) []string {
	t.Helper()
	bad := &RowErrors{}
	records, err := readFile(path, bad)
	require.NoError(t, err)
	require.NoError(t, bad.asError())
	var out []string
	for i := range records {
		o, err := records[i].parse()
		require.NoError(t, err)
		out = append(out, literal.CompactJSON(o))
	}
	return out
}

// Seven files by pyarrow, in different encodings, compressions and page versions, hold the rows that JSON holds.
func TestParquetEqualsJSON(t *testing.T) {
	want := jsonRows(t, "testdata/parquet/rows.jsonl")
	require.Len(t, want, 4)
	files, err := filepath.Glob("testdata/parquet/*.parquet")
	require.NoError(t, err)
	require.Len(t, files, 8)
	for _, f := range files {
		if filepath.Base(f) == "ids.parquet" {
			continue
		}
		got := jsonRows(t, f)
		require.Len(t, got, len(want), f)
		for i := range want {
			assert.JSONEq(t, want[i], got[i], "%s row %d", f, i+1)
		}
		assert.Equal(t, want[0], got[0], "%s: order of keys", f)
	}
	assert.Equal(t, []string{`{"input_ids":[2,106,1645],"labels":[-100,-100,1645]}`, `{"input_ids":[2,7]}`},
		jsonRows(t, "testdata/parquet/ids.parquet"))
}

// Damaged files are refused with an error, not with a panic, whatever byte is wrong, and cost no more memory than a
// small file may. The step walks every byte position when it is 1; its default keeps the test short.
func TestParquetDamaged(t *testing.T) {
	const step, memory = 37, 64 << 20
	rejected := 0
	for _, name := range []string{"snappy-v1", "zstd-v2", "gzip-plain", "none-groups", "delta"} {
		raw, err := os.ReadFile("testdata/parquet/" + name + ".parquet")
		require.NoError(t, err)
		try := func(b []byte, what string, args ...any) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := readParquet(bytes.NewReader(b), int64(len(b)), "x.parquet")
			runtime.ReadMemStats(&after)
			require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(memory), append([]any{name + ": " + what}, args...)...)
			if err != nil {
				rejected++
				require.Less(t, len(err.Error()), 600)
			}
		}
		for i := 0; i < len(raw); i += step {
			try(raw[:i], "cut at %d", i)
			for _, x := range []byte{0x00, 0xff, raw[i] ^ 1, raw[i] ^ 0x80} {
				b := bytes.Clone(raw)
				b[i] = x
				try(b, "byte %d = %d", i, x)
			}
		}
	}
	assert.Greater(t, rejected, 300)
}

// A small file that claims a huge page is refused before anything is allocated for it.
func TestParquetHugeClaims(t *testing.T) {
	var before, after runtime.MemStats
	raw, err := os.ReadFile("testdata/parquet/snappy-v1.parquet")
	require.NoError(t, err)
	huge := append([]byte(nil), raw...)
	copy(huge[len(huge)-8:], "\xff\xff\xff\x7f")
	path := writeTemp(t, "x.parquet", string(huge))
	runtime.ReadMemStats(&before)
	_, err = readFile(path, &RowErrors{})
	runtime.ReadMemStats(&after)
	assert.ErrorContains(t, err, "footer of 2147483647 bytes")
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(1<<20))
}

func TestParquetNotParquet(t *testing.T) {
	_, err := readFile(writeTemp(t, "x.parquet", "hello"), &RowErrors{})
	assert.ErrorContains(t, err, "does not begin with PAR1")
	_, err = readFile(writeTemp(t, "x.parquet", "PAR1"), &RowErrors{})
	assert.ErrorContains(t, err, "only 4 bytes")
	_, err = readFile(writeTemp(t, "x.jsonl", "PAR1"+strings.Repeat("x", 100)), &RowErrors{})
	assert.ErrorContains(t, err, "does not end with PAR1")
}
