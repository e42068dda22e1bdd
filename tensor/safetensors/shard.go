package safetensors

import (
	"encoding/json"
	"fmt"
	"io"
)

// Files is where a checkpoint is written: a directory, or one in the making.
type Files interface {
	WriteFile(name string, write func(io.Writer) error) error
}

// WriteSharded writes a checkpoint: one file where the tensors fit into maxShard bytes, shards and their index
// otherwise. A tensor larger than maxShard has a shard to itself. The index comes last: without it there is no
// checkpoint. A directory that already holds a checkpoint of the other form should not be written to: readers prefer
// the single file.
func WriteSharded(files Files, entries []Entry, maxShard int64) error {
	if err := checkEntries(entries); err != nil {
		return err
	}
	shards := split(entries, maxShard)
	metadata := map[string]string{"format": "pt"} // transformers refuses files without it
	if len(shards) <= 1 {
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

// split fills shards in the order of the entries, as huggingface_hub does: a tensor that is too large goes into a
// shard of its own, and the shard that was being filled goes on being filled.
func split(entries []Entry, maxShard int64) [][]Entry {
	var shards [][]Entry
	var now []Entry
	size := int64(0)
	for _, e := range entries {
		n := e.bytes()
		if n > maxShard {
			shards = append(shards, []Entry{e})
			continue
		}
		if size+n > maxShard {
			shards, now, size = append(shards, now), nil, 0
		}
		now = append(now, e)
		size += n
	}
	if len(now) > 0 {
		shards = append(shards, now)
	}
	return shards
}
