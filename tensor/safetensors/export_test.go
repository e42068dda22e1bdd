package safetensors

import "bytes"

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
