package safetensors

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"lapidary/internal/durable"
	"lapidary/tensor"
)

// Entry is a tensor to be written. Write is called once, in the order of the data, and must write exactly the bytes
// of dtype and shape: they can be made while they are written.
type Entry struct {
	Name  string
	DType tensor.DType
	Shape []int
	Write func(w io.Writer) error
}

// Entries makes entries of tensors that exist.
func Entries(tensors map[string]*tensor.Tensor) []Entry {
	var list []Entry
	for _, name := range slices.Sorted(maps.Keys(tensors)) {
		t := tensors[name]
		list = append(list, Entry{name, t.DType(), t.Shape(), func(w io.Writer) error {
			_, err := w.Write(t.Bytes())
			return err
		}})
	}
	return list
}

// bytes is the size of the entry's data, once checkEntries has passed it.
func (e Entry) bytes() int64 {
	n, _ := byteSize(e.DType, e.Shape)
	return n
}

// checkEntries refuses what no reader would take.
func checkEntries(entries []Entry) error {
	names := make(map[string]bool, len(entries))
	for _, e := range entries {
		if _, err := byteSize(e.DType, e.Shape); err != nil {
			err.Field = tensorField(e.Name, "shape")
			return fmt.Errorf("safetensors: write: %w", err)
		}
		switch {
		case e.DType.Bits() == 0:
			return fmt.Errorf("safetensors: write: %w", defect(tensorField(e.Name, "dtype"), ErrUnknownDType, "%v", e.DType))
		case !utf8.ValidString(e.Name):
			return fmt.Errorf("safetensors: write: %w", defect(tensorField(e.Name, ""), ErrUTF8, ""))
		case names[e.Name] || e.Name == metaKey:
			return fmt.Errorf("safetensors: write: %w", defect(tensorField(e.Name, ""), ErrDuplicate, ""))
		}
		names[e.Name] = true
	}
	return nil
}

// rank is the place of a type in the reference writer's order: wide types first, so that data is aligned without
// padding.
func rank(d tensor.DType) int {
	return slices.Index([]tensor.DType{
		tensor.U64, tensor.I64, tensor.F64, tensor.C64, tensor.F32, tensor.U32, tensor.I32, tensor.BF16, tensor.F16,
		tensor.U16, tensor.I16, tensor.F8E5M2FNUZ, tensor.F8E4M3FNUZ, tensor.F8E8M0, tensor.F8E4M3, tensor.F8E5M2,
		tensor.I8, tensor.U8, tensor.F6E3M2, tensor.F6E2M3, tensor.F4, tensor.Bool,
	}, d)
}

func sorted(entries []Entry) []Entry {
	list := slices.Clone(entries)
	slices.SortStableFunc(list, func(a, b Entry) int {
		return cmp.Or(cmp.Compare(rank(a.DType), rank(b.DType)), cmp.Compare(a.Name, b.Name))
	})
	return list
}

// encodeHeader writes the JSON of entries in their order, padded so that data begins at a multiple of eight.
func encodeHeader(entries []Entry, metadata map[string]string) ([]byte, error) {
	b := &bytes.Buffer{}
	b.WriteByte('{')
	if metadata != nil {
		b.WriteString(quote(metaKey) + ":{")
		for i, key := range slices.Sorted(maps.Keys(metadata)) {
			if !utf8.ValidString(key + metadata[key]) {
				return nil, fmt.Errorf("safetensors: write: %w", defect(metaKey+" "+quoted(key), ErrUTF8, ""))
			}
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(quote(key) + ":" + quote(metadata[key]))
		}
		b.WriteByte('}')
	}
	var at int64
	for _, e := range entries {
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		dims := strings.ReplaceAll(strings.Trim(fmt.Sprint(e.Shape), "[]"), " ", ",")
		fmt.Fprintf(b, `%s:{"dtype":"%v","shape":[%s],"data_offsets":[%d,%d]}`, quote(e.Name), e.DType, dims, at, at+e.bytes())
		at += e.bytes()
	}
	b.WriteByte('}')
	for b.Len()%8 != 0 {
		b.WriteByte(' ')
	}
	if b.Len() > maxHeader {
		return nil, fmt.Errorf("safetensors: write: %w", defect("", ErrHeaderTooLarge, "%d", b.Len()))
	}
	return b.Bytes(), nil
}

// quote is a JSON string as the reference writes it: only what JSON must escape is escaped.
func quote(s string) string {
	b := []byte{'"'}
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c >= 0x20:
			b = append(b, c)
		default:
			if k := strings.IndexByte("\b\f\n\r\t", c); k >= 0 {
				b = append(b, '\\', "bfnrt"[k])
			} else {
				b = fmt.Appendf(b, "\\u%04x", c)
			}
		}
	}
	return string(append(b, '"'))
}

// EncodeEntries writes a whole file.
func EncodeEntries(w io.Writer, entries []Entry, metadata map[string]string) error {
	if err := checkEntries(entries); err != nil {
		return err
	}
	list := sorted(entries)
	head, err := encodeHeader(list, metadata)
	if err != nil {
		return err
	}
	var length [lengthSize]byte
	binary.LittleEndian.PutUint64(length[:], uint64(len(head)))
	if _, err := w.Write(append(length[:], head...)); err != nil {
		return err
	}
	for _, e := range list {
		c := &counter{w: w}
		if err := e.Write(c); err != nil {
			return err
		}
		if c.n != e.bytes() {
			return fmt.Errorf("safetensors: write: %w", defect(tensorField(e.Name, ""), ErrSize, "%d bytes of %d were written", c.n, e.bytes()))
		}
	}
	return nil
}

type counter struct {
	w io.Writer
	n int64
}

func (c *counter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

// Encode writes tensors as a whole file.
func Encode(w io.Writer, tensors map[string]*tensor.Tensor, metadata map[string]string) error {
	return EncodeEntries(w, Entries(tensors), metadata)
}

// Write writes tensors to a file, durably.
func Write(path string, tensors map[string]*tensor.Tensor, metadata map[string]string) error {
	return durable.WriteFile(path, func(w io.Writer) error { return Encode(w, tensors, metadata) }, 0o644)
}
