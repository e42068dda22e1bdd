package safetensors

import (
	"bytes"
	"fmt"
	"math"
	"slices"
	"unicode/utf8"

	"lapidary/internal/bound"
	"lapidary/tensor"
)

const (
	lengthSize = 8
	maxHeader  = 100_000_000
	metaKey    = "__metadata__"
	// minEntry is the length of the shortest entry, "":{"dtype":"U8","shape":[],"data_offsets":[0,0]}
	minEntry = 49
	// maxMeta bounds the number of metadata entries; real files have a handful.
	maxMeta = 1 << 16
)

// Info describes one tensor of a file.
type Info struct {
	Name  string
	DType tensor.DType
	Shape []int
	// The tensor's bytes are [Begin, End) of the data that follow the header.
	Begin, End int64
}

func (info Info) String() string {
	return fmt.Sprintf("%s %v %v", bound.Escape(info.Name, 64), info.DType, info.Shape)
}

// header is what a file says about itself.
type header struct {
	infos  []Info // in the order of their data
	byName map[string]int
	meta   map[string]string // nil: the file has none
}

// parseHeader reads the JSON text of a header whose data section has dataSize bytes, and checks all of it.
func parseHeader(text []byte, dataSize int64) (*header, *FormatError) {
	if !utf8.Valid(text) {
		return nil, defect("header", ErrUTF8, "at byte %d", firstInvalid(text))
	}
	s := newScanner(text)
	if c := s.peek(); c != '{' {
		return nil, s.bad("object")
	}
	// No file of this length can hold more entries than this, whatever it claims.
	most := min(bytes.Count(text, []byte{'{'}), len(text)/minEntry+1)
	h := &header{infos: make([]Info, 0, most), byName: make(map[string]int, most)}
	seenMeta := false
	err := s.object(func(key string) *FormatError {
		if key == metaKey {
			if seenMeta {
				return defect(metaKey, ErrDuplicate, "")
			}
			seenMeta = true
			return h.readMeta(s)
		}
		if _, dup := h.byName[key]; dup {
			return defect(tensorField(key, ""), ErrDuplicate, "")
		}
		e, err := readEntry(s, key)
		if err != nil {
			return err
		}
		h.byName[key] = len(h.infos)
		h.infos = append(h.infos, e)
		return nil
	})
	if err == nil {
		err = s.end()
	}
	if err == nil {
		err = h.checkLayout(dataSize)
	}
	if err != nil {
		return nil, err
	}
	return h, nil
}

func firstInvalid(b []byte) int {
	for i := 0; i < len(b); {
		r, size := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && size <= 1 {
			return i
		}
		i += size
	}
	return len(b)
}

// readMeta reads the metadata. null stands for none, as in the reference reader.
func (h *header) readMeta(s *scanner) *FormatError {
	switch s.peek() {
	case 'n':
		return s.word("null")
	case '{':
	default:
		return s.expected(metaKey, "object", ErrMetadata)
	}
	h.meta = map[string]string{}
	return s.object(func(key string) *FormatError {
		field := metaKey + " " + quoted(key)
		if _, dup := h.meta[key]; dup {
			return defect(field, ErrDuplicate, "")
		}
		if len(h.meta) >= maxMeta {
			return defect(metaKey, ErrMetadata, "more than %d entries", maxMeta)
		}
		if s.peek() != '"' {
			return s.expected(field, "string", ErrMetadata)
		}
		value, err := s.str()
		h.meta[key] = value
		return err
	})
}

// readEntry reads one tensor's description. Unknown keys are passed over, so that newer writers can add some.
func readEntry(s *scanner, name string) (Info, *FormatError) {
	e := Info{Name: name}
	if s.peek() != '{' {
		return e, s.wrongType(tensorField(name, ""), "object")
	}
	seen := [3]bool{}
	fields := [3]string{"dtype", "shape", "data_offsets"}
	err := s.object(func(key string) *FormatError {
		i := slices.Index(fields[:], key)
		if i < 0 {
			return s.skip()
		}
		if seen[i] {
			return defect(tensorField(name, key), ErrDuplicate, "")
		}
		seen[i] = true
		switch i {
		case 0:
			return e.readDType(s)
		case 1:
			return e.readShape(s)
		}
		return e.readOffsets(s)
	})
	if err != nil {
		return e, err
	}
	for i, ok := range seen {
		if !ok {
			return e, defect(tensorField(name, fields[i]), ErrMissingField, "")
		}
	}
	return e, checkEntry(&e)
}

func (e *Info) readDType(s *scanner) *FormatError {
	field := tensorField(e.Name, "dtype")
	if s.peek() != '"' {
		return s.wrongType(field, "string")
	}
	code, err := s.str()
	if err != nil {
		return err
	}
	d, ok := tensor.ParseDType(code)
	if !ok {
		return defect(field, ErrUnknownDType, "%s", quoted(code))
	}
	e.DType = d
	return nil
}

func (e *Info) readShape(s *scanner) *FormatError {
	field := tensorField(e.Name, "shape")
	if s.peek() != '[' {
		return s.wrongType(field, "array")
	}
	// Counting the commas first keeps the memory below a multiple of the text that asks for it.
	rest := s.b[s.i:]
	if end := bytes.IndexByte(rest, ']'); end >= 0 {
		rest = rest[:end]
	}
	e.Shape = make([]int, 0, bytes.Count(rest, []byte{','})+1)
	return s.array(func(int) *FormatError {
		d, err := s.uint(field)
		if err != nil {
			return err
		}
		if d > math.MaxInt {
			return defect(field, ErrOverflow, "%d", d)
		}
		e.Shape = append(e.Shape, int(d))
		return nil
	})
}

func (e *Info) readOffsets(s *scanner) *FormatError {
	field := tensorField(e.Name, "data_offsets")
	if s.peek() != '[' {
		return s.wrongType(field, "array of two numbers")
	}
	n := 0
	err := s.array(func(i int) *FormatError {
		v, err := s.uint(field)
		if err != nil {
			return err
		}
		if v > math.MaxInt {
			return defect(field, ErrOverflow, "%d", v)
		}
		switch n = i + 1; i {
		case 0:
			e.Begin = int64(v)
		case 1:
			e.End = int64(v)
		default:
			return defect(field, ErrFieldType, "more than two numbers")
		}
		return nil
	})
	if err == nil && n != 2 {
		err = defect(field, ErrFieldType, "two numbers expected, found %d", n)
	}
	return err
}
