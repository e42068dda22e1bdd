//go:build unix

package bound_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lapidary/internal/bound"
)

func write(t *testing.T, path, text string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
}

func link(t *testing.T, target, path string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.Symlink(target, path))
}

// None of these may block: a pipe without a writer would.
func TestOpenRefusesWhatIsNoRegularFile(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o644))
	link(t, "missing", filepath.Join(dir, "dangling"))
	link(t, "loop", filepath.Join(dir, "loop"))
	for _, path := range []string{dir, filepath.Join(dir, "pipe"), "/dev/zero"} {
		_, _, err := bound.Open(path)
		assert.ErrorIs(t, err, bound.ErrNotRegular, path)
	}
	for _, name := range []string{"dangling", "loop", "absent"} {
		_, _, err := bound.Open(filepath.Join(dir, name))
		assert.Error(t, err, name)
		_, _, err = bound.OpenIn(dir, name)
		assert.ErrorContains(t, err, name)
	}
}

func TestOpenInKeepsLinksInside(t *testing.T) {
	base := t.TempDir()
	dir := filepath.Join(base, "model")
	write(t, filepath.Join(base, "secret"), "secret")
	write(t, filepath.Join(dir, "a"), "data")
	link(t, "a", filepath.Join(dir, "inside"))
	link(t, "inside", filepath.Join(dir, "chain"))
	link(t, "../secret", filepath.Join(dir, "outside"))
	link(t, filepath.Join(base, "secret"), filepath.Join(dir, "absolute"))
	for _, name := range []string{"a", "inside", "chain"} {
		got, err := bound.ReadFileIn(dir, name, 100)
		require.NoError(t, err, name)
		assert.Equal(t, "data", string(got))
	}
	for _, name := range []string{"outside", "absolute", "../secret", "x/y"} {
		_, err := bound.ReadFileIn(dir, name, 100)
		assert.Error(t, err, name)
	}
}

func TestOpenInFollowsHubCache(t *testing.T) {
	base := t.TempDir()
	repo := filepath.Join(base, "models--o--n")
	write(t, filepath.Join(repo, "blobs", "abc"), "blob")
	write(t, filepath.Join(base, "other"), "other")
	snap := filepath.Join(repo, "snapshots", "c0ffee")
	link(t, "../../blobs/abc", filepath.Join(snap, "model.safetensors"))
	link(t, "../../../other", filepath.Join(snap, "escape"))
	got, err := bound.ReadFileIn(snap, "model.safetensors", 100)
	require.NoError(t, err)
	assert.Equal(t, "blob", string(got))
	_, err = bound.ReadFileIn(snap, "escape", 100)
	assert.Error(t, err)

	// The snapshot may itself be named through a link.
	link(t, snap, filepath.Join(base, "short"))
	got, err = bound.ReadFileIn(filepath.Join(base, "short"), "model.safetensors", 100)
	require.NoError(t, err)
	assert.Equal(t, "blob", string(got))
}

func TestReadFileLimit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	write(t, path, "12345")
	_, err := bound.ReadFile(path, 4)
	assert.ErrorIs(t, err, bound.ErrLimit)
	assert.ErrorContains(t, err, path)
	got, err := bound.ReadFile(path, 5)
	require.NoError(t, err)
	assert.Equal(t, "12345", string(got))
}
