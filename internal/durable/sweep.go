package durable

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Sweep removes what killed processes left in a directory: temporaries and trash of this package. Call it once at
// the start, while holding the directory's Lock: no other process may be writing there.
func Sweep(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("sweep %s: %w", dir, err)
	}
	var errs []error
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), tempPrefix) || strings.HasPrefix(e.Name(), trashPrefix) {
			errs = append(errs, os.RemoveAll(filepath.Join(dir, e.Name())))
		}
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("sweep %s: %w", dir, err)
	}
	return nil
}

// RemoveAll deletes a directory or file so that no part of it can be mistaken for the whole: it is renamed to a trash
// name first. A missing path is no error.
func RemoveAll(path string) error { return removeAll(system{}, path) }

func removeAll(sys fsys, path string) error {
	dir := filepath.Dir(path)
	trash := filepath.Join(dir, trashName())
	if err := sys.rename(path, trash); err != nil {
		if ignoreMissing(err) == nil {
			return nil
		}
		return fmt.Errorf("remove %s: %w", path, err)
	}
	if err := sys.syncDir(dir); err != nil {
		return fmt.Errorf("remove %s: %w", path, err)
	}
	if err := sys.removeAll(trash); err != nil {
		return fmt.Errorf("remove %s: %w", path, err)
	}
	return nil
}
