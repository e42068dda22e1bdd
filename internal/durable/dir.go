package durable

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"lapidary/internal/bound"
)

// Dir is a directory being written. It becomes visible, whole and durable, when Commit returns nil.
//
//	d, err := durable.CreateDir("out/checkpoint-10")
//	if err != nil { … }
//	defer d.Abort() // does nothing after Commit
//	err = d.WriteFile("state.json", func(w io.Writer) error { … })
//	…
//	err = d.Commit()
type Dir struct {
	sys   fsys
	final string
	temp  string
	files []ManifestFile
	done  bool
	err   error // the first failure; a directory with a missing part must not be committed
}

// CreateDir begins a directory that will have the given path, which must not exist. Its parent must.
func CreateDir(path string) (*Dir, error) { return createDir(system{}, path) }

func createDir(sys fsys, path string) (*Dir, error) {
	if err := refuseExisting(path); err != nil {
		return nil, err
	}
	d := &Dir{sys: sys, final: path, temp: filepath.Join(filepath.Dir(path), tempName())}
	if err := sys.mkdir(d.temp, 0o755); err != nil {
		return nil, fmt.Errorf("create %s: %w", path, err)
	}
	return d, nil
}

func refuseExisting(path string) error {
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("create %s: %w", path, fs.ErrExist)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("create %s: %w", path, err)
	}
	return nil
}

// WriteFile writes and fsyncs one file of the directory. The name must be a plain one and new. After an error the
// directory can only be aborted.
func (d *Dir) WriteFile(name string, write func(io.Writer) error) error {
	if d.done || d.err != nil {
		return fmt.Errorf("write %s: the directory is finished: %w", filepath.Join(d.final, name), errors.Join(d.err, fs.ErrClosed))
	}
	err := bound.Component(name)
	if err == nil && (name == ManifestName || slices.ContainsFunc(d.files, func(f ManifestFile) bool { return f.Name == name })) {
		err = fs.ErrExist
	}
	sum := &digest{h: sha256.New()}
	if err == nil {
		err = fill(d.sys, filepath.Join(d.temp, name), func(w io.Writer) error {
			sum.w = w
			return write(sum)
		}, 0o644)
	}
	if err != nil {
		d.err = fmt.Errorf("write %s: %w", filepath.Join(d.final, bound.Escape(name, 80)), err)
		return d.err
	}
	d.files = append(d.files, ManifestFile{name, sum.n, hex.EncodeToString(sum.h.Sum(nil))})
	return nil
}

// Commit writes the manifest, makes everything durable and gives the directory its name. On error nothing is
// visible and the temporary is gone, except when only the last fsync failed: then the directory is there, but may
// not survive a power cut.
func (d *Dir) Commit() error {
	if d.done || d.err != nil {
		return fmt.Errorf("commit %s: %w", d.final, errors.Join(d.err, fs.ErrClosed, d.Abort()))
	}
	if err := d.publish(); err != nil {
		return fmt.Errorf("commit %s: %w", d.final, errors.Join(err, d.Abort()))
	}
	d.done = true
	if err := d.sys.syncDir(filepath.Dir(d.final)); err != nil {
		return fmt.Errorf("commit %s: the name could not be made durable: %w", d.final, err)
	}
	return nil
}

func (d *Dir) publish() error {
	slices.SortFunc(d.files, func(a, b ManifestFile) int { return strings.Compare(a.Name, b.Name) })
	text, err := Manifest{manifestVersion, d.files}.encode()
	if err != nil {
		return err
	}
	err = fill(d.sys, filepath.Join(d.temp, ManifestName), func(w io.Writer) error {
		_, err := w.Write(text)
		return err
	}, 0o644)
	if err != nil {
		return err
	}
	if err := d.sys.syncDir(d.temp); err != nil {
		return err
	}
	if err := refuseExisting(d.final); err != nil { // rename would replace an empty directory
		return err
	}
	return d.sys.rename(d.temp, d.final)
}

// Abort removes what was written. After Commit or Abort it does nothing.
func (d *Dir) Abort() error {
	if d.done {
		return nil
	}
	d.done = true
	return d.sys.removeAll(d.temp)
}

// digest counts and hashes what passes through.
type digest struct {
	w io.Writer
	h interface {
		io.Writer
		Sum([]byte) []byte
	}
	n int64
}

func (d *digest) Write(p []byte) (int, error) {
	n, err := d.w.Write(p)
	d.h.Write(p[:n])
	d.n += int64(n)
	return n, err
}
