package data

import "fmt"

// shareGPTRoles maps the speakers of ShareGPT data to the field's roles.
var shareGPTRoles = map[string]string{
	"system": "system", "human": "user", "user": "user",
	"gpt": "assistant", "assistant": "assistant", "model": "assistant", "chatgpt": "assistant", "bing": "assistant",
	"function_call": "assistant", "tool_call": "assistant",
	"observation": "tool", "tool": "tool", "function_response": "tool", "tool_response": "tool", "function": "tool",
}

// decodeShareGPT reads {"conversations":[{"from","value"}],"system"?}.
func decodeShareGPT(o *Object) ([]Message, error) {
	list, err := wantList(o.Value("conversations"))
	if err != nil {
		return nil, under("conversations", err)
	}
	var out []Message
	if system, ok := o.Value("system").(string); ok && system != "" {
		out = append(out, Message{Role: "system", Content: system, Weight: 1})
	}
	for i, item := range list {
		m, err := decodeShareGPTTurn(item)
		if err != nil {
			return nil, under("conversations", at(i, err))
		}
		out = append(out, m)
	}
	if len(list) == 0 {
		return nil, fieldf("conversations", "remove the row or give it a turn", "no turns")
	}
	return out, nil
}

func decodeShareGPTTurn(item any) (Message, error) {
	t, ok := item.(*Object)
	if !ok {
		return Message{}, &fieldError{err: fmt.Errorf("want an object with from and value, got %s", describe(item))}
	}
	from, _ := t.Value("from").(string)
	role, ok := shareGPTRoles[from]
	if !ok {
		return Message{}, fieldf("from", "use system, human, gpt, function_call, observation or tool", "unknown speaker %q", from)
	}
	m := Message{Role: role, Content: t.Value("value"), Weight: 1, Raw: t}
	if from != "function_call" && from != "tool_call" {
		return m, nil
	}
	var err error
	if m.Calls, err = decodeCallText(t.Value("value")); err != nil {
		return m, under("value", err)
	}
	m.Content = nil
	return m, nil
}

// decodeCallText reads the calls of a function_call turn: an object or a list of them, or a string that holds either.
func decodeCallText(v any) ([]Call, error) {
	if s, ok := v.(string); ok {
		parsed, err := parseLoose(s)
		if err != nil {
			return nil, &fieldError{err: fmt.Errorf("not a call: %w", err), hint: `write {"name":…,"arguments":{…}}`}
		}
		v = parsed
	}
	if list, ok := v.([]any); ok {
		return decodeCalls(NewObject("tool_calls", list))
	}
	c, err := decodeCall(v)
	return []Call{c}, err
}
