package main

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// Sizes in pixels. A character is as wide as 0.6 of the font's size in the usual monospaced fonts; every run of a style
// is placed by itself, so that others do no harm.
const (
	fontSize   = 13
	charWidth  = 7.8
	lineHeight = 17
	margin     = 20
	barHeight  = 34
)

const (
	background = "#16181d"
	foreground = "#d4d7dd"
	faint      = "#7f858f"
)

var colours = map[int]string{31: "#f0716f", 32: "#7ed491", 33: "#e6c07b", 34: "#6cb2f5", 35: "#c99bf0", 36: "#62c8c8"}

func (s style) fill() string {
	if c, ok := colours[s.colour]; ok {
		return c
	}
	if s.dim {
		return faint
	}
	return foreground
}

// draw writes the lines as a picture of a terminal's window.
func draw(w io.Writer, title string, lines [][]cell) {
	columns := len(title) + 4
	for _, l := range lines {
		columns = max(columns, len(l))
	}
	width, height := int(float64(columns)*charWidth)+2*margin, barHeight+(len(lines)+2)*lineHeight+margin
	fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d">`+"\n", width, height, width, height)
	fmt.Fprintf(w, `<rect width="%d" height="%d" rx="8" fill="%s"/>`+"\n", width, height, background)
	for i, c := range []int{31, 33, 32} {
		fmt.Fprintf(w, `<circle cx="%d" cy="17" r="5.5" fill="%s"/>`+"\n", margin+2+i*18, colours[c])
	}
	fmt.Fprintf(w, `<g font-family="ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace" font-size="%d" xml:space="preserve">`+"\n", fontSize)
	y := barHeight + lineHeight
	run(w, 0, y, style{colour: 32}, "$")
	run(w, 2, y, style{bold: true}, title)
	for i, l := range lines {
		line(w, barHeight+(i+3)*lineHeight, l)
	}
	fmt.Fprintln(w, "</g>\n</svg>")
}

// line draws runs of one style. Blocks are drawn as rectangles: they are bars, and fonts leave gaps.
func line(w io.Writer, y int, cells []cell) {
	for at := 0; at < len(cells); {
		end := at + 1
		for end < len(cells) && cells[end].style == cells[at].style && block(cells[end].r) == block(cells[at].r) {
			end++
		}
		var text strings.Builder
		for _, c := range cells[at:end] {
			text.WriteRune(c.r)
		}
		if opacity := block(cells[at].r); opacity != "" {
			fmt.Fprintf(w, `<rect x="%.1f" y="%d" width="%.1f" height="11" fill="%s" opacity="%s"/>`+"\n",
				margin+float64(at)*charWidth, y-10, float64(end-at)*charWidth, cells[at].fill(), opacity)
		} else if strings.TrimSpace(text.String()) != "" {
			run(w, at, y, cells[at].style, text.String())
		}
		at = end
	}
}

// block is how dense a block character is; "" for others.
func block(r rune) string {
	switch r {
	case '█':
		return "1"
	case '░':
		return "0.25"
	}
	return ""
}

func run(w io.Writer, column, y int, s style, text string) {
	trimmed := strings.TrimLeft(text, " ")
	column += len(text) - len(trimmed)
	weight := ""
	if s.bold {
		weight = ` font-weight="bold"`
	}
	fmt.Fprintf(w, `<text x="%.1f" y="%d" fill="%s"%s>`, margin+float64(column)*charWidth, y, s.fill(), weight)
	_ = xml.EscapeText(w, []byte(strings.TrimRight(trimmed, " "))) // a failed write is told by Flush
	fmt.Fprintln(w, "</text>")
}
