package safetensors

import (
	"strconv"
	"unicode/utf16"
	"unicode/utf8"

	"lapidary/internal/bound"
)

// maxDepth is the nesting that the reference reader allows.
const maxDepth = 127

// scanner walks JSON that is known to be UTF-8, strictly as RFC 8259 has it, without building a tree of it:
// the caller asks for what must come next.
type scanner struct {
	b     []byte
	i     int
	what  string // what the text is, for messages
	depth bound.Depth
}

func newScanner(b []byte) *scanner {
	return &scanner{b: b, what: "header", depth: bound.Depth{Max: maxDepth}}
}

// bad reports a syntax error at the current position.
func (s *scanner) bad(what string) *FormatError {
	if s.i >= len(s.b) {
		return defect(s.what, ErrJSON, "%s expected, found the end", what)
	}
	r, _ := utf8.DecodeRune(s.b[s.i:])
	return defect(s.what, ErrJSON, "%s expected at byte %d, found %s", what, s.i, strconv.QuoteRuneToASCII(r))
}

func (s *scanner) space() {
	for s.i < len(s.b) && (s.b[s.i] == ' ' || s.b[s.i] == '\n' || s.b[s.i] == '\r' || s.b[s.i] == '\t') {
		s.i++
	}
}

// peek returns the first byte of the next token, or 0 at the end.
func (s *scanner) peek() byte {
	s.space()
	if s.i >= len(s.b) {
		return 0
	}
	return s.b[s.i]
}

// take consumes c if it comes next.
func (s *scanner) take(c byte) bool {
	if s.i < len(s.b) && s.peek() == c && s.i < len(s.b) {
		s.i++
		return true
	}
	return false
}

// end checks that nothing but white space is left.
func (s *scanner) end() *FormatError {
	s.space()
	if s.i < len(s.b) {
		return s.bad("end")
	}
	return nil
}

// object calls member for each key, which must consume the value. The caller looks out for duplicates.
func (s *scanner) object(member func(key string) *FormatError) *FormatError {
	if !s.take('{') {
		return s.bad("object")
	}
	if s.depth.Enter() != nil {
		return defect(s.what, ErrDepth, "at byte %d", s.i)
	}
	defer s.depth.Leave()
	if s.take('}') {
		return nil
	}
	for {
		if s.peek() != '"' {
			return s.bad("key")
		}
		key, err := s.str()
		if err != nil {
			return err
		}
		if !s.take(':') {
			return s.bad("colon")
		}
		if err := member(key); err != nil {
			return err
		}
		if s.take('}') {
			return nil
		}
		if !s.take(',') {
			return s.bad("comma or }")
		}
	}
}

// array calls element for each element, which must consume it.
func (s *scanner) array(element func(i int) *FormatError) *FormatError {
	if !s.take('[') {
		return s.bad("array")
	}
	if s.depth.Enter() != nil {
		return defect(s.what, ErrDepth, "at byte %d", s.i)
	}
	defer s.depth.Leave()
	if s.take(']') {
		return nil
	}
	for i := 0; ; i++ {
		if err := element(i); err != nil {
			return err
		}
		if s.take(']') {
			return nil
		}
		if !s.take(',') {
			return s.bad("comma or ]")
		}
	}
}

// str reads a string.
func (s *scanner) str() (string, *FormatError) {
	if !s.take('"') {
		return "", s.bad("string")
	}
	start := s.i
	for s.i < len(s.b) {
		switch c := s.b[s.i]; {
		case c == '"':
			s.i++
			return string(s.b[start : s.i-1]), nil
		case c == '\\':
			return s.escaped(start)
		case c < 0x20:
			return "", s.bad("string character")
		}
		s.i++
	}
	return "", s.bad("end of string")
}

// escaped reads the rest of a string from its first escape on. An escape is never shorter than what it stands for.
func (s *scanner) escaped(start int) (string, *FormatError) {
	out := append([]byte(nil), s.b[start:s.i]...)
	for s.i < len(s.b) {
		c := s.b[s.i]
		switch {
		case c == '"':
			s.i++
			return string(out), nil
		case c < 0x20:
			return "", s.bad("string character")
		case c != '\\':
			out = append(out, c)
			s.i++
			continue
		}
		s.i++
		r, err := s.escape()
		if err != nil {
			return "", err
		}
		out = utf8.AppendRune(out, r)
	}
	return "", s.bad("end of string")
}

// escape reads what follows a backslash. Half of a surrogate pair is refused: it is no character.
func (s *scanner) escape() (rune, *FormatError) {
	if s.i >= len(s.b) {
		return 0, s.bad("escape")
	}
	c := s.b[s.i]
	s.i++
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
		r, err := s.hex4()
		if err != nil || !utf16.IsSurrogate(r) {
			return r, err
		}
		if s.i+1 < len(s.b) && s.b[s.i] == '\\' && s.b[s.i+1] == 'u' {
			s.i += 2
			low, err := s.hex4()
			if err != nil {
				return 0, err
			}
			if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
				return pair, nil
			}
		}
		return 0, defect(s.what, ErrJSON, "half of a surrogate pair before byte %d", s.i)
	}
	s.i--
	return 0, s.bad("escape")
}

func (s *scanner) hex4() (rune, *FormatError) {
	r := rune(0)
	for range 4 {
		if s.i >= len(s.b) {
			return 0, s.bad("hexadecimal digit")
		}
		c := s.b[s.i]
		switch {
		case c >= '0' && c <= '9':
			r = r<<4 | rune(c-'0')
		case c >= 'a' && c <= 'f':
			r = r<<4 | rune(c-'a'+10)
		case c >= 'A' && c <= 'F':
			r = r<<4 | rune(c-'A'+10)
		default:
			return 0, s.bad("hexadecimal digit")
		}
		s.i++
	}
	return r, nil
}
