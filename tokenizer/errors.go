package tokenizer

import (
	"errors"
	"fmt"
	"strconv"
)

// Kinds of failure, to be asked for with errors.Is.
var (
	// ErrMalformed marks a file that breaks its format.
	ErrMalformed = errors.New("malformed")
	// ErrUnsupported marks a valid file whose settings this package does not implement.
	ErrUnsupported = errors.New("unsupported")
	// ErrTooLarge marks a file or a field beyond the limits of limits.go.
	ErrTooLarge = errors.New("too large")
)

// FileError says which file and which field of it is at fault.
type FileError struct {
	Path  string
	Field string
	Err   error
}

func (e *FileError) Error() string {
	if e.Field == "" {
		return fmt.Sprintf("%s: %v", quoteShort(e.Path, 100), e.Err)
	}
	return fmt.Sprintf("%s: %s: %v", quoteShort(e.Path, 100), e.Field, e.Err)
}

func (e *FileError) Unwrap() error { return e.Err }

// fieldError is a FileError whose path is not known yet.
func fieldError(field string, kind error, format string, args ...any) error {
	return &FileError{Field: field, Err: fmt.Errorf("%w: "+format, append([]any{kind}, args...)...)}
}

// withPath fills in the path of an error from a parser that sees bytes only.
func withPath(path string, err error) error {
	var fe *FileError
	if errors.As(err, &fe) && fe.Path == "" {
		fe.Path = path
		return fe
	}
	return &FileError{Path: path, Err: err}
}

// show quotes a string from a file for a message: control characters escaped, length bounded.
func show(s string) string { return strconv.QuoteToASCII(clip(s, 40)) }

// quoteShort leaves a harmless short string as it is and quotes any other.
func quoteShort(s string, limit int) string {
	q := strconv.QuoteToASCII(s)
	if len(q) == len(s)+2 && len(s) <= limit {
		return s
	}
	return strconv.QuoteToASCII(clip(s, limit))
}

func clip(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	return s[:limit] + "..."
}
