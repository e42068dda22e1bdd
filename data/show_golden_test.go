package data

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lapidary/internal/testshared"
	"lapidary/tokenizer/chat"
)

// Every row of the goldens, shown with its template, has the text that jinja2 gave it, or is an error as it was there.
func TestShowEqualsJinja(t *testing.T) {
	var lines = map[string][]string{}
	var want = map[string][]struct{ Text, Error string }{}
	eachLine(t, testshared.Path(t, "golden/chat/goldens.jsonl"), func(line []byte) {
		var row struct{ Template, Text, Error string }
		require.NoError(t, json.Unmarshal(line, &row))
		lines[row.Template] = append(lines[row.Template], string(line))
		want[row.Template] = append(want[row.Template], struct{ Text, Error string }{row.Text, row.Error})
	})
	for name, template := range map[string]chat.Template{"stock": chat.Gemma{}, "course": chat.Course{}} {
		e, err := NewEncoder(Config{Format: FormatMessages}, Text{Tokenizer: tinyTokenizer(t), Template: template})
		require.NoError(t, err)
		path := filepath.Join(t.TempDir(), "x.jsonl")
		require.NoError(t, os.WriteFile(path, []byte(strings.Join(lines[name], "\n")), 0o600))
		rows, errs := 0, 0
		failed, err := e.ShowFile(context.Background(), path, 0, func(v any) error {
			w := want[name][rows]
			rows++
			switch v := v.(type) {
			case Shown:
				assert.Equal(t, w.Text, v.Text, "%s row %d", name, v.Row)
				assert.Empty(t, w.Error, "%s row %d", name, v.Row)
				assert.Len(t, v.Labels, len(v.IDs))
			case ShownError:
				errs++
				assert.NotEmpty(t, w.Error, "%s row %d: %s", name, v.Row, v.Error)
			}
			return nil
		})
		require.NoError(t, err)
		assert.Equal(t, errs, failed)
		assert.Len(t, want[name], rows)
		t.Logf("%s: %d rows, %d of them errors", name, rows, errs)
	}
}
