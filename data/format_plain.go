package data

import (
	"fmt"
	"math"
	"strconv"

	"lapidary/tokenizer/literal"
)

// decodePrompt reads prompt and completion: two strings, or two lists of messages.
func decodePrompt(row *Row, o *literal.Dict) error {
	var err error
	if row.Prompt, err = decodeTurns(get(o, "prompt")); err != nil {
		return under("prompt", err)
	}
	if row.Completion, err = decodeTurns(get(o, "completion")); err != nil {
		return under("completion", err)
	}
	if (row.Prompt.Messages == nil) != (row.Completion.Messages == nil) {
		return fieldf("completion", "write both as strings or both as message lists",
			"prompt is %s and completion %s", describe(get(o, "prompt")), describe(get(o, "completion")))
	}
	return nil
}

func decodeTurns(v any) (Turns, error) {
	if s, ok := v.(string); ok {
		return Turns{Text: s}, nil
	}
	if _, ok := asList(v); !ok {
		return Turns{}, &fieldError{err: fmt.Errorf("want a string or a list of messages, got %s", describe(v))}
	}
	messages, err := decodeMessages(v)
	return Turns{Messages: messages}, err
}

// decodeTokens reads ids and labels that are used as they are.
func decodeTokens(row *Row, o *literal.Dict) error {
	var err error
	if row.IDs, err = int32s(get(o, "input_ids"), 0); err != nil {
		return under("input_ids", err)
	}
	if !has(o, "labels") {
		return nil
	}
	if row.Labels, err = int32s(get(o, "labels"), Ignore); err != nil {
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
	list, ok := asList(v)
	if !ok {
		return nil, &fieldError{err: fmt.Errorf("want a list of integers, got %s", describe(v))}
	}
	out := make([]int32, len(list))
	for i, item := range list {
		n, ok := item.(literal.Number)
		x, err := strconv.ParseInt(string(n), 10, 64)
		if !ok || err != nil {
			return nil, at(i, &fieldError{err: fmt.Errorf("want an integer, got %s %s", describe(item), clean(literal.JSON(item)))})
		}
		if x > math.MaxInt32 || x < 0 && (lowest >= 0 || x != int64(lowest)) {
			return nil, at(i, &fieldError{err: fmt.Errorf("%d is no token id", x)})
		}
		out[i] = int32(x)
	}
	return out, nil
}
