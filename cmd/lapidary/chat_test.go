package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"lapidary/demo"
	"lapidary/finetune"
	"lapidary/generate"
	"lapidary/tokenizer/chat"
	"lapidary/tokenizer/literal"
)

// chatWith runs the verb on lines of input.
func chatWith(t *testing.T, input string, args ...string) (string, error) {
	t.Helper()
	root := newRoot()
	var out bytes.Buffer
	root.SetIn(strings.NewReader(input))
	root.SetOut(&out)
	root.SetArgs(append([]string{"chat"}, args...))
	err := root.ExecuteContext(t.Context())
	return out.String(), err
}

// Each answer of a conversation is what generate gives for the messages so far; a new beginning forgets them.
func TestChatIsGenerateTurnByTurn(t *testing.T) {
	dir := t.TempDir()
	model := filepath.Join(dir, "model")
	require.NoError(t, demo.WriteBase(model))
	flags := []string{"--model", model, "--max-new-tokens", "30", "--threads", "2"}
	first, second := "What is the weather in Bern?", "And who is Ada?"
	out, err := chatWith(t, first+"\n\n"+second+"\n/reset\n"+first+"\n/quit\nnot read\n", append(flags, "--json")...)
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSpace(out), "\n")
	require.Len(t, lines, 3)
	require.Equal(t, lines[0], lines[2])
	var said []string
	for _, line := range lines[:2] {
		var r chatLine
		require.NoError(t, json.Unmarshal([]byte(line), &r))
		said = append(said, r.Content)
	}
	messages := filepath.Join(dir, "messages.json")
	for i, history := range []string{
		fmt.Sprintf(`[{"role":"user","content":%q}]`, first),
		fmt.Sprintf(`[{"role":"user","content":%q},{"role":"assistant","content":%q},{"role":"user","content":%q}]`, first, said[0], second),
	} {
		writeFile(t, messages, history)
		code, text := output(t, append([]string{"generate", "--messages", messages}, flags...)...)
		require.Zero(t, code)
		require.Equal(t, said[i], strings.TrimSpace(text))
	}
	again, err := chatWith(t, first+"\n"+second, append(flags, "--temperature", "1", "--seed", "5")...)
	require.NoError(t, err)
	same, err := chatWith(t, first+"\n"+second, append(flags, "--temperature", "1", "--seed", "5")...)
	require.NoError(t, err)
	require.Equal(t, again, same)
}

// partner answers what it is told to, and notes what it hears.
type partner struct {
	heard   []string
	answers []string
	during  func(ctx context.Context)
}

func (p *partner) Say(text string) { p.heard = append(p.heard, text) }
func (p *partner) Reset()          { p.heard = append(p.heard, "RESET") }
func (p *partner) Respond(tool string, v any) {
	p.heard = append(p.heard, tool+"="+literal.JSON(v))
}

func (p *partner) Answer(ctx context.Context, emit func(chat.Event)) (finetune.Reply, error) {
	text := p.answers[0]
	p.answers = p.answers[1:]
	if p.during != nil {
		p.during(ctx)
	}
	var parser chat.StreamParser
	for _, e := range parser.Write(text) {
		emit(e)
	}
	events, out := parser.Close()
	for _, e := range events {
		emit(e)
	}
	reason := generate.ReasonStop
	if ctx.Err() != nil {
		reason = generate.ReasonNone
	}
	return finetune.Reply{Output: out, Reason: reason}, nil
}

func talk(t *testing.T, p *partner, asJSON bool, input string) (string, error) {
	t.Helper()
	var out bytes.Buffer
	c := &chatTerminal{partner: p, in: strings.NewReader(input), out: &out, json: asJSON}
	err := c.run(t.Context())
	return out.String(), err
}

func TestChatAsksForTheToolsResponses(t *testing.T) {
	const two = `<think>two</think>Let me see.<tool_call>{"name": "f", "arguments": {"b": 1.50, "a": "é"}}</tool_call><tool_call>{'name': 'g', 'arguments': {}}</tool_call>`
	p := &partner{answers: []string{two, "It is 3.", "Bye.", `<tool_call>{"name": </tool_call>`}}
	out, err := talk(t, p, false, "How much?\n{\"x\": 3}\n\nand now\n/reset\nagain")
	require.NoError(t, err)
	require.Equal(t, "Let me see.\ncall f {\"b\": 1.5, \"a\": \"é\"}\ncall g {}\nIt is 3.\nBye.\n", out)
	require.Equal(t, []string{"How much?", `f={"x": 3}`, "and now", "RESET", "again"}, p.heard)

	p = &partner{answers: []string{two, "It is 3."}}
	out, err = talk(t, p, true, "How much?\n3\n\"four\"\n")
	require.NoError(t, err)
	require.Equal(t, `{"content":"Let me see.","thought":"two","calls":[{"name":"f","arguments":{"b":1.5,"a":"é"}},{"name":"g","arguments":{}}],"finish_reason":"stop"}
{"content":"It is 3.","finish_reason":"stop"}
`, out)
	require.Equal(t, []string{"How much?", "f=3", `g="four"`}, p.heard)

	_, err = talk(t, &partner{answers: []string{two}}, false, "How much?\nthree\n")
	require.ErrorContains(t, err, "response of f: want a line of JSON")
	require.Equal(t, exitInput, exitCode(err))
	_, err = talk(t, &partner{}, false, "/qiut\n")
	require.ErrorContains(t, err, `did you mean "/quit"?`)
	require.Equal(t, exitUsage, exitCode(err))
}

// An interrupt ends the answer, which asks for no responses; the next one is for the program.
func TestInterruptEndsTheAnswer(t *testing.T) {
	call := `<tool_call>{"name": "f", "arguments": {}}</tool_call>`
	p := &partner{answers: []string{call, "Still here."}}
	first := true
	p.during = func(ctx context.Context) {
		if first {
			require.True(t, interruptHere())
			require.ErrorIs(t, ctx.Err(), context.Canceled)
			require.False(t, interruptHere(), "the second is for the program")
		}
		first = false
	}
	out, err := talk(t, p, false, "Hi\nHello\n")
	require.NoError(t, err)
	require.Equal(t, "call f {}\nStill here.\n", out)
	require.Equal(t, []string{"Hi", "Hello"}, p.heard)
	require.False(t, interruptHere())
}

func TestChatRefuses(t *testing.T) {
	_, err := chatWith(t, "")
	require.Equal(t, exitUsage, exitCode(err))
	dir := t.TempDir()
	model := filepath.Join(dir, "model")
	require.NoError(t, demo.WriteBase(model))
	_, err = chatWith(t, "", "--model", model, "--tools", filepath.Join(dir, "none.json"))
	require.Equal(t, exitInput, exitCode(err))
	_, err = chatWith(t, "", "--model", model, "--temperature", "-1")
	require.Equal(t, exitUsage, exitCode(err))
	_, err = chatWith(t, strings.Repeat("word ", 3000), "--model", model)
	require.ErrorContains(t, err, "the conversation has")
}
