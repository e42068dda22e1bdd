package durable

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// recorder is the real file system with a protocol of what was asked of it, and one call that fails.
type recorder struct {
	system
	ops    []string
	failAt int // 1-based position of the failing call; 0: none
	err    error
	short  bool // a failing write takes half of the bytes first
}

// note records a call and reports whether it must fail.
func (r *recorder) note(op string, paths ...string) error {
	for i, p := range paths {
		p = filepath.Base(p)
		if strings.HasPrefix(p, tempPrefix) {
			p = "TEMP"
		} else if strings.HasPrefix(p, trashPrefix) {
			p = "TRASH"
		}
		paths[i] = p
	}
	r.ops = append(r.ops, strings.Join(append([]string{op}, paths...), " "))
	if len(r.ops) == r.failAt {
		return fmt.Errorf("call %d: %w", r.failAt, r.err)
	}
	return nil
}

func (r *recorder) create(path string, perm fs.FileMode) (file, error) {
	if err := r.note("create", path); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, perm)
	return &recordedFile{f, path, r}, err
}

func (r *recorder) mkdir(path string, perm fs.FileMode) error {
	if err := r.note("mkdir", path); err != nil {
		return err
	}
	return r.system.mkdir(path, perm)
}

func (r *recorder) rename(from, to string) error {
	if err := r.note("rename", from, to); err != nil {
		return err
	}
	return r.system.rename(from, to)
}

func (r *recorder) remove(path string) error {
	if err := r.note("remove", path); err != nil {
		return err
	}
	return r.system.remove(path)
}

func (r *recorder) removeAll(path string) error {
	if err := r.note("removeAll", path); err != nil {
		return err
	}
	return r.system.removeAll(path)
}

func (r *recorder) syncDir(path string) error {
	if err := r.note("syncdir", path); err != nil {
		return err
	}
	return r.system.syncDir(path)
}

type recordedFile struct {
	*os.File
	path string
	r    *recorder
}

func (f *recordedFile) Write(p []byte) (int, error) {
	if err := f.r.note("write", f.path); err != nil {
		n := 0
		if f.r.short {
			n, _ = f.File.Write(p[:len(p)/2])
		}
		return n, err
	}
	return f.File.Write(p)
}

func (f *recordedFile) Sync() error {
	if err := f.r.note("fsync", f.path); err != nil {
		return err
	}
	return f.File.Sync()
}

func (f *recordedFile) Close() error {
	err := f.r.note("close", f.path)
	if cerr := f.File.Close(); err == nil {
		err = cerr
	}
	return err
}
