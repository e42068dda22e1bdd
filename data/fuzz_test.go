package data

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lapidary/internal/testshared"
	"lapidary/tokenizer/literal"
)

// FuzzRows reads a file of anything: no panic, and what is accepted is written and read again as the same rows, goes
// through the audit and through every conversion.
func FuzzRows(f *testing.F) {
	for _, s := range []string{base, inText, `{"text":"a"}`, `{"input_ids":[1,2],"labels":[-100,2]}`, `{"prompt":"a","completion":"b"}`,
		`[{"text":"a"},{"text":"b"}]`, `{"conversations":[{"from":"human","value":"x"},{"from":"function_call","value":"{'name': 'f', 'arguments': {}}"}],"tools":"[]"}`,
		"\ufeff{\"text\":\"x\"}\r\n\n{\"text\":5}", `{"messages":[{"role":"user","content":[1,{"a":null}]}],"tools":{"function":{"name":"x"}}}`} {
		f.Add([]byte(s))
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, file []byte) {
		path := filepath.Join(dir, "x.jsonl")
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
		ctx := context.Background()
		a, err := NewAuditor(Config{}, Text{})
		require.NoError(t, err)
		_, _ = a.Audit(ctx, []string{path}, nil)
		rows, err := ReadRows(ctx, []string{path}, FormatAuto)
		if err != nil {
			require.NotEmpty(t, err.Error())
			return
		}
		var lines []byte
		for _, r := range rows {
			lines = append(append(lines, literal.JSON(r.Raw)...), '\n')
		}
		if err := os.WriteFile(path, lines, 0o600); err != nil {
			t.Fatal(err)
		}
		again, err := ReadRows(ctx, []string{path}, FormatAuto)
		require.NoError(t, err, "%s", lines)
		require.Len(t, again, len(rows))
		for _, to := range []Format{FormatMessages, FormatConversations, FormatShareGPT, FormatPrompt} {
			_, _ = a.encoder.Convert(rows, to)
		}
	})
}

// Reading costs memory in proportion to the file: at most 32 MiB and 24 times its size.
func TestReadMemory(t *testing.T) {
	path := testshared.Path(t, "data/train_messages.jsonl")
	info, err := os.Stat(path)
	require.NoError(t, err)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err = ReadRows(context.Background(), []string{path}, FormatAuto)
	require.NoError(t, err)
	runtime.ReadMemStats(&after)
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(32<<20+24*info.Size()))
	t.Logf("%d bytes allocated for a file of %d", after.TotalAlloc-before.TotalAlloc, info.Size())
}
