package data

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// decodeMessages reads a list of {"role","content","tool_calls"?,"name"?,"weight"?}.
func decodeMessages(v any) ([]Message, error) {
	list, err := wantList(v)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, &fieldError{err: fmt.Errorf("no turns"), hint: "remove the row or give it a turn"}
	}
	out := make([]Message, 0, len(list))
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
		parsed, err := parseLoose(s)
		if err != nil {
			return nil, &fieldError{err: fmt.Errorf("a string that holds no list: %w", err)}
		}
		v = parsed
	}
	list, ok := v.([]any)
	if !ok {
		return nil, &fieldError{err: fmt.Errorf("want a list, got %s", describe(v))}
	}
	return list, nil
}

// at puts an index before the path of a field error.
func at(i int, err error) error { return under("["+strconv.Itoa(i)+"]", err) }

func decodeMessage(item any) (Message, error) {
	o, ok := item.(*Object)
	if !ok {
		return Message{}, &fieldError{err: fmt.Errorf("want an object with role and content, got %s", describe(item))}
	}
	m := Message{Content: o.Value("content"), Weight: 1, Raw: o}
	if m.Role, ok = o.Value("role").(string); !ok || m.Role == "" {
		return m, fieldf("role", "each turn needs a role: system, user, assistant or tool", "want a string, got %s", describe(o.Value("role")))
	}
	m.Name, _ = o.Value("name").(string)
	if w := o.Value("weight"); w != nil {
		n, ok := w.(json.Number)
		weight, err := strconv.ParseFloat(string(n), 64)
		if !ok || err != nil || !(weight >= 0 && weight <= 1) {
			return m, fieldf("weight", "0 leaves the turn out of the loss, 1 keeps it", "want a number from 0 to 1, got %s", describe(w))
		}
		m.Weight = weight
	}
	var err error
	m.Calls, err = decodeCalls(o)
	return m, err
}

// decodeCalls reads an assistant turn's calls: tool_calls, or the older function_call.
func decodeCalls(o *Object) ([]Call, error) {
	if f := o.Value("function_call"); f != nil {
		c, err := decodeCall(f)
		if err != nil {
			return nil, under("function_call", err)
		}
		return []Call{c}, nil
	}
	v := o.Value("tool_calls")
	if v == nil {
		return nil, nil
	}
	list, err := wantList(v)
	if err != nil {
		return nil, under("tool_calls", err)
	}
	var out []Call
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
func decodeCall(item any) (Call, error) {
	o, ok := item.(*Object)
	if !ok {
		return Call{}, &fieldError{err: fmt.Errorf("want an object, got %s", describe(item)), hint: hintCall}
	}
	var c Call
	c.ID, _ = o.Value("id").(string)
	if f := o.Value("function"); f != nil {
		if o, ok = f.(*Object); !ok {
			return c, fieldf("function", hintCall, "want an object, got %s", describe(f))
		}
	}
	if c.Name, ok = o.Value("name").(string); !ok || c.Name == "" {
		return c, fieldf("name", hintCall, "want a function's name, got %s", describe(o.Value("name")))
	}
	var err error
	c.Arguments, err = decodeArguments(o.Value("arguments"))
	return c, under("arguments", err)
}

func decodeArguments(v any) (*Object, error) {
	if s, ok := v.(string); ok {
		if strings.TrimSpace(s) == "" {
			return &Object{}, nil
		}
		parsed, err := parseLoose(s)
		if err != nil {
			return nil, &fieldError{err: fmt.Errorf("a string that holds no object: %w", err), hint: "write the arguments as a JSON object"}
		}
		v = parsed
	}
	switch v := v.(type) {
	case nil:
		return &Object{}, nil
	case *Object:
		return v, nil
	}
	return nil, &fieldError{err: fmt.Errorf("want an object, got %s", describe(v)), hint: "write the arguments as a JSON object"}
}

// decodeTools reads a tool list: a list or a string that holds one; each tool bare or wrapped, an object or a string
// that holds one. All come out wrapped.
func decodeTools(v any) ([]*Object, error) {
	if s, ok := v.(string); ok && strings.TrimSpace(s) == "" || v == nil {
		return nil, nil
	}
	if o, ok := v.(*Object); ok { // a single tool
		v = []any{o}
	}
	list, err := wantList(v)
	if err != nil {
		return nil, err
	}
	out := make([]*Object, 0, len(list))
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

func decodeTool(item any) (*Object, error) {
	if s, ok := item.(string); ok {
		parsed, err := parseLoose(s)
		if err != nil {
			return nil, &fieldError{err: fmt.Errorf("a string that holds no tool: %w", err), hint: hintTool}
		}
		item = parsed
	}
	o, ok := item.(*Object)
	if !ok {
		return nil, &fieldError{err: fmt.Errorf("want an object, got %s", describe(item)), hint: hintTool}
	}
	function, wrapped := o, false
	if f := o.Value("function"); f != nil {
		if function, wrapped = f.(*Object); !wrapped {
			return nil, fieldf("function", hintTool, "want an object, got %s", describe(f))
		}
	}
	if name, ok := function.Value("name").(string); !ok || name == "" {
		return nil, fieldf("name", hintTool, "want the function's name, got %s", describe(function.Value("name")))
	}
	if wrapped {
		return o, nil
	}
	return NewObject("type", "function", "function", function), nil
}
