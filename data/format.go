package data

import (
	"fmt"
	"slices"
	"strings"
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

	Messages []Message // conversations
	Tools    []*Object // each {"type":"function","function":{…}}

	Prompt     Turns // prompt and completion
	Completion Turns

	Text string // text

	IDs    []int32 // token ids
	Labels []int32 // nil: the ids themselves

	AddGenerationPrompt bool
	Raw                 *Object // the row as read
}

// Turns is one side of a prompt and completion: plain text, or messages when Messages is not nil.
type Turns struct {
	Text     string
	Messages []Message
}

// Message is one turn of a conversation. Roles are those of the file: user or human, assistant or model, and so on.
type Message struct {
	Role    string
	Content any    // string or null; other values are rendered as the templates of the field render them
	Name    string // of the function, in a tool's turn
	Calls   []Call
	Weight  float64 // 0: the turn carries no loss; 1 unless the row says otherwise
	Raw     *Object // the turn as read
}

// Call is a function call of an assistant's turn.
type Call struct {
	ID        string
	Name      string
	Arguments *Object
}

// detect tells a row's format by its keys.
func detect(o *Object) (Format, error) {
	switch {
	case o.Has("input_ids"):
		return FormatTokens, nil
	case o.Has("messages"):
		return FormatMessages, nil
	case o.Has("conversations"):
		list, ok := o.Value("conversations").([]any)
		if !ok {
			return "", fieldf("conversations", "", "want a list, got %s", describe(o.Value("conversations")))
		}
		for _, turn := range list {
			if t, ok := turn.(*Object); ok && t.Has("from") {
				return FormatShareGPT, nil
			}
		}
		return FormatConversations, nil
	case o.Has("prompt") && o.Has("completion"):
		return FormatPrompt, nil
	case o.Has("text"):
		return FormatText, nil
	}
	return "", &fieldError{err: fmt.Errorf("no known field among %s", keyList(o)),
		hint: "a row has messages, conversations, prompt and completion, text, or input_ids" + nearest(o)}
}

func keyList(o *Object) string {
	if len(o.Keys()) == 0 {
		return "no fields at all"
	}
	return strings.Join(o.Keys(), ", ")
}

// nearest suggests the field that a misspelt key was meant to be.
func nearest(o *Object) string {
	for _, known := range []string{"messages", "conversations", "prompt", "completion", "text", "input_ids"} {
		for _, k := range o.Keys() {
			if k != known && distance(strings.ToLower(k), known, 3) <= 2 {
				return fmt.Sprintf(" (did you mean %q where it says %q?)", known, clean(k))
			}
		}
	}
	return ""
}

// decodeRow reads a row of the given format.
func decodeRow(source Source, format Format, o *Object) (Row, error) {
	row := Row{Source: source, Format: format, Raw: o}
	row.ID, _ = o.Value("id").(string)
	row.Category, _ = o.Value("category").(string)
	row.AddGenerationPrompt, _ = o.Value("add_generation_prompt").(bool)
	var err error
	if row.Tools, err = decodeTools(o.Value("tools")); err != nil {
		return row, under("tools", err)
	}
	switch format {
	case FormatMessages:
		row.Messages, err = decodeMessages(o.Value("messages"))
		return row, under("messages", err)
	case FormatConversations:
		row.Messages, err = decodeMessages(o.Value("conversations"))
		return row, under("conversations", err)
	case FormatShareGPT:
		row.Messages, err = decodeShareGPT(o)
		return row, err
	case FormatPrompt:
		return row, decodePrompt(&row, o)
	case FormatText:
		text, ok := o.Value("text").(string)
		if !ok {
			return row, fieldf("text", "", "want a string, got %s", describe(o.Value("text")))
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
