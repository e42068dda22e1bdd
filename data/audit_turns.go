package data

import (
	"fmt"
	"strings"

	"lapidary/tokenizer/chat"
)

// isField reports whether a path goes through a field of that name.
func isField(path, name string) bool {
	for _, part := range strings.FieldsFunc(path, func(r rune) bool { return r == '.' || r == '[' || r == ']' }) {
		if part == name {
			return true
		}
	}
	return false
}

// checkTurns looks at who speaks when, and at turns without content.
func (a *Auditor) checkTurns(c *checked) {
	switch {
	case c.row.Format == FormatText && strings.TrimSpace(c.row.Text) == "":
		c.add(DefectEmpty, "text", "no words")
	case c.row.Format == FormatPrompt && c.row.Completion.Messages == nil && strings.TrimSpace(c.row.Completion.Text) == "":
		c.add(DefectEmpty, "completion", "no words")
	}
	if c.row.Messages == nil {
		return
	}
	before := ""
	pending := 0 // calls that wait for their tool turns
	for i := range c.row.Messages {
		m := &c.row.Messages[i]
		field := fmt.Sprintf("messages[%d]", i)
		role := chat.Canonical(m.Role)
		c.checkOrder(field, before, role)
		switch answers := max(1, strings.Count(text(m), "<tool_response>")); {
		case role == "tool" && pending >= answers:
			pending -= answers
		case role == "tool" && (before == "tool" || before == "assistant"):
			c.add(DefectResponse, field, "a tool's answer without a call")
		case pending > 0 && (role == "assistant" || role == "user"):
			c.add(DefectResponse, field, "%d calls before this turn have no tool turn", pending)
			pending = 0
		}
		if role == "assistant" {
			calls, _ := CallsOf(m)
			pending = len(calls)
			if len(calls) == 0 && wordless(m) {
				c.add(DefectEmpty, field, "an assistant turn without words and calls")
			}
		} else if role == "user" && wordless(m) {
			c.add(DefectEmpty, field, "a user turn without words")
		}
		before = role
	}
	if before != "assistant" && !c.row.AddGenerationPrompt && !has(c.row.Raw, "ground_truth") {
		c.add(DefectRoles, "messages", "the conversation ends with a turn of %s: nothing is learnt from it", before)
	}
}

func text(m *chat.Message) string {
	s, _ := m.Content.(string)
	return s
}

// wordless reports whether a turn has no content or only white space; content of parts is not looked into.
func wordless(m *chat.Message) bool {
	_, isText := m.Content.(string)
	return (m.Content == nil || isText) && strings.TrimSpace(text(m)) == ""
}

// checkOrder judges a turn by the one before it.
func (c *checked) checkOrder(field, before, role string) {
	why := ""
	switch role {
	case "system":
		if before != "" {
			why = "a system turn that is not the first"
		}
	case "user":
		if before == "user" {
			why = "two user turns in a row"
		}
	case "assistant":
		if before == "assistant" {
			why = "two assistant turns in a row"
		} else if before == "" || before == "system" {
			why = "an assistant turn that answers nobody"
		}
	case "tool":
		if before != "assistant" && before != "tool" {
			why = "a tool's turn that follows no call"
		}
	default:
		why = fmt.Sprintf("unknown role %q", role)
	}
	if why != "" {
		c.add(DefectRoles, field+".role", "%s", why)
	}
}
