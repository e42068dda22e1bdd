package data

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lapidary/internal/testshared"
	"lapidary/tokenizer/chat"
	"lapidary/tokenizer/literal"
)

func hermesEncoder(t testing.TB) *Encoder {
	t.Helper()
	e, err := NewEncoder(Config{}, Text{Tokenizer: gemmaTokenizer(t, chat.SpecialTokens()), Template: chat.Hermes{}})
	require.NoError(t, err)
	return e
}

// reread writes rows as a file and reads it again.
func reread(t testing.TB, rows []*literal.Dict) []Row {
	t.Helper()
	var lines []string
	for _, r := range rows {
		lines = append(lines, literal.JSON(r))
	}
	out, err := ReadRows(context.Background(), []string{writeTemp(t, "x.jsonl", strings.Join(lines, "\n"))}, FormatAuto)
	require.NoError(t, err)
	return out
}

// There and back: rows that lost nothing on the way render to the same text, character by character; as tokens they
// are the same examples.
func TestConvertThereAndBack(t *testing.T) {
	rows, err := ReadRows(context.Background(), []string{"../examples/functioncalling/train.jsonl", testshared.Path(t, "data/train_messages.jsonl")}, FormatAuto)
	require.NoError(t, err)
	rows = rows[:500]
	e := hermesEncoder(t)
	for to, least := range map[Format]int{FormatMessages: 500, FormatShareGPT: 200, FormatConversations: 200, FormatPrompt: 200} {
		there, err := e.Convert(rows, to)
		require.NoError(t, err, to)
		lost := map[Source]bool{}
		for _, l := range there.Losses {
			lost[l.Source] = true
		}
		again := reread(t, there.Rows)
		require.Len(t, again, len(rows))
		assert.Equal(t, to, again[0].Format)
		same := 0
		for i := range rows {
			if lost[rows[i].Source] {
				continue
			}
			same++
			want, err := e.Render(&rows[i])
			require.NoError(t, err)
			got, err := e.Render(&again[i])
			require.NoError(t, err)
			require.Equal(t, want.Text, got.Text, "%s through %s", rows[i].Source, to)
		}
		assert.GreaterOrEqual(t, same, least, to)
	}
	tokens, err := e.Convert(rows, FormatTokens)
	require.NoError(t, err)
	for i, row := range reread(t, tokens.Rows) {
		want, err := e.Render(&rows[i])
		require.NoError(t, err)
		require.Equal(t, want.IDs, row.IDs)
		require.Equal(t, want.Labels, row.Labels)
	}
}

// Calls written in the text become tool_calls, with the same arguments, and render to text with the same calls.
func TestConvertLiftsCalls(t *testing.T) {
	rows, err := ReadRows(context.Background(), []string{testshared.Path(t, "data/hermes_conversations.jsonl")}, FormatAuto)
	require.NoError(t, err)
	e := hermesEncoder(t)
	out, err := e.Convert(rows, FormatMessages)
	require.NoError(t, err)
	lifted := 0
	for i, row := range reread(t, out.Rows) {
		require.NotEmpty(t, row.Tools, row.ID)
		for k := range row.Messages {
			if row.Messages[k].Role != "assistant" {
				continue
			}
			want, err := CallsOf(&rows[i].Messages[k])
			require.NoError(t, err)
			require.Equal(t, len(want), len(row.Messages[k].ToolCalls), "%s messages[%d]", rows[i].Source, k)
			for n, call := range row.Messages[k].ToolCalls {
				require.Equal(t, literal.JSON(want[n].Arguments), literal.JSON(call.Arguments))
				lifted++
			}
			words, _, _ := strings.Cut(text(&rows[i].Messages[k]), "<tool_call>\n{'")
			require.Equal(t, strings.TrimSpace(words), strings.TrimSpace(text(&row.Messages[k])), "thoughts and words stay")
		}
	}
	assert.Greater(t, lifted, 500)
}

func TestConvertLosses(t *testing.T) {
	e := hermesEncoder(t)
	convert := func(line string, to Format) (string, []string, error) {
		row := readOne(t, line)
		out, err := e.Convert([]Row{row}, to)
		if err != nil {
			return "", nil, err
		}
		var losses []string
		for _, l := range out.Losses {
			losses = append(losses, l.What)
		}
		return literal.CompactJSON(out.Rows[0]), losses, nil
	}
	const row = `{"id":"r","messages":[{"role":"human","content":"a"},{"role":"assistant","content":"so","weight":0,"tool_calls":[{"id":"1","name":"f","arguments":{"x":1}}]},{"role":"tool","name":"f","content":"r"},{"role":"gpt","content":"b"}]}`
	got, losses, err := convert(row, FormatShareGPT)
	require.NoError(t, err)
	assert.Equal(t, `{"id":"r","conversations":[{"from":"human","value":"a"},{"from":"gpt","value":"so"},{"from":"function_call","value":"{\"name\": \"f\", \"arguments\": {\"x\": 1}}"},{"from":"observation","value":"r"},{"from":"gpt","value":"b"}]}`, got)
	assert.Equal(t, []string{"messages[1].weight", "that words and calls are one turn", "the id of a call", "the name of the tool that answered"}, losses)
	got, losses, err = convert(row, FormatPrompt)
	require.NoError(t, err)
	assert.Contains(t, got, `"completion":[{"role":"assistant","content":"b"}]`)
	assert.Contains(t, losses, "the loss on messages[1]: only the completion carries loss")
	got, losses, err = convert(`{"prompt":"Hi","completion":" there"}`, FormatMessages)
	require.NoError(t, err)
	assert.Equal(t, `{"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":" there"}]}`, got)
	assert.Empty(t, losses)
	got, losses, err = convert(`{"prompt":"Hi","completion":" there"}`, FormatText)
	require.NoError(t, err)
	assert.Equal(t, `{"text":"Hi there<eos>"}`, got)
	assert.Len(t, losses, 1)
	_, _, err = convert(`{"text":"x"}`, FormatMessages)
	assert.ErrorContains(t, err, "x.jsonl:1: a row of text has no turns; convert it to text or tokens")
	_, _, err = convert(`{"messages":[{"role":"user","content":"x"}]}`, FormatPrompt)
	assert.ErrorContains(t, err, "no assistant turn at the end")
	_, _, err = convert(`{"text":"x"}`, FormatAuto)
	assert.ErrorContains(t, err, "want one of")
}

func TestShow(t *testing.T) {
	tok := tinyTokenizer(t)
	e, err := NewEncoder(Config{}, Text{Tokenizer: tok, Template: chat.Gemma{}})
	require.NoError(t, err)
	row := readOne(t, `{"messages":[{"role":"user","content":"Hi \u001b[31m\u00e9"},{"role":"assistant","content":"Yes 世界\t."}]}`)
	var b strings.Builder
	require.NoError(t, e.Print(&b, &row, Brackets))
	_, shown, _ := strings.Cut(b.String(), "\n")
	assert.Equal(t, "<bos><start_of_turn>user\nHi \\u001b[31mé<end_of_turn>\n<start_of_turn>model\n⟦Yes 世界\t.<end_of_turn>\n⟧\n", shown)
	assert.Regexp(t, `x\.jsonl:1: \d+ tokens, \d+ with loss\n`, b.String())

	ids := readOne(t, `{"input_ids":[2,4521,1],"labels":[-100,-100,1]}`)
	b.Reset()
	require.NoError(t, e.Print(&b, &ids, Colours))
	assert.Contains(t, b.String(), "<bos>Hello\x1b[1;32m<eos>\x1b[0m\n")
	s, err := e.Show(3, &ids)
	require.NoError(t, err)
	j, err := json.Marshal(s)
	require.NoError(t, err)
	assert.Equal(t, `{"row":3,"text":"\u003cbos\u003eHello\u003ceos\u003e","ids":[2,4521,1],"labels":[-100,-100,1]}`, string(j))
	bad := readOne(t, `{"messages":[{"role":"assistant","content":"x"}]}`)
	_, err = e.Show(0, &bad)
	assert.ErrorContains(t, err, "must alternate")
}
