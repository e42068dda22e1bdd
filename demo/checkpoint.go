package demo

import (
	"embed"
	"io/fs"
	"os"
	"path/filepath"

	"lapidary/internal/durable"
)

//go:embed checkpoint
var checkpoint embed.FS

// WriteBase writes the pretrained checkpoint into a directory, over what an earlier call wrote.
func WriteBase(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return fs.WalkDir(checkpoint, "checkpoint", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := checkpoint.ReadFile(path)
		if err != nil {
			return err
		}
		return durable.WriteBytes(filepath.Join(dir, d.Name()), content, 0o644)
	})
}
