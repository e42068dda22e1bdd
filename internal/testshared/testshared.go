// Package testshared locates reference files that are too large, or not ours, to be kept in the repository.
// They stand in a folder named "shared" beside the checkout. A machine without them skips the tests that need
// them, visibly; continuous integration (CI=true) fails instead, so that a gate cannot vanish unseen.
package testshared

import (
	"os"
	"path/filepath"
	"testing"
)

// Path returns the path of a reference file, given relative to the shared folder.
func Path(t testing.TB, rel string) string {
	t.Helper()
	root, err := findRoot()
	if err == nil {
		p := filepath.Join(filepath.Dir(root), "shared", filepath.FromSlash(rel))
		if _, err = os.Stat(p); err == nil {
			return p
		}
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("reference file shared/%s is missing: %v", rel, err)
	}
	t.Skipf("not run: reference file shared/%s is missing", rel)
	return ""
}

// findRoot walks up from the package under test to the folder of go.mod.
func findRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", os.ErrNotExist
		}
		dir = parent
	}
}
