package jinja

import (
	"strings"
	"unicode/utf8"
)

// kinds of token
const (
	tokData   = iota // text between tags
	tokOpen          // {{ or {%
	tokClose         // }} or %}
	tokName          // name or keyword
	tokString        // val is the text
	tokInt
	tokFloat
	tokOp
	tokEnd
)

type token struct {
	kind int
	val  string
	line int
}

// lexer cuts a template into tokens, white space around tags handled as with trim_blocks and lstrip_blocks.
type lexer struct {
	s         string
	pos       int
	line      int
	tokens    []token
	lineStart bool // what came before ended a line
	trimNext  bool // the tag before ended in '-'
}

func lex(source string) ([]token, error) {
	source = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(source)
	source = strings.TrimSuffix(source, "\n")
	if !utf8.ValidString(source) {
		return nil, &Error{1, "not UTF-8", ErrSyntax}
	}
	l := &lexer{s: source, line: 1, lineStart: true}
	for l.pos < len(l.s) {
		if err := l.data(); err != nil {
			return nil, err
		}
	}
	return append(l.tokens, token{tokEnd, "", l.line}), nil
}

func (l *lexer) fail(what string) error { return &Error{l.line, what, ErrSyntax} }

func (l *lexer) emit(kind int, val string) { l.tokens = append(l.tokens, token{kind, val, l.line}) }

// data reads text up to the next tag, and the tag.
func (l *lexer) data() error {
	rest := l.s[l.pos:]
	at, open := len(rest), ""
	for from := 0; from < len(rest); {
		i := strings.IndexByte(rest[from:], '{')
		if i < 0 || from+i+1 >= len(rest) {
			break
		}
		if c := rest[from+i+1]; c == '{' || c == '%' || c == '#' {
			at, open = from+i, rest[from+i:from+i+2]
			break
		}
		from += i + 1
	}
	text := rest[:at]
	sign := byte(0)
	if open != "" && at+2 < len(rest) {
		sign = rest[at+2]
	}
	l.pushText(l.strip(text, open, sign))
	l.line += strings.Count(text, "\n")
	l.pos += at
	if open == "" {
		return nil
	}
	l.pos += 2
	l.lineStart = false
	if sign == '-' || (sign == '+' && open != "{{") {
		l.pos++
	}
	switch open {
	case "{#":
		return l.comment()
	case "{%":
		if done, err := l.raw(); done || err != nil {
			return err
		}
	}
	return l.tag(open)
}

// strip removes the white space that the tags on both sides ask to remove.
func (l *lexer) strip(text, open string, sign byte) string {
	if l.trimNext {
		l.trimNext = false
		trimmed := strings.TrimLeftFunc(text, isPySpace)
		if trimmed != text {
			l.lineStart = strings.HasSuffix(text[:len(text)-len(trimmed)], "\n")
		}
		text = trimmed
	}
	switch {
	case open == "":
	case sign == '-':
		text = strings.TrimRightFunc(text, isPySpace)
	case sign != '+' && open != "{{":
		i := strings.LastIndexByte(text, '\n') + 1
		if (i > 0 || l.lineStart) && strings.TrimFunc(text[i:], isPySpace) == "" {
			text = text[:i]
		}
	}
	return text
}

func (l *lexer) pushText(text string) {
	if text != "" {
		l.emit(tokData, text)
	}
}

// after notes how a tag ended: with '-', or as a block whose line break goes too.
func (l *lexer) after(minus, block bool) {
	l.trimNext, l.lineStart = minus, false
	if block && !minus && strings.HasPrefix(l.s[l.pos:], "\n") {
		l.pos++
		l.line++
		l.lineStart = true
	}
}

func (l *lexer) comment() error {
	i := strings.Index(l.s[l.pos:], "#}")
	if i < 0 {
		return l.fail("comment does not end")
	}
	body := l.s[l.pos : l.pos+i]
	l.line += strings.Count(body, "\n")
	l.pos += i + 2
	l.after(strings.HasSuffix(body, "-"), !strings.HasSuffix(body, "+"))
	return nil
}

// raw reads {% raw %} to {% endraw %}.
func (l *lexer) raw() (bool, error) {
	head := strings.TrimLeftFunc(l.s[l.pos:], isPySpace)
	if !strings.HasPrefix(head, "raw") {
		return false, nil
	}
	end := strings.TrimLeftFunc(head[3:], isPySpace)
	minus := strings.HasPrefix(end, "-")
	end = strings.TrimPrefix(strings.TrimPrefix(end, "-"), "+")
	if !strings.HasPrefix(end, "%}") {
		return false, nil
	}
	l.pos = len(l.s) - len(end) + 2
	l.after(minus, true)
	body := l.s[l.pos:]
	for from := 0; ; {
		i := strings.Index(body[from:], "{%")
		if i < 0 {
			return true, l.fail("raw block does not end")
		}
		i += from
		rest := body[i+2:]
		sign := byte(' ')
		if rest != "" && (rest[0] == '-' || rest[0] == '+') {
			sign, rest = rest[0], rest[1:]
		}
		rest = strings.TrimLeftFunc(rest, isPySpace)
		if tail, ok := strings.CutPrefix(rest, "endraw"); ok {
			tail = strings.TrimLeftFunc(tail, isPySpace)
			endMinus := strings.HasPrefix(tail, "-")
			tail = strings.TrimPrefix(strings.TrimPrefix(tail, "-"), "+")
			if strings.HasPrefix(tail, "%}") {
				l.pushText(l.strip(body[:i], "{%", sign))
				l.line += strings.Count(body[:i], "\n")
				l.pos = len(l.s) - len(tail) + 2
				l.after(endMinus, true)
				return true, nil
			}
		}
		from = i + 2
	}
}

// operators, longest first
var operators = []string{"**", "//", "==", "!=", "<=", ">=", "+", "-", "*", "/", "%", "~", "<", ">", "=", "(", ")", "[", "]", "{", "}", ",", ".", ":", "|", ";"}

// tag reads the tokens of an expression or statement up to its end.
func (l *lexer) tag(open string) error {
	l.emit(tokOpen, open)
	end := map[string]string{"{{": "}}", "{%": "%}"}[open]
	nest := 0
	for {
		trimmed := strings.TrimLeftFunc(l.s[l.pos:], isPySpace)
		l.line += strings.Count(l.s[l.pos:len(l.s)-len(trimmed)], "\n")
		l.pos = len(l.s) - len(trimmed)
		if trimmed == "" {
			return l.fail("tag does not end")
		}
		if nest == 0 {
			sign := ""
			if trimmed[0] == '-' || (trimmed[0] == '+' && open == "{%") {
				sign = trimmed[:1]
			}
			if strings.HasPrefix(trimmed[len(sign):], end) {
				l.pos += len(sign) + 2
				l.emit(tokClose, end)
				l.after(sign == "-", open == "{%" && sign == "")
				return nil
			}
		}
		if err := l.token(trimmed, &nest); err != nil {
			return err
		}
	}
}

func (l *lexer) token(s string, nest *int) error {
	c := s[0]
	switch {
	case c == '\'' || c == '"':
		return l.str(s)
	case c >= '0' && c <= '9':
		return l.number(s)
	case c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z':
		n := 1
		for n < len(s) && (s[n] == '_' || s[n]|0x20 >= 'a' && s[n]|0x20 <= 'z' || s[n] >= '0' && s[n] <= '9') {
			n++
		}
		l.emit(tokName, s[:n])
		l.pos += n
		return nil
	}
	for _, op := range operators {
		if strings.HasPrefix(s, op) {
			switch op {
			case "(", "[", "{":
				*nest++
			case ")", "]", "}":
				*nest--
			}
			l.emit(tokOp, op)
			l.pos += len(op)
			return nil
		}
	}
	return l.fail("unexpected character")
}

func (l *lexer) number(s string) error {
	n := 0
	for n < len(s) && (s[n] >= '0' && s[n] <= '9' || s[n] == '_') {
		n++
	}
	kind := tokInt
	if n+1 < len(s) && s[n] == '.' && s[n+1] >= '0' && s[n+1] <= '9' {
		kind = tokFloat
		for n++; n < len(s) && s[n] >= '0' && s[n] <= '9'; n++ {
		}
	}
	if n+1 < len(s) && s[n]|0x20 == 'e' {
		k := n + 1
		if s[k] == '+' || s[k] == '-' {
			k++
		}
		if k < len(s) && s[k] >= '0' && s[k] <= '9' {
			kind = tokFloat
			for n = k; n < len(s) && s[n] >= '0' && s[n] <= '9'; n++ {
			}
		}
	}
	l.emit(kind, strings.ReplaceAll(s[:n], "_", ""))
	l.pos += n
	return nil
}

func (l *lexer) str(s string) error {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case s[0]:
			l.emit(tokString, unescape(s[1:i]))
			l.line += strings.Count(s[:i], "\n")
			l.pos += i + 1
			return nil
		}
	}
	return l.fail("string does not end")
}
