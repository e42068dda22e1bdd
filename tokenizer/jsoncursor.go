package tokenizer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// cursor reads JSON in one pass without building values: a tokenizer.json has a million strings, of which only
// two or three hundred thousand are kept. It is strict: UTF-8, no lone surrogates, no duplicate keys in objects that
// are read as values, bounded depth.
type cursor struct {
	data    []byte
	pos     int
	depth   int
	scratch []byte
}

func (c *cursor) errorf(format string, args ...any) error {
	return fmt.Errorf("%w: at byte %d: "+format, append([]any{ErrMalformed, c.pos}, args...)...)
}

func (c *cursor) peek() byte {
	for c.pos < len(c.data) {
		switch b := c.data[c.pos]; b {
		case ' ', '\n', '\t', '\r':
			c.pos++
		default:
			return b
		}
	}
	return 0
}

func (c *cursor) expect(b byte) error {
	if got := c.peek(); got != b || c.pos >= len(c.data) {
		return c.errorf("%q expected", b)
	}
	c.pos++
	return nil
}

// str reads a string. The result is valid until the next call.
func (c *cursor) str() ([]byte, error) {
	if err := c.expect('"'); err != nil {
		return nil, err
	}
	start := c.pos
	ascii := true
	for i := start; i < len(c.data); i++ {
		switch b := c.data[i]; {
		case b == '"':
			s := c.data[start:i]
			c.pos = i + 1
			if !ascii && !utf8.Valid(s) {
				return nil, c.errorf("string is not UTF-8")
			}
			return s, nil
		case b == '\\':
			return c.escaped(start, i)
		case b < 0x20:
			c.pos = i
			return nil, c.errorf("control character in a string")
		case b >= 0x80:
			ascii = false
		}
	}
	c.pos = len(c.data)
	return nil, c.errorf("string does not end")
}

var plainEscapes = map[byte]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// escaped reads the rest of a string whose first backslash is at i.
func (c *cursor) escaped(start, i int) ([]byte, error) {
	out := append(c.scratch[:0], c.data[start:i]...)
	for i < len(c.data) {
		b := c.data[i]
		switch {
		case b == '"':
			c.scratch, c.pos = out, i+1
			if !utf8.Valid(out) {
				return nil, c.errorf("string is not UTF-8")
			}
			return out, nil
		case b < 0x20:
			c.pos = i
			return nil, c.errorf("control character in a string")
		case b != '\\':
			out = append(out, b)
			i++
			continue
		}
		c.pos = i
		if i+1 >= len(c.data) {
			break
		}
		if p, ok := plainEscapes[c.data[i+1]]; ok {
			out = append(out, p)
			i += 2
			continue
		}
		r, n, err := c.unicodeEscape(i)
		if err != nil {
			return nil, err
		}
		out = utf8.AppendRune(out, r)
		i += n
	}
	c.pos = len(c.data)
	return nil, c.errorf("string does not end")
}

func (c *cursor) unicodeEscape(i int) (rune, int, error) {
	hi, ok := c.hex4(i)
	if !ok {
		return 0, 0, c.errorf("unknown escape")
	}
	if !utf16.IsSurrogate(hi) {
		return hi, 6, nil
	}
	lo, ok := c.hex4(i + 6)
	if r := utf16.DecodeRune(hi, lo); ok && r != utf8.RuneError {
		return r, 12, nil
	}
	return 0, 0, c.errorf("lone surrogate")
}

func (c *cursor) hex4(i int) (rune, bool) {
	if i+6 > len(c.data) || c.data[i] != '\\' || c.data[i+1] != 'u' {
		return 0, false
	}
	var r rune
	for _, b := range c.data[i+2 : i+6] {
		d, ok := hexDigit(b)
		if !ok {
			return 0, false
		}
		r = r<<4 | rune(d)
	}
	return r, true
}

// object calls f for each key with the cursor before the value, which f must read.
func (c *cursor) object(f func(key []byte) error) error {
	if err := c.open('{'); err != nil {
		return err
	}
	defer func() { c.depth-- }()
	if c.peek() == '}' {
		c.pos++
		return nil
	}
	for {
		key, err := c.str()
		if err != nil {
			return err
		}
		if err := c.expect(':'); err != nil {
			return err
		}
		if err := f(key); err != nil {
			return err
		}
		if done, err := c.more('}'); done || err != nil {
			return err
		}
	}
}

// array calls f before each element, which f must read.
func (c *cursor) array(f func() error) error {
	if err := c.open('['); err != nil {
		return err
	}
	defer func() { c.depth-- }()
	if c.peek() == ']' {
		c.pos++
		return nil
	}
	for {
		if err := f(); err != nil {
			return err
		}
		if done, err := c.more(']'); done || err != nil {
			return err
		}
	}
}

func (c *cursor) open(b byte) error {
	if err := c.expect(b); err != nil {
		return err
	}
	if c.depth++; c.depth > maxJSONDepth {
		return fmt.Errorf("%w: nested deeper than %d", ErrTooLarge, maxJSONDepth)
	}
	return nil
}

func (c *cursor) more(end byte) (done bool, err error) {
	switch c.peek() {
	case ',':
		c.pos++
		return false, nil
	case end:
		c.pos++
		return true, nil
	}
	return false, c.errorf("',' or %q expected", end)
}

// number reads a number literal.
func (c *cursor) number() (json.Number, error) {
	c.peek()
	start := c.pos
	for c.pos < len(c.data) && bytes.IndexByte([]byte("+-.eE0123456789"), c.data[c.pos]) >= 0 {
		c.pos++
	}
	lit := c.data[start:c.pos]
	if !json.Valid(lit) {
		return "", c.errorf("number expected")
	}
	return json.Number(lit), nil
}

// id reads a token id.
func (c *cursor) id() (int32, error) {
	n, err := c.number()
	if err != nil {
		return 0, err
	}
	return parseID(n)
}

func parseID(n json.Number) (int32, error) {
	id, err := strconv.ParseUint(string(n), 10, 31)
	if err != nil {
		return 0, fmt.Errorf("%w: %s is no token id", ErrMalformed, show(string(n)))
	}
	if id >= maxPieces {
		return 0, fmt.Errorf("%w: token id %d, at most %d", ErrTooLarge, id, maxPieces-1)
	}
	return int32(id), nil
}

// value reads any value: map[string]any, []any, string, json.Number, bool or nil.
func (c *cursor) value() (any, error) {
	switch b := c.peek(); b {
	case '{':
		m := map[string]any{}
		err := c.object(func(key []byte) error {
			k := string(key)
			if _, dup := m[k]; dup {
				return c.errorf("key %s twice", show(k))
			}
			v, err := c.value()
			m[k] = v
			return err
		})
		return m, err
	case '[':
		l := []any{}
		err := c.array(func() error {
			v, err := c.value()
			l = append(l, v)
			return err
		})
		return l, err
	case '"':
		s, err := c.str()
		return string(s), err
	case 't', 'f', 'n':
		for lit, v := range map[string]any{"true": true, "false": false, "null": nil} {
			if bytes.HasPrefix(c.data[c.pos:], []byte(lit)) {
				c.pos += len(lit)
				return v, nil
			}
		}
		return nil, c.errorf("value expected")
	}
	return c.number()
}

// skip passes over a value.
func (c *cursor) skip() error {
	switch c.peek() {
	case '{':
		return c.object(func([]byte) error { return c.skip() })
	case '[':
		return c.array(c.skip)
	case '"':
		_, err := c.str()
		return err
	}
	_, err := c.value()
	return err
}

// parseJSON reads one value that is the whole of data.
func parseJSON(data []byte) (any, error) {
	c := cursor{data: data}
	v, err := c.value()
	if err != nil {
		return nil, err
	}
	return v, c.end()
}

func (c *cursor) end() error {
	if c.peek(); c.pos < len(c.data) {
		return c.errorf("more after the end")
	}
	return nil
}

// appendJSONString quotes s with the escapes JSON demands and no others, as the reference writer does.
func appendJSONString(b []byte, s string) []byte {
	b = append(b, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c == '\n':
			b = append(b, '\\', 'n')
		case c == '\t':
			b = append(b, '\\', 't')
		case c == '\r':
			b = append(b, '\\', 'r')
		case c == '\b':
			b = append(b, '\\', 'b')
		case c == '\f':
			b = append(b, '\\', 'f')
		case c < 0x20:
			const hex = "0123456789abcdef"
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}
