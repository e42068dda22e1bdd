package safetensors

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"unicode/utf8"

	"lapidary/tensor"
)

// A file is eight bytes of header length, the header (JSON), and the tensors' bytes, without gap or overlap, to the
// end of the file (github.com/huggingface/safetensors, README).

const (
	lengthBytes  = 8
	maxHeader    = 100_000_000
	maxDims      = 1 << 16
	metadataName = "__metadata__"
)

// Info describes one tensor of a file.
type Info struct {
	Name  string
	DType tensor.DType
	Shape []int
	Begin int64 // offsets into the data
	End   int64
}

// header is what a file says about itself.
type header struct {
	infos    []Info // in the order of the data
	byName   map[string]int
	order    []string // names in the order of the header
	metadata map[string]string
}

// parseHeader checks a header against the number of data bytes behind it.
func parseHeader(raw []byte, dataBytes int64) (*header, error) {
	if !utf8.Valid(raw) {
		return nil, fieldErr("", ErrUTF8, "invalid byte sequence")
	}
	h := &header{byName: map[string]int{}}
	sc := &scanner{s: raw}
	err := sc.object(func(key string) error {
		if key == metadataName {
			return h.readMetadata(sc)
		}
		if _, ok := h.byName[key]; ok {
			return fieldErr(key, ErrDuplicate, "the tensor is named twice")
		}
		info, err := readEntry(sc, key)
		if err != nil {
			return err
		}
		h.byName[key] = len(h.infos)
		h.infos, h.order = append(h.infos, info), append(h.order, key)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if sc.space(); sc.pos != len(raw) {
		return nil, sc.fail("more after the header's object")
	}
	return h, h.checkLayout(dataBytes)
}

func (h *header) readMetadata(sc *scanner) error {
	if h.metadata != nil {
		return fieldErr(metadataName, ErrDuplicate, "it stands twice")
	}
	h.metadata = map[string]string{}
	if sc.peek() != '{' {
		return fieldErr(metadataName, ErrMetadata, "an object is expected")
	}
	return sc.object(func(key string) error {
		if _, ok := h.metadata[key]; ok {
			return fieldErr(metadataName, ErrDuplicate, "key %.40q", key)
		}
		if sc.peek() != '"' {
			return fieldErr(metadataName, ErrMetadata, "the value of %.40q is no text", key)
		}
		value, err := sc.str()
		h.metadata[key] = value
		return err
	})
}

// readEntry reads {"dtype", "shape", "data_offsets"}: each exactly once and nothing else.
func readEntry(sc *scanner, name string) (Info, error) {
	info := Info{Name: name}
	if sc.peek() != '{' {
		return info, fieldErr(name, ErrEntry, "an object is expected")
	}
	seen := map[string]bool{}
	err := sc.object(func(key string) error {
		if seen[key] {
			return fieldErr(name, ErrDuplicate, "%.40q stands twice", key)
		}
		seen[key] = true
		switch key {
		case "dtype":
			return info.readDType(sc)
		case "shape":
			return info.readShape(sc)
		case "data_offsets":
			return info.readOffsets(sc)
		}
		return fieldErr(name, ErrEntry, "unknown key %.40q", key)
	})
	if err != nil {
		return info, err
	}
	for _, key := range []string{"dtype", "shape", "data_offsets"} {
		if !seen[key] {
			return info, fieldErr(name, ErrEntry, "%s is missing", key)
		}
	}
	return info, info.checkSize()
}

func (info *Info) readDType(sc *scanner) error {
	if sc.peek() != '"' {
		return fieldErr(info.Name, ErrDType, "a text is expected")
	}
	code, err := sc.str()
	if err != nil {
		return err
	}
	d, ok := tensor.ParseDType(code)
	if !ok {
		return fieldErr(info.Name, ErrDType, "%.40q", code)
	}
	info.DType = d
	return nil
}

func (info *Info) readShape(sc *scanner) error {
	dims, err := sc.numbers(maxDims)
	if err != nil {
		return fieldErr(info.Name, ErrShape, "a list of at most %d whole numbers is expected", maxDims)
	}
	info.Shape = make([]int, len(dims))
	for i, d := range dims {
		if d > math.MaxInt {
			return fieldErr(info.Name, ErrShape, "dimension %d is beyond any file", d)
		}
		info.Shape[i] = int(d)
	}
	return nil
}

func (info *Info) readOffsets(sc *scanner) error {
	at, err := sc.numbers(2)
	if err != nil || len(at) != 2 {
		return fieldErr(info.Name, ErrOffsets, "two whole numbers are expected")
	}
	if at[0] > at[1] || at[1] > math.MaxInt64 {
		return fieldErr(info.Name, ErrOffsets, "[%d,%d]", at[0], at[1])
	}
	info.Begin, info.End = int64(at[0]), int64(at[1])
	return nil
}

// checkSize compares the byte range with dtype and shape. The product is taken as the reference takes it: it must not
// overflow even where a later dimension is zero.
func (info *Info) checkSize() error {
	n := uint64(1)
	for _, d := range info.Shape {
		if d != 0 && n > math.MaxUint64/uint64(d) {
			return fieldErr(info.Name, ErrShape, "the number of elements does not fit 64 bits")
		}
		n *= uint64(d)
	}
	bits := uint64(info.DType.Bits())
	if n > math.MaxUint64/bits {
		return fieldErr(info.Name, ErrShape, "the number of bits does not fit 64 bits")
	}
	if bytes := n * bits / 8; n*bits%8 != 0 || bytes != uint64(info.End-info.Begin) {
		return fieldErr(info.Name, ErrSize, "%v with %d elements in %d bytes", info.DType, n, info.End-info.Begin)
	}
	return nil
}

// checkLayout orders the tensors by their place and demands that they fill the data exactly.
func (h *header) checkLayout(dataBytes int64) error {
	slices.SortStableFunc(h.infos, func(a, b Info) int {
		return cmp.Or(cmp.Compare(a.Begin, b.Begin), cmp.Compare(a.End, b.End))
	})
	var at int64
	for i, info := range h.infos {
		if info.Begin != at {
			return fieldErr(info.Name, ErrLayout, "begins at %d, the one before it ends at %d", info.Begin, at)
		}
		at = info.End
		h.byName[info.Name] = i
	}
	if at != dataBytes {
		return fieldErr("", ErrTrailing, "tensors take %d bytes, the file has %d", at, dataBytes)
	}
	return nil
}

func (info Info) String() string { return fmt.Sprintf("%s %v %v", info.Name, info.DType, info.Shape) }
