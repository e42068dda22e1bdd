package literal

import (
	"errors"
	"math"
	"strconv"
	"strings"
)

// A value is nil, bool, string, Number, []any, Tuple or *Dict.

// Number is a number as it was spelled, in the syntax of JSON; also "inf", "-inf" and "nan", which only Python
// literals have.
type Number string

// Tuple is a Python tuple: a list in JSON, written with parentheses by Python.
type Tuple []any

// Dict is an object whose keys keep their order.
type Dict struct {
	Members []Member
	index   map[string]int // built when the dict is large
}

// Member is one key and value of a Dict.
type Member struct {
	Key   string
	Value any
}

// indexFrom is the size from which a Dict keeps an index: below it a scan is as fast.
const indexFrom = 16

func (d *Dict) find(key string) int {
	if d == nil {
		return -1
	}
	if d.index != nil {
		if i, ok := d.index[key]; ok {
			return i
		}
		return -1
	}
	for i := range d.Members {
		if d.Members[i].Key == key {
			return i
		}
	}
	return -1
}

// Get returns the value of a key.
func (d *Dict) Get(key string) (any, bool) {
	if i := d.find(key); i >= 0 {
		return d.Members[i].Value, true
	}
	return nil, false
}

// Str returns the value of a key if it is a string.
func (d *Dict) Str(key string) (string, bool) {
	v, _ := d.Get(key)
	s, ok := v.(string)
	return s, ok
}

// Set gives a key a value, at the end if the key is new.
func (d *Dict) Set(key string, value any) {
	if i := d.find(key); i >= 0 {
		d.Members[i].Value = value
		return
	}
	d.Members = append(d.Members, Member{key, value})
	switch {
	case d.index != nil:
		d.index[key] = len(d.Members) - 1
	case len(d.Members) == indexFrom:
		d.index = make(map[string]int, 2*indexFrom)
		for i := range d.Members {
			d.index[d.Members[i].Key] = i
		}
	}
}

// Len returns the number of keys.
func (d *Dict) Len() int {
	if d == nil {
		return 0
	}
	return len(d.Members)
}

// NewDict makes a Dict from keys and values in turn.
func NewDict(pairs ...any) *Dict {
	d := &Dict{}
	for i := 0; i+1 < len(pairs); i += 2 {
		d.Set(pairs[i].(string), pairs[i+1])
	}
	return d
}

// Limits of reading. Depth is what RELIABILITY asks of JSON; the text itself bounds the rest.
const maxDepth = 128

// Kinds of failure.
var (
	ErrSyntax    = errors.New("syntax error")
	ErrDepth     = errors.New("nested too deeply")
	ErrDuplicate = errors.New("key given twice")
)

// SyntaxError says where in a text reading failed.
type SyntaxError struct {
	Offset int
	What   string
	Err    error
}

func (e *SyntaxError) Error() string {
	return e.Err.Error() + " at byte " + strconv.Itoa(e.Offset) + ": " + e.What
}

func (e *SyntaxError) Unwrap() error { return e.Err }

// IsInt reports whether a number is an integer to Python: neither point nor exponent.
func (n Number) IsInt() bool { return !strings.ContainsAny(string(n), ".eEin") }

// Float returns the nearest float64; beyond its range the infinities, as in Python.
func (n Number) Float() float64 {
	switch n {
	case "inf":
		return math.Inf(1)
	case "-inf":
		return math.Inf(-1)
	case "nan":
		return math.NaN()
	}
	f, _ := strconv.ParseFloat(string(n), 64)
	return f
}

// Python spells a number as Python's repr does after reading it.
func (n Number) Python() string {
	if n.IsInt() {
		s := string(n)
		if strings.Trim(s, "-0") == "" {
			return "0"
		}
		return s
	}
	return FloatRepr(n.Float())
}

// FloatRepr is Python's repr of a float: shortest digits, exponent below 1e-4 and from 1e16.
func FloatRepr(f float64) string {
	switch {
	case math.IsNaN(f):
		return "nan"
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	}
	e := strconv.FormatFloat(f, 'e', -1, 64)
	at := strings.IndexByte(e, 'e')
	exp, _ := strconv.Atoi(e[at+1:])
	if f != 0 && (exp < -4 || exp >= 16) {
		return e // Go and Python both write at least two digits of exponent
	}
	s := strconv.FormatFloat(f, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

// Of turns what encoding/json makes (map[string]any aside, whose order is lost) and Go's own numbers into a value.
func Of(v any) any {
	switch v := v.(type) {
	case int:
		return Number(strconv.Itoa(v))
	case int64:
		return Number(strconv.FormatInt(v, 10))
	case float64:
		return Number(FloatRepr(v))
	}
	return v
}
