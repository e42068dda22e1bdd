package bound

import (
	"strconv"
	"unicode"
	"unicode/utf8"
)

// Escape makes outside text fit for a message or a terminal: control and formatting characters (escape sequences,
// line breaks, text direction marks), quotes, backslashes and invalid bytes are written as Go escapes. The result is
// at most maxBytes long; what is cut from the middle is marked by "...". Both ends are kept, since the end of a path
// or tensor name says more than its middle.
func Escape(s string, maxBytes int) string {
	if len(s) <= maxBytes && isPrintable(s) {
		return s
	}
	const mark = "..."
	if maxBytes <= len(mark) {
		return mark[:max(maxBytes, 0)]
	}
	// Escaping never shortens, so the two ends of the input are all that can be seen.
	if len(s) <= maxBytes {
		if out := escapeAll(s); len(out) <= maxBytes {
			return out
		}
	}
	room := maxBytes - len(mark)
	return head(s, room-room/2) + mark + tail(s, room/2)
}

func isPrintable(s string) bool {
	for _, r := range s {
		if !plainRune(r) {
			return false
		}
	}
	return true
}

// plainRune reports whether a rune is shown as it is. utf8.RuneError stands for invalid bytes as well, and is
// escaped in both cases.
func plainRune(r rune) bool {
	return r != utf8.RuneError && r != '\\' && r != '"' && unicode.IsPrint(r)
}

// escapeRune writes the first rune of s and returns the bytes it took.
func escapeRune(s string) (string, int) {
	r, size := utf8.DecodeRuneInString(s)
	if plainRune(r) {
		return s[:size], size
	}
	q := strconv.QuoteToASCII(s[:size])
	return q[1 : len(q)-1], size
}

func escapeAll(s string) string {
	out := make([]byte, 0, len(s)+16)
	for len(s) > 0 {
		piece, size := escapeRune(s)
		out = append(out, piece...)
		s = s[size:]
	}
	return string(out)
}

// head escapes as much of the beginning as fits.
func head(s string, room int) string {
	out := make([]byte, 0, room)
	for len(s) > 0 {
		piece, size := escapeRune(s)
		if len(out)+len(piece) > room {
			break
		}
		out = append(out, piece...)
		s = s[size:]
	}
	return string(out)
}

// tail escapes as much of the end as fits.
func tail(s string, room int) string {
	out := ""
	for len(s) > 0 {
		_, size := utf8.DecodeLastRuneInString(s)
		piece, _ := escapeRune(s[len(s)-size:])
		if len(out)+len(piece) > room {
			break
		}
		out = piece + out
		s = s[:len(s)-size]
	}
	return out
}
