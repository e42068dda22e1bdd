package tokenizer

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Load reads a tokenizer: a directory (its tokenizer.json, else its tokenizer.model), a tokenizer.json, or a
// tokenizer.model. The files beside it (tokenizer_config.json, chat_template.jinja, generation_config.json) are
// read when they are there.
func Load(path string) (*Tokenizer, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, &FileError{Path: path, Err: err}
	}
	file, dir := path, filepath.Dir(path)
	if info.IsDir() {
		dir, file = path, filepath.Join(path, "tokenizer.json")
		if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
			file = filepath.Join(path, "tokenizer.model")
			if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
				return nil, &FileError{Path: path, Err: fmt.Errorf("neither tokenizer.json nor tokenizer.model: %w", fs.ErrNotExist)}
			}
		}
	}
	data, err := readFile(file, maxFileBytes)
	if err != nil {
		return nil, err
	}
	read := readHF
	if !strings.HasSuffix(file, ".json") && !looksLikeJSON(data) {
		read = readModel
	}
	t, err := read(data)
	if err != nil {
		return nil, withPath(file, err)
	}
	if err := t.readConfig(dir); err != nil {
		return nil, err
	}
	return t, nil
}

// Parse reads the bytes of a tokenizer.json or a tokenizer.model. What is normally read from the files beside it
// has defaults.
func Parse(data []byte) (*Tokenizer, error) {
	read := readModel
	if looksLikeJSON(data) {
		read = readHF
	}
	t, err := read(data)
	if err != nil {
		return nil, withPath("tokenizer", err)
	}
	t.applyDefaults()
	return t, nil
}

func looksLikeJSON(data []byte) bool {
	c := cursor{data: data}
	return c.peek() == '{'
}

// readFile reads a regular file of bounded size.
func readFile(path string, limit int64) ([]byte, error) {
	info, err := os.Stat(path) // before open: opening a pipe would wait for a writer
	if err != nil {
		return nil, &FileError{Path: path, Err: err}
	}
	if !info.Mode().IsRegular() {
		return nil, &FileError{Path: path, Err: fmt.Errorf("%w: not a regular file", ErrMalformed)}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, &FileError{Path: path, Err: err}
	}
	defer f.Close()
	if info, err = f.Stat(); err != nil {
		return nil, &FileError{Path: path, Err: err}
	}
	if !info.Mode().IsRegular() {
		return nil, &FileError{Path: path, Err: fmt.Errorf("%w: not a regular file", ErrMalformed)}
	}
	if info.Size() > limit {
		return nil, &FileError{Path: path, Err: fmt.Errorf("%w: %d bytes, at most %d", ErrTooLarge, info.Size(), limit)}
	}
	data := make([]byte, info.Size())
	if _, err := io.ReadFull(f, data); err != nil {
		return nil, &FileError{Path: path, Err: err}
	}
	return data, nil
}
