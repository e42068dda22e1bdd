package eval

import (
	"strings"

	"lapidary/tokenizer/literal"
)

// Call is one function call. Argument values are nil, bool, literal.Number (the spelling decides between integer and
// float), string, []any, literal.Tuple and *literal.Dict.
type Call struct {
	Name string
	Args *literal.Dict
}

// get returns the value of a key, nil when there is none.
func get(d *literal.Dict, key string) any {
	v, _ := d.Get(key)
	return v
}

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

// asList takes a list or a tuple: the checker treats them alike.
func asList(v any) ([]any, bool) {
	if t, ok := v.(literal.Tuple); ok {
		return t, true
	}
	list, ok := v.([]any)
	return list, ok
}

func isFloatSpelling(s string) bool {
	return strings.ContainsAny(s, ".eEin") // in: inf and nan
}
