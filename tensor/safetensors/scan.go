package safetensors

import (
	"math"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// scanner walks the header's JSON without building it: only what the grammar of safetensors allows is accepted, so
// that depth and size are bounded by the grammar.
type scanner struct {
	s   []byte
	pos int
}

func (sc *scanner) fail(what string) error {
	return fieldErr("", ErrSyntax, "%s at byte %d of the header", what, sc.pos)
}

func (sc *scanner) space() {
	for sc.pos < len(sc.s) {
		switch sc.s[sc.pos] {
		case ' ', '\t', '\n', '\r':
			sc.pos++
		default:
			return
		}
	}
}

// peek returns the next byte after white space, or 0 at the end.
func (sc *scanner) peek() byte {
	sc.space()
	if sc.pos == len(sc.s) {
		return 0
	}
	return sc.s[sc.pos]
}

// take consumes c, or says what was expected.
func (sc *scanner) take(c byte) error {
	if sc.peek() != c {
		return sc.fail(strconv.QuoteRune(rune(c)) + " expected")
	}
	sc.pos++
	return nil
}

// object calls member for each key of an object, with the scanner at the value.
func (sc *scanner) object(member func(key string) error) error {
	if err := sc.take('{'); err != nil {
		return err
	}
	if sc.peek() == '}' {
		sc.pos++
		return nil
	}
	for {
		sc.space()
		key, err := sc.str()
		if err != nil {
			return err
		}
		if err := sc.take(':'); err != nil {
			return err
		}
		sc.space()
		if err := member(key); err != nil {
			return err
		}
		if sc.peek() == ',' {
			sc.pos++
			continue
		}
		return sc.take('}')
	}
}

// numbers reads a list of non-negative integers, at most limit of them.
func (sc *scanner) numbers(limit int) ([]uint64, error) {
	if err := sc.take('['); err != nil {
		return nil, err
	}
	out := []uint64{}
	if sc.peek() == ']' {
		sc.pos++
		return out, nil
	}
	for {
		n, err := sc.number()
		if err != nil {
			return nil, err
		}
		if len(out) == limit {
			return nil, sc.fail("too many numbers")
		}
		out = append(out, n)
		if sc.peek() == ',' {
			sc.pos++
			continue
		}
		return out, sc.take(']')
	}
}

// number reads a non-negative integer that fits 64 bits, without sign, fraction or exponent.
func (sc *scanner) number() (uint64, error) {
	sc.space()
	start := sc.pos
	var n uint64
	for sc.pos < len(sc.s) && '0' <= sc.s[sc.pos] && sc.s[sc.pos] <= '9' {
		d := uint64(sc.s[sc.pos] - '0')
		if n > (math.MaxUint64-d)/10 {
			return 0, sc.fail("number beyond 64 bits")
		}
		n = 10*n + d
		sc.pos++
	}
	if sc.pos == start || (sc.s[start] == '0' && sc.pos > start+1) {
		return 0, sc.fail("non-negative integer expected")
	}
	return n, nil
}

// str reads a string.
func (sc *scanner) str() (string, error) {
	if sc.pos >= len(sc.s) || sc.s[sc.pos] != '"' {
		return "", sc.fail("string expected")
	}
	sc.pos++
	start := sc.pos
	for sc.pos < len(sc.s) { // the common case has no escapes
		switch c := sc.s[sc.pos]; {
		case c == '"':
			sc.pos++
			return string(sc.s[start : sc.pos-1]), nil
		case c == '\\':
			return sc.escaped(append([]byte(nil), sc.s[start:sc.pos]...))
		case c < 0x20:
			return "", sc.fail("control character in a string")
		}
		sc.pos++
	}
	return "", sc.fail("string without end")
}

// escaped reads the rest of a string that has escapes; out is what came before the first.
func (sc *scanner) escaped(out []byte) (string, error) {
	for sc.pos < len(sc.s) {
		c := sc.s[sc.pos]
		switch {
		case c == '"':
			sc.pos++
			return string(out), nil
		case c < 0x20:
			return "", sc.fail("control character in a string")
		case c != '\\':
			out = append(out, c)
			sc.pos++
			continue
		}
		r, err := sc.escape()
		if err != nil {
			return "", err
		}
		out = utf8.AppendRune(out, r)
	}
	return "", sc.fail("string without end")
}

// escape reads one escape, the backslash included; two for a pair of surrogates.
func (sc *scanner) escape() (rune, error) {
	sc.pos++
	if sc.pos >= len(sc.s) {
		return 0, sc.fail("string without end")
	}
	c := sc.s[sc.pos]
	sc.pos++
	switch c {
	case '"', '\\', '/':
		return rune(c), nil
	case 'b':
		return '\b', nil
	case 'f':
		return '\f', nil
	case 'n':
		return '\n', nil
	case 'r':
		return '\r', nil
	case 't':
		return '\t', nil
	case 'u':
		return sc.unicode()
	}
	return 0, sc.fail("unknown escape")
}

func (sc *scanner) unicode() (rune, error) {
	r, err := sc.hex4()
	if err != nil || !utf16.IsSurrogate(r) {
		return r, err
	}
	if sc.pos+1 < len(sc.s) && sc.s[sc.pos] == '\\' && sc.s[sc.pos+1] == 'u' {
		sc.pos += 2
		low, err := sc.hex4()
		if err != nil {
			return 0, err
		}
		if full := utf16.DecodeRune(r, low); full != utf8.RuneError {
			return full, nil
		}
	}
	return 0, sc.fail("lone surrogate")
}

func (sc *scanner) hex4() (rune, error) {
	if sc.pos+4 > len(sc.s) {
		return 0, sc.fail("string without end")
	}
	n, err := strconv.ParseUint(string(sc.s[sc.pos:sc.pos+4]), 16, 16)
	if err != nil {
		return 0, sc.fail("four hexadecimal digits expected")
	}
	sc.pos += 4
	return rune(n), nil
}
