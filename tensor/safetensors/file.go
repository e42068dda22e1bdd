package safetensors

import (
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"lapidary/internal/bound"
	"lapidary/tensor"
)

// File is an open safetensors file. Its methods may be called from several goroutines; Close may not run beside
// them. Tensors, and all views of them, are the file's own pages: after Close, touching one ends the process.
type File struct {
	path    string
	header  *header
	mapping []byte
	data    []byte
}

// Open opens and checks a file that the user named; symbolic links are followed.
func Open(path string) (*File, error) {
	f, size, err := bound.Open(path)
	if err != nil {
		return nil, err
	}
	return open(f, size, path)
}

// OpenIn opens a file by a name that was read from another file: a plain name in dir, whose symbolic links may not
// leave dir or its Hugging Face cache.
func OpenIn(dir, name string) (*File, error) {
	f, size, err := bound.OpenIn(dir, name)
	if err != nil {
		return nil, err
	}
	return open(f, size, filepath.Join(dir, name))
}

func open(f *os.File, size int64, path string) (*File, error) {
	defer f.Close() // a mapping outlives it
	h, start, err := readHeader(f, size)
	if err != nil {
		if fe, ok := err.(*FormatError); ok {
			fe.Path = path
			return nil, fe
		}
		return nil, fmt.Errorf("read header of %s: %w", path, err)
	}
	mapping, err := mapFile(f, int(size))
	if err != nil {
		return nil, fmt.Errorf("map %s: %w", path, err)
	}
	return &File{path: path, header: h, mapping: mapping, data: mapping[start:]}, nil
}

// readHeader reads and checks the header; start is where the data begin. It is read rather than mapped, so that a
// file which shrinks meanwhile gives an error.
func readHeader(f io.ReaderAt, size int64) (h *header, start int, err error) {
	whole, err := bound.Int(uint64(size))
	if err != nil {
		return nil, 0, &FormatError{Kind: ErrOverflow, Detail: fmt.Sprintf("file of %d bytes", size)}
	}
	if whole < lengthSize {
		return nil, 0, defect("", ErrTooShort, "%d bytes", whole)
	}
	var length [lengthSize]byte
	if err := readAt(f, length[:], 0); err != nil {
		return nil, 0, err
	}
	n := binary.LittleEndian.Uint64(length[:])
	if n > maxHeader {
		return nil, 0, defect("header length", ErrHeaderTooLarge, "%d", n)
	}
	count, err := bound.Count(n, 1, whole-lengthSize)
	if err != nil {
		return nil, 0, defect("header length", ErrHeaderPastEnd, "%d, the file has %d bytes", n, whole)
	}
	text := make([]byte, count)
	if err := readAt(f, text, lengthSize); err != nil {
		return nil, 0, err
	}
	start = lengthSize + count
	h, fe := parseHeader(text, int64(whole-start))
	if fe != nil {
		return nil, 0, fe
	}
	return h, start, nil
}

// readAt reads all of b; a file that ends before has shrunk since its size was taken.
func readAt(f io.ReaderAt, b []byte, off int64) error {
	_, err := io.ReadFull(io.NewSectionReader(f, off, int64(len(b))), b)
	if err == io.EOF && len(b) > 0 {
		err = io.ErrUnexpectedEOF
	}
	return err
}

// Path returns the path the file was opened by.
func (f *File) Path() string { return f.path }

// Names returns the tensors' names in the order of their data.
func (f *File) Names() []string {
	names := make([]string, len(f.header.infos))
	for i, e := range f.header.infos {
		names[i] = e.Name
	}
	return names
}

// Infos describes the tensors in the order of their data.
func (f *File) Infos() []Info { return slices.Clone(f.header.infos) }

// Info describes one tensor. The caller must not change the shape.
func (f *File) Info(name string) (Info, bool) {
	i, ok := f.header.byName[name]
	if !ok {
		return Info{}, false
	}
	return f.header.infos[i], true
}

// Metadata returns the file's metadata, nil if it has none. The caller must not change it.
func (f *File) Metadata() map[string]string { return f.header.meta }

// Bytes returns a tensor's mapped bytes. They must not be written to.
func (f *File) Bytes(name string) ([]byte, error) {
	e, ok := f.Info(name)
	if !ok {
		return nil, &FormatError{Path: f.path, Field: tensorField(name, ""), Kind: ErrNotFound}
	}
	if f.mapping == nil {
		return nil, &FormatError{Path: f.path, Field: tensorField(name, ""), Kind: ErrClosed}
	}
	return f.data[e.Begin:e.End:e.End], nil
}

// Tensor returns a view of a tensor's mapped bytes, or a copy where the file does not align them. It must not be
// written to, and not be used after Close; Clone gives one that may.
func (f *File) Tensor(name string) (*tensor.Tensor, error) {
	raw, err := f.Bytes(name)
	if err != nil {
		return nil, err
	}
	e, _ := f.Info(name)
	t, err := tensor.FromBytes(e.DType, raw, e.Shape...)
	if err != nil {
		return nil, fmt.Errorf("%s: %s: %w", bound.Escape(f.path, 100), tensorField(name, ""), err)
	}
	return t, nil
}

// WillNeed asks the system to read a tensor's pages ahead. It is a hint; nothing can go wrong that matters.
func (f *File) WillNeed(name string) { f.advise(name, willNeed) }

// DontNeed tells the system that a tensor's pages will not be read soon, so that this process no longer counts them
// as its own. They stay readable.
func (f *File) DontNeed(name string) { f.advise(name, dontNeed) }

func (f *File) advise(name string, how advice) {
	e, ok := f.Info(name)
	if !ok || f.mapping == nil {
		return
	}
	start := len(f.mapping) - len(f.data)
	begin, end, page := start+int(e.Begin), start+int(e.End), os.Getpagesize()
	from, to := begin/page*page, end
	if how == dontNeed { // a page that is shared with a neighbour stays
		from, to = (begin+page-1)/page*page, end/page*page
	}
	if from < to {
		adviseRange(f.mapping[from:to], how)
	}
}

// Close unmaps the file. Closing twice is no error.
func (f *File) Close() error {
	m := f.mapping
	f.mapping, f.data = nil, nil
	if m == nil {
		return nil
	}
	if err := unmap(m); err != nil {
		return fmt.Errorf("unmap %s: %w", f.path, err)
	}
	return nil
}

type advice int

const (
	willNeed advice = iota
	dontNeed
)
