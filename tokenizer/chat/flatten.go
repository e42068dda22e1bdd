package chat

import (
	"fmt"
	"strings"

	"lapidary/tokenizer/literal"
)

// Style is how tools, calls and responses are written.
type Style uint8

const (
	// StyleDefault is what the template asks for: Python for the course, JSON for all others.
	StyleDefault Style = iota
	// StyleJSON writes JSON.
	StyleJSON
	// StylePython writes what Python's repr writes, as the course's data has it.
	StylePython
)

func (s Style) write(v any) string {
	if s == StylePython {
		return literal.Repr(v)
	}
	return literal.JSON(v)
}

// dialect is what differs between templates when a conversation is adapted to them.
type dialect struct {
	user, assistant, tool string // role names as written
	style                 Style  // default
	afterSystem           string // between the system text and the first user content
	named                 bool   // a response carries the name of its function
}

var (
	gemmaDialect  = dialect{user: "user", assistant: "model", tool: "user", style: StyleJSON, afterSystem: "\n\n", named: true}
	hermesDialect = dialect{user: "user", assistant: "model", tool: "tool", style: StyleJSON, afterSystem: "\n\n", named: true}
	courseDialect = dialect{user: "human", assistant: "model", tool: "tool", style: StylePython, afterSystem: planSentence + "\n\n"}
)

// planSentence is what the course puts after the system text, without a space before it.
const planSentence = "Also, before making a call to a function take the time to plan the function to take. " +
	"Make that thinking process between <think>{your thoughts}</think>"

// flatten writes a conversation as turns of text: the system text and the tools go in front of the first user turn,
// calls and responses become tagged text, neighbouring turns of one role become one.
func flatten(c *Conversation, d dialect, style Style) ([]turn, error) {
	if style == StyleDefault {
		style = d.style
	}
	if len(c.Messages) == 0 {
		return nil, fieldErr("messages", "empty")
	}
	var turns []turn
	system, systemAt := toolPrompt(c.Tools, style), 0
	for i := range c.Messages {
		m := &c.Messages[i]
		role, err := m.roleText()
		if err != nil {
			return nil, inMessage(i, err)
		}
		switch Canonical(role) {
		case "system":
			if i > 0 {
				return nil, inMessage(i, fieldErr("role", "system turn after the first"))
			}
			text := m.plainText()
			if strings.Contains(text, toolsOpen) {
				system = "" // it lists the tools itself
			}
			system, systemAt = joinText(text, "\n\n", system), i
		case "user":
			turns = add(turns, d.user, "\n\n", piece{m.plainText(), i, KindContent})
		case "assistant":
			turns = add(turns, d.assistant, "\n", m.assistantPieces(i, style)...)
		case "tool":
			turns = add(turns, d.tool, "\n", piece{m.response(style, d.named), i, KindContent})
		default:
			return nil, inMessage(i, fieldErr("role", "%q is none of system, user, assistant, tool", role))
		}
	}
	if system == "" {
		return turns, nil
	}
	head := piece{system + d.afterSystem, systemAt, KindContent}
	if len(turns) > 0 && turns[0].role == d.user {
		turns[0].pieces = append([]piece{head}, turns[0].pieces...)
		turns[0].first = systemAt
		return turns, nil
	}
	return append([]turn{{role: d.user, first: systemAt, last: systemAt, pieces: []piece{head}}}, turns...), nil
}

// add appends pieces as a turn, to the last turn if that has the same role.
func add(turns []turn, role, joint string, pieces ...piece) []turn {
	if len(pieces) == 0 {
		return turns
	}
	at := pieces[0].message
	if n := len(turns); n > 0 && turns[n-1].role == role {
		t := &turns[n-1]
		t.pieces = append(append(t.pieces, piece{joint, at, pieces[0].kind}), pieces...)
		t.last = at
		return turns
	}
	return append(turns, turn{role: role, first: at, last: at, pieces: pieces})
}

func joinText(a, joint, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + joint + b
}

// plainText is content where nothing and null are the empty text; the text parts of a list are put together.
func (m *Message) plainText() string {
	switch v := m.Content.(type) {
	case nil:
		return ""
	case []any:
		var b strings.Builder
		for _, part := range v {
			d, ok := part.(*literal.Dict)
			if !ok {
				return literal.Str(v)
			}
			text, ok := d.Str("text")
			if !ok {
				return literal.Str(v)
			}
			b.WriteString(text)
		}
		return b.String()
	}
	return literal.Str(m.Content)
}

// assistantPieces is what an assistant says, then its calls.
func (m *Message) assistantPieces(i int, style Style) []piece {
	var list []piece
	assistantKinds(trim(m.plainText()), func(part string, k Kind) { list = append(list, piece{part, i, k}) })
	for _, c := range m.ToolCalls {
		if len(list) > 0 {
			list = append(list, piece{"\n", i, KindCall})
		}
		list = append(list, piece{CallText(c, style), i, KindCall})
	}
	if len(list) == 0 {
		list = []piece{{"", i, KindAnswer}}
	}
	return list
}

// CallText writes a call with its tags.
func CallText(c ToolCall, style Style) string {
	return callOpen + "\n" + style.write(literal.NewDict("name", c.Name, "arguments", c.Arguments)) + "\n" + callClose
}

// response writes what a tool returned, with its tags unless it has them.
func (m *Message) response(style Style, named bool) string {
	text := trim(m.plainText())
	if strings.HasPrefix(text, responseOpen) {
		return text
	}
	v, _, err := literal.Parse(text)
	if m.Name != "" && named {
		if err != nil {
			v = text
		}
		v, err = literal.NewDict("name", m.Name, "content", v), nil
	}
	if err == nil {
		text = style.write(v)
	}
	return responseOpen + "\n" + text + "\n" + responseClose
}

// toolPrompt is the system text of the Hermes conventions, "" without tools.
func toolPrompt(tools []any, style Style) string {
	if len(tools) == 0 {
		return ""
	}
	wrapped := make([]any, len(tools))
	for i, t := range tools {
		wrapped[i] = t
		if d, ok := t.(*literal.Dict); ok {
			if _, isWrapped := d.Get("function"); !isWrapped {
				wrapped[i] = literal.NewDict("type", "function", "function", d)
			}
		}
	}
	schema := literal.NewDict("title", "FunctionCall", "type", "object", "properties", literal.NewDict(
		"arguments", literal.NewDict("title", "Arguments", "type", "object"),
		"name", literal.NewDict("title", "Name", "type", "string")),
		"required", []any{"arguments", "name"})
	return fmt.Sprintf("You are a function calling AI model. You are provided with function signatures within %s%s XML tags. "+
		"You may call one or more functions to assist with the user query. Don't make assumptions about what values to plug "+
		"into functions. Here are the available tools: %s %s %s Use the following pydantic model json schema for each tool call "+
		"you will make: %s For each function call return a json object with function name and arguments within %s%s XML tags as "+
		"follows:\n%s\n{tool_call}\n%s", toolsOpen, toolsClose, toolsOpen, style.write(wrapped), toolsClose, style.write(schema),
		callOpen, callClose, callOpen, callClose)
}

// Hermes is Gemma's markup with the tool conventions of Hermes: tools and system text in front of the first user turn,
// calls in <tool_call>, responses in turns of the role tool.
type Hermes struct{}

// Name is "hermes".
func (Hermes) Name() string { return "hermes" }

// Render renders a conversation.
func (Hermes) Render(c *Conversation, o Options) (*Rendered, error) {
	return renderTurns(c, o.withDefaults(), hermesDialect, turnEnd+"\n")
}

func renderTurns(c *Conversation, o Options, d dialect, end string) (*Rendered, error) {
	turns, err := flatten(c, d, o.Style)
	if err != nil {
		return nil, err
	}
	w := &writer{}
	w.add(o.BOS, Span{Message: -1, Kind: KindMarkup})
	for _, t := range turns {
		w.turn(t, end)
	}
	w.prompt(o, d.assistant)
	return w.done(), nil
}
