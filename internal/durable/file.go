package durable

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"path/filepath"
)

// WriteFile writes a file by calling write with a buffered writer, and returns when it is durable under its name.
// An existing file is replaced whole; on any error it is left as it was and nothing else is left behind. perm is
// subject to the umask.
func WriteFile(path string, write func(io.Writer) error, perm fs.FileMode) error {
	return writeFile(system{}, path, write, perm)
}

// WriteBytes is WriteFile for content that is already in memory.
func WriteBytes(path string, data []byte, perm fs.FileMode) error {
	return WriteFile(path, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	}, perm)
}

// Folder writes durable files into an existing directory.
type Folder string

// WriteFile writes one file of the directory, as WriteFile does.
func (d Folder) WriteFile(name string, write func(io.Writer) error) error {
	return WriteFile(filepath.Join(string(d), name), write, 0o644)
}

func writeFile(sys fsys, path string, write func(io.Writer) error, perm fs.FileMode) error {
	dir := filepath.Dir(path)
	temp := filepath.Join(dir, tempName())
	if err := fill(sys, temp, write, perm); err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	if err := sys.rename(temp, path); err != nil {
		return fmt.Errorf("write %s: %w", path, errors.Join(err, ignoreMissing(sys.remove(temp))))
	}
	if err := sys.syncDir(dir); err != nil {
		return fmt.Errorf("write %s: the directory could not be made durable: %w", path, err)
	}
	return nil
}

// fill creates a file with durable content. On error the file is gone: after a failed fsync it must not be used.
func fill(sys fsys, path string, write func(io.Writer) error, perm fs.FileMode) (err error) {
	f, err := sys.create(path, perm)
	if err != nil {
		return err
	}
	open := true
	defer func() {
		// Also on the way of a panic in write: no temporary is left.
		if open {
			f.Close()
		}
		if open || err != nil {
			err = errors.Join(err, ignoreMissing(sys.remove(path)))
		}
	}()
	buf := bufio.NewWriterSize(f, 1<<16)
	if err = write(buf); err != nil {
		return err
	}
	if err = buf.Flush(); err != nil {
		return err
	}
	if err = f.Sync(); err != nil {
		return err
	}
	open = false
	return f.Close()
}

func ignoreMissing(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// Names of this package's own making begin with these; Sweep removes what is left of them.
const (
	tempPrefix  = ".lapidary-tmp-"
	trashPrefix = ".lapidary-trash-"
)

func tempName() string  { return fmt.Sprintf("%s%016x", tempPrefix, rand.Uint64()) }
func trashName() string { return fmt.Sprintf("%s%016x", trashPrefix, rand.Uint64()) }
