package safetensors

import (
	"bytes"
	"io"
)

// OpenBytes is Open for bytes in memory. The file must not be closed: nothing is mapped.
func OpenBytes(raw []byte) (*File, error) {
	h, start, err := readHeader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return nil, err
	}
	return &File{path: "memory", header: h, mapping: raw, data: raw[start:]}, nil
}

// ParseIndex returns an index's weight map.
func ParseIndex(raw []byte) (map[string]string, error) {
	m, err := parseIndex(raw)
	if err != nil {
		return nil, err
	}
	return m, nil
}

// ReadHeader reads the header of a file that may misbehave.
func ReadHeader(f io.ReaderAt, size int64) error {
	_, _, err := readHeader(f, size)
	return err
}
