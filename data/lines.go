package data

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"lapidary/tokenizer/literal"
)

// maxLine is the longest line a JSONL file may have. A row of this length would be some 16 million tokens.
const maxLine = 64 << 20

// record is a row as it stands in a file.
type record struct {
	source Source
	raw    []byte        // a line of JSON, not yet parsed
	object *literal.Dict // set instead of raw by the readers that yield values
}

var (
	utf8BOM    = []byte{0xef, 0xbb, 0xbf}
	errLine    = fmt.Errorf("the line is longer than %d MiB", maxLine>>20)
	errUTF8    = errors.New("not valid UTF-8")
	hintUTF8   = "save the file as UTF-8"
	errObject  = errors.New("a row must be a JSON object")
	hintSingle = "write one JSON object per line"
)

// readLines splits a JSONL file into records. Blank lines are skipped, though they count; a line that is too long is
// an error of its own and the rest is still read.
func readLines(r io.Reader, file string, bad *RowErrors) ([]record, error) {
	reader := bufio.NewReaderSize(r, 1<<16)
	var out []record
	for n := 1; ; n++ {
		line, err := readLine(reader)
		source := Source{File: file, Line: n}
		if n == 1 {
			line = bytes.TrimPrefix(line, utf8BOM)
		}
		switch {
		case errors.Is(err, errLine):
			bad.add(&RowError{Source: source, Err: err, Hint: hintSingle})
			continue
		case len(bytes.TrimSpace(line)) > 0:
			out = append(out, record{source: source, raw: line})
		}
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
	}
}

// readLine returns a line without its end. A line beyond maxLine is read to its end but not kept.
func readLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	for tooLong := false; ; {
		part, err := r.ReadSlice('\n')
		if !tooLong && len(line)+len(part) > maxLine {
			tooLong, line = true, nil
		}
		if !tooLong {
			line = append(line, part...)
		}
		if err == bufio.ErrBufferFull {
			continue
		}
		if tooLong && (err == nil || err == io.EOF) {
			return nil, errLine
		}
		return bytes.TrimRight(line, "\r\n"), err
	}
}

// parse turns a record into an object.
func (r *record) parse() (*literal.Dict, error) {
	if r.object != nil {
		return r.object, nil
	}
	if !utf8.Valid(r.raw) {
		return nil, &fieldError{err: fmt.Errorf("%w at byte %d", errUTF8, invalidAt(r.raw)), hint: hintUTF8}
	}
	v, err := literal.ParseJSON(string(r.raw))
	if err != nil {
		return nil, err
	}
	o, ok := v.(*literal.Dict)
	if !ok {
		return nil, &fieldError{err: fmt.Errorf("%w, not %s", errObject, describe(v)), hint: hintSingle}
	}
	return o, nil
}

func invalidAt(b []byte) int {
	at := 0
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			return at
		}
		b, at = b[n:], at+n
	}
	return at
}
