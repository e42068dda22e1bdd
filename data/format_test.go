package data

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lapidary/internal/testshared"
	"lapidary/tokenizer/literal"
)

func readString(t testing.TB, file string) ([]Row, error) {
	t.Helper()
	return ReadRows(context.Background(), []string{writeTemp(t, "x.jsonl", file)}, FormatAuto)
}

func readOne(t testing.TB, line string) Row {
	t.Helper()
	rows, err := readString(t, line)
	require.NoError(t, err, line)
	require.Len(t, rows, 1)
	return rows[0]
}

func asJSON(t testing.TB, v any) string {
	t.Helper()
	return literal.CompactJSON(v)
}

// One tool list, in every shape it is met in.
func TestToolShapes(t *testing.T) {
	const bare = `{"name":"f","description":"d","parameters":{"type":"object","properties":{"a":{"type":"string"}}}}`
	const wrapped = `{"type":"function","function":` + bare + `}`
	quote := func(s string) string { return asJSON(t, s) }
	python := `[{'type': 'function', 'function': {'name': 'f', 'description': 'd', 'parameters': {'type': 'object', 'properties': {'a': {'type': 'string'}}}}}]`
	for name, tools := range map[string]string{
		"list of bare": "[" + bare + "]", "list of wrapped": "[" + wrapped + "]",
		"JSON string": quote("[" + bare + "]"), "JSON string of wrapped": quote(" [" + wrapped + "]\n"),
		"list of strings": "[" + quote(bare) + "]", "Python repr": quote(python), "one tool": wrapped, "one bare": bare,
	} {
		row := readOne(t, `{"messages":[{"role":"user","content":"x"}],"tools":`+tools+`}`)
		require.Len(t, row.Tools, 1, name)
		assert.Equal(t, wrapped, asJSON(t, row.Tools[0]), name)
	}
	for _, none := range []string{`null`, `[]`, `""`, `"[]"`} {
		assert.Empty(t, readOne(t, `{"messages":[{"role":"user","content":"x"}],"tools":`+none+`}`).Tools, none)
	}
}

// One call, in every shape it is met in.
func TestCallShapes(t *testing.T) {
	const arguments = `{"b":1.0,"a":"it's"}`
	for name, turn := range map[string]string{
		"wrapped":       `{"role":"assistant","content":"","tool_calls":[{"type":"function","function":{"name":"f","arguments":` + arguments + `}}]}`,
		"bare":          `{"role":"assistant","tool_calls":[{"name":"f","arguments":` + arguments + `}]}`,
		"JSON string":   `{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":` + asJSON(t, arguments) + `}}]}`,
		"Python repr":   `{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":"{'b': 1.0, 'a': \"it's\"}"}}]}`,
		"function_call": `{"role":"assistant","content":null,"function_call":{"name":"f","arguments":` + asJSON(t, arguments) + `}}`,
		"string of all": `{"role":"assistant","tool_calls":` + asJSON(t, `[{"name":"f","arguments":`+arguments+`}]`) + `}`,
	} {
		row := readOne(t, `{"messages":[{"role":"user","content":"x"},`+turn+`]}`)
		require.Len(t, row.Messages[1].ToolCalls, 1, name)
		assert.Equal(t, "f", row.Messages[1].ToolCalls[0].Name, name)
		assert.Equal(t, arguments, asJSON(t, row.Messages[1].ToolCalls[0].Arguments), name)
	}
	share := func(value string) string {
		return `{"conversations":[{"from":"human","value":"x"},{"from":"function_call","value":` + value + `},{"from":"observation","value":"y"},{"from":"gpt","value":"z"}],"tools":"[]","system":"s"}`
	}
	call := `{"name":"f","arguments":` + arguments + `}`
	for _, value := range []string{call, asJSON(t, call), asJSON(t, "["+call+"]"), `"{'name': 'f', 'arguments': {'b': 1.0, 'a': \"it's\"}}"`} {
		row := readOne(t, share(value))
		assert.Equal(t, FormatShareGPT, row.Format)
		var roles []string
		for _, m := range row.Messages {
			roles = append(roles, m.Role)
		}
		assert.Equal(t, []string{"system", "user", "assistant", "tool", "assistant"}, roles)
		assert.Equal(t, arguments, asJSON(t, row.Messages[2].ToolCalls[0].Arguments))
	}
	twice := readOne(t, share(asJSON(t, "["+call+","+call+"]")))
	assert.Len(t, twice.Messages[2].ToolCalls, 2)
}

func TestFormats(t *testing.T) {
	row := readOne(t, `{"conversations":[{"role":"human","content":"a"},{"role":"model","content":"b"}],"id":"r1"}`)
	assert.Equal(t, FormatConversations, row.Format)
	assert.Equal(t, "r1", row.ID)
	assert.Equal(t, "human", row.Messages[0].Role)
	row = readOne(t, `{"prompt":"a","completion":"b"}`)
	assert.Equal(t, Turns{Text: "a"}, row.Prompt)
	assert.Equal(t, Turns{Text: "b"}, row.Completion)
	row = readOne(t, `{"prompt":[{"role":"user","content":"a"}],"completion":[{"role":"assistant","content":"b"}]}`)
	assert.Equal(t, "b", row.Completion.Messages[0].Content)
	row = readOne(t, `{"text":"a"}`)
	assert.Equal(t, "a", row.Text)
	row = readOne(t, `{"input_ids":[2,3],"labels":[-100,3]}`)
	assert.Equal(t, []int32{2, 3}, row.IDs)
	assert.Equal(t, []int32{-100, 3}, row.Labels)
	assert.Nil(t, readOne(t, `{"input_ids":[2,3]}`).Labels)
	row = readOne(t, `{"messages":[{"role":"assistant","content":"a","weight":0}]}`)
	assert.Zero(t, turnWeight(&row.Messages[0]))
}

// Each bad row gets a message that names the place and the field.
func TestFormatErrors(t *testing.T) {
	for line, want := range map[string]string{
		`{"mesages":[]}`:                 `:1: no known field among mesages; a row has messages, conversations, prompt and completion, text, or input_ids (did you mean "messages" where it says "mesages"?)`,
		`{}`:                             "no known field among no fields at all",
		`{"messages":[]}`:                "messages: no turns",
		`{"messages":"x"}`:               "messages: a string that holds no list",
		`{"messages":5}`:                 "messages: want a list, got a number",
		`{"messages":["x"]}`:             "messages[0]: want an object with role and content, got a string",
		`{"messages":[{"content":"x"}]}`: "messages[0].role: want a string, got null; each turn needs a role",
		`{"messages":[{"role":"user","weight":2}]}`:                                "messages[0].weight: want 0 or 1",
		`{"messages":[{"role":"user","weight":"NaN"}]}`:                            "messages[0].weight",
		`{"messages":[{"role":"a","tool_calls":[{}]}]}`:                            "messages[0].tool_calls[0].name: want a function's name, got null",
		`{"messages":[{"role":"a","tool_calls":[5]}]}`:                             "messages[0].tool_calls[0]: want an object, got a number",
		`{"messages":[{"role":"a","tool_calls":{}}]}`:                              "messages[0].tool_calls: want a list, got an object",
		`{"messages":[{"role":"a","tool_calls":[{"name":"f","arguments":[1]}]}]}`:  "messages[0].tool_calls[0].arguments: want an object, got a list",
		`{"messages":[{"role":"a","tool_calls":[{"name":"f","arguments":"{x"}]}]}`: "arguments: a string that holds no object: ",
		`{"messages":[{"role":"a"}],"tools":[{"function":{}}]}`:                    "tools[0].name: want the function's name, got null",
		`{"messages":[{"role":"a"}],"tools":"nonsense"}`:                           "tools: a string that holds no list",
		`{"conversations":[{"from":"alien","value":"x"}]}`:                         `conversations[0].from: unknown speaker "alien"`,
		`{"conversations":{}}`:                                                     "conversations: want a list, got an object",
		`{"prompt":"a","completion":[{"role":"assistant","content":"b"}]}`:         "completion: prompt is a string and completion a list",
		`{"prompt":1,"completion":"b"}`:                                            "prompt: want a string or a list of messages, got a number",
		`{"text":5}`:                                                               "text: want a string, got a number",
		`{"input_ids":[1,2.5]}`:                                                    "input_ids[1]: want an integer",
		`{"input_ids":[1,-100]}`:                                                   "input_ids[1]: -100 is no token id",
		`{"input_ids":[1,4294967296]}`:                                             "input_ids[1]: 4294967296 is no token id",
		`{"input_ids":[1,99999999999999999999]}`:                                   "input_ids[1]: want an integer",
		`{"input_ids":[1],"labels":[-1]}`:                                          "labels[0]: -1 is no token id",
		`{"input_ids":[1],"labels":[1,2]}`:                                         "labels: 2 labels for 1 ids",
		`{"input_ids":"1"}`:                                                        "input_ids: want a list of integers, got a string",
	} {
		_, err := readString(t, line)
		require.Error(t, err, line)
		assert.Contains(t, err.Error(), want, line)
		var bad *RowErrors
		require.ErrorAs(t, err, &bad)
		assert.Equal(t, 1, bad.Rows[0].Source.Line)
	}
}

// Bad rows are reported together; the good ones beside them keep their places.
func TestBadRowsTogether(t *testing.T) {
	rows, err := readString(t, "{\"text\":\"a\"}\n{\"text\":1}\n\n{\"text\":\"b\"}\n{oops\n{\"messages\":[]}\n")
	require.Error(t, err)
	assert.Len(t, strings.Split(err.Error(), "\n"), 3)
	require.Len(t, rows, 2)
	assert.Equal(t, 4, rows[1].Source.Line)
	assert.Contains(t, err.Error(), "x.jsonl:6: text: want a string, got null")
	_, err = ReadRows(context.Background(), []string{"x"}, "mesages")
	assert.ErrorContains(t, err, "data format")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err = ReadRows(ctx, []string{writeTemp(t, "x.jsonl", "{\"text\":\"a\"}")}, FormatText)
	assert.ErrorIs(t, err, context.Canceled)
}

// The collections at hand are read as they are.
func TestReadCollections(t *testing.T) {
	for file, want := range map[string]struct {
		rows   int
		format Format
	}{
		"train_messages.jsonl":       {2352, FormatMessages},
		"hermes_conversations.jsonl": {500, FormatConversations},
		"bfcl_dev.jsonl":             {1334, FormatMessages},
	} {
		rows, err := ReadRows(context.Background(), []string{testshared.Path(t, "data/"+file)}, FormatAuto)
		require.NoError(t, err)
		assert.Len(t, rows, want.rows)
		assert.Equal(t, want.format, rows[0].Format)
	}
}
