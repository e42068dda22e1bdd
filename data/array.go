package data

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
)

// readArray reads a file that is one JSON array of rows, as some collections publish theirs. A row's line is the one
// it begins on.
func readArray(r io.Reader, file string) ([]record, error) {
	buffered := bufio.NewReader(r)
	if head, _ := buffered.Peek(len(utf8BOM)); bytes.Equal(head, utf8BOM) {
		_, _ = buffered.Discard(len(utf8BOM))
	}
	lines := &lineCounter{reader: buffered}
	d := json.NewDecoder(lines)
	if _, err := d.Token(); err != nil {
		return nil, fmt.Errorf("%s:%d: %w", file, lines.at(d.InputOffset()), err)
	}
	var out []record
	for d.More() {
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", file, lines.at(d.InputOffset()), err)
		}
		if len(raw) > maxLine {
			return nil, fmt.Errorf("%s:%d: a row is longer than %d MiB", file, lines.at(d.InputOffset()), maxLine>>20)
		}
		line := lines.at(d.InputOffset() - int64(len(raw)))
		out = append(out, record{source: Source{File: file, Line: line}, raw: raw})
	}
	if _, err := d.Token(); err != nil {
		return nil, fmt.Errorf("%s:%d: the array does not end: %w", file, lines.at(d.InputOffset()), err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("%s:%d: more text after the array", file, lines.at(d.InputOffset()))
	}
	return out, nil
}

// lineCounter remembers where the line ends were, so that a decoder's offset can be told as a line.
type lineCounter struct {
	reader io.Reader
	offset int64
	ends   []int64 // offsets of line ends not yet counted
	passed int
}

func (l *lineCounter) Read(p []byte) (int, error) {
	n, err := l.reader.Read(p)
	for i, c := range p[:n] {
		if c == '\n' {
			l.ends = append(l.ends, l.offset+int64(i))
		}
	}
	l.offset += int64(n)
	return n, err
}

// at is the line of an offset; offsets must not go down.
func (l *lineCounter) at(offset int64) int {
	for len(l.ends) > 0 && l.ends[0] < offset {
		l.ends = l.ends[1:]
		l.passed++
	}
	return l.passed + 1
}
