package safetensors

import (
	"errors"
	"fmt"
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

// Checkpoint is a model's weights: one file, or shards under an index.
type Checkpoint struct {
	files []*File
	owner map[string]*File
	names []string
}

// OpenCheckpoint opens the weights in a directory: model.safetensors, or else the shards that its index names. A
// tensor that is in a shard but not in the index is served too, as by the reference loader.
func OpenCheckpoint(dir string) (*Checkpoint, error) {
	c := &Checkpoint{owner: map[string]*File{}}
	f, err := OpenIn(dir, SingleFile)
	if err == nil {
		err = c.add(f)
	} else if errors.Is(err, fs.ErrNotExist) {
		err = c.openSharded(dir)
	}
	if err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

func (c *Checkpoint) openSharded(dir string) error {
	weights, err := readIndex(dir)
	if err != nil {
		return err
	}
	shards := map[string]*File{}
	for _, name := range slices.Sorted(maps.Values(weights)) {
		if shards[name] != nil {
			continue
		}
		f, err := OpenIn(dir, name)
		if err != nil {
			var fe *FormatError
			if errors.As(err, &fe) { // it has been opened, and says what is wrong with it
				return err
			}
			return fmt.Errorf("%w: %w", &FormatError{filepath.Join(dir, IndexFile), quoted(name), ErrShardMissing, ""}, err)
		}
		shards[name] = f
		if err := c.add(f); err != nil {
			return err
		}
	}
	var wrong []string
	for name, shard := range weights {
		if c.owner[name] != shards[shard] {
			wrong = append(wrong, name)
		}
	}
	if len(wrong) == 0 {
		return nil
	}
	slices.Sort(wrong)
	first := wrong[0]
	return &FormatError{filepath.Join(dir, IndexFile), tensorField(first, ""), ErrNotInShard,
		fmt.Sprintf("%s; %d such tensors", bound.Escape(weights[first], 64), len(wrong))}
}

// add takes a file's tensors in. The checkpoint owns the file from here on, also after an error.
func (c *Checkpoint) add(f *File) error {
	c.files = append(c.files, f)
	for _, name := range f.Names() {
		if other, ok := c.owner[name]; ok {
			return &FormatError{f.path, tensorField(name, ""), ErrTwoShards, bound.Escape(filepath.Base(other.path), 64)}
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

// Tensor returns a view of a tensor, as File.Tensor does.
func (c *Checkpoint) Tensor(name string) (*tensor.Tensor, error) {
	f, ok := c.owner[name]
	if !ok {
		return nil, &FormatError{Field: tensorField(name, ""), Kind: ErrNotFound}
	}
	return f.Tensor(name)
}

// WillNeed is File.WillNeed for the shard that holds the tensor.
func (c *Checkpoint) WillNeed(name string) {
	if f, ok := c.owner[name]; ok {
		f.WillNeed(name)
	}
}

// DontNeed is File.DontNeed for the shard that holds the tensor.
func (c *Checkpoint) DontNeed(name string) {
	if f, ok := c.owner[name]; ok {
		f.DontNeed(name)
	}
}

// Metadata returns the metadata of the first file; shards carry the same.
func (c *Checkpoint) Metadata() map[string]string { return c.files[0].Metadata() }

// Files returns the open files.
func (c *Checkpoint) Files() []*File { return slices.Clone(c.files) }

// Close takes all mappings away.
func (c *Checkpoint) Close() error {
	var errs []error
	for _, f := range c.files {
		errs = append(errs, f.Close())
	}
	return errors.Join(errs...)
}
