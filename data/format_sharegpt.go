package data

import (
	"fmt"

	"lapidary/tokenizer/chat"
	"lapidary/tokenizer/literal"
)

// shareGPTRoles maps the speakers of ShareGPT data to the field's roles.
var shareGPTRoles = map[string]string{
	"system": "system", "human": "user", "user": "user",
	"gpt": "assistant", "assistant": "assistant", "model": "assistant", "chatgpt": "assistant", "bing": "assistant",
	"function_call": "assistant", "tool_call": "assistant",
	"observation": "tool", "tool": "tool", "function_response": "tool", "tool_response": "tool", "function": "tool",
}

// decodeShareGPT reads {"conversations":[{"from","value"}],"system"?}.
func decodeShareGPT(o *literal.Dict) ([]chat.Message, error) {
	list, err := wantList(get(o, "conversations"))
	if err != nil {
		return nil, under("conversations", err)
	}
	var out []chat.Message
	if system, ok := get(o, "system").(string); ok && system != "" {
		out = append(out, chat.Message{Role: "system", Content: system})
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

func decodeShareGPTTurn(item any) (chat.Message, error) {
	t, ok := item.(*literal.Dict)
	if !ok {
		return chat.Message{}, &fieldError{err: fmt.Errorf("want an object with from and value, got %s", describe(item))}
	}
	from, _ := get(t, "from").(string)
	role, ok := shareGPTRoles[from]
	if !ok {
		return chat.Message{}, fieldf("from", "use system, human, gpt, function_call, observation or tool", "unknown speaker %q", from)
	}
	m := chat.Message{Role: role, Content: get(t, "value")}
	if from != "function_call" && from != "tool_call" {
		return m, nil
	}
	var err error
	if m.ToolCalls, err = decodeCallText(get(t, "value")); err != nil {
		return m, under("value", err)
	}
	m.Content = nil
	return m, nil
}

// decodeCallText reads the calls of a function_call turn: an object or a list of them, or a string that holds either.
func decodeCallText(v any) ([]chat.ToolCall, error) {
	if s, ok := v.(string); ok {
		parsed, _, err := literal.Parse(s)
		if err != nil {
			return nil, &fieldError{err: fmt.Errorf("not a call: %w", err), hint: `write {"name":…,"arguments":{…}}`}
		}
		v = parsed
	}
	if list, ok := asList(v); ok {
		return decodeCalls(literal.NewDict("tool_calls", list))
	}
	c, err := decodeCall(v)
	return []chat.ToolCall{c}, err
}
