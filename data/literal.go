package data

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"
)

// parseLoose reads JSON or, failing that, a Python literal: collections made with Python often hold the repr of a list
// or dict where JSON was meant.
func parseLoose(text string) (any, error) {
	v, err := ParseJSON([]byte(text))
	if err == nil {
		return v, nil
	}
	literal, errLiteral := ParseLiteral(text)
	if errLiteral == nil {
		return literal, nil
	}
	return nil, fmt.Errorf("neither JSON (%w) nor a Python literal (%w)", err, errLiteral)
}

// ParseLiteral reads a Python literal: strings, numbers, None, True, False, lists, tuples and dicts with string keys.
// Nothing is evaluated. Tuples come out as lists.
func ParseLiteral(text string) (any, error) {
	p := &literalParser{text: text}
	v, err := p.value(0)
	if err != nil {
		return nil, fmt.Errorf("%w (at byte %d)", err, p.at)
	}
	if p.space(); p.at < len(text) {
		return nil, fmt.Errorf("more text after the value (at byte %d)", p.at)
	}
	return v, nil
}

type literalParser struct {
	text string
	at   int
}

var (
	errLiteralEnd = errors.New("the value ends too early")
	errLiteral    = errors.New("not a Python literal")
)

func (p *literalParser) space() {
	for p.at < len(p.text) && strings.IndexByte(" \t\r\n\f", p.text[p.at]) >= 0 {
		p.at++
	}
}

// peek is the next character that is no space, 0 at the end.
func (p *literalParser) peek() byte {
	if p.space(); p.at < len(p.text) {
		return p.text[p.at]
	}
	return 0
}

func (p *literalParser) value(depth int) (any, error) {
	if depth > maxDepth {
		return nil, errDepth
	}
	switch c := p.peek(); {
	case c == 0:
		return nil, errLiteralEnd
	case c == '[':
		return p.sequence(']', depth)
	case c == '(':
		return p.sequence(')', depth)
	case c == '{':
		return p.dict(depth)
	case c == '\'' || c == '"':
		return p.strings()
	case c >= '0' && c <= '9' || strings.IndexByte("+-.", c) >= 0:
		return p.number()
	}
	return p.word()
}

// sequence reads a list or a tuple. One value in parentheses without a comma is that value.
func (p *literalParser) sequence(end byte, depth int) (any, error) {
	p.at++
	list, comma := []any{}, false
	for p.peek() != end {
		if len(list) > 0 && !comma {
			return nil, errLiteral
		}
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
		if comma = p.peek() == ','; comma {
			p.at++
		}
	}
	p.at++
	if end == ')' && len(list) == 1 && !comma {
		return list[0], nil
	}
	return list, nil
}

func (p *literalParser) dict(depth int) (any, error) {
	p.at++
	o, comma := &Object{}, true
	for p.peek() != '}' {
		if !comma {
			return nil, errLiteral
		}
		k, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		key, ok := k.(string)
		if n, isNumber := k.(json.Number); isNumber {
			key, ok = string(n), true
		}
		if !ok {
			return nil, fmt.Errorf("a key must be a string, not %s", describe(k))
		}
		if _, twice := o.Get(key); twice {
			return nil, duplicateKeyError(key)
		}
		if p.peek() != ':' {
			return nil, errLiteral
		}
		p.at++
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		o.Set(key, v)
		if comma = p.peek() == ','; comma {
			p.at++
		}
	}
	p.at++
	return o, nil
}

// strings reads a string; adjacent ones are one, as in Python.
func (p *literalParser) strings() (any, error) {
	var b strings.Builder
	for c := p.peek(); c == '\'' || c == '"'; c = p.peek() {
		if err := p.string(&b, false); err != nil {
			return nil, err
		}
	}
	return b.String(), nil
}

func (p *literalParser) string(b *strings.Builder, raw bool) error {
	quote := p.text[p.at : p.at+1]
	if triple := strings.Repeat(quote, 3); strings.HasPrefix(p.text[p.at:], triple) {
		quote = triple
	}
	p.at += len(quote)
	for {
		switch rest := p.text[p.at:]; {
		case rest == "":
			return errLiteralEnd
		case strings.HasPrefix(rest, quote):
			p.at += len(quote)
			return nil
		case rest[0] == '\n' && len(quote) == 1:
			return errors.New("a line ends inside a string")
		case rest[0] == '\\' && !raw:
			if err := p.escape(b); err != nil {
				return err
			}
		case rest[0] == '\\' && len(rest) > 1:
			b.WriteString(rest[:2])
			p.at += 2
		default:
			b.WriteByte(rest[0])
			p.at++
		}
	}
}

const simpleEscapes = "\\\\''\"\"a\ab\bf\fn\nr\rt\tv\v"

func (p *literalParser) escape(b *strings.Builder) error {
	rest := p.text[p.at+1:]
	if rest == "" {
		return errLiteralEnd
	}
	c := rest[0]
	for i := 0; i < len(simpleEscapes); i += 2 {
		if simpleEscapes[i] == c {
			b.WriteByte(simpleEscapes[i+1])
			p.at += 2
			return nil
		}
	}
	switch {
	case c == '\n':
		p.at += 2
		return nil
	case c == 'N':
		return errors.New(`\N escapes are not supported`)
	case c >= '0' && c <= '7':
		n := 1
		for n < 3 && n < len(rest) && rest[n] >= '0' && rest[n] <= '7' {
			n++
		}
		return p.codePoint(b, rest[:n], 8, 1+n)
	}
	if digits := map[byte]int{'x': 2, 'u': 4, 'U': 8}[c]; digits > 0 {
		if len(rest) < 1+digits {
			return errLiteralEnd
		}
		return p.codePoint(b, rest[1:1+digits], 16, 2+digits)
	}
	b.WriteString(p.text[p.at : p.at+2]) // Python keeps the backslash of an unknown escape
	p.at += 2
	return nil
}

func (p *literalParser) codePoint(b *strings.Builder, digits string, base, length int) error {
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || n > utf8.MaxRune || n >= 0xd800 && n < 0xe000 {
		return fmt.Errorf("%q is no character", clean(digits))
	}
	b.WriteRune(rune(n))
	p.at += length
	return nil
}

func (p *literalParser) number() (any, error) {
	start := p.at
	for p.at < len(p.text) && (p.text[p.at] == '+' || p.text[p.at] == '-') && p.at-start < maxDepth {
		p.at++
	}
	negative := strings.Count(p.text[start:p.at], "-")%2 == 1
	digits := p.at
	for p.at < len(p.text) {
		c := p.text[p.at]
		sign := (c == '+' || c == '-') && strings.IndexByte("eE", p.text[p.at-1]) >= 0 && p.at > digits
		if !sign && !(c == '.' || c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z') {
			break
		}
		p.at++
	}
	return spelled(p.text[digits:p.at], negative)
}

// spelled turns a Python number into a JSON one, an integer into an integer and a float into a float.
func spelled(s string, negative bool) (any, error) {
	sign := ""
	if negative {
		sign = "-"
	}
	isHex := len(s) > 1 && strings.IndexByte("xXoObB", s[1]) >= 0
	plain := strings.ReplaceAll(s, "_", "")
	if !isHex && strings.ContainsAny(s, ".eE") {
		if _, err := strconv.ParseFloat(plain, 64); err != nil || strings.ContainsAny(s, "xXpPinIN") || !soundUnderscores(s) {
			return nil, fmt.Errorf("%q is no number", clean(s))
		}
		mantissa, exponent, found := strings.Cut(strings.ToLower(plain), "e")
		whole, fraction, _ := strings.Cut(mantissa, ".")
		out := sign + jsonDigits(whole) + "." + fraction + "0"[:max(0, 1-len(fraction))]
		if found {
			out += "e" + exponent
		}
		return json.Number(out), nil
	}
	const longest = 4300 // digits; Python's own limit
	n, ok := new(big.Int), len(s) <= longest
	if ok {
		_, ok = n.SetString(s, 0)
	}
	if !ok || len(plain) > 1 && plain[0] == '0' && !isHex && strings.Trim(plain, "0") != "" {
		return nil, fmt.Errorf("%q is no number", clean(s))
	}
	return json.Number(sign + n.String()), nil
}

func soundUnderscores(s string) bool {
	return !strings.HasPrefix(s, "_") && !strings.HasSuffix(s, "_") && !strings.Contains(s, "__")
}

func jsonDigits(whole string) string {
	if whole = strings.TrimLeft(whole, "0"); whole == "" {
		return "0"
	}
	return whole
}

// word reads a name, or a string with a prefix. The JSON spellings pass too: models mix the two.
func (p *literalParser) word() (any, error) {
	start := p.at
	for p.at < len(p.text) && (p.text[p.at] >= 'a' && p.text[p.at] <= 'z' || p.text[p.at] >= 'A' && p.text[p.at] <= 'Z') {
		p.at++
	}
	word := p.text[start:p.at]
	if p.at < len(p.text) && (p.text[p.at] == '\'' || p.text[p.at] == '"') {
		var b strings.Builder
		switch word {
		case "u", "U":
			return p.strings()
		case "r", "R":
			err := p.string(&b, true)
			return b.String(), err
		}
	}
	switch word {
	case "None", "null":
		return nil, nil
	case "True", "true":
		return true, nil
	case "False", "false":
		return false, nil
	}
	p.at = start
	return nil, errLiteral
}
