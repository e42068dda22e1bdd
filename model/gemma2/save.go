package gemma2

import (
	"bytes"
	"fmt"
	"io"
	"slices"

	"lapidary/autograd/nn"
	"lapidary/kernels"
	"lapidary/tensor"
	"lapidary/tensor/safetensors"
)

// SaveOptions says how weights are written.
type SaveOptions struct {
	// DType is the type to store in; Invalid stores each weight as it is held.
	DType tensor.DType
	// MaxShardBytes splits the weights over files of at most this size; zero means 5 GB, as in transformers.
	MaxShardBytes int64
	// Weight, where not nil, gives what to write in place of a parameter: a merge, made while it is written, so that two
	// models never stand in memory.
	Weight func(p *nn.Parameter) (*tensor.Tensor, error)
	// Poll, where not nil, is asked before each piece of the weights: its error ends the writing.
	Poll func() error
}

// polled is a writer that asks first.
type polled struct {
	io.Writer
	poll func() error
}

func (w polled) Write(p []byte) (int, error) {
	if err := w.poll(); err != nil {
		return 0, err
	}
	return w.Writer.Write(p)
}

const defaultShardBytes = 5e9

// Save writes a complete checkpoint: config.json, generation_config.json and the weights. A tied head is left out, as
// transformers does; an untied one stands beside tie_word_embeddings false. Adapters in the slots are not written. Of
// quantised weights the values are written.
func (m *Model) Save(files safetensors.Files, o SaveOptions) error {
	c := m.Config
	entries := make([]safetensors.Entry, 0, len(m.params))
	for _, p := range m.params {
		d := o.DType
		if d == tensor.Invalid {
			if d = p.Data().DType(); d.IsQuantised() {
				d = tensor.F32
			}
		}
		entries = append(entries, safetensors.Entry{Name: p.Name, DType: d, Shape: p.Data().Shape(), Write: func(w io.Writer) error {
			x, err := o.weight(p)
			if err != nil {
				return err
			}
			return writeAs(w, x, d)
		}})
	}
	c.DType = entries[0].DType
	return writeCheckpoint(files, c, m.generation, entries, o)
}

func (o SaveOptions) weight(p *nn.Parameter) (*tensor.Tensor, error) {
	if x := p.Data(); o.Weight == nil && x.DType().IsQuantised() {
		return tensor.FromFloat32(x.Float32s(), x.Shape()...), nil
	}
	if o.Weight == nil {
		return p.Data(), nil
	}
	x, err := o.Weight(p)
	if err != nil {
		return nil, err
	}
	if !slices.Equal(x.Shape(), p.Data().Shape()) || !x.DType().IsFloat() {
		return nil, fmt.Errorf("gemma2: %s would be written as %v %v, its shape is %v", p.Name, x.DType(), x.Shape(), p.Data().Shape())
	}
	return x, nil
}

// writeCheckpoint writes the weights last: a directory without them is visibly unfinished.
func writeCheckpoint(files safetensors.Files, c Config, generation []byte, entries []safetensors.Entry, o SaveOptions) error {
	config, err := indented(c)
	if err != nil {
		return err
	}
	if generation == nil { // what transformers derives from config.json
		if generation, err = indented(map[string]any{
			"_from_model_config": true, "bos_token_id": c.BOSTokenID, "eos_token_id": c.EOSTokenID, "pad_token_id": c.PadTokenID,
		}); err != nil {
			return err
		}
	}
	for _, f := range []struct {
		name string
		data []byte
	}{{configName, config}, {generationName, generation}} {
		if err := files.WriteFile(f.name, func(w io.Writer) error { return copyAll(w, f.data) }); err != nil {
			return err
		}
	}
	if o.Poll != nil {
		for i, e := range entries {
			entries[i].Write = func(w io.Writer) error { return e.Write(polled{w, o.Poll}) }
		}
	}
	shard := o.MaxShardBytes
	if shard <= 0 {
		shard = defaultShardBytes
	}
	return safetensors.WriteSharded(files, entries, shard)
}

func copyAll(w io.Writer, data []byte) error {
	_, err := io.Copy(w, bytes.NewReader(data))
	return err
}

// pieceElements is what is converted or made at a time: 1 Mi elements, a multiple of four.
const pieceElements = 1 << 20

// writeAs writes a tensor's elements in another float type, piece by piece.
func writeAs(w io.Writer, x *tensor.Tensor, d tensor.DType) error {
	if x.DType() == d {
		_, err := w.Write(x.Bytes())
		return err
	}
	pool := kernels.NewPool(1)
	defer pool.Close()
	flat := x.Reshape(x.Len())
	for lo := 0; lo < x.Len(); lo += pieceElements {
		piece := flat.RowRange(lo, min(lo+pieceElements, x.Len()))
		if _, err := w.Write(piece.As(pool, d).Bytes()); err != nil {
			return err
		}
	}
	return nil
}

// writeRandom writes a tensor of random weights, piece by piece.
func (n *normals) writeRandom(w io.Writer, s spec, seed uint64) error {
	buf := tensor.New(n.dtype, pieceElements)
	for lo, total := 0, int(s.len()); lo < total; lo += pieceElements {
		piece := buf.RowRange(0, min(pieceElements, total-lo))
		n.random(piece, s, seed, lo)
		if _, err := w.Write(piece.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

// Initialise writes a checkpoint of random weights. It needs little memory, whatever the shape.
func Initialise(files safetensors.Files, c Config, seed uint64, o SaveOptions) error {
	if err := c.complete(); err != nil {
		return err
	}
	if c.DType = o.DType; c.DType == tensor.Invalid {
		c.DType = tensor.F32
	}
	n := newNormals(c.DType, c.InitializerRange)
	var entries []safetensors.Entry
	for _, s := range c.tensors() {
		entries = append(entries, safetensors.Entry{Name: s.name, DType: c.DType, Shape: s.shape,
			Write: func(w io.Writer) error { return n.writeRandom(w, s, seed) }})
	}
	return writeCheckpoint(files, c, nil, entries, o)
}
