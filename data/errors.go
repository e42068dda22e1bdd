package data

import (
	"errors"
	"fmt"
	"strings"
)

// RowError is what is wrong with one row.
type RowError struct {
	Source Source
	Field  string // path in the row, such as messages[2].content; may be empty
	Err    error
	Hint   string // what to do about it; may be empty
}

func (e *RowError) Error() string {
	var b strings.Builder
	b.WriteString(e.Source.String())
	if e.Field != "" {
		b.WriteString(": " + e.Field)
	}
	b.WriteString(": " + clean(e.Err.Error()))
	if e.Hint != "" {
		b.WriteString("; " + e.Hint)
	}
	return b.String()
}

func (e *RowError) Unwrap() error { return e.Err }

// fieldError carries a field's path up to where the row's place is known.
type fieldError struct {
	field string
	err   error
	hint  string
}

func (e *fieldError) Error() string {
	if e.field == "" {
		return e.err.Error()
	}
	return e.field + ": " + e.err.Error()
}
func (e *fieldError) Unwrap() error { return e.err }

func fieldf(field, hint, format string, args ...any) error {
	return &fieldError{field: field, err: fmt.Errorf(format, args...), hint: hint}
}

// under puts a path before that of a field error.
func under(path string, err error) error {
	if err == nil {
		return nil
	}
	var f *fieldError
	if !errors.As(err, &f) {
		return &fieldError{field: path, err: err}
	}
	field := path + f.field
	if f.field != "" && f.field[0] != '[' {
		field = path + "." + f.field
	}
	return &fieldError{field: field, err: f.err, hint: f.hint}
}

func rowError(source Source, err error) *RowError {
	var f *fieldError
	if errors.As(err, &f) {
		return &RowError{Source: source, Field: f.field, Err: f.err, Hint: f.hint}
	}
	return &RowError{Source: source, Err: err}
}

// errNoTurns: a conversation of nothing. What a template makes of it can be shown; nothing can be learnt from it.
var errNoTurns = errors.New("no turns")

// maxReported is how many bad rows one error names; the rest are counted.
const maxReported = 20

// RowErrors are all the bad rows of a data set.
type RowErrors struct {
	Rows []*RowError // the first of them
	More int         // how many follow
}

func (e *RowErrors) add(err *RowError) {
	if len(e.Rows) < maxReported {
		e.Rows = append(e.Rows, err)
	} else {
		e.More++
	}
}

// asError is nil when there is nothing to report.
func (e *RowErrors) asError() error {
	if len(e.Rows) == 0 {
		return nil
	}
	return e
}

func (e *RowErrors) Error() string {
	lines := make([]string, 0, len(e.Rows)+1)
	for _, r := range e.Rows {
		lines = append(lines, r.Error())
	}
	if e.More > 0 {
		lines = append(lines, fmt.Sprintf("and %d more bad rows", e.More))
	}
	return strings.Join(lines, "\n")
}

func (e *RowErrors) Unwrap() []error {
	out := make([]error, len(e.Rows))
	for i, r := range e.Rows {
		out[i] = r
	}
	return out
}

// maxMessage bounds a message that quotes a file.
const maxMessage = 300

// clean makes text from a file safe for a terminal or a log: control characters escaped, length bounded.
func clean(s string) string {
	if len(s) > maxMessage {
		s = strings.ToValidUTF8(s[:maxMessage], "") + "…"
	}
	return escapeControls(s)
}

// escapeControls writes out the characters that steer a terminal or turn the direction of text.
func escapeControls(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			fmt.Fprintf(&b, "\\u%04x", r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}
