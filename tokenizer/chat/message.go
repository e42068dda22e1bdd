package chat

import (
	"errors"
	"fmt"
	"strings"

	"lapidary/tokenizer/literal"
)

// Conversation is what is rendered.
type Conversation struct {
	Messages []Message
	Tools    []any // as given: {"type":"function","function":{…}} or the function itself
}

// Message is one turn. One that was read from data keeps what was read (Raw), so that templates see every field
// as it was spelled; one made by hand leaves Raw nil.
type Message struct {
	Role      string
	Content   any // string; nil, numbers and lists occur in data and render as Python would write them
	Name      string
	ToolCalls []ToolCall
	Raw       *literal.Dict
}

// ToolCall is a call of a function. Arguments is a *literal.Dict unless the data has something else.
type ToolCall struct {
	ID        string
	Name      string
	Arguments any
}

// ErrConversation marks data that is no conversation.
var ErrConversation = errors.New("not a conversation")

// FieldError names the place in a conversation that is at fault.
type FieldError struct {
	Field string
	Err   error
}

func (e *FieldError) Error() string { return e.Field + ": " + e.Err.Error() }
func (e *FieldError) Unwrap() error { return e.Err }

func fieldErr(field, format string, args ...any) error {
	return &FieldError{field, fmt.Errorf("%w: "+format, append([]any{ErrConversation}, args...)...)}
}

// MessageFrom reads a message of the form {"role", "content", "tool_calls", "name"}. Missing fields are left empty:
// whether that is an error is for the template to say.
func MessageFrom(v any) (Message, error) {
	d, ok := v.(*literal.Dict)
	if !ok {
		return Message{}, fieldErr("message", "object expected")
	}
	m := Message{Raw: d}
	m.Role, _ = d.Str("role")
	m.Name, _ = d.Str("name")
	m.Content, _ = d.Get("content")
	calls, _ := d.Get("tool_calls")
	if calls == nil {
		return m, nil
	}
	list, ok := calls.([]any)
	if !ok {
		return m, fieldErr("tool_calls", "list expected")
	}
	for i, c := range list {
		call, err := ToolCallFrom(c)
		if err != nil {
			return m, &FieldError{fmt.Sprintf("tool_calls[%d]", i), err}
		}
		m.ToolCalls = append(m.ToolCalls, call)
	}
	return m, nil
}

// ToolCallFrom reads a call, bare or wrapped in {"type":"function","function":{…}}; arguments may be an object or
// the JSON (or Python literal) of one in a string.
func ToolCallFrom(v any) (ToolCall, error) {
	d, ok := v.(*literal.Dict)
	if !ok {
		return ToolCall{}, fieldErr("call", "object expected")
	}
	var c ToolCall
	c.ID, _ = d.Str("id")
	if f, ok := d.Get("function"); ok {
		inner, isDict := f.(*literal.Dict)
		if !isDict {
			return c, fieldErr("function", "object expected")
		}
		d = inner
	}
	if c.Name, ok = d.Str("name"); !ok {
		return c, fieldErr("name", "string expected")
	}
	c.Arguments, ok = d.Get("arguments")
	if !ok {
		c.Arguments, ok = d.Get("parameters")
	}
	if s, isString := c.Arguments.(string); isString {
		if strings.TrimSpace(s) == "" {
			c.Arguments, ok = &literal.Dict{}, true
		} else if parsed, _, err := literal.Parse(s); err == nil {
			c.Arguments = parsed
		}
	}
	if !ok || c.Arguments == nil {
		c.Arguments = &literal.Dict{}
	}
	return c, nil
}

// ConversationFrom reads {"messages": […], "tools": […]}; tools may also be the JSON of a list in a string.
func ConversationFrom(d *literal.Dict) (*Conversation, error) {
	c := &Conversation{}
	list, _ := d.Get("messages")
	messages, ok := list.([]any)
	if !ok {
		return nil, fieldErr("messages", "list expected")
	}
	for i, v := range messages {
		m, err := MessageFrom(v)
		if err != nil {
			return nil, &FieldError{fmt.Sprintf("messages[%d]", i), err}
		}
		c.Messages = append(c.Messages, m)
	}
	tools, _ := d.Get("tools")
	var err error
	c.Tools, err = ToolsFrom(tools)
	return c, err
}

// ToolsFrom reads a list of tools: nil, a list, or the JSON or Python literal of one in a string. A list that is
// empty stays an empty list: templates tell it from none.
func ToolsFrom(v any) ([]any, error) {
	if s, ok := v.(string); ok {
		if strings.TrimSpace(s) == "" {
			return nil, nil
		}
		parsed, _, err := literal.Parse(s)
		if err != nil {
			return nil, &FieldError{"tools", err}
		}
		v = parsed
	}
	switch v := v.(type) {
	case nil:
		return nil, nil
	case []any:
		return v, nil
	case *literal.Dict:
		return []any{v}, nil
	}
	return nil, fieldErr("tools", "list expected")
}

// Function returns the function of a tool, wrapped or bare.
func Function(tool any) (*literal.Dict, bool) {
	d, ok := tool.(*literal.Dict)
	if !ok {
		return nil, false
	}
	if f, ok := d.Get("function"); ok {
		d, ok = f.(*literal.Dict)
		return d, ok
	}
	return d, true
}

// Canonical maps the names that data sets give to the four roles; others stay as they are.
func Canonical(role string) string {
	switch strings.ToLower(role) {
	case "user", "human":
		return "user"
	case "assistant", "model", "gpt", "bot", "function_call":
		return "assistant"
	case "tool", "observation", "function", "function_response", "ipython":
		return "tool"
	case "system", "developer":
		return "system"
	}
	return role
}

// Value is the message as a template sees it.
func (m *Message) Value() *literal.Dict {
	if m.Raw != nil {
		return m.Raw
	}
	d := literal.NewDict("role", m.Role, "content", m.Content)
	if m.Name != "" {
		d.Set("name", m.Name)
	}
	if len(m.ToolCalls) > 0 {
		var calls []any
		for _, c := range m.ToolCalls {
			call := literal.NewDict("type", "function", "function", literal.NewDict("name", c.Name, "arguments", c.Arguments))
			if c.ID != "" {
				call.Set("id", c.ID)
			}
			calls = append(calls, call)
		}
		d.Set("tool_calls", calls)
	}
	return d
}

// roleText returns the role as data has it; missing or not a string is an error of the kind Python would raise.
func (m *Message) roleText() (string, error) {
	if m.Raw == nil {
		return m.Role, nil
	}
	v, ok := m.Raw.Get("role")
	if !ok {
		return "", fieldErr("role", "missing")
	}
	s, ok := v.(string)
	if !ok {
		return "", fieldErr("role", "string expected")
	}
	return s, nil
}

// contentText is the content as a template prints it: strings as they are, a missing one as nothing, anything else
// as Python's str.
func (m *Message) contentText() string {
	if m.Raw != nil {
		if _, ok := m.Raw.Get("content"); !ok {
			return ""
		}
	}
	return literal.Str(m.Content)
}
