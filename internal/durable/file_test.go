package durable

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(b)
}

// names lists a directory; leftovers of this package would show.
func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	out := []string{}
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

func TestWriteFileOrder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	require.NoError(t, os.Mkdir(dir, 0o755))
	r := &recorder{}
	require.NoError(t, writeFile(r, filepath.Join(dir, "x"), text("new"), 0o600))
	assert.Equal(t, []string{"create TEMP", "write TEMP", "fsync TEMP", "close TEMP", "rename TEMP x", "syncdir out"}, r.ops)
	assert.NoError(t, checkOrder(r.ops, "out"))
	st, err := os.Stat(filepath.Join(dir, "x"))
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), st.Mode().Perm())
}

// Whatever call fails, the old content stays (or, when only the last fsync failed, the whole new content is there),
// no temporary is left, and the error says which file and why.
func TestWriteFileSurvivesEveryFailure(t *testing.T) {
	for failAt := 1; failAt <= 6; failAt++ {
		for _, short := range []bool{false, true} {
			t.Run(fmt.Sprintf("call=%d/short=%v", failAt, short), func(t *testing.T) {
				path := filepath.Join(t.TempDir(), "x")
				require.NoError(t, os.WriteFile(path, []byte("old"), 0o644))
				r := &recorder{failAt: failAt, err: syscall.ENOSPC, short: short}
				err := writeFile(r, path, text("brand new"), 0o644)
				require.ErrorIs(t, err, syscall.ENOSPC)
				assert.True(t, IsNoSpace(err))
				assert.ErrorContains(t, err, path)
				want := "old"
				if failAt == 6 {
					want = "brand new"
				}
				assert.Equal(t, want, read(t, path))
				assert.Equal(t, []string{"x"}, names(t, filepath.Dir(path)))
				assert.LessOrEqual(t, strings.Count(strings.Join(r.ops, ";"), "fsync TEMP"), 1, "a failed fsync is final")
			})
		}
	}
}

func TestWriteFileWriterFails(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x")
	broken := errors.New("cannot encode")
	err := WriteFile(path, func(w io.Writer) error {
		_, _ = io.WriteString(w, strings.Repeat("x", 1<<20))
		return broken
	}, 0o644)
	require.ErrorIs(t, err, broken)
	assert.False(t, IsNoSpace(err))
	assert.Empty(t, names(t, filepath.Dir(path)))

	assert.Panics(t, func() { _ = WriteFile(path, func(io.Writer) error { panic("bug") }, 0o644) })
	assert.Empty(t, names(t, filepath.Dir(path)))
}

func TestWriteBytesAndFolder(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, WriteBytes(filepath.Join(dir, "a"), []byte("1"), 0o644))
	require.NoError(t, Folder(dir).WriteFile("b", text("2")))
	assert.Equal(t, "1", read(t, filepath.Join(dir, "a")))
	assert.Equal(t, "2", read(t, filepath.Join(dir, "b")))
}

func TestMissingDirectory(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "absent")
	assert.ErrorIs(t, WriteBytes(filepath.Join(dir, "x"), nil, 0o644), os.ErrNotExist)
	_, err := CreateDir(filepath.Join(dir, "x"))
	assert.ErrorIs(t, err, os.ErrNotExist)
	_, err = OpenLog(filepath.Join(dir, "x"), 0)
	assert.ErrorIs(t, err, os.ErrNotExist)
	_, err = LockDir(dir)
	assert.ErrorIs(t, err, os.ErrNotExist)
}

func TestRemoveAll(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "old", "sub"), 0o755))
	r := &recorder{}
	require.NoError(t, removeAll(r, filepath.Join(dir, "old")))
	assert.Equal(t, []string{"rename old TRASH", "syncdir out", "removeAll TRASH"}, r.ops)
	assert.Empty(t, names(t, dir))
	assert.NoError(t, RemoveAll(filepath.Join(dir, "old")), "nothing there is no error")
}

func TestSweep(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, tempName()), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, tempName()), nil, 0o644))
	require.NoError(t, os.MkdirAll(filepath.Join(dir, trashName(), "sub"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "keep"), nil, 0o644))
	require.NoError(t, Sweep(dir))
	assert.Equal(t, []string{"keep"}, names(t, dir))
}
