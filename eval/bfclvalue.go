package eval

import (
	"math"
	"math/big"
	"strings"

	"lapidary/tokenizer/literal"
)

// kind is the Python type a value has for the checker. The spelling of a number decides between int and float.
type kind uint8

const (
	kindNone kind = iota // no type at all: an answer list that holds only the "may be left out" mark
	kindNull
	kindBool
	kindInt
	kindFloat
	kindString
	kindList
	kindDict
)

func kindOf(v any) kind {
	switch v := v.(type) {
	case bool:
		return kindBool
	case literal.Number:
		if isFloatSpelling(string(v)) {
			return kindFloat
		}
		return kindInt
	case string:
		return kindString
	case []any, literal.Tuple:
		return kindList
	case *literal.Dict:
		return kindDict
	}
	return kindNull
}

// kindOfType maps a schema's type name to the Python type the checker expects. "number" and "object" are the JSON
// Schema names, "float" and "dict" the original ones.
func kindOfType(name string) kind {
	switch name {
	case "integer":
		return kindInt
	case "number", "float":
		return kindFloat
	case "boolean":
		return kindBool
	case "array", "tuple", "list":
		return kindList
	case "object", "dict":
		return kindDict
	case "string", "any":
		return kindString
	}
	return kindNone
}

// equal is Python's ==: numbers compare by value across bool, int and float; dicts by keys and values.
func equal(a, b any) bool {
	ka, kb := kindOf(a), kindOf(b)
	if isNumeric(ka) && isNumeric(kb) {
		return equalNumbers(a, b)
	}
	if ka != kb {
		return false
	}
	switch ka {
	case kindString:
		return a.(string) == b.(string)
	case kindList:
		return equalLists(elements(a), elements(b))
	case kindDict:
		return equalDicts(a.(*literal.Dict), b.(*literal.Dict))
	}
	return true // null
}

func isNumeric(k kind) bool { return k == kindBool || k == kindInt || k == kindFloat }

func equalLists(a, b []any) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if !equal(a[i], b[i]) {
			return false
		}
	}
	return true
}

func equalDicts(a, b *literal.Dict) bool {
	if a.Len() != b.Len() {
		return false
	}
	for _, m := range a.Members {
		v, ok := b.Get(m.Key)
		if !ok || !equal(m.Value, v) {
			return false
		}
	}
	return true
}

func equalNumbers(a, b any) bool {
	ta, tb := numberText(a), numberText(b)
	fa, fb := isFloatSpelling(ta), isFloatSpelling(tb)
	switch {
	case fa && fb:
		return parseFloat(ta) == parseFloat(tb)
	case fa:
		return intEqualsFloat(tb, parseFloat(ta))
	case fb:
		return intEqualsFloat(ta, parseFloat(tb))
	}
	return canonicalInt(ta) == canonicalInt(tb)
}

func numberText(v any) string {
	switch v := v.(type) {
	case bool:
		if v {
			return "1"
		}
		return "0"
	case literal.Number:
		return string(v)
	}
	return ""
}

// parseFloat reads as Python does: out of range becomes an infinity.
func parseFloat(s string) float64 {
	return literal.Number(s).Float()
}

// intEqualsFloat compares exactly, as Python does: no rounding of a long integer to float64.
func intEqualsFloat(digits string, f float64) bool {
	const longestFinite = 310 // digits of the largest float64, and a sign
	if math.IsInf(f, 0) || math.IsNaN(f) || len(digits) > longestFinite {
		return false
	}
	i, ok := new(big.Int).SetString(digits, 10)
	if !ok {
		return false
	}
	x, acc := new(big.Float).SetFloat64(f).Int(nil)
	return acc == big.Exact && x.Cmp(i) == 0
}

func canonicalInt(s string) string {
	neg := strings.HasPrefix(s, "-")
	s = strings.TrimLeft(strings.TrimLeft(s, "+-"), "0")
	if s == "" {
		return "0"
	}
	if neg {
		return "-" + s
	}
	return s
}

// normalizeString removes the characters the checker does not look at, and case.
func normalizeString(s string) string {
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(" ,./-_*^", r) {
			return -1
		}
		return r
	}, s)
	return strings.ReplaceAll(strings.ToLower(s), "'", `"`)
}

// normalizeIfString normalises a string and passes anything else through.
func normalizeIfString(v any) any {
	if s, ok := v.(string); ok {
		return normalizeString(s)
	}
	return v
}

func normalizeStrings(list []any) []any {
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = normalizeIfString(v)
	}
	return out
}

func contains(list []any, v any) bool {
	for _, a := range list {
		if equal(a, v) {
			return true
		}
	}
	return false
}
