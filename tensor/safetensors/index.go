package safetensors

import (
	"errors"
	"io/fs"
	"path/filepath"
	"unicode/utf8"

	"lapidary/internal/bound"
)

// maxIndex bounds an index: the largest published ones are a few megabytes.
const maxIndex = 64 << 20

// readIndex reads model.safetensors.index.json and returns its weight_map: tensor name to shard. All else in it,
// such as a total size that is often wrong, is passed over.
func readIndex(dir string) (map[string]string, error) {
	raw, err := bound.ReadFileIn(dir, IndexFile, maxIndex)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &FormatError{Path: dir, Kind: ErrNoCheckpoint}
	}
	if err != nil {
		return nil, err
	}
	weights, fe := parseIndex(raw)
	if fe != nil {
		fe.Path = filepath.Join(dir, IndexFile)
		return nil, fe
	}
	return weights, nil
}

func parseIndex(raw []byte) (map[string]string, *FormatError) {
	if !utf8.Valid(raw) {
		return nil, defect("", ErrUTF8, "at byte %d", firstInvalid(raw))
	}
	s := newScanner(raw)
	s.what = "index"
	seen := map[string]bool{}
	weights, shards := map[string]string{}, map[string]string{}
	err := s.object(func(key string) *FormatError {
		if seen[key] {
			return defect(quoted(key), ErrDuplicate, "")
		}
		if key != "weight_map" {
			if len(seen) < 64 { // of the keys that mean nothing here, a few are looked at
				seen[key] = true
			}
			return s.skip()
		}
		seen[key] = true
		if s.peek() != '{' {
			return s.expected("weight_map", "object", ErrIndex)
		}
		return s.object(func(name string) *FormatError {
			if _, dup := weights[name]; dup {
				return defect(tensorField(name, ""), ErrDuplicate, "")
			}
			if s.peek() != '"' {
				return s.expected(tensorField(name, ""), "string", ErrIndex)
			}
			shard, err := s.str()
			if err != nil {
				return err
			}
			if err := bound.Component(shard); err != nil {
				return defect(tensorField(name, ""), ErrShardName, "%s", quoted(shard))
			}
			if same, ok := shards[shard]; ok {
				shard = same // a million tensors need not keep a million copies
			} else {
				shards[shard] = shard
			}
			weights[name] = shard
			return nil
		})
	})
	if err == nil {
		err = s.end()
	}
	if err == nil && len(weights) == 0 {
		err = defect("", ErrIndex, "")
	}
	return weights, err
}
