package literal

import (
	"math/big"
	"strings"
	"unicode/utf8"
)

// ParsePython reads a text that is one Python literal: strings (with u and r prefixes, adjacent ones joined), numbers,
// None, True, False, lists, tuples and dicts, as ast.literal_eval does; also inf and nan, which repr writes.
// Keys that are no strings become what json.dumps makes of them. Nothing is evaluated.
func ParsePython(s string) (any, error) {
	r := pyReader{reader{s: s}}
	v, err := r.value()
	if err != nil {
		return nil, err
	}
	if r.peek() != 0 || r.pos < len(s) {
		return nil, r.fail("more after the value")
	}
	return v, nil
}

// Parse reads JSON, and a Python literal if it is not JSON. The error is that of the syntax the text looks like.
func Parse(s string) (v any, python bool, err error) {
	v, jsonErr := ParseJSON(s)
	if jsonErr == nil {
		return v, false, nil
	}
	v, pyErr := ParsePython(s)
	if pyErr == nil {
		return v, true, nil
	}
	a, okA := jsonErr.(*SyntaxError)
	b, okB := pyErr.(*SyntaxError)
	if okA && okB && b.Offset > a.Offset {
		return nil, true, pyErr
	}
	return nil, false, jsonErr
}

type pyReader struct{ reader }

func (r *pyReader) value() (any, error) {
	c := r.peek()
	switch {
	case c == '{':
		return r.dict()
	case c == '[':
		return r.items(']', false)
	case c == '(':
		return r.items(')', true)
	case c == '\'' || c == '"':
		return r.strings()
	case c == '-' || c == '+' || c == '.' || (c >= '0' && c <= '9'):
		return r.number()
	}
	if word := r.word(); word != "" {
		switch word {
		case "None":
			return nil, nil
		case "True":
			return true, nil
		case "False":
			return false, nil
		case "inf", "nan":
			return Number(word), nil
		}
		if r.pos < len(r.s) && (r.s[r.pos] == '\'' || r.s[r.pos] == '"') {
			r.pos -= len(word)
			return r.strings()
		}
		r.pos -= len(word)
	}
	return nil, r.fail("Python literal expected")
}

func isNameByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}

func (r *pyReader) word() string {
	start := r.pos
	for r.pos < len(r.s) && isNameByte(r.s[r.pos]) {
		r.pos++
	}
	return r.s[start:r.pos]
}

func (r *pyReader) dict() (any, error) {
	if err := r.enter(); err != nil {
		return nil, err
	}
	r.pos++
	d := &Dict{}
	for r.peek() != '}' {
		at := r.pos
		k, err := r.value()
		if err != nil {
			return nil, err
		}
		key, ok := keyString(k)
		if !ok {
			r.pos = at
			return nil, r.fail("a key must be a string, number, bool or None")
		}
		if r.peek() != ':' {
			return nil, r.fail("':' expected")
		}
		r.pos++
		v, err := r.value()
		if err != nil {
			return nil, err
		}
		if d.find(key) >= 0 {
			return nil, &SyntaxError{at, "dict", ErrDuplicate}
		}
		d.Set(key, v)
		if r.peek() == ',' {
			r.pos++
		} else if r.peek() != '}' {
			return nil, r.fail("',' or '}' expected")
		}
	}
	r.pos++
	r.depth--
	return d, nil
}

func keyString(k any) (string, bool) {
	switch k := k.(type) {
	case string:
		return k, true
	case nil:
		return "null", true
	case bool:
		if k {
			return "true", true
		}
		return "false", true
	case Number:
		return numberJSON(k), true
	}
	return "", false
}

// items reads a list or what stands in parentheses: a tuple if it has a comma or nothing.
func (r *pyReader) items(end byte, tuple bool) (any, error) {
	if err := r.enter(); err != nil {
		return nil, err
	}
	r.pos++
	l := []any{}
	comma := false
	for r.peek() != end {
		v, err := r.value()
		if err != nil {
			return nil, err
		}
		l = append(l, v)
		comma = r.peek() == ','
		if comma {
			r.pos++
			if tuple && len(l) == 1 && r.peek() == end {
				break
			}
		} else if r.peek() != end {
			return nil, r.fail("',' or '" + string(end) + "' expected")
		}
	}
	r.pos++
	r.depth--
	switch {
	case !tuple:
		return l, nil
	case len(l) == 1 && !comma:
		return l[0], nil
	}
	return Tuple(l), nil
}

// strings reads one string literal or several that follow each other.
func (r *pyReader) strings() (any, error) {
	var b strings.Builder
	for {
		start := r.pos
		prefix := strings.ToLower(r.word())
		if c := r.at(0); c != '\'' && c != '"' {
			r.pos = start
			if b.Len() == 0 && prefix != "" {
				return nil, r.fail("Python literal expected")
			}
			return b.String(), nil
		}
		if prefix != "" && prefix != "u" && prefix != "r" {
			r.pos = start
			return nil, r.fail("string prefix " + prefix + " is not read")
		}
		if err := r.oneString(&b, prefix == "r"); err != nil {
			return nil, err
		}
		here := r.pos
		if c := r.peek(); c != '\'' && c != '"' {
			r.pos = here
			return b.String(), nil
		}
	}
}

func (r *pyReader) at(i int) byte {
	if r.pos+i < len(r.s) {
		return r.s[r.pos+i]
	}
	return 0
}

func (r *pyReader) oneString(b *strings.Builder, raw bool) error {
	start := r.pos
	quote := r.s[r.pos : r.pos+1]
	if triple := strings.Repeat(quote, 3); strings.HasPrefix(r.s[r.pos:], triple) {
		quote = triple
	}
	r.pos += len(quote)
	for r.pos < len(r.s) {
		switch c := r.s[r.pos]; {
		case strings.HasPrefix(r.s[r.pos:], quote):
			r.pos += len(quote)
			return nil
		case c == '\\' && raw:
			b.WriteByte(c)
			r.pos++
			if n := runeLen(r.s[r.pos:]); n > 0 {
				b.WriteString(r.s[r.pos : r.pos+n])
				r.pos += n
			}
		case c == '\\':
			if err := r.escape(b); err != nil {
				return err
			}
		case c == '\n' && len(quote) == 1:
			return r.fail("line break in a string")
		default:
			n := runeLen(r.s[r.pos:])
			if n == 0 {
				return r.fail("not UTF-8")
			}
			b.WriteString(r.s[r.pos : r.pos+n])
			r.pos += n
		}
	}
	r.pos = start
	return r.fail("string does not end")
}

func (r *pyReader) escape(b *strings.Builder) error {
	c := r.at(1)
	if i := strings.IndexByte(`\'"abfnrtv`, c); i >= 0 && c != 0 {
		b.WriteByte("\\'\"\a\b\f\n\r\t\v"[i])
		r.pos += 2
		return nil
	}
	for _, e := range []struct {
		letter byte
		n      int
	}{{'x', 2}, {'u', 4}, {'U', 8}} {
		if c != e.letter {
			continue
		}
		v, ok := r.hex(r.pos, e.letter, e.n)
		if !ok || !utf8.ValidRune(v) {
			return r.fail("escape is no character")
		}
		b.WriteRune(v)
		r.pos += 2 + e.n
		return nil
	}
	switch {
	case c == '\n':
		r.pos += 2
	case c >= '0' && c <= '7':
		v, n := rune(0), 1
		for n <= 3 && r.at(n) >= '0' && r.at(n) <= '7' {
			v = v<<3 | rune(r.at(n)-'0')
			n++
		}
		b.WriteRune(v)
		r.pos += n
	case c == 'N':
		return r.fail(`escapes by name (\N) are not read`)
	default: // Python keeps the backslash of an escape it does not know
		b.WriteByte('\\')
		r.pos++
	}
	return nil
}

// number reads an int (also 0x, 0o, 0b) or float, underscores between digits allowed, and spells it as JSON does.
func (r *pyReader) number() (any, error) {
	start := r.pos
	sign := ""
	for c := r.at(0); c == '-' || c == '+'; c = r.at(0) {
		if c == '-' {
			sign = map[string]string{"": "-", "-": ""}[sign]
		}
		r.pos++
	}
	from := r.pos
	for r.pos < len(r.s) && (isNameByte(r.s[r.pos]) || r.s[r.pos] == '.' ||
		(r.s[r.pos] == '-' || r.s[r.pos] == '+') && r.s[r.pos-1]|0x20 == 'e' && !isHexPrefix(r.s[from:r.pos])) {
		r.pos++
	}
	if n, ok := pyNumber(r.s[from:r.pos]); ok {
		if sign == "-" && n == "nan" {
			sign = ""
		}
		return Number(sign) + n, nil
	}
	r.pos = start
	return nil, r.fail("number expected")
}

func isHexPrefix(s string) bool { return len(s) > 1 && s[0] == '0' && s[1]|0x20 == 'x' }

// maxDigits bounds the conversion of long integers, as Python does itself.
const maxDigits = 4300

func pyNumber(s string) (Number, bool) {
	if s == "inf" || s == "nan" {
		return Number(s), true
	}
	if s == "" || len(s) > maxDigits || strings.Contains(s, "__") || strings.HasPrefix(s, "_") || strings.HasSuffix(s, "_") {
		return "", false
	}
	if len(s) > 1 && s[0] == '0' && strings.IndexByte("xob", s[1]|0x20) >= 0 {
		if v, ok := new(big.Int).SetString(s, 0); ok {
			return Number(v.String()), true
		}
		return "", false
	}
	s = strings.ReplaceAll(s, "_", "")
	if strings.HasPrefix(s, ".") {
		s = "0" + s
	}
	if i := strings.IndexByte(s, '.'); i >= 0 && (i+1 == len(s) || s[i+1]|0x20 == 'e') {
		s = s[:i+1] + "0" + s[i+1:]
	}
	if strings.ContainsAny(s, ".eE") {
		if s = strings.TrimLeft(s, "0"); s == "" || s[0] < '0' || s[0] > '9' {
			s = "0" + s
		}
	} else if strings.Trim(s, "0") == "" {
		s = "0"
	}
	j := jsonReader{reader{s: s}}
	v, err := j.value()
	n, ok := v.(Number)
	return n, err == nil && ok && j.pos == len(s)
}
