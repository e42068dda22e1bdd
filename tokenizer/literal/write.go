package literal

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// JSON writes a value as Python's json.dumps(v, ensure_ascii=False) does: ", " and ": " between parts.
func JSON(v any) string {
	var b strings.Builder
	w := jsonWriter{b: &b, comma: ", "}
	w.value(v, 0)
	return b.String()
}

// CompactJSON writes a value without spaces.
func CompactJSON(v any) string {
	var b strings.Builder
	w := jsonWriter{b: &b, comma: ",", colon: ":"}
	w.value(v, 0)
	return b.String()
}

// IndentJSON writes a value as json.dumps(v, ensure_ascii=False, indent=n) does.
func IndentJSON(v any, n int) string {
	var b strings.Builder
	w := jsonWriter{b: &b, comma: ",", indent: n, lines: true}
	w.value(v, 0)
	return b.String()
}

type jsonWriter struct {
	b            *strings.Builder
	comma, colon string
	indent       int
	lines        bool
}

func (w *jsonWriter) line(depth int) {
	if w.lines {
		w.b.WriteByte('\n')
		w.b.WriteString(strings.Repeat(" ", w.indent*depth))
	}
}

func (w *jsonWriter) value(v any, depth int) {
	switch v := Of(v).(type) {
	case nil:
		w.b.WriteString("null")
	case bool:
		if v {
			w.b.WriteString("true")
		} else {
			w.b.WriteString("false")
		}
	case Number:
		w.b.WriteString(numberJSON(v))
	case string:
		writeJSONString(w.b, v)
	case []any:
		w.list(v, depth)
	case Tuple:
		w.list(v, depth)
	case *Dict:
		w.dict(v, depth)
	}
}

func (w *jsonWriter) list(l []any, depth int) {
	if len(l) == 0 {
		w.b.WriteString("[]")
		return
	}
	w.b.WriteByte('[')
	for i, e := range l {
		if i > 0 {
			w.b.WriteString(w.comma)
		}
		w.line(depth + 1)
		w.value(e, depth+1)
	}
	w.line(depth)
	w.b.WriteByte(']')
}

func (w *jsonWriter) dict(d *Dict, depth int) {
	if d.Len() == 0 {
		w.b.WriteString("{}")
		return
	}
	colon := w.colon
	if colon == "" {
		colon = ": "
	}
	w.b.WriteByte('{')
	for i, m := range d.Members {
		if i > 0 {
			w.b.WriteString(w.comma)
		}
		w.line(depth + 1)
		writeJSONString(w.b, m.Key)
		w.b.WriteString(colon)
		w.value(m.Value, depth+1)
	}
	w.line(depth)
	w.b.WriteByte('}')
}

func numberJSON(n Number) string {
	switch s := n.Python(); s {
	case "inf":
		return "Infinity"
	case "-inf":
		return "-Infinity"
	case "nan":
		return "NaN"
	default:
		return s
	}
}

func writeJSONString(b *strings.Builder, s string) {
	b.WriteByte('"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c >= 0x20:
			b.WriteByte(c)
		case strings.IndexByte("\b\f\n\r\t", c) >= 0:
			b.WriteByte('\\')
			b.WriteByte("bfnrt"[strings.IndexByte("\b\f\n\r\t", c)])
		default:
			b.WriteString(`\u00`)
			b.WriteByte("0123456789abcdef"[c>>4])
			b.WriteByte("0123456789abcdef"[c&15])
		}
	}
	b.WriteByte('"')
}

// Repr writes a value as Python's repr does.
func Repr(v any) string {
	var b strings.Builder
	repr(&b, v)
	return b.String()
}

// Str writes a value as Python's str does: strings as they are, all else as repr.
func Str(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	return Repr(v)
}

func repr(b *strings.Builder, v any) {
	switch v := Of(v).(type) {
	case nil:
		b.WriteString("None")
	case bool:
		if v {
			b.WriteString("True")
		} else {
			b.WriteString("False")
		}
	case Number:
		b.WriteString(v.Python())
	case string:
		reprString(b, v)
	case []any:
		reprList(b, v, "[", "]")
	case Tuple:
		if len(v) == 1 {
			reprList(b, v, "(", ",)")
		} else {
			reprList(b, v, "(", ")")
		}
	case *Dict:
		b.WriteByte('{')
		for i, m := range v.Members {
			if i > 0 {
				b.WriteString(", ")
			}
			reprString(b, m.Key)
			b.WriteString(": ")
			repr(b, m.Value)
		}
		b.WriteByte('}')
	}
}

func reprList(b *strings.Builder, l []any, open, end string) {
	b.WriteString(open)
	for i, e := range l {
		if i > 0 {
			b.WriteString(", ")
		}
		repr(b, e)
	}
	b.WriteString(end)
}

// reprString quotes with apostrophes, or with double quotes when that saves escaping, as Python does.
func reprString(b *strings.Builder, s string) {
	quote := byte('\'')
	if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
		quote = '"'
	}
	b.WriteByte(quote)
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == rune(quote) || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n' || r == '\r' || r == '\t':
			b.WriteByte('\\')
			b.WriteByte("nrt"[strings.IndexByte("\n\r\t", byte(r))])
		case r >= 0x20 && r < 0x7f || r >= 0xa1 && printable(r):
			b.WriteString(s[i : i+n])
		default:
			hexEscape(b, r)
		}
		i += n
	}
	b.WriteByte(quote)
}

// printable is str.isprintable for one character beyond Latin-1 controls.
func printable(r rune) bool {
	return unicode.IsPrint(r) || unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Me, r)
}

func hexEscape(b *strings.Builder, r rune) {
	letter, digits := byte('x'), 2
	if r > 0xff {
		letter, digits = 'u', 4
	}
	if r > 0xffff {
		letter, digits = 'U', 8
	}
	b.WriteByte('\\')
	b.WriteByte(letter)
	for i := digits - 1; i >= 0; i-- {
		b.WriteByte("0123456789abcdef"[r>>(4*i)&15])
	}
}
