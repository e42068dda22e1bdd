package safetensors

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
)

// Summary says what is in a file or checkpoint, without its data.
type Summary struct {
	Format   string            `json:"format"` // "safetensors"
	Tensors  []TensorSummary   `json:"tensors"`
	Metadata map[string]string `json:"metadata"`
}

// TensorSummary is one tensor of a Summary. SHA256 is that of its bytes as stored, where it was asked for.
type TensorSummary struct {
	Name   string `json:"name"`
	DType  string `json:"dtype"`
	Shape  []int  `json:"shape"`
	SHA256 string `json:"sha256,omitempty"`
	Shard  string `json:"shard,omitempty"` // the file, where there are several
}

// Inspect opens a file, or the checkpoint in a directory, and summarises it. With hash, all data is read.
func Inspect(path string, hash bool) (*Summary, error) {
	c, err := openEither(path)
	if err != nil {
		return nil, err
	}
	s := &Summary{Format: "safetensors", Tensors: []TensorSummary{}, Metadata: map[string]string{}}
	for _, f := range c.files {
		for key, value := range f.Metadata() {
			if _, ok := s.Metadata[key]; !ok {
				s.Metadata[key] = value
			}
		}
		for _, info := range f.header.infos {
			t := TensorSummary{Name: info.Name, DType: info.DType.String(), Shape: append([]int{}, info.Shape...)}
			if len(c.files) > 1 {
				t.Shard = filepath.Base(f.path)
			}
			if hash {
				sum := sha256.Sum256(f.data[info.Begin:info.End])
				t.SHA256 = hex.EncodeToString(sum[:])
				f.DontNeed(info.Name)
			}
			s.Tensors = append(s.Tensors, t)
		}
	}
	return s, c.Close()
}

func openEither(path string) (*Checkpoint, error) {
	if st, err := os.Stat(path); err == nil && st.IsDir() {
		return OpenCheckpoint(path)
	}
	f, err := Open(path)
	if err != nil {
		return nil, err
	}
	return &Checkpoint{files: []*File{f}}, nil
}
