package finetune

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"lapidary/data"
	"lapidary/internal/testshared"
	"lapidary/tokenizer"
)

// The course's recipe makes of the course's conversations the token rows that TRL made: with the right spelling of the
// response tags, which those rows were made with, and each quirk can be switched off by itself.
func TestCourseRecipeEqualsTRL(t *testing.T) {
	o, err := Recipe("course")
	require.NoError(t, err)
	require.Equal(t, "<tool_reponse>", SpecialTokens(o.Rows.AddedTokens)[6])
	tok, err := tokenizer.Load(testshared.Path(t, "gemma2-tokenizer"))
	require.NoError(t, err)
	_, err = tok.AddTokens(SpecialTokens([]string{TokensCourse}))
	require.NoError(t, err)
	require.Equal(t, 256008, tok.VocabSize())
	template, err := FindTemplate(o.Rows.Template, tok)
	require.NoError(t, err)
	file := courseRows(t)
	examples := func(change func(*data.Config)) []data.Example {
		cfg := o.Rows.Config
		cfg.Packing = data.PackNone
		change(&cfg)
		set, err := data.Load(context.Background(), []string{file}, cfg, data.Text{Tokenizer: tok, Template: template, Adapt: true})
		require.NoError(t, err)
		return set.Examples
	}
	got := examples(func(*data.Config) {})
	raw, err := os.ReadFile(testshared.Path(t, "golden/trl/plain.jsonl"))
	require.NoError(t, err)
	want := strings.Split(strings.TrimSpace(string(raw)), "\n")
	require.Len(t, got, len(want))
	for i, line := range want {
		var row struct {
			InputIDs []int32 `json:"input_ids"`
		}
		require.NoError(t, json.Unmarshal([]byte(line), &row))
		require.Equal(t, row.InputIDs, got[i].IDs, "row %d", i)
		require.Equal(t, row.InputIDs, got[i].Labels, "row %d", i)
	}
	oneBOS := examples(func(c *data.Config) { c.DoubleBOS = false })
	require.Equal(t, got[0].IDs[1:], oneBOS[0].IDs)
	require.Equal(t, tok.BOS(), oneBOS[0].IDs[0])
	oneEOS := examples(func(c *data.Config) { c.AppendEOS = false })
	require.Equal(t, got[0].IDs[:len(got[0].IDs)-1], oneEOS[0].IDs)
	masked := examples(func(c *data.Config) { c.LossOn = data.LossAuto })
	require.Equal(t, got[0].IDs, masked[0].IDs)
	require.Less(t, masked[0].LabelTokens(), got[0].LabelTokens())
}

// courseRows writes the conversations that TRL's rows were made of, in their order.
func courseRows(t *testing.T) string {
	raw, err := os.ReadFile(testshared.Path(t, "data/hermes_conversations.jsonl"))
	require.NoError(t, err)
	byName := map[string]string{}
	for line := range strings.Lines(string(raw)) {
		var row struct{ ID string }
		require.NoError(t, json.Unmarshal([]byte(line), &row))
		byName["hermes:"+row.ID] = line
	}
	raw, err = os.ReadFile(testshared.Path(t, "golden/trl/texts.jsonl"))
	require.NoError(t, err)
	var b strings.Builder
	for line := range strings.Lines(string(raw)) {
		var row struct{ Name string }
		require.NoError(t, json.Unmarshal([]byte(line), &row))
		require.Contains(t, byName, row.Name)
		b.WriteString(strings.TrimRight(byName[row.Name], "\n") + "\n")
	}
	path := filepath.Join(t.TempDir(), "rows.jsonl")
	require.NoError(t, os.WriteFile(path, []byte(b.String()), 0o600))
	return path
}

func TestRecipeNames(t *testing.T) {
	for _, name := range Recipes() {
		o, err := Recipe(name)
		require.NoError(t, err)
		o.Model, o.Data, o.Train.OutputDir = "m", []string{"d"}, "o"
		require.NoError(t, o.Validate(), name)
	}
	_, err := Recipe("cake")
	require.Error(t, err)
	require.Equal(t, []string{"<a>", "<b>"}, SpecialTokens([]string{"<a>", "<b>"}))
}
