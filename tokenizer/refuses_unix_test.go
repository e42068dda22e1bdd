//go:build unix

package tokenizer_test

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lapidary/tokenizer"
)

func TestLoadRefuses(t *testing.T) {
	dir := t.TempDir()
	fifo := filepath.Join(dir, "fifo")
	require.NoError(t, syscall.Mkfifo(fifo, 0o600))
	loop := filepath.Join(dir, "loop")
	require.NoError(t, os.Symlink(loop, loop))
	sub := filepath.Join(dir, "sub")
	require.NoError(t, os.MkdirAll(filepath.Join(sub, "tokenizer.json"), 0o700))
	for _, p := range []string{fifo, loop, sub, dir, filepath.Join(dir, "none"), "/dev/zero"} {
		_, err := tokenizer.Load(p)
		var fe *tokenizer.FileError
		require.True(t, errors.As(err, &fe), "%s: %v", p, err)
		assert.Contains(t, err.Error(), filepath.Base(p))
	}
}
