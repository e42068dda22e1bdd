package data

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
)

// decodePrompt reads prompt and completion: two strings, or two lists of messages.
func decodePrompt(row *Row, o *Object) error {
	var err error
	if row.Prompt, err = decodeTurns(o.Value("prompt")); err != nil {
		return under("prompt", err)
	}
	if row.Completion, err = decodeTurns(o.Value("completion")); err != nil {
		return under("completion", err)
	}
	if (row.Prompt.Messages == nil) != (row.Completion.Messages == nil) {
		return fieldf("completion", "write both as strings or both as message lists",
			"prompt is %s and completion %s", describe(o.Value("prompt")), describe(o.Value("completion")))
	}
	return nil
}

func decodeTurns(v any) (Turns, error) {
	if s, ok := v.(string); ok {
		return Turns{Text: s}, nil
	}
	if _, ok := v.([]any); !ok {
		return Turns{}, &fieldError{err: fmt.Errorf("want a string or a list of messages, got %s", describe(v))}
	}
	messages, err := decodeMessages(v)
	return Turns{Messages: messages}, err
}

// decodeTokens reads ids and labels that are used as they are.
func decodeTokens(row *Row, o *Object) error {
	var err error
	if row.IDs, err = int32s(o.Value("input_ids"), 0); err != nil {
		return under("input_ids", err)
	}
	if !o.Has("labels") {
		return nil
	}
	if row.Labels, err = int32s(o.Value("labels"), Ignore); err != nil {
		return under("labels", err)
	}
	if len(row.Labels) != len(row.IDs) {
		return fieldf("labels", "give one label for each id, -100 where there is no loss",
			"%d labels for %d ids", len(row.Labels), len(row.IDs))
	}
	return nil
}

// int32s reads a list of integers from lowest up; a negative one must be Ignore.
func int32s(v any, lowest int32) ([]int32, error) {
	list, ok := v.([]any)
	if !ok {
		return nil, &fieldError{err: fmt.Errorf("want a list of integers, got %s", describe(v))}
	}
	out := make([]int32, len(list))
	for i, item := range list {
		n, ok := item.(json.Number)
		x, err := strconv.ParseInt(string(n), 10, 64)
		if !ok || err != nil {
			return nil, at(i, &fieldError{err: fmt.Errorf("want an integer, got %s %s", describe(item), clean(fmt.Sprint(item)))})
		}
		if x > math.MaxInt32 || x < 0 && (lowest >= 0 || x != int64(lowest)) {
			return nil, at(i, &fieldError{err: fmt.Errorf("%d is no token id", x)})
		}
		out[i] = int32(x)
	}
	return out, nil
}
