package safetensors

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"

	"lapidary/internal/bound"
	"lapidary/tensor"
)

// The names of a Hugging Face checkpoint's files.
const (
	SingleFile = "model.safetensors"
	IndexFile  = "model.safetensors.index.json"
)

// maxIndex bounds an index: the largest published one is below a megabyte.
const maxIndex = 64 << 20

// Checkpoint is a model's weights: one file, or shards under an index.
type Checkpoint struct {
	files []*File
	owner map[string]*File
	names []string
}

// OpenCheckpoint opens the weights in a directory: model.safetensors, or else the shards that its index names.
func OpenCheckpoint(dir string) (*Checkpoint, error) {
	single, size, err := bound.OpenIn(dir, SingleFile)
	if err == nil {
		defer single.Close()
		f, err := open(single, size, filepath.Join(dir, SingleFile))
		if err != nil {
			return nil, err
		}
		c := &Checkpoint{owner: map[string]*File{}}
		return c, c.add(f)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return openSharded(dir)
}

// index is the file that says which shard has a tensor.
type index struct {
	WeightMap map[string]string `json:"weight_map"`
}

func openSharded(dir string) (*Checkpoint, error) {
	path := filepath.Join(dir, IndexFile)
	raw, err := bound.ReadFileIn(dir, IndexFile, maxIndex)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &FileError{Path: dir, Err: ErrMissingWeights}
	}
	if err != nil {
		return nil, err
	}
	var ix index
	if err := json.Unmarshal(raw, &ix); err != nil {
		return nil, &FileError{Path: path, Err: fmt.Errorf("%w: %v", ErrIndex, err)}
	}
	if len(ix.WeightMap) == 0 {
		return nil, &FileError{Path: path, Field: "weight_map", Err: fmt.Errorf("%w: it is missing or empty", ErrIndex)}
	}
	c := &Checkpoint{owner: map[string]*File{}}
	if err := c.openShards(dir, path, ix); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

// openShards opens each shard once and compares what it holds with what the index says.
func (c *Checkpoint) openShards(dir, path string, ix index) error {
	shards := map[string]*File{}
	for _, name := range slices.Sorted(maps.Keys(ix.WeightMap)) {
		shard := ix.WeightMap[name]
		f, ok := shards[shard]
		if !ok {
			if err := bound.Component(shard); err != nil {
				return &FileError{Path: path, Field: name, Err: fmt.Errorf("%w: %w", ErrIndex, err)}
			}
			var err error
			if f, err = openIn(dir, shard); err != nil {
				return err
			}
			shards[shard] = f
			if err := c.add(f); err != nil {
				return err
			}
		}
		if _, ok := f.Info(name); !ok {
			return &FileError{Path: path, Field: name, Err: fmt.Errorf("%w: shard %s does not hold it", ErrIndex, shard)}
		}
	}
	return nil
}

func openIn(dir, name string) (*File, error) {
	f, size, err := bound.OpenIn(dir, name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return open(f, size, filepath.Join(dir, name))
}

// add takes a file's tensors in. The checkpoint owns the file from here on, also after an error.
func (c *Checkpoint) add(f *File) error {
	c.files = append(c.files, f)
	for _, name := range f.Names() {
		if other, ok := c.owner[name]; ok {
			return &FileError{Path: f.path, Field: name, Err: fmt.Errorf("%w: %s holds it too", ErrDuplicate, filepath.Base(other.path))}
		}
		c.owner[name] = f
		c.names = append(c.names, name)
	}
	return nil
}

// Names lists the tensors, file after file in the order of their data.
func (c *Checkpoint) Names() []string { return slices.Clone(c.names) }

// Info describes one tensor.
func (c *Checkpoint) Info(name string) (Info, bool) {
	f, ok := c.owner[name]
	if !ok {
		return Info{}, false
	}
	return f.Info(name)
}

// Tensor returns a view of a tensor.
func (c *Checkpoint) Tensor(name string) (*tensor.Tensor, error) {
	f, ok := c.owner[name]
	if !ok {
		return nil, fmt.Errorf("%w: %s", ErrNotFound, bound.Escape(name, 80))
	}
	return f.Tensor(name)
}

// Files returns the open files.
func (c *Checkpoint) Files() []*File { return c.files }

// Close takes all mappings away.
func (c *Checkpoint) Close() error {
	var errs []error
	for _, f := range c.files {
		errs = append(errs, f.Close())
	}
	c.files = nil
	return errors.Join(errs...)
}

// Files is where a checkpoint is written: a directory, or one in the making.
type Files interface {
	WriteFile(name string, write func(io.Writer) error) error
}

// WriteSharded writes a checkpoint: one file where the tensors fit into maxShard bytes, shards and their index otherwise.
// A tensor larger than maxShard has a shard to itself.
func WriteSharded(files Files, entries []Entry, maxShard int64) error {
	shards := split(entries, maxShard)
	metadata := map[string]string{"format": "pt"} // transformers refuses files without it
	if len(shards) == 1 {
		return files.WriteFile(SingleFile, func(w io.Writer) error { return EncodeEntries(w, entries, metadata) })
	}
	weights, total := map[string]string{}, int64(0)
	for i, shard := range shards {
		name := fmt.Sprintf("model-%05d-of-%05d.safetensors", i+1, len(shards))
		if err := files.WriteFile(name, func(w io.Writer) error { return EncodeEntries(w, shard, metadata) }); err != nil {
			return err
		}
		for _, e := range shard {
			weights[e.Name] = name
			total += e.bytes()
		}
	}
	return files.WriteFile(IndexFile, func(w io.Writer) error {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		return enc.Encode(map[string]any{"metadata": map[string]any{"total_size": total}, "weight_map": weights})
	})
}

// split fills shards in the order of the entries.
func split(entries []Entry, maxShard int64) [][]Entry {
	shards, size := [][]Entry{nil}, int64(0)
	for _, e := range entries {
		last := len(shards) - 1
		if len(shards[last]) > 0 && size+e.bytes() > maxShard {
			shards, size = append(shards, nil), 0
			last++
		}
		shards[last] = append(shards[last], e)
		size += e.bytes()
	}
	return shards
}
