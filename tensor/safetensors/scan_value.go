package safetensors

import "math"

// number consumes a JSON number and returns its text.
func (s *scanner) number() ([]byte, *FormatError) {
	s.space()
	start := s.i
	s.literal('-')
	if !s.literal('0') && !s.digits() {
		return nil, s.bad("number")
	}
	if s.literal('.') && !s.digits() {
		return nil, s.bad("digit")
	}
	if s.literal('e') || s.literal('E') {
		if !s.literal('+') {
			s.literal('-')
		}
		if !s.digits() {
			return nil, s.bad("digit")
		}
	}
	return s.b[start:s.i], nil
}

// literal consumes c if it is the very next byte.
func (s *scanner) literal(c byte) bool {
	if s.i < len(s.b) && s.b[s.i] == c {
		s.i++
		return true
	}
	return false
}

func (s *scanner) digits() bool {
	start := s.i
	for s.i < len(s.b) && s.b[s.i] >= '0' && s.b[s.i] <= '9' {
		s.i++
	}
	return s.i > start
}

// uint reads a number written as digits alone. -0 and 1e3 are refused, as by the reference reader.
func (s *scanner) uint(field string) (uint64, *FormatError) {
	if c := s.peek(); c != '-' && (c < '0' || c > '9') {
		return 0, s.wrongType(field, "whole number")
	}
	text, err := s.number()
	if err != nil {
		return 0, err
	}
	n := uint64(0)
	for _, c := range text {
		if c < '0' || c > '9' {
			return 0, defect(field, ErrFieldType, "not a whole number: %.40s", text)
		}
		if d := uint64(c - '0'); n > (math.MaxUint64-d)/10 {
			return 0, defect(field, ErrOverflow, "%.40s", text)
		} else {
			n = n*10 + d
		}
	}
	return n, nil
}

// wrongType reports a value of the wrong type; it lets plain syntax errors show themselves as such.
func (s *scanner) wrongType(field, want string) *FormatError {
	found := map[byte]string{'{': "an object", '[': "an array", '"': "a string", 't': "true", 'f': "false", 'n': "null"}[s.peek()]
	if c := s.peek(); c == '-' || c >= '0' && c <= '9' {
		found = "a number"
	}
	if found == "" {
		return s.bad(want)
	}
	return defect(field, ErrFieldType, "%s expected, found %s", want, found)
}

// skip consumes any value.
func (s *scanner) skip() *FormatError {
	switch s.peek() {
	case '{':
		return s.object(func(string) *FormatError { return s.skip() })
	case '[':
		return s.array(func(int) *FormatError { return s.skip() })
	case '"':
		_, err := s.str()
		return err
	case 't':
		return s.word("true")
	case 'f':
		return s.word("false")
	case 'n':
		return s.word("null")
	}
	_, err := s.number()
	return err
}

func (s *scanner) word(w string) *FormatError {
	s.space()
	if len(s.b)-s.i < len(w) || string(s.b[s.i:s.i+len(w)]) != w {
		return s.bad(w)
	}
	s.i += len(w)
	return nil
}

// expected is wrongType for a place whose error kind is its own.
func (s *scanner) expected(field, want string, kind error) *FormatError {
	err := s.wrongType(field, want)
	if err.Kind == ErrFieldType {
		err.Kind = kind
	}
	return err
}
