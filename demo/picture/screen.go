package main

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// style is how a cell is painted: a colour by its number of ECMA-48 (30 to 37, 0 for the usual one), bold or dim.
type style struct {
	colour    int
	bold, dim bool
}

type cell struct {
	r rune
	style
}

// screen is a terminal that never scrolls: it has as many lines as were written.
type screen struct {
	lines    [][]cell
	row, col int
	now      style
}

// show plays a recording and returns the lines at its end, without empty ones before and after.
func show(recorded string) [][]cell {
	s := &screen{}
	for text := recorded; text != ""; {
		text = s.next(text)
	}
	lines := s.lines
	for len(lines) > 0 && blank(lines[0]) {
		lines = lines[1:]
	}
	for len(lines) > 0 && blank(lines[len(lines)-1]) {
		lines = lines[:len(lines)-1]
	}
	return lines
}

func blank(line []cell) bool {
	for _, c := range line {
		if c.r != ' ' {
			return false
		}
	}
	return true
}

// next plays one character or control sequence and returns what follows.
func (s *screen) next(text string) string {
	if rest, ok := strings.CutPrefix(text, "\x1b["); ok {
		end := strings.IndexFunc(rest, func(r rune) bool { return r >= '@' && r <= '~' })
		if end < 0 {
			return ""
		}
		s.control(rest[end], rest[:end])
		return rest[end+1:]
	}
	r, size := utf8.DecodeRuneInString(text)
	switch r {
	case '\x1b': // a sequence of two characters
		return text[min(2, len(text)):]
	case '\n':
		s.row++
	case '\r':
		s.col = 0
	case '\b':
		s.col = max(0, s.col-1)
	default:
		if r >= ' ' {
			s.put(r)
		}
	}
	return text[size:]
}

func (s *screen) put(r rune) {
	for len(s.lines) <= s.row {
		s.lines = append(s.lines, nil)
	}
	line := s.lines[s.row]
	for len(line) <= s.col {
		line = append(line, cell{r: ' '})
	}
	line[s.col] = cell{r, s.now}
	s.lines[s.row] = line
	s.col++
}

// control obeys a control sequence; those that are not about text are ignored.
func (s *screen) control(what byte, arguments string) {
	first, _, _ := strings.Cut(arguments, ";")
	n, err := strconv.Atoi(first)
	if err != nil {
		n = 0
	}
	switch what {
	case 'm':
		s.paint(arguments)
	case 'A':
		s.row = max(0, s.row-max(1, n))
	case 'B':
		s.row += max(1, n)
	case 'C':
		s.col += max(1, n)
	case 'D':
		s.col = max(0, s.col-max(1, n))
	case 'G':
		s.col = max(1, n) - 1
	case 'J', 'K': // up to the end; nothing else is met
		if s.row >= len(s.lines) {
			return
		}
		if line := s.lines[s.row]; s.col < len(line) {
			s.lines[s.row] = line[:s.col]
		}
		if what == 'J' {
			s.lines = s.lines[:s.row+1]
		}
	}
}

func (s *screen) paint(arguments string) {
	for a := range strings.SplitSeq(arguments, ";") {
		switch n, _ := strconv.Atoi(a); {
		case n == 0:
			s.now = style{}
		case n == 1:
			s.now.bold = true
		case n == 2:
			s.now.dim = true
		case n >= 30 && n <= 37:
			s.now.colour = n
		case n == 39:
			s.now.colour = 0
		}
	}
}
