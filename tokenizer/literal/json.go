package literal

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// reader is what the two syntaxes share.
type reader struct {
	s     string
	pos   int
	depth int
}

func (r *reader) fail(what string) error { return &SyntaxError{r.pos, what, ErrSyntax} }

func (r *reader) space() {
	for r.pos < len(r.s) && strings.IndexByte(" \t\n\r", r.s[r.pos]) >= 0 {
		r.pos++
	}
}

// peek returns the next byte after space, 0 at the end.
func (r *reader) peek() byte {
	r.space()
	if r.pos == len(r.s) {
		return 0
	}
	return r.s[r.pos]
}

func (r *reader) enter() error {
	if r.depth++; r.depth > maxDepth {
		return &SyntaxError{r.pos, "more than 128 levels", ErrDepth}
	}
	return nil
}

// ParseJSON reads a text that is one JSON value. Keys must be distinct.
func ParseJSON(s string) (any, error) {
	v, rest, err := ParseJSONPrefix(s)
	if err == nil && rest != "" {
		return nil, &SyntaxError{len(s) - len(rest), "more after the value", ErrSyntax}
	}
	return v, err
}

// ParseJSONPrefix reads one JSON value and returns what follows it, spaces skipped.
func ParseJSONPrefix(s string) (v any, rest string, err error) {
	r := jsonReader{reader{s: s}}
	if v, err = r.value(); err != nil {
		return nil, "", err
	}
	r.space()
	return v, s[r.pos:], nil
}

type jsonReader struct{ reader }

func (r *jsonReader) value() (any, error) {
	switch c := r.peek(); {
	case c == '{':
		return r.object()
	case c == '[':
		return r.list()
	case c == '"':
		return r.str()
	case c == '-' || (c >= '0' && c <= '9'):
		return r.number()
	}
	switch rest := r.s[r.pos:]; {
	case strings.HasPrefix(rest, "true"):
		r.pos += 4
		return true, nil
	case strings.HasPrefix(rest, "false"):
		r.pos += 5
		return false, nil
	case strings.HasPrefix(rest, "null"):
		r.pos += 4
		return nil, nil
	}
	return nil, r.fail("JSON value expected")
}

func (r *jsonReader) object() (any, error) {
	if err := r.enter(); err != nil {
		return nil, err
	}
	r.pos++
	d := &Dict{}
	if r.peek() == '}' {
		r.pos++
		r.depth--
		return d, nil
	}
	for {
		if r.peek() != '"' {
			return nil, r.fail("key in double quotes expected")
		}
		at := r.pos
		key, err := r.str()
		if err != nil {
			return nil, err
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
			return nil, &SyntaxError{at, "object", ErrDuplicate}
		}
		d.Set(key, v)
		if done, err := r.next('}'); done || err != nil {
			return d, err
		}
	}
}

func (r *jsonReader) list() (any, error) {
	if err := r.enter(); err != nil {
		return nil, err
	}
	r.pos++
	l := []any{}
	if r.peek() == ']' {
		r.pos++
		r.depth--
		return l, nil
	}
	for {
		v, err := r.value()
		if err != nil {
			return nil, err
		}
		l = append(l, v)
		if done, err := r.next(']'); done || err != nil {
			return l, err
		}
	}
}

func (r *jsonReader) next(end byte) (done bool, err error) {
	switch r.peek() {
	case ',':
		r.pos++
		return false, nil
	case end:
		r.pos++
		r.depth--
		return true, nil
	}
	return false, r.fail("',' or '" + string(end) + "' expected")
}

func (r *jsonReader) number() (any, error) {
	start := r.pos
	digits := func() bool {
		from := r.pos
		for r.pos < len(r.s) && r.s[r.pos] >= '0' && r.s[r.pos] <= '9' {
			r.pos++
		}
		return r.pos > from
	}
	if r.s[r.pos] == '-' {
		r.pos++
	}
	zero := r.pos < len(r.s) && r.s[r.pos] == '0'
	from := r.pos
	if !digits() || (zero && r.pos > from+1) {
		return nil, r.fail("number expected")
	}
	if r.pos < len(r.s) && r.s[r.pos] == '.' {
		r.pos++
		if !digits() {
			return nil, r.fail("digits expected")
		}
	}
	if r.pos < len(r.s) && (r.s[r.pos] == 'e' || r.s[r.pos] == 'E') {
		r.pos++
		if r.pos < len(r.s) && (r.s[r.pos] == '+' || r.s[r.pos] == '-') {
			r.pos++
		}
		if !digits() {
			return nil, r.fail("exponent expected")
		}
	}
	return Number(r.s[start:r.pos]), nil
}

func (r *jsonReader) str() (string, error) {
	start := r.pos
	r.pos++
	end := strings.IndexAny(r.s[r.pos:], "\"\\")
	if end >= 0 && r.s[r.pos+end] == '"' { // no escapes: the usual case
		s := r.s[r.pos : r.pos+end]
		r.pos += end + 1
		return s, checkPlain(s, start)
	}
	var b strings.Builder
	for r.pos < len(r.s) {
		c := r.s[r.pos]
		switch {
		case c == '"':
			r.pos++
			return b.String(), nil
		case c < 0x20:
			return "", r.fail("control character in a string")
		case c != '\\':
			n := runeLen(r.s[r.pos:])
			if n == 0 {
				return "", r.fail("not UTF-8")
			}
			b.WriteString(r.s[r.pos : r.pos+n])
			r.pos += n
		default:
			if err := r.escape(&b); err != nil {
				return "", err
			}
		}
	}
	r.pos = start
	return "", r.fail("string does not end")
}

func checkPlain(s string, at int) error {
	for i := range len(s) {
		if s[i] < 0x20 {
			return &SyntaxError{at + 1 + i, "control character in a string", ErrSyntax}
		}
	}
	if !utf8.ValidString(s) {
		return &SyntaxError{at, "not UTF-8", ErrSyntax}
	}
	return nil
}

// runeLen returns the length of the character s begins with, 0 if it is not UTF-8.
func runeLen(s string) int {
	r, n := utf8.DecodeRuneInString(s)
	if r == utf8.RuneError && n == 1 {
		return 0
	}
	return n
}

func (r *jsonReader) escape(b *strings.Builder) error {
	if r.pos+1 >= len(r.s) {
		return r.fail("escape does not end")
	}
	if i := strings.IndexByte(`"\/bfnrt`, r.s[r.pos+1]); i >= 0 {
		b.WriteByte("\"\\/\b\f\n\r\t"[i])
		r.pos += 2
		return nil
	}
	hi, ok := r.hex(r.pos, 'u', 4)
	if !ok {
		return r.fail("unknown escape")
	}
	n := 6
	if utf16.IsSurrogate(hi) {
		lo, ok := r.hex(r.pos+6, 'u', 4)
		if hi = utf16.DecodeRune(hi, lo); !ok || hi == utf8.RuneError {
			return r.fail("lone surrogate")
		}
		n = 12
	}
	b.WriteRune(hi)
	r.pos += n
	return nil
}

// hex reads a backslash, a letter and n hex digits at i.
func (r *reader) hex(i int, letter byte, n int) (rune, bool) {
	if i+2+n > len(r.s) || r.s[i] != '\\' || r.s[i+1] != letter {
		return 0, false
	}
	var v rune
	for _, c := range []byte(r.s[i+2 : i+2+n]) {
		d := strings.IndexByte("0123456789abcdef", c|0x20)
		if d < 0 || (c < '0') {
			return 0, false
		}
		v = v<<4 | rune(d)
		if v > utf8.MaxRune {
			return 0, false
		}
	}
	return v, true
}
