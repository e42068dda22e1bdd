package data

import (
	"fmt"
	"strconv"
	"strings"

	"lapidary/tokenizer/chat"
	"lapidary/tokenizer/literal"
)

// decodeMessages reads a list of {"role","content","tool_calls"?,"name"?,"weight"?}.
func decodeMessages(v any) ([]chat.Message, error) {
	list, err := wantList(v)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, &fieldError{err: errNoTurns, hint: "remove the row or give it a turn"}
	}
	out := make([]chat.Message, 0, len(list))
	for i, item := range list {
		m, err := decodeMessage(item)
		if err != nil {
			return nil, at(i, err)
		}
		out = append(out, m)
	}
	return out, nil
}

func wantList(v any) ([]any, error) {
	if s, ok := v.(string); ok { // a list written as a string
		parsed, _, err := literal.Parse(s)
		if err != nil {
			return nil, &fieldError{err: fmt.Errorf("a string that holds no list: %w", err)}
		}
		v = parsed
	}
	list, ok := asList(v)
	if !ok {
		return nil, &fieldError{err: fmt.Errorf("want a list, got %s", describe(v))}
	}
	return list, nil
}

// at puts an index before the path of a field error.
func at(i int, err error) error { return under("["+strconv.Itoa(i)+"]", err) }

func decodeMessage(item any) (chat.Message, error) {
	o, ok := item.(*literal.Dict)
	if !ok {
		return chat.Message{}, &fieldError{err: fmt.Errorf("want an object with role and content, got %s", describe(item))}
	}
	m := chat.Message{Content: get(o, "content"), Raw: o}
	if m.Role, ok = get(o, "role").(string); !ok {
		return m, fieldf("role", "each turn needs a role: system, user, assistant or tool", "want a string, got %s", describe(get(o, "role")))
	}
	m.Name, _ = get(o, "name").(string)
	if w := get(o, "weight"); w != nil && turnWeight(&m) < 0 {
		return m, fieldf("weight", "0 leaves the turn out of the loss, 1 keeps it", "want 0 or 1, got %s", describe(w))
	}
	var err error
	m.ToolCalls, err = decodeCalls(o)
	return m, err
}

// turnWeight is 0 for a turn that carries no loss and 1 otherwise; -1 for a weight that is neither.
func turnWeight(m *chat.Message) float64 {
	w := get(m.Raw, "weight")
	if w == nil {
		return 1
	}
	n, ok := w.(literal.Number)
	if x := n.Float(); ok && (x == 0 || x == 1) {
		return x
	}
	return -1
}

// decodeCalls reads an assistant turn's calls: tool_calls, or the older function_call.
func decodeCalls(o *literal.Dict) ([]chat.ToolCall, error) {
	if f := get(o, "function_call"); f != nil {
		c, err := decodeCall(f)
		if err != nil {
			return nil, under("function_call", err)
		}
		return []chat.ToolCall{c}, nil
	}
	v := get(o, "tool_calls")
	if v == nil {
		return nil, nil
	}
	list, err := wantList(v)
	if err != nil {
		return nil, under("tool_calls", err)
	}
	var out []chat.ToolCall
	for i, item := range list {
		c, err := decodeCall(item)
		if err != nil {
			return nil, under("tool_calls", at(i, err))
		}
		out = append(out, c)
	}
	return out, nil
}

const hintCall = `write {"type":"function","function":{"name":…,"arguments":{…}}}`

// decodeCall reads one call, bare or wrapped, its arguments an object or a string that holds one.
func decodeCall(item any) (chat.ToolCall, error) {
	o, ok := item.(*literal.Dict)
	if !ok {
		return chat.ToolCall{}, &fieldError{err: fmt.Errorf("want an object, got %s", describe(item)), hint: hintCall}
	}
	var c chat.ToolCall
	c.ID, _ = get(o, "id").(string)
	if f := get(o, "function"); f != nil {
		if o, ok = f.(*literal.Dict); !ok {
			return c, fieldf("function", hintCall, "want an object, got %s", describe(f))
		}
	}
	if c.Name, ok = get(o, "name").(string); !ok || c.Name == "" {
		return c, fieldf("name", hintCall, "want a function's name, got %s", describe(get(o, "name")))
	}
	arguments, err := decodeArguments(get(o, "arguments"))
	c.Arguments = arguments
	return c, under("arguments", err)
}

func decodeArguments(v any) (*literal.Dict, error) {
	if s, ok := v.(string); ok {
		if strings.TrimSpace(s) == "" {
			return &literal.Dict{}, nil
		}
		parsed, _, err := literal.Parse(s)
		if err != nil {
			return nil, &fieldError{err: fmt.Errorf("a string that holds no object: %w", err), hint: "write the arguments as a JSON object"}
		}
		v = parsed
	}
	switch v := v.(type) {
	case nil:
		return &literal.Dict{}, nil
	case *literal.Dict:
		return v, nil
	}
	return nil, &fieldError{err: fmt.Errorf("want an object, got %s", describe(v)), hint: "write the arguments as a JSON object"}
}

// decodeTools reads a tool list: a list or a string that holds one; each tool bare or wrapped, an object or a string
// that holds one. All come out wrapped.
func decodeTools(v any) ([]any, error) {
	if s, ok := v.(string); ok && strings.TrimSpace(s) == "" || v == nil {
		return nil, nil
	}
	if o, ok := v.(*literal.Dict); ok { // a single tool
		v = []any{o}
	}
	list, err := wantList(v)
	if err != nil {
		return nil, err
	}
	out := make([]any, 0, len(list))
	for i, item := range list {
		tool, err := decodeTool(item)
		if err != nil {
			return nil, at(i, err)
		}
		out = append(out, tool)
	}
	return out, nil
}

const hintTool = `write {"type":"function","function":{"name":…,"description":…,"parameters":{…}}}`

func decodeTool(item any) (*literal.Dict, error) {
	if s, ok := item.(string); ok {
		parsed, _, err := literal.Parse(s)
		if err != nil {
			return nil, &fieldError{err: fmt.Errorf("a string that holds no tool: %w", err), hint: hintTool}
		}
		item = parsed
	}
	o, ok := item.(*literal.Dict)
	if !ok {
		return nil, &fieldError{err: fmt.Errorf("want an object, got %s", describe(item)), hint: hintTool}
	}
	function, wrapped := o, false
	if f := get(o, "function"); f != nil {
		if function, wrapped = f.(*literal.Dict); !wrapped {
			return nil, fieldf("function", hintTool, "want an object, got %s", describe(f))
		}
	}
	if name, ok := get(function, "name").(string); !ok || name == "" {
		return nil, fieldf("name", hintTool, "want the function's name, got %s", describe(get(function, "name")))
	}
	if wrapped {
		return o, nil
	}
	return literal.NewDict("type", "function", "function", function), nil
}
