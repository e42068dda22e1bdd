package bound_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"

	"lapidary/internal/bound"
)

// hostileNames are the ways a name in a file tries to leave its directory or to deceive a reader of messages.
var hostileNames = []string{"../x", "a/../../x", "/etc/passwd", `C:\x`, `\\host\s`, `..\x`, "x\x00y", "", ".", "..",
	"./x", "x/", strings.Repeat("a", 4096), "con", "NUL.txt", "com1", "x.", "x ", "~/x", "$HOME/x", "%2e%2e/x",
	"\uff0e\uff0e", "a\u202eb", "a\nb", "a\x1b[31mb", "file:///x", "http://x", "/proc/self/mem", "/dev/zero"}

func TestComponent(t *testing.T) {
	for _, name := range hostileNames {
		err := bound.Component(name)
		if assert.ErrorIs(t, err, bound.ErrName, "%q", name) {
			assert.LessOrEqual(t, len(err.Error()), 300)
			assertClean(t, err.Error())
		}
	}
	for _, name := range []string{"model.safetensors", "model-00001-of-00002.safetensors", ".gitattributes",
		"a", "x..y", "_", "console", "com10", strings.Repeat("a", 255)} {
		assert.NoError(t, bound.Component(name), name)
	}
}

func assertClean(t *testing.T, s string) {
	t.Helper()
	for _, r := range s {
		if !unicode.IsPrint(r) || r == utf8.RuneError {
			assert.Failf(t, "message not escaped", "%q", s)
			return
		}
	}
}

func TestEscape(t *testing.T) {
	for _, c := range []struct {
		in   string
		max  int
		want string
	}{
		{"plain", 5, "plain"}, {"naïve 😀", 100, "naïve 😀"}, {"a\nb", 100, `a\nb`}, {"\x1b[31m", 100, `\x1b[31m`},
		{`say "x"`, 100, `say \"x\"`}, {"\xff", 100, `\xff`}, {"a\u202eb", 100, `a\u202eb`},
		{"abcdefghij", 9, "abc...hij"}, {"abcdefghij", 3, "..."}, {"abcdefghij", 2, ".."}, {"abc", -1, ""}, {"", 0, ""},
		{"\n\n\n\n\n\n", 9, `\n...\n`},
	} {
		assert.Equal(t, c.want, bound.Escape(c.in, c.max), "%q %d", c.in, c.max)
	}
}

func FuzzEscape(f *testing.F) {
	for _, name := range hostileNames {
		f.Add(name, 80)
	}
	f.Fuzz(func(t *testing.T, s string, maxBytes int) {
		maxBytes &= 1<<12 - 1
		out := bound.Escape(s, maxBytes)
		if len(out) > maxBytes {
			t.Fatalf("%d bytes, at most %d asked", len(out), maxBytes)
		}
		assertClean(t, out)
	})
}

func FuzzComponent(f *testing.F) {
	for _, name := range hostileNames {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		if bound.Component(name) == nil && (strings.ContainsAny(name, "/\\:\x00") || name == ".." || name == "." || name == "") {
			t.Fatalf("%q accepted", name)
		}
	})
}
