package eval

import "lapidary/data"

// Call is one function call. Argument values are nil, bool, json.Number (the spelling decides between integer and
// float), string, []any and *data.Object.
type Call struct {
	Name string
	Args *data.Object
}
