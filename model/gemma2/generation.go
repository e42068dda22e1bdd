package gemma2

import (
	"errors"
	"io/fs"
	"path/filepath"

	"lapidary/internal/bound"
)

// configName and generationName are the files beside the weights.
const (
	configName     = "config.json"
	generationName = "generation_config.json"
)

// readGeneration returns generation_config.json as it is, and the end tokens it names; nothing where there is none.
func readGeneration(dir string) (raw []byte, eos TokenIDs, err error) {
	path := filepath.Join(dir, generationName)
	raw, err = bound.ReadFile(path, maxConfigBytes)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nil
	} else if err != nil {
		return nil, nil, err
	}
	fields, err := object(raw)
	if err != nil {
		return nil, nil, &ConfigError{path, []FieldError{{"(file)", err.Error()}}}
	}
	r := configReader{fields: fields}
	if r.tokenIDs("eos_token_id", &eos); len(r.problems) > 0 {
		return nil, nil, &ConfigError{path, r.problems}
	}
	return raw, eos, nil
}

// StopIDs are the tokens that end a text: those of generation_config.json, where an instruction-tuned model names the
// end of a turn, else those of config.json.
func (m *Model) StopIDs() []int32 {
	ids := m.stop
	if len(ids) == 0 {
		ids = m.Config.EOSTokenID
	}
	out := make([]int32, len(ids))
	for i, id := range ids {
		out[i] = int32(id)
	}
	return out
}
