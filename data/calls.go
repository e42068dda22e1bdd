package data

import (
	"strings"

	"lapidary/tokenizer/chat"
	"lapidary/tokenizer/literal"
)

const (
	toolsOpen  = "<tools>"
	toolsClose = "</tools>"
)

// ToolList are the tools a conversation offers: the row's own or, in data of the Hermes kind, those its system text
// lists between <tools> tags. ok is false when tags are there and none holds a list.
func (r *Row) ToolList() (tools []any, ok bool) {
	if r.Tools != nil {
		return r.Tools, true
	}
	for i := range r.Messages {
		if chat.Canonical(r.Messages[i].Role) == "assistant" {
			break
		}
		text, _ := r.Messages[i].Content.(string)
		if tools, found := inlineTools(text); found {
			return tools, tools != nil
		}
	}
	return nil, true
}

// inlineTools reads the first list between <tools> tags; the prose before it may name the tags too.
func inlineTools(text string) (tools []any, found bool) {
	for {
		i := strings.Index(text, toolsOpen)
		if i < 0 {
			return nil, found
		}
		text = text[i+len(toolsOpen):]
		body, _, closed := strings.Cut(text, toolsClose)
		if !closed || strings.TrimSpace(body) == "" {
			continue
		}
		found = true
		if v, _, err := literal.Parse(strings.TrimSpace(body)); err == nil {
			if tools, err := decodeTools(v); err == nil && tools != nil {
				return tools, true
			}
		}
	}
}

// CallsOf are the calls of an assistant turn: its tool_calls or, when there are none, those written in its text.
// Calls in the text that cannot be read are errors.
func CallsOf(m *chat.Message) (calls []chat.ToolCall, err error) {
	text, _ := m.Content.(string)
	if len(m.ToolCalls) > 0 || !strings.Contains(text, "<tool_call>") {
		return m.ToolCalls, nil
	}
	return chat.ParseOutput(text).Valid()
}
