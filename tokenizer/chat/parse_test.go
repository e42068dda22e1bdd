package chat_test

import (
	"errors"
	"math/rand"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lapidary/internal/testshared"
	"lapidary/tokenizer/chat"
	"lapidary/tokenizer/literal"
)

// outputs are model outputs and what they hold: "name arguments" for a call, the error for one that cannot be read.
var outputs = []struct {
	name, text       string
	content, thought string
	calls            []string
	err              error
}{
	{name: "plain", text: " Hello <b>&\n", content: "Hello <b>&"},
	{name: "json", text: "<tool_call>\n{\"name\": \"f\", \"arguments\": {\"a\": 1e16}}\n</tool_call>", calls: []string{`f {"a": 1e+16}`}},
	{name: "python", text: "<tool_call>{'name': 'f', 'arguments': {'a': None, 'b': (1, True), 'c': \"it's\"}}</tool_call>", calls: []string{`f {"a": null, "b": [1, true], "c": "it's"}`}},
	{name: "arguments first", text: `<tool_call>{"arguments": {}, "name": "f"}</tool_call>`, calls: []string{`f {}`}},
	{name: "arguments as string", text: `<tool_call>{"name": "f", "arguments": "{\"x\": 2}"}</tool_call>`, calls: []string{`f {"x": 2}`}},
	{name: "no arguments", text: `<tool_call>{"name": "f"}</tool_call>`, calls: []string{`f {}`}},
	{name: "several", text: "Now:\n<tool_call>{\"name\":\"f\",\"arguments\":{}}</tool_call>\n<tool_call>{'name':'g','arguments':{}}</tool_call> done", content: "Now:\n\n done", calls: []string{"f {}", "g {}"}},
	{name: "list", text: `<tool_call>[{"name":"f","arguments":{}},{"name":"g","arguments":{"a":"b"}}]</tool_call>`, calls: []string{"f {}", `g {"a": "b"}`}},
	{name: "after thinking", text: "<think>maybe <tool_call>{\"name\":\"no\",\"arguments\":{}}</tool_call></think><tool_call>{\"name\":\"f\",\"arguments\":{}}</tool_call>",
		thought: "maybe <tool_call>{\"name\":\"no\",\"arguments\":{}}</tool_call>", calls: []string{"f {}"}},
	{name: "thought never opened", text: "hm</think>ok", thought: "hm", content: "ok"},
	{name: "thought never closed", text: "<think>so <tool_call>{\"name\":\"f\",\"arguments\":{}}</tool_call>", thought: "so", calls: []string{"f {}"}},
	{name: "end tag in a string", text: `<tool_call>{"name":"f","arguments":{"x":"a</tool_call>b"}}</tool_call>`, calls: []string{`f {"x": "a</tool_call>b"}`}},
	{name: "end tag in a Python string", text: `<tool_call>{'name':'f','arguments':{'x':'a</tool_call>b'}}</tool_call>`, calls: []string{`f {"x": "a</tool_call>b"}`}},
	{name: "xml in arguments", text: `<tool_call>{"name":"f","arguments":{"x":"a < b & <c>"}}</tool_call>`, calls: []string{`f {"x": "a < b & <c>"}`}},
	{name: "unclosed but whole", text: `<tool_call>{"name":"f","arguments":{}}`, calls: []string{"f {}"}},
	{name: "cut off", text: `<tool_call>{"name":"f","arguments":{"a`, calls: []string{"!"}, err: chat.ErrCallSyntax},
	{name: "cut off, then another", text: `<tool_call>{"name":"f", <tool_call>{"name":"g","arguments":{}}</tool_call>`, calls: []string{"!", "g {}"}, err: chat.ErrCallSyntax},
	{name: "no name", text: `<tool_call>{"arguments":{}}</tool_call>`, calls: []string{"!"}, err: chat.ErrCallForm},
	{name: "empty name", text: `<tool_call>{"name":"","arguments":{}}</tool_call>`, calls: []string{"!"}, err: chat.ErrCallForm},
	{name: "arguments a list", text: `<tool_call>{"name":"f","arguments":[1]}</tool_call>`, calls: []string{"!"}, err: chat.ErrCallForm},
	{name: "empty", text: `<tool_call></tool_call>`, calls: []string{"!"}, err: chat.ErrCallSyntax},
	{name: "empty list", text: `<tool_call>[]</tool_call>`, calls: []string{"!"}, err: chat.ErrCallForm},
	{name: "text", text: `<tool_call>f(x=1)</tool_call>`, calls: []string{"!"}, err: chat.ErrCallSyntax},
	{name: "key twice", text: `<tool_call>{"name":"f","name":"g","arguments":{}}</tool_call>`, calls: []string{"!"}, err: literal.ErrDuplicate},
	{name: "nested", text: `<tool_call>{"name":"f","arguments":{"a":` + strings.Repeat("[", 100000) + `</tool_call>`, calls: []string{"!"}, err: literal.ErrDepth},
	{name: "more after it", text: `<tool_call>{"name":"f","arguments":{}} and more</tool_call>`, calls: []string{"!"}, err: chat.ErrCallSyntax},
	{name: "too large", text: `<tool_call>{"name":"f","arguments":{"a":"` + strings.Repeat("x", 1<<20) + `"}}</tool_call>`, calls: []string{"!"}, err: chat.ErrCallTooLarge},
	{name: "control token inside", text: `<tool_call>{"name":"f","arguments":{"a":"<end_of_turn>"}}</tool_call>`, calls: []string{`f {"a": "<end_of_turn>"}`}},
	{name: "only an end tag", text: `a</tool_call>b`, content: "a</tool_call>b"},
}

func callStrings(calls []chat.ParsedCall) []string {
	var out []string
	for _, c := range calls {
		if c.Err != nil {
			out = append(out, "!")
			continue
		}
		out = append(out, c.Call.Name+" "+literal.JSON(c.Call.Arguments))
	}
	return out
}

func TestParseOutput(t *testing.T) {
	for _, c := range outputs {
		t.Run(c.name, func(t *testing.T) {
			got := chat.ParseOutput(c.text)
			assert.Equal(t, c.calls, callStrings(got.Calls))
			assert.Equal(t, c.content, got.Content)
			assert.Equal(t, c.thought, got.Thought)
			_, err := got.Valid()
			if c.err == nil {
				assert.NoError(t, err)
				return
			}
			assert.ErrorIs(t, err, c.err)
			var ce *chat.CallError
			require.True(t, errors.As(err, &ce))
			assert.Less(t, len(err.Error()), 300)
			assert.Equal(t, "<tool_call>", c.text[ce.Start:ce.Start+11])
		})
	}
}

// Streaming in random pieces: the calls and texts reported on the way are those of the whole, whatever the pieces.
func TestStreamParser(t *testing.T) {
	const seed = 7
	rng := rand.New(rand.NewSource(seed))
	for _, c := range outputs {
		if len(c.text) > 1000 {
			continue
		}
		for range 50 {
			p := &chat.StreamParser{}
			var events []chat.Event
			for rest := c.text; rest != ""; {
				n := 1 + rng.Intn(min(len(rest), 9))
				events = append(events, p.Write(rest[:n])...)
				rest = rest[n:]
			}
			last, whole := p.Close()
			events = append(events, last...)
			require.Equal(t, chat.ParseOutput(c.text), whole)
			if strings.HasPrefix(c.name, "thought never") {
				continue // what was said before is taken back by Close
			}
			var calls []chat.ParsedCall
			var content strings.Builder
			for _, e := range events {
				switch e.Kind {
				case chat.EventCall:
					calls = append(calls, e.Call)
				case chat.EventContent:
					content.WriteString(e.Text)
				}
			}
			require.Equal(t, c.calls, callStrings(calls), "%s, seed %d", c.name, seed)
			require.Equal(t, c.content, strings.TrimSpace(content.String()), "%s, seed %d", c.name, seed)
		}
	}
}

// Every call of the training data, written in either style and read back, is the same value.
func TestCallRoundTrip(t *testing.T) {
	n := 0
	for _, row := range readDicts(t, testshared.Path(t, "data/train_messages.jsonl")) {
		c, err := chat.ConversationFrom(row)
		require.NoError(t, err)
		for _, m := range c.Messages {
			for _, style := range []chat.Style{chat.StyleJSON, chat.StylePython} {
				var text strings.Builder
				for _, call := range m.ToolCalls {
					text.WriteString(chat.CallText(call, style) + "\n")
				}
				got, err := chat.ParseOutput(text.String()).Valid()
				require.NoError(t, err)
				require.Len(t, got, len(m.ToolCalls))
				for k, call := range m.ToolCalls {
					require.Equal(t, call.Name, got[k].Name)
					require.Equal(t, literal.JSON(call.Arguments), literal.JSON(got[k].Arguments))
					n++
				}
			}
		}
	}
	t.Logf("%d calls", n)
}

// The model turns of the course's data all parse: each <tool_call> outside thoughts is one call.
func TestParseCourseData(t *testing.T) {
	n := 0
	for _, row := range readDicts(t, testshared.Path(t, "data/hermes_conversations.jsonl")) {
		messages, _ := row.Get("conversations")
		for _, v := range messages.([]any) {
			d := v.(*literal.Dict)
			if role, _ := d.Str("role"); role != "model" {
				continue
			}
			text, _ := d.Str("content")
			got, err := chat.ParseOutput(text).Valid()
			require.NoError(t, err, text)
			require.Len(t, got, strings.Count(text, "<tool_call>"), text)
			n += len(got)
		}
	}
	t.Logf("%d calls", n)
	assert.NotZero(t, n)
}

func FuzzParseOutput(f *testing.F) {
	for _, c := range outputs {
		if len(c.text) < 1000 {
			f.Add(c.text)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		out := chat.ParseOutput(text)
		for _, c := range out.Calls {
			if c.Start < 0 || c.End > len(text) || c.Start >= c.End {
				t.Fatalf("range %d-%d of %d", c.Start, c.End, len(text))
			}
			if c.Err != nil {
				continue
			}
			for _, style := range []chat.Style{chat.StyleJSON, chat.StylePython} {
				again := chat.ParseOutput(chat.CallText(c.Call, style))
				if len(again.Calls) != 1 || again.Calls[0].Err != nil {
					t.Fatalf("%q is not read back: %+v", chat.CallText(c.Call, style), again.Calls)
				}
				if a, b := literal.JSON(c.Call.Arguments), literal.JSON(again.Calls[0].Call.Arguments); a != b {
					t.Fatalf("%s became %s", a, b)
				}
			}
		}
		p := &chat.StreamParser{}
		for i := range len(text) {
			p.Write(text[i : i+1])
		}
		p.Close()
	})
}
