package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"lapidary/finetune"
	"lapidary/generate"
	"lapidary/tokenizer/chat"
	"lapidary/tokenizer/literal"
)

// chatPartner is who is talked to.
type chatPartner interface {
	Say(text string)
	Respond(tool string, response any)
	Answer(ctx context.Context, emit func(chat.Event)) (finetune.Reply, error)
	Reset()
}

// chatTerminal lets lines of input take turns with a partner. Answers and calls go to out, all else to standard error.
type chatTerminal struct {
	partner chatPartner
	in      io.Reader
	out     io.Writer
	json    bool // a line of JSON for each answer, instead of text as it comes
	prompts bool // say whose turn it is

	lines chan inputLine
}

type inputLine struct {
	text string
	err  error
}

// maxLine bounds a line of input: no context is longer.
const maxLine = 1 << 20

// run is the conversation. The end of the input ends it.
func (t *chatTerminal) run(ctx context.Context) error {
	t.lines = make(chan inputLine)
	go t.read(ctx)
	if t.prompts {
		say("Type and press Enter. /reset begins anew, /quit ends, /help says more.")
	}
	for {
		line, err := t.ask(ctx, "you")
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch text := strings.TrimSpace(line); {
		case text == "":
		case text == "/quit" || text == "/exit":
			return nil
		case text == "/reset":
			t.partner.Reset()
			say("A new conversation.")
		case text == "/help":
			say("/reset  begin anew\n/quit   end (so does the end of the input)\nCtrl-C  end an answer; between answers, the program\n" +
				"Where the model calls a tool, give the tool's response as a line of JSON, or an empty line for none.")
		case strings.HasPrefix(text, "/") && !strings.ContainsAny(text[1:], "/ ."):
			err := usagef("unknown command %s%s", text, didYouMean(text, []string{"/reset", "/quit", "/exit", "/help"}))
			if !t.prompts {
				return err
			}
			say("%v", err)
		default:
			t.partner.Say(line)
			if err := t.exchange(ctx); err != nil && !errors.Is(err, io.EOF) {
				return err
			}
		}
	}
}

// exchange lets the partner answer, and again as long as it calls tools that are answered.
func (t *chatTerminal) exchange(ctx context.Context) error {
	for {
		r, err := t.answer(ctx)
		if err != nil {
			return err
		}
		responses := 0
		for _, c := range r.Calls {
			if c.Err != nil || r.Reason == generate.ReasonNone {
				continue
			}
			v, given, err := t.response(ctx, c.Call.Name)
			if err != nil {
				return err
			}
			if given {
				t.partner.Respond(c.Call.Name, v)
				responses++
			}
		}
		if responses == 0 {
			return nil
		}
	}
}

// answer shows an answer as it is written.
func (t *chatTerminal) answer(ctx context.Context) (finetune.Reply, error) {
	mine, done := answerable(ctx)
	defer done()
	thinking, text := false, false
	r, err := t.partner.Answer(mine, func(e chat.Event) {
		if t.json {
			return
		}
		switch e.Kind {
		case chat.EventThought:
			if !silent() {
				thinking = true
				fmt.Fprint(os.Stderr, e.Text)
			}
		case chat.EventContent:
			if thinking {
				fmt.Fprintln(os.Stderr)
				thinking = false
			}
			fmt.Fprint(t.out, e.Text)
			text = text || e.Text != ""
		}
	})
	if ctx.Err() != nil {
		return r, ctx.Err()
	}
	if err != nil {
		return r, badInput(err)
	}
	if t.json {
		return r, t.printReply(r)
	}
	if thinking {
		fmt.Fprintln(os.Stderr)
	}
	if text || len(r.Calls) == 0 {
		fmt.Fprintln(t.out)
	}
	for _, c := range r.Calls {
		if c.Err != nil {
			warn(c.Err)
			continue
		}
		if _, err := fmt.Fprintf(t.out, "call %s %s\n", c.Call.Name, literal.JSON(c.Call.Arguments)); err != nil {
			return r, err
		}
	}
	switch r.Reason {
	case generate.ReasonLength:
		say("(cut: --max-new-tokens or the model's context is reached)")
	case generate.ReasonNone:
		say("(interrupted)")
	}
	return r, nil
}

// chatLine is an answer with --json.
type chatLine struct {
	Content string          `json:"content"`
	Thought string          `json:"thought,omitempty"`
	Calls   []chatCall      `json:"calls,omitempty"`
	Errors  []string        `json:"errors,omitempty"`
	Reason  generate.Reason `json:"finish_reason"`
}

type chatCall struct {
	Name      string          `json:"name"`
	Arguments json.RawMessage `json:"arguments"` // in the order of the model
}

func (t *chatTerminal) printReply(r finetune.Reply) error {
	line := chatLine{Content: r.Content, Thought: r.Thought, Reason: r.Reason}
	for _, c := range r.Calls {
		if c.Err != nil {
			line.Errors = append(line.Errors, c.Err.Error())
			continue
		}
		arguments := literal.JSON(c.Call.Arguments)
		if !json.Valid([]byte(arguments)) {
			line.Errors = append(line.Errors, fmt.Sprintf("call of %s: JSON has no such number: %s", c.Call.Name, arguments))
			continue
		}
		line.Calls = append(line.Calls, chatCall{c.Call.Name, json.RawMessage(arguments)})
	}
	return printJSON(t.out, line)
}

// response asks for what a tool answers, until it is JSON or nothing.
func (t *chatTerminal) response(ctx context.Context, tool string) (v any, given bool, err error) {
	for {
		line, err := t.ask(ctx, "response of "+tool+" (JSON)")
		if err != nil || strings.TrimSpace(line) == "" {
			return nil, false, err
		}
		v, err := literal.ParseJSON(strings.TrimSpace(line))
		if err == nil {
			return v, true, nil
		}
		if !t.prompts {
			return nil, false, badInput(fmt.Errorf("response of %s: want a line of JSON, or an empty one for none: %w", tool, err))
		}
		say("not JSON: %v", err)
	}
}

// ask waits for a line of input.
func (t *chatTerminal) ask(ctx context.Context, who string) (string, error) {
	if t.prompts {
		fmt.Fprint(os.Stderr, who+"> ")
	}
	select {
	case l, ok := <-t.lines:
		if !ok {
			return "", io.EOF
		}
		return l.text, l.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// read hands lines on. A read of a terminal cannot be called off: it is left behind when the program ends.
func (t *chatTerminal) read(ctx context.Context) {
	defer close(t.lines)
	lines := bufio.NewScanner(t.in)
	lines.Buffer(nil, maxLine)
	send := func(l inputLine) bool {
		select {
		case t.lines <- l:
			return true
		case <-ctx.Done():
			return false
		}
	}
	for lines.Scan() {
		if !send(inputLine{text: lines.Text()}) {
			return
		}
	}
	if err := lines.Err(); err != nil {
		send(inputLine{err: badInput(fmt.Errorf("standard input: %w", err))})
	}
}
