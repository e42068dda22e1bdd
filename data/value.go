package data

import (
	"fmt"

	"lapidary/tokenizer/literal"
)

// A value of a row is nil, bool, literal.Number, string, []any, literal.Tuple or *literal.Dict.

// get returns the value of a key, nil when there is none.
func get(d *literal.Dict, key string) any {
	v, _ := d.Get(key)
	return v
}

// has reports whether the key is there with a value other than null.
func has(d *literal.Dict, key string) bool { return get(d, key) != nil }

func keys(d *literal.Dict) []string {
	if d == nil {
		return nil
	}
	out := make([]string, len(d.Members))
	for i, m := range d.Members {
		out[i] = m.Key
	}
	return out
}

// asList takes a list or a tuple.
func asList(v any) ([]any, bool) {
	if t, ok := v.(literal.Tuple); ok {
		return t, true
	}
	list, ok := v.([]any)
	return list, ok
}

// describe names a value's kind in a message.
func describe(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return "true or false"
	case literal.Number:
		return "a number"
	case string:
		if v == "" {
			return "an empty string"
		}
		return "a string"
	case []any, literal.Tuple:
		return "a list"
	case *literal.Dict:
		return "an object"
	}
	return fmt.Sprintf("%T", v)
}
