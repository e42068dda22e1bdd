package data

import (
	"fmt"
	"slices"
	"strings"

	"lapidary/tokenizer/chat"
	"lapidary/tokenizer/literal"
)

// Format is the shape of a file's rows.
type Format string

const (
	FormatAuto          Format = "auto"
	FormatMessages      Format = "messages"      // {"messages":[{"role","content","tool_calls"?}],"tools"?}
	FormatConversations Format = "conversations" // the same under "conversations", as the course's data set has it
	FormatShareGPT      Format = "sharegpt"      // {"conversations":[{"from","value"}],"tools"?,"system"?}
	FormatPrompt        Format = "prompt"        // {"prompt","completion"}: strings or message lists
	FormatText          Format = "text"          // {"text"}
	FormatTokens        Format = "tokens"        // {"input_ids","labels"?}
)

// Formats are all formats a file can be declared to have.
func Formats() []Format {
	return []Format{FormatAuto, FormatMessages, FormatConversations, FormatShareGPT, FormatPrompt, FormatText, FormatTokens}
}

// Validate names the known formats.
func (f Format) Validate() error {
	if slices.Contains(Formats(), f) || f == "" {
		return nil
	}
	return fmt.Errorf("data format %q: want one of %v", string(f), Formats())
}

// Row is what one row of a file says, whatever shape it has there.
type Row struct {
	Source   Source
	Format   Format
	ID       string // the row's own name, if it has one
	Category string

	Messages []chat.Message // conversations
	Tools    []any          // each {"type":"function","function":{…}}; nil where the row has none

	Prompt     Turns // prompt and completion
	Completion Turns

	Text string // text

	IDs    []int32 // token ids
	Labels []int32 // nil: the ids themselves

	AddGenerationPrompt bool
	Raw                 *literal.Dict // the row as read
}

// Turns is one side of a prompt and completion: plain text, or messages when Messages is not nil.
type Turns struct {
	Text     string
	Messages []chat.Message
}

// Conversation is the row as chat templates take it.
func (r *Row) Conversation() *chat.Conversation {
	return &chat.Conversation{Messages: r.Messages, Tools: r.Tools}
}

// detect tells a row's format by its keys.
func detect(o *literal.Dict) (Format, error) {
	switch {
	case has(o, "input_ids"):
		return FormatTokens, nil
	case has(o, "messages"):
		return FormatMessages, nil
	case has(o, "conversations"):
		list, ok := asList(get(o, "conversations"))
		if !ok {
			return "", fieldf("conversations", "", "want a list, got %s", describe(get(o, "conversations")))
		}
		for _, turn := range list {
			if t, ok := turn.(*literal.Dict); ok && has(t, "from") {
				return FormatShareGPT, nil
			}
		}
		return FormatConversations, nil
	case has(o, "prompt") && has(o, "completion"):
		return FormatPrompt, nil
	case has(o, "text"):
		return FormatText, nil
	}
	return "", &fieldError{err: fmt.Errorf("no known field among %s", keyList(o)),
		hint: "a row has messages, conversations, prompt and completion, text, or input_ids" + nearest(o)}
}

func keyList(o *literal.Dict) string {
	if o.Len() == 0 {
		return "no fields at all"
	}
	return clean(strings.Join(keys(o), ", "))
}

// nearest suggests the field that a misspelt key was meant to be.
func nearest(o *literal.Dict) string {
	for _, known := range []string{"messages", "conversations", "prompt", "completion", "text", "input_ids"} {
		for _, k := range keys(o) {
			if k != known && distance(strings.ToLower(k), known, 3) <= 2 {
				return fmt.Sprintf(" (did you mean %q where it says %q?)", known, clean(k))
			}
		}
	}
	return ""
}

// decodeRow reads a row of the given format.
func decodeRow(source Source, format Format, o *literal.Dict) (Row, error) {
	row := Row{Source: source, Format: format, Raw: o}
	row.ID, _ = get(o, "id").(string)
	row.Category, _ = get(o, "category").(string)
	row.AddGenerationPrompt, _ = get(o, "add_generation_prompt").(bool)
	var err error
	if row.Tools, err = decodeTools(get(o, "tools")); err != nil {
		return row, under("tools", err)
	}
	switch format {
	case FormatMessages:
		row.Messages, err = decodeMessages(get(o, "messages"))
		return row, under("messages", err)
	case FormatConversations:
		row.Messages, err = decodeMessages(get(o, "conversations"))
		return row, under("conversations", err)
	case FormatShareGPT:
		row.Messages, err = decodeShareGPT(o)
		return row, err
	case FormatPrompt:
		return row, decodePrompt(&row, o)
	case FormatText:
		text, ok := get(o, "text").(string)
		if !ok {
			return row, fieldf("text", "", "want a string, got %s", describe(get(o, "text")))
		}
		row.Text = text
	case FormatTokens:
		return row, decodeTokens(&row, o)
	}
	return row, nil
}

// distance is the edit distance of two words, or more than limit.
func distance(a, b string, limit int) int {
	if len(a)-len(b) > limit || len(b)-len(a) > limit {
		return limit + 1
	}
	previous := FileOrder(len(b) + 1)
	for i := range len(a) {
		current := make([]int, len(b)+1)
		current[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			current[j+1] = min(previous[j]+cost, previous[j+1]+1, current[j]+1)
		}
		previous = current
	}
	return previous[len(b)]
}
