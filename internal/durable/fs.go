package durable

import (
	"io"
	"io/fs"
	"os"
)

// file is what this package needs of an open file.
type file interface {
	io.Writer
	Sync() error
	Close() error
}

// fsys is what this package needs of a file system. The tests record its calls and make them fail.
type fsys interface {
	create(path string, perm fs.FileMode) (file, error) // fails where the path exists
	mkdir(path string, perm fs.FileMode) error
	rename(from, to string) error
	remove(path string) error
	removeAll(path string) error
	syncDir(path string) error
}

// system is the real file system.
type system struct{}

func (system) create(path string, perm fs.FileMode) (file, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, perm)
	if err != nil {
		return nil, err // not a nil *os.File in an interface
	}
	return f, nil
}

func (system) mkdir(path string, perm fs.FileMode) error { return os.Mkdir(path, perm) }
func (system) rename(from, to string) error              { return os.Rename(from, to) }
func (system) remove(path string) error                  { return os.Remove(path) }
func (system) removeAll(path string) error               { return os.RemoveAll(path) }
func (system) syncDir(path string) error                 { return syncDir(path) }
