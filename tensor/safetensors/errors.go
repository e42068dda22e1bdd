package safetensors

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"lapidary/internal/bound"
)

// One value for each way a file can be bad; errors.Is finds it in what Open and OpenCheckpoint return.
var (
	ErrTooShort       = errors.New("shorter than the 8-byte header length")
	ErrHeaderTooLarge = errors.New("header longer than 100000000 bytes")
	ErrHeaderPastEnd  = errors.New("header reaches past the end of the file")
	ErrUTF8           = errors.New("header is not UTF-8")
	ErrJSON           = errors.New("invalid JSON")
	ErrDepth          = errors.New("JSON nested too deeply")
	ErrDuplicate      = errors.New("duplicate key")
	ErrMetadata       = errors.New("metadata is not an object of strings")
	ErrMissingField   = errors.New("field missing")
	ErrFieldType      = errors.New("wrong type of value")
	ErrUnknownDType   = errors.New("unknown dtype")
	ErrOverflow       = errors.New("number too large")
	ErrRange          = errors.New("data begins after its end")
	ErrSubByte        = errors.New("elements do not fill whole bytes")
	ErrSize           = errors.New("data size does not match shape and dtype")
	ErrHole           = errors.New("unused bytes before the data")
	ErrOverlap        = errors.New("data overlaps another tensor's")
	ErrTruncated      = errors.New("data reaches past the end of the file")
	ErrTrailing       = errors.New("bytes after the last tensor")

	ErrNoCheckpoint = errors.New("neither model.safetensors nor model.safetensors.index.json")
	ErrIndex        = errors.New("weight_map is missing, empty or not an object of strings")
	ErrShardName    = errors.New("shard is not a plain file name")
	ErrShardMissing = errors.New("shard cannot be opened")
	ErrNotInShard   = errors.New("tensor is not in the shard that the index names")
	ErrTwoShards    = errors.New("tensor is in two shards")

	ErrNotFound = errors.New("no such tensor")
	ErrClosed   = errors.New("file is closed")
)

// maxMessage is the longest message in bytes.
const maxMessage = 300

// FormatError says where a file is bad and how.
type FormatError struct {
	Path   string
	Field  string // what is meant, such as `tensor "x": shape`; empty: the file as a whole
	Kind   error  // one of the values above
	Detail string // figures; may be empty
}

// Error is one line of at most 300 bytes, with nothing in it that a terminal would obey.
func (e *FormatError) Error() string {
	var b strings.Builder
	b.WriteString(bound.Escape(e.Path, 100))
	for _, part := range []string{e.Field, e.Kind.Error(), e.Detail} {
		if part != "" {
			if b.Len() > 0 {
				b.WriteString(": ")
			}
			b.WriteString(part)
		}
	}
	s := b.String()
	if len(s) > maxMessage {
		cut := maxMessage - len("...")
		for !utf8.RuneStart(s[cut]) {
			cut--
		}
		s = s[:cut] + "..."
	}
	return s
}

// Unwrap gives the kind.
func (e *FormatError) Unwrap() error { return e.Kind }

func defect(field string, kind error, format string, args ...any) *FormatError {
	return &FormatError{Field: field, Kind: kind, Detail: fmt.Sprintf(format, args...)}
}

// quoted writes an outside name for a message.
func quoted(name string) string { return `"` + bound.Escape(name, 64) + `"` }

func tensorField(name, field string) string {
	s := "tensor " + quoted(name)
	if field != "" {
		s += ": " + field
	}
	return s
}
