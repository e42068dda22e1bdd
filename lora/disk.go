package lora

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"lapidary/internal/bound"
	"lapidary/tensor/safetensors"
)

// Files is where files are written: a durable folder, or a durable directory in the making.
type Files interface {
	WriteFile(name string, write func(io.Writer) error) error
}

// Save writes the adapter's two files. It refuses weights that are not finite.
func (a *Adapter) Save(files Files, o SaveOptions) error {
	if err := a.checkFinite(); err != nil {
		return err
	}
	config, err := a.Config.Bytes()
	if err != nil {
		return err
	}
	tensors, metadata := a.Tensors(o)
	err = files.WriteFile(WeightsFile, func(w io.Writer) error { return safetensors.Encode(w, tensors, metadata) })
	if err != nil {
		return err
	}
	return files.WriteFile(ConfigFile, func(w io.Writer) error {
		_, err := w.Write(config)
		return err
	})
}

const maxConfigBytes = 16 << 20

// ReadConfig reads the adapter_config.json of a directory.
func ReadConfig(dir string) (Config, []string, error) {
	path := filepath.Join(dir, ConfigFile)
	data, err := bound.ReadFile(path, maxConfigBytes)
	if err != nil {
		return Config{}, nil, fmt.Errorf("lora: %w", err)
	}
	return ParseConfig(path, data)
}

// Load attaches the adapter that a directory holds, growing the model's vocabulary where the adapter was trained with
// new tokens. On an error the model is as it was, but for that growth.
func Load(dir string, m Model) (*Adapter, error) {
	cfg, warnings, err := ReadConfig(dir)
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, WeightsFile)
	f, err := safetensors.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		if _, e := os.Stat(filepath.Join(dir, "adapter_model.bin")); e == nil {
			return nil, fmt.Errorf("lora: %s holds a pickle (adapter_model.bin), which can run code and is not read; save it again as safetensors", bound.Escape(dir, 200))
		}
	}
	if err != nil {
		return nil, fmt.Errorf("lora: %w", err)
	}
	defer f.Close()
	a, err := AttachSaved(m, cfg, f, path)
	if err != nil {
		return nil, err
	}
	a.Warnings = append(warnings, a.Warnings...)
	return a, nil
}
