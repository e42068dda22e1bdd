package bound

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// ErrNotRegular marks a path that is no regular file: a directory, a pipe, a device.
var ErrNotRegular = errors.New("not a regular file")

// Open opens a regular file for reading and returns its size, taken once, from the open file. A pipe or a device is
// refused without waiting for it. Symbolic links are followed: the path is the user's own word. For names that were
// read from a file use OpenIn.
func Open(path string) (*os.File, int64, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|openNonblock, 0)
	if err != nil {
		return nil, 0, err
	}
	return regular(f, path)
}

// OpenIn opens a regular file by a name that was read from a file. The name must be a plain component, and where it
// is a symbolic link, the link must stay inside dir or, in a Hugging Face cache, inside the blobs of the same
// repository (snapshots/<commit>/<file> -> ../../blobs/<digest>).
func OpenIn(dir, name string) (*os.File, int64, error) {
	if err := Component(name); err != nil {
		return nil, 0, err
	}
	root, rel, err := linkRoot(dir)
	if err != nil {
		return nil, 0, err
	}
	r, err := os.OpenRoot(root)
	if err != nil {
		return nil, 0, err
	}
	defer r.Close()
	f, err := r.OpenFile(filepath.Join(rel, name), os.O_RDONLY|openNonblock, 0)
	if err != nil {
		var pe *fs.PathError
		if errors.As(err, &pe) {
			err = pe.Err
		}
		return nil, 0, &fs.PathError{Op: "open", Path: filepath.Join(dir, name), Err: err}
	}
	return regular(f, filepath.Join(dir, name))
}

// linkRoot finds the directory that links from dir may not leave, and dir relative to it: the repository's folder in
// a Hugging Face cache, else dir itself.
func linkRoot(dir string) (root, rel string, err error) {
	realDir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return "", "", err
	}
	if realDir, err = filepath.Abs(realDir); err != nil {
		return "", "", err
	}
	for up := realDir; ; {
		parent := filepath.Dir(up)
		if parent == up {
			return realDir, ".", nil
		}
		if filepath.Base(parent) == "snapshots" {
			repo := filepath.Dir(parent)
			if st, err := os.Stat(filepath.Join(repo, "blobs")); err == nil && st.IsDir() {
				rel, err := filepath.Rel(repo, realDir)
				return repo, rel, err
			}
		}
		up = parent
	}
}

// regular returns f and its size, or closes it.
func regular(f *os.File, path string) (*os.File, int64, error) {
	st, err := f.Stat()
	if err == nil && !st.Mode().IsRegular() {
		err = &fs.PathError{Op: "open", Path: path, Err: ErrNotRegular}
	}
	if err != nil {
		f.Close()
		return nil, 0, err
	}
	return f, st.Size(), nil
}

// ReadFile reads a whole regular file of at most limit bytes.
func ReadFile(path string, limit int) ([]byte, error) {
	return readOpen(limit)(Open(path))
}

// ReadFileIn is ReadFile for a name that was read from a file, with the checks of OpenIn.
func ReadFileIn(dir, name string, limit int) ([]byte, error) {
	return readOpen(limit)(OpenIn(dir, name))
}

func readOpen(limit int) func(*os.File, int64, error) ([]byte, error) {
	return func(f *os.File, size int64, err error) ([]byte, error) {
		if err != nil {
			return nil, err
		}
		defer f.Close()
		if size > int64(limit) {
			return nil, &fs.PathError{Op: "read", Path: f.Name(), Err: fmt.Errorf("%w: %d bytes, limit %d", ErrLimit, size, limit)}
		}
		// The file may grow while it is read: the limit is kept, not the size.
		buf, err := ReadAll(f, limit)
		if err != nil {
			return nil, &fs.PathError{Op: "read", Path: f.Name(), Err: err}
		}
		return buf, nil
	}
}
