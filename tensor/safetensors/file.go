package safetensors

import (
	"encoding/binary"
	"io"
	"os"
	"slices"

	"lapidary/internal/bound"
	"lapidary/tensor"
)

// File is an open safetensors file. Its tensors are views of a mapping: they must not be written, and not be used after
// Close. A file that somebody shortens while it is mapped ends the process when the missing part is touched.
type File struct {
	path   string
	header *header
	data   []byte
	unmap  func() error
}

// Open maps a file and checks its header completely.
func Open(path string) (*File, error) {
	f, size, err := bound.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return open(f, size, path)
}

func open(f *os.File, size int64, path string) (*File, error) {
	n, err := headerLength(f, size)
	if err != nil {
		return nil, inFile(path, err)
	}
	raw, err := bound.ReadN(f, n, maxHeader)
	if err != nil {
		return nil, inFile(path, err)
	}
	h, err := parseHeader(raw, size-lengthBytes-int64(n))
	if err != nil {
		return nil, inFile(path, err)
	}
	data, unmap, err := mapFile(f, size)
	if err != nil {
		return nil, &FileError{Path: path, Err: err}
	}
	return &File{path: path, header: h, data: data[lengthBytes+n:], unmap: unmap}, nil
}

// headerLength reads the first eight bytes and compares them with the file's size.
func headerLength(r io.Reader, size int64) (uint64, error) {
	if size < lengthBytes {
		return 0, fieldErr("", ErrTooShort, "%d bytes", size)
	}
	var b [lengthBytes]byte
	if _, err := io.ReadFull(r, b[:]); err != nil {
		return 0, err
	}
	n := binary.LittleEndian.Uint64(b[:])
	if n > maxHeader || n > uint64(size-lengthBytes) {
		return 0, fieldErr("", ErrHeaderLength, "header of %d bytes in a file of %d", n, size)
	}
	return n, nil
}

// Path returns the name the file was opened under.
func (f *File) Path() string { return f.path }

// Names lists the tensors in the order of their data.
func (f *File) Names() []string {
	names := make([]string, len(f.header.infos))
	for i, info := range f.header.infos {
		names[i] = info.Name
	}
	return names
}

// Infos describes the tensors in the order of their data.
func (f *File) Infos() []Info { return slices.Clone(f.header.infos) }

// Info describes one tensor.
func (f *File) Info(name string) (Info, bool) {
	i, ok := f.header.byName[name]
	if !ok {
		return Info{}, false
	}
	return f.header.infos[i], true
}

// Metadata returns the file's own texts; nil where it has none.
func (f *File) Metadata() map[string]string { return f.header.metadata }

// Bytes returns a tensor's bytes as they are stored.
func (f *File) Bytes(name string) ([]byte, error) {
	info, ok := f.Info(name)
	if !ok {
		return nil, &FileError{Path: f.path, Field: name, Err: ErrNotFound}
	}
	return f.data[info.Begin:info.End:info.End], nil
}

// Tensor returns a view of a tensor; a copy where the file has it at an address that is no multiple of its element.
func (f *File) Tensor(name string) (*tensor.Tensor, error) {
	raw, err := f.Bytes(name)
	if err != nil {
		return nil, err
	}
	info, _ := f.Info(name)
	t, err := tensor.FromBytes(info.DType, raw, info.Shape...)
	if err != nil {
		return nil, &FileError{Path: f.path, Field: name, Err: err}
	}
	return t, nil
}

// Close takes the mapping away. No tensor of the file may be used after it.
func (f *File) Close() error {
	f.data = nil
	return f.unmap()
}
