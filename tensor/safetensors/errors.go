package safetensors

import (
	"errors"
	"fmt"

	"lapidary/internal/bound"
)

// The ways in which a file can be wrong. Errors wrap one of them.
var (
	ErrTooShort       = errors.New("file is shorter than a header")
	ErrHeaderLength   = errors.New("header length exceeds the file or 100 MB")
	ErrUTF8           = errors.New("header is not UTF-8")
	ErrSyntax         = errors.New("header is not the JSON it should be")
	ErrDuplicate      = errors.New("duplicate key")
	ErrEntry          = errors.New("not a tensor entry")
	ErrDType          = errors.New("unknown dtype")
	ErrShape          = errors.New("bad shape")
	ErrOffsets        = errors.New("bad data_offsets")
	ErrLayout         = errors.New("tensors leave a hole or overlap")
	ErrSize           = errors.New("byte range does not fit dtype and shape")
	ErrMetadata       = errors.New("metadata is not a map from text to text")
	ErrTrailing       = errors.New("data and tensors differ in length")
	ErrNotFound       = errors.New("no such tensor")
	ErrIndex          = errors.New("bad index")
	ErrMissingWeights = errors.New("neither model.safetensors nor model.safetensors.index.json")
)

// FileError says which file is wrong, where in it, and how.
type FileError struct {
	Path  string
	Field string // a tensor's name, or a place in the header; may be empty
	Err   error
}

func (e *FileError) Error() string {
	s := bound.Escape(e.Path, 120)
	if e.Field != "" {
		s += ": " + bound.Escape(e.Field, 80)
	}
	return s + ": " + e.Err.Error()
}

func (e *FileError) Unwrap() error { return e.Err }

// fieldErr is an error at a field of the header; Open adds the path.
func fieldErr(field string, kind error, format string, args ...any) error {
	return &FieldError{Field: field, Err: fmt.Errorf("%w: "+format, append([]any{kind}, args...)...)}
}

// FieldError is what is wrong with one field of a header.
type FieldError struct {
	Field string
	Err   error
}

func (e *FieldError) Error() string {
	if e.Field == "" {
		return e.Err.Error()
	}
	return bound.Escape(e.Field, 80) + ": " + e.Err.Error()
}

func (e *FieldError) Unwrap() error { return e.Err }

// inFile adds a path to an error of the header.
func inFile(path string, err error) error {
	var f *FieldError
	if errors.As(err, &f) {
		return &FileError{Path: path, Field: f.Field, Err: f.Err}
	}
	return &FileError{Path: path, Err: err}
}
