package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"testing"

	"github.com/stretchr/testify/require"
)

func text(lines [][]cell) (out []string) {
	for _, l := range lines {
		s := ""
		for _, c := range l {
			s += string(c.r)
		}
		out = append(out, s)
	}
	return out
}

func TestScreen(t *testing.T) {
	for _, c := range []struct {
		name, recorded string
		want           []string
	}{
		{"lines", "\r\na\r\nb\r\n\r\n", []string{"a", "b"}},
		{"overwritten", "step 1\rstep 2\r\n", []string{"step 2"}},
		{"a bar redrawn below a new line", "one\r\n[=  ]\r\n\x1b[1A\x1b[Jtwo\r\n[== ]\r\n", []string{"one", "two", "[== ]"}},
		{"erased to the end", "abcdef\x1b[4D\x1b[K!", []string{"ab!"}},
		{"unknown sequences", "\x1b[?25la\x1b(b\x1b[38;5;3Gc\x1b[2", []string{"ab" + spaces(35) + "c"}},
		{"a column", "x\x1b[5Gy\bz", []string{"x   z"}},
	} {
		require.Equal(t, c.want, text(show(c.recorded)), c.name)
	}
	cells := show("\x1b[1;32mok\x1b[0m no")[0]
	require.Equal(t, style{colour: 32, bold: true}, cells[1].style)
	require.Equal(t, style{}, cells[3].style)
}

func spaces(n int) string { return string(bytes.Repeat([]byte{' '}, n)) }

// The picture is well-formed, whatever is in it.
func TestDrawIsXML(t *testing.T) {
	var b bytes.Buffer
	draw(&b, "run <this> & that", show("a <b> & \"c\"\r\n\x1b[31m██░░\x1b[0m 50 %\r\n"))
	d := xml.NewDecoder(&b)
	rects := 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		if e, ok := token.(xml.StartElement); ok && e.Name.Local == "rect" {
			rects++
		}
	}
	require.Equal(t, 3, rects) // the window, and two densities of block
}
