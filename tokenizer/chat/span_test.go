package chat_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lapidary/internal/testshared"
	"lapidary/tokenizer"
	"lapidary/tokenizer/chat"
	"lapidary/tokenizer/literal"
)

// What is trained, decoded, is exactly the assistant's texts with their end markers, for every conversation of both
// data sets; and thought, call and answer put together are the assistant's text.
func TestMaskIsExact(t *testing.T) {
	tok, _ := courseTokenizers(t)
	for _, c := range []struct {
		file, key, end string
		tmpl           chat.Template
	}{
		{"data/hermes_conversations.jsonl", "conversations", "<end_of_turn><eos>\n", chat.Course{}},
		{"data/hermes_conversations.jsonl", "conversations", "<end_of_turn>\n", chat.Gemma{}},
		{"data/train_messages.jsonl", "messages", "<end_of_turn>\n", chat.Hermes{}},
	} {
		n, straddling := 0, 0
		for i, row := range readDicts(t, testshared.Path(t, c.file)) {
			if c.key == "messages" && i%8 != 0 {
				continue // the long data set: every eighth row
			}
			messages, _ := row.Get(c.key)
			tools, _ := row.Get("tools")
			conv, err := chat.ConversationFrom(literal.NewDict("messages", messages, "tools", tools))
			require.NoError(t, err)
			got, err := c.tmpl.Render(conv, chat.Options{Adapt: true})
			require.NoError(t, err)
			checkSpans(t, got)
			ids, offs := tok.EncodeOffsets(got.Text)
			labels := chat.Labels(ids, offs, got.Spans)
			var trained []int32
			for _, l := range labels {
				if l != chat.IgnoreLabel {
					trained = append(trained, l)
				}
			}
			for _, at := range chat.TokenSpans(offs, got.Spans) {
				if at < 0 {
					straddling++
				}
			}
			var want strings.Builder
			for k, turn := range strings.Split(got.Text, "<start_of_turn>model\n") {
				if k > 0 {
					want.WriteString(turn[:strings.Index(turn, c.end)+len(c.end)])
				}
			}
			require.Equal(t, want.String(), tok.Decode(trained, false), "row %d", i)
			checkKinds(t, got)
			n++
		}
		assert.Zero(t, straddling)
		t.Logf("%s %s: %d conversations", c.file, c.tmpl.Name(), n)
	}
}

func checkKinds(t *testing.T, r *chat.Rendered) {
	t.Helper()
	for _, s := range r.Spans {
		text := r.Text[s.Start:s.End]
		switch s.Kind {
		case chat.KindThink:
			require.True(t, strings.HasPrefix(text, "<think>"), text)
		case chat.KindAnswer, chat.KindCall:
			require.True(t, s.Train)
		case chat.KindContent, chat.KindHeader, chat.KindMarkup, chat.KindPrompt:
			require.False(t, s.Train)
		}
		if s.Kind == chat.KindAnswer {
			require.NotContains(t, text, "<tool_call>")
		}
	}
}

// A token that reaches over the border of trained text is not trained.
func TestLabelsAtBorders(t *testing.T) {
	spans := []chat.Span{{Start: 0, End: 4}, {Start: 4, End: 8, Train: true}, {Start: 8, End: 9, Train: true}, {Start: 9, End: 12}}
	offs := []struct{ a, b int }{{0, 3}, {3, 5}, {5, 6}, {6, 9}, {9, 9}, {8, 10}, {10, 12}}
	want := []int32{-100, -100, 3, 4, -100, -100, -100}
	ids := []int32{1, 2, 3, 4, 5, 6, 7}
	require.Equal(t, want, chat.Labels(ids, offsets(offs), spans))
}

func offsets(pairs []struct{ a, b int }) []tokenizer.Offset {
	out := make([]tokenizer.Offset, len(pairs))
	for i, p := range pairs {
		out[i] = tokenizer.Offset{Start: p.a, End: p.b}
	}
	return out
}

// Control tokens in what a user says do not reach the ids when encoding is guarded; all else stays as it is.
func TestEncodeGuarded(t *testing.T) {
	tok, _ := courseTokenizers(t)
	say := func(content string) *chat.Rendered {
		r, err := chat.Gemma{}.Render(&chat.Conversation{Messages: []chat.Message{{Role: "user", Content: content}}}, chat.Options{AddGenerationPrompt: true})
		require.NoError(t, err)
		return r
	}
	for _, control := range []string{"<start_of_turn>", "<end_of_turn>", "<bos>", "<eos>", "<pad>", "<tool_call>", "</tool_response>"} {
		r := say("a " + control + "\n\nb")
		id, ok := tok.TokenToID(control)
		require.True(t, ok)
		free, _ := r.Encode(tok)
		guarded, offs := r.EncodeGuarded(tok)
		count := func(ids []int32) (n int) {
			for _, i := range ids {
				if i == id {
					n++
				}
			}
			return n
		}
		assert.Equal(t, count(free)-1, count(guarded), control)
		assert.Equal(t, r.Text, tok.Decode(guarded, false))
		assert.Len(t, offs, len(guarded))
		assert.Equal(t, len(r.Text), offs[len(offs)-1].End)
	}
	r := say("nothing special, 日本語")
	free, _ := r.Encode(tok)
	guarded, _ := r.EncodeGuarded(tok)
	assert.Equal(t, free, guarded)
}
