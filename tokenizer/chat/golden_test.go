package chat_test

import (
	"bufio"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lapidary/internal/testshared"
	"lapidary/tokenizer"
	"lapidary/tokenizer/chat"
	"lapidary/tokenizer/literal"
)

// readDicts reads JSON lines with the order of keys and the spelling of numbers kept.
func readDicts(t testing.TB, path string) []*literal.Dict {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	var rows []*literal.Dict
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<24)
	for sc.Scan() {
		v, err := literal.ParseJSON(sc.Text())
		require.NoError(t, err)
		rows = append(rows, v.(*literal.Dict))
	}
	require.NoError(t, sc.Err())
	require.NotEmpty(t, rows)
	return rows
}

func goldenRows(t testing.TB) []*literal.Dict {
	return readDicts(t, testshared.Path(t, "golden/chat/goldens.jsonl"))
}

func field(d *literal.Dict, key string) string {
	s, _ := d.Str(key)
	return s
}

func render(t testing.TB, tmpl chat.Template, row *literal.Dict, o chat.Options) (*chat.Rendered, error) {
	t.Helper()
	c, err := chat.ConversationFrom(row)
	if err != nil {
		return nil, err
	}
	v, _ := row.Get("add_generation_prompt")
	o.AddGenerationPrompt, _ = v.(bool)
	return tmpl.Render(c, o)
}

// checkRow demands the text of a golden row, or its error.
func checkRow(t *testing.T, row *literal.Dict, got *chat.Rendered, err error) {
	t.Helper()
	want, isText := row.Str("text")
	name := field(row, "name") + " " + field(row, "template")
	if isText {
		require.NoError(t, err, name)
		require.Equal(t, want, got.Text, name)
		checkSpans(t, got)
		return
	}
	require.Error(t, err, name)
	if field(row, "error_type") == "TemplateError" {
		var te *chat.TemplateError
		require.True(t, errors.As(err, &te), "%s: %v", name, err)
		require.Equal(t, field(row, "error"), te.Message, name)
	}
}

// checkSpans demands that the spans cover the text without gap or overlap.
func checkSpans(t *testing.T, r *chat.Rendered) {
	t.Helper()
	end := 0
	for _, s := range r.Spans {
		require.Equal(t, end, s.Start)
		require.Greater(t, s.End, s.Start)
		end = s.End
	}
	require.Equal(t, len(r.Text), end)
}

func TestGoldenBuiltin(t *testing.T) {
	templates := map[string]chat.Template{"stock": chat.Gemma{}, "course": chat.Course{}}
	n := 0
	for _, row := range goldenRows(t) {
		tmpl, ok := templates[field(row, "template")]
		if !ok {
			continue
		}
		got, err := render(t, tmpl, row, chat.Options{})
		checkRow(t, row, got, err)
		n++
	}
	assert.Equal(t, 375, n)
	t.Logf("%d rows", n)
}

var (
	gemmaOnce        sync.Once
	fixed, typo      *tokenizer.Tokenizer
	gemmaErr, addErr error
)

// courseTokenizers loads the full tokenizer twice, with either spelling of the response pair.
func courseTokenizers(t testing.TB) (fixedTok, typoTok *tokenizer.Tokenizer) {
	path := testshared.Path(t, "gemma2-tokenizer")
	gemmaOnce.Do(func() {
		if fixed, gemmaErr = tokenizer.Load(path); gemmaErr != nil {
			return
		}
		if typo, gemmaErr = tokenizer.Load(path); gemmaErr != nil {
			return
		}
		_, err1 := fixed.AddTokens(chat.SpecialTokens())
		_, err2 := typo.AddTokens(chat.SpecialTokensTypo())
		addErr = errors.Join(err1, err2)
	})
	require.NoError(t, gemmaErr)
	require.NoError(t, addErr)
	return fixed, typo
}

func idsOf(v any) []int32 {
	var ids []int32
	for _, e := range v.([]any) {
		ids = append(ids, int32(e.(literal.Number).Float()))
	}
	return ids
}

// The hermes rows: adapting the raw conversation gives the preprocessed text, and the text has the golden ids with
// either spelling of the special tokens.
func TestGoldenHermes(t *testing.T) {
	fixed, typo := courseTokenizers(t)
	raw := map[string]*literal.Dict{}
	for _, row := range readDicts(t, testshared.Path(t, "data/hermes_conversations.jsonl")) {
		raw[field(row, "id")] = row
	}
	n := 0
	for _, row := range goldenRows(t) {
		if !strings.HasPrefix(field(row, "name"), "hermes:") {
			continue
		}
		text := field(row, "text")
		for key, tok := range map[string]*tokenizer.Tokenizer{"ids_fixed": fixed, "ids_typo": typo} {
			want, _ := row.Get(key)
			require.Equal(t, idsOf(want), tok.Encode(text), "%s %s", field(row, "name"), key)
		}
		source := raw[field(row, "source_id")]
		messages, _ := source.Get("conversations")
		gen, _ := row.Get("add_generation_prompt")
		got, err := render(t, chat.Course{}, literal.NewDict("messages", messages, "add_generation_prompt", gen), chat.Options{Adapt: true})
		require.NoError(t, err)
		require.Equal(t, text, got.Text, field(row, "name"))
		n++
	}
	assert.Equal(t, 60, n)
}

// All rows, stock and course too, through the Jinja interpreter.
func TestGoldenJinja(t *testing.T) {
	templates := templatesFrom(t)
	count := map[string]int{}
	for _, row := range goldenRows(t) {
		name := field(row, "template")
		got, err := render(t, templates[name], row, chat.Options{})
		checkRow(t, row, got, err)
		count[name]++
	}
	assert.Equal(t, map[string]int{"stock": 160, "course": 215, "tools": 54}, count)
}

// templatesFrom parses the templates of the goldens.
func templatesFrom(t *testing.T) map[string]chat.Template {
	templates := map[string]chat.Template{}
	for _, m := range readDicts(t, "testdata/templates.jsonl")[0].Members {
		tmpl, err := chat.NewJinja(m.Key, m.Value.(string))
		require.NoError(t, err, m.Key)
		templates[m.Key] = tmpl
	}
	return templates
}

// The rows that are kept here, so that they are checked on every machine.
func TestGoldenLocal(t *testing.T) {
	templates := templatesFrom(t)
	builtin := map[string]chat.Template{"stock": chat.Gemma{}, "course": chat.Course{}}
	n := 0
	for _, row := range readDicts(t, "testdata/goldens.jsonl") {
		name := field(row, "template")
		got, err := render(t, templates[name], row, chat.Options{})
		checkRow(t, row, got, err)
		if tmpl, ok := builtin[name]; ok {
			got, err := render(t, tmpl, row, chat.Options{})
			checkRow(t, row, got, err)
		}
		n++
	}
	assert.Equal(t, 309, n)
}

// trained is the text with loss, pieces put together.
func trained(r *chat.Rendered) string {
	var b strings.Builder
	for _, s := range r.Spans {
		if s.Train {
			b.WriteString(r.Text[s.Start:s.End])
		}
	}
	return b.String()
}

// The Jinja form of a template trains on the same characters as the built-in one.
func TestJinjaSpans(t *testing.T) {
	templates := templatesFrom(t)
	for name, builtin := range map[string]chat.Template{"stock": chat.Gemma{}, "course": chat.Course{}} {
		tmpl := templates[name]
		for _, row := range goldenRows(t) {
			if _, ok := row.Str("text"); !ok || field(row, "template") != name || field(row, "name") == "empty_answer" {
				continue // an answer without a character leaves no trace in the output of a template
			}
			a, err := render(t, builtin, row, chat.Options{})
			require.NoError(t, err)
			b, err := render(t, tmpl, row, chat.Options{})
			require.NoError(t, err)
			require.Equal(t, trained(a), trained(b), field(row, "name"))
		}
	}
}
