package data

import (
	"fmt"
	"slices"
	"strings"

	"lapidary/tokenizer/chat"
	"lapidary/tokenizer/literal"
)

// Loss is something of a row that the target format cannot hold.
type Loss struct {
	Source Source `json:"source"`
	What   string `json:"what"`
}

// Converted are rows in another format.
type Converted struct {
	Rows   []*literal.Dict
	Losses []Loss
}

// Convert writes rows in another format: messages, conversations, sharegpt, prompt, text or tokens. The last two need
// the encoder's tokenizer and template. Rows that cannot be written at all are reported at once, as RowErrors.
func (e *Encoder) Convert(rows []Row, to Format) (*Converted, error) {
	if to == FormatAuto || to == "" {
		return nil, fmt.Errorf("convert to %q: want one of %v", string(to), Formats()[1:])
	}
	if err := to.Validate(); err != nil {
		return nil, err
	}
	out, bad := &Converted{}, &RowErrors{}
	for i := range rows {
		c := converter{encoder: e, row: &rows[i], out: &literal.Dict{}}
		if rows[i].ID != "" {
			c.out.Set("id", rows[i].ID)
		}
		if err := c.write(to); err != nil {
			bad.add(rowError(rows[i].Source, err))
			continue
		}
		out.Rows = append(out.Rows, c.out)
		for _, what := range c.losses {
			out.Losses = append(out.Losses, Loss{rows[i].Source, what})
		}
	}
	return out, bad.asError()
}

type converter struct {
	encoder *Encoder
	row     *Row
	out     *literal.Dict
	losses  []string
}

func (c *converter) lose(format string, args ...any) {
	c.losses = append(c.losses, fmt.Sprintf(format, args...))
}

func (c *converter) write(to Format) error {
	switch to {
	case FormatTokens:
		r, err := c.encoder.Render(c.row)
		if err != nil {
			return err
		}
		c.out.Set("input_ids", numbers(r.IDs))
		c.out.Set("labels", numbers(r.Labels))
		return nil
	case FormatText:
		return c.text()
	}
	if to == FormatPrompt && c.row.Format == FormatPrompt {
		c.out.Set("prompt", get(c.row.Raw, "prompt"))
		c.out.Set("completion", get(c.row.Raw, "completion"))
		c.tools()
		return nil
	}
	messages, err := c.messages()
	if err != nil {
		return err
	}
	switch to {
	case FormatMessages:
		c.out.Set("messages", list(messages, c.openAI))
		c.tools()
	case FormatPrompt:
		return c.prompt(messages)
	case FormatConversations:
		c.conversations(messages)
	case FormatShareGPT:
		c.shareGPT(messages)
	}
	return nil
}

func numbers(ids []int32) []any {
	out := make([]any, len(ids))
	for i, id := range ids {
		out[i] = literal.Number(fmt.Sprint(id))
	}
	return out
}

func list(messages []chat.Message, f func(chat.Message) *literal.Dict) []any {
	out := make([]any, len(messages))
	for i, m := range messages {
		out[i] = f(m)
	}
	return out
}

func (c *converter) text() error {
	if c.row.Format == FormatText {
		c.out.Set("text", c.row.Text)
		return nil
	}
	r, err := c.encoder.Render(c.row)
	if err != nil {
		return err
	}
	if c.row.Format == FormatTokens {
		if c.encoder.text.Tokenizer == nil {
			return &fieldError{err: errNoTokenizer}
		}
		r.Text = c.encoder.text.Tokenizer.Decode(r.IDs, false)
	}
	if slices.Contains(r.Labels[min(1, len(r.Labels)):], Ignore) {
		c.lose("which tokens carry loss: a text is learnt as a whole")
	}
	c.out.Set("text", strings.TrimPrefix(r.Text, c.encoder.options().BOS))
	return nil
}

func (e *Encoder) options() chat.Options {
	o := e.text.options(false)
	if o.BOS == "" {
		o.BOS = "<bos>"
	}
	return o
}

// messages are the row's turns with roles of the field, calls taken out of the text where all of them can be read.
func (c *converter) messages() ([]chat.Message, error) {
	in := c.row.Messages
	switch {
	case c.row.Format == FormatPrompt && c.row.Prompt.Messages == nil:
		in = []chat.Message{{Role: "user", Content: c.row.Prompt.Text}, {Role: "assistant", Content: c.row.Completion.Text}}
	case c.row.Format == FormatPrompt:
		in = slices.Concat(c.row.Prompt.Messages, c.row.Completion.Messages)
		c.lose("where the prompt ends: every assistant turn carries loss")
	case in == nil:
		return nil, &fieldError{err: fmt.Errorf("a row of %s has no turns", c.row.Format), hint: "convert it to text or tokens"}
	}
	out := make([]chat.Message, len(in))
	for i, m := range in {
		m.Role = chat.Canonical(m.Role)
		if turnWeight(&m) == 0 {
			c.lose("messages[%d].weight", i)
		}
		m.Raw = nil
		if m.Role == "assistant" && len(m.ToolCalls) == 0 {
			lift(&m)
		}
		out[i] = m
	}
	return out, nil
}

// lift moves calls from the end of an assistant's text to tool_calls, if nothing of the text is lost by that.
func lift(m *chat.Message) {
	s := text(m)
	i := strings.Index(s, "<tool_call>")
	if at := strings.LastIndex(s, "</think>"); at >= 0 {
		i = strings.Index(s[at:], "<tool_call>")
		if i >= 0 {
			i += at
		}
	}
	if i < 0 {
		return
	}
	parsed := chat.ParseOutput(s[i:])
	calls, err := parsed.Valid()
	if err != nil || parsed.Content != "" || parsed.Thought != "" {
		return
	}
	m.Content, m.ToolCalls = strings.TrimSpace(s[:i]), calls
}

func (c *converter) openAI(m chat.Message) *literal.Dict { return m.Value() }

// tools writes the tool list; an empty one stays, since it says that tools were thought of.
func (c *converter) tools() {
	if tools, _ := c.row.ToolList(); tools != nil {
		c.out.Set("tools", tools)
	}
}

// prompt makes the last assistant turn the completion.
func (c *converter) prompt(messages []chat.Message) error {
	last := len(messages) - 1
	if last < 1 || messages[last].Role != "assistant" {
		return &fieldError{field: "messages", err: fmt.Errorf("no assistant turn at the end to be the completion")}
	}
	for i, m := range messages[:last] {
		if m.Role == "assistant" {
			c.lose("the loss on messages[%d]: only the completion carries loss", i)
		}
	}
	c.out.Set("prompt", list(messages[:last], c.openAI))
	c.out.Set("completion", list(messages[last:], c.openAI))
	c.tools()
	return nil
}

// conversations writes role and content with the calls in the text, as the course's data set has them.
func (c *converter) conversations(messages []chat.Message) {
	names := map[string]string{"user": "human", "assistant": "model"}
	c.out.Set("conversations", list(messages, func(m chat.Message) *literal.Dict {
		role := m.Role
		if name, ok := names[role]; ok {
			role = name
		}
		content, _ := m.Content.(string)
		if m.Name != "" {
			c.lose("the name of the tool that answered")
		}
		for _, call := range m.ToolCalls {
			if content != "" {
				content += "\n"
			}
			content += chat.CallText(call, c.encoder.text.Style)
			if call.ID != "" {
				c.lose("the id of a call")
			}
		}
		return literal.NewDict("role", role, "content", content)
	}))
	c.tools()
}

// shareGPT writes speakers and values; a turn with words and calls becomes two.
func (c *converter) shareGPT(messages []chat.Message) {
	names := map[string]string{"user": "human", "assistant": "gpt", "tool": "observation"}
	var turns []any
	for _, m := range messages {
		from := m.Role
		if name, ok := names[from]; ok {
			from = name
		}
		content, _ := m.Content.(string)
		if m.Name != "" {
			c.lose("the name of the tool that answered")
		}
		if content != "" || len(m.ToolCalls) == 0 {
			turns = append(turns, literal.NewDict("from", from, "value", content))
			if len(m.ToolCalls) > 0 {
				c.lose("that words and calls are one turn")
			}
		}
		if len(m.ToolCalls) == 0 {
			continue
		}
		calls := make([]any, len(m.ToolCalls))
		for i, call := range m.ToolCalls {
			calls[i] = literal.NewDict("name", call.Name, "arguments", call.Arguments)
			if call.ID != "" {
				c.lose("the id of a call")
			}
		}
		value := any(calls)
		if len(calls) == 1 {
			value = calls[0]
		}
		turns = append(turns, literal.NewDict("from", "function_call", "value", literal.JSON(value)))
	}
	c.out.Set("conversations", turns)
	if tools, _ := c.row.ToolList(); tools != nil {
		c.out.Set("tools", literal.JSON(tools))
	}
}
