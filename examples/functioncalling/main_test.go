package main

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type row struct {
	ID       string
	Messages []struct {
		Role, Content string
		ToolCalls     []struct {
			Function struct {
				Name      string
				Arguments map[string]any
			}
		} `json:"tool_calls"`
	}
	Tools []struct {
		Function struct {
			Name       string
			Parameters struct {
				Properties map[string]struct{ Type string }
				Required   []string
			}
		}
	}
}

// The files in this folder are what the program writes today.
func TestFilesAreWhatTheProgramWrites(t *testing.T) {
	for name, write := range files() {
		var b bytes.Buffer
		require.NoError(t, write(&b))
		stored, err := os.ReadFile(name)
		require.NoError(t, err)
		assert.True(t, bytes.Equal(stored, b.Bytes()), "%s differs: run go run ./examples/functioncalling examples/functioncalling", name)
	}
}

// Every call names an offered tool, with the arguments that its schema has; the user's words hold the values.
func TestConversationsAreSound(t *testing.T) {
	names := map[string]map[string]bool{}
	for name, want := range map[string]int{"train.jsonl": trainRows, "valid.jsonl": validRows} {
		raw, err := os.ReadFile(name)
		require.NoError(t, err)
		lines := strings.Split(strings.TrimSpace(string(raw)), "\n")
		require.Len(t, lines, want)
		names[name] = map[string]bool{}
		quiet := 0
		for _, line := range lines {
			var r row
			require.NoError(t, json.Unmarshal([]byte(line), &r))
			calls := 0
			for _, m := range r.Messages {
				require.NotContains(t, m.Content, "{name}")
				for _, c := range m.ToolCalls {
					calls++
					names[name][c.Function.Name] = true
					checkCall(t, r, c.Function.Name, c.Function.Arguments)
				}
			}
			if calls == 0 {
				quiet++
			}
		}
		assert.Equal(t, want/5, quiet, "rows without a call")
	}
	for _, held := range heldOut {
		assert.True(t, names["valid.jsonl"][held.name], held.name)
		assert.False(t, names["train.jsonl"][held.name], held.name)
	}
}

func checkCall(t *testing.T, r row, name string, args map[string]any) {
	for _, tool := range r.Tools {
		if tool.Function.Name != name {
			continue
		}
		for _, must := range tool.Function.Parameters.Required {
			require.Contains(t, args, must, r.ID)
		}
		for k, v := range args {
			property, ok := tool.Function.Parameters.Properties[k]
			require.True(t, ok, "%s: %s", r.ID, k)
			_, isNumber := v.(float64)
			require.Equal(t, property.Type == "integer" || property.Type == "number", isNumber, r.ID)
		}
		return
	}
	t.Errorf("%s: %s is not offered", r.ID, name)
}
