package durable

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestStreamIsCutToARecordedLength(t *testing.T) {
	path := filepath.Join(t.TempDir(), "events")
	s, err := OpenStream(path, 0)
	require.NoError(t, err)
	require.NoError(t, s.Append([]byte("one\x00")))
	n := s.Len()
	require.NoError(t, s.Append([]byte("two\n")))
	require.NoError(t, s.Close())

	s, err = OpenStream(path, n)
	require.NoError(t, err)
	require.NoError(t, s.Append([]byte("2")))
	require.NoError(t, s.Close())
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "one\x002", string(raw))

	_, err = OpenStream(path, 99)
	require.ErrorContains(t, err, "it has 5 bytes, not 99")
}

// brokenFile writes half of what it is given and cannot be synced.
type brokenFile struct {
	logFile
	fail bool
}

func (b *brokenFile) WriteAt(p []byte, at int64) (int, error) {
	if b.fail {
		n, _ := b.logFile.WriteAt(p[:len(p)/2], at)
		return n, syscall.ENOSPC
	}
	return b.logFile.WriteAt(p, at)
}

func (b *brokenFile) Sync() error {
	if b.fail {
		return syscall.EIO
	}
	return b.logFile.Sync()
}

func TestStreamAfterAFailedWriteAndAFailedSync(t *testing.T) {
	path := filepath.Join(t.TempDir(), "events")
	s, err := OpenStream(path, 0)
	require.NoError(t, err)
	broken := &brokenFile{logFile: s.f}
	s.f = broken
	require.NoError(t, s.Append([]byte("abcd")))
	broken.fail = true
	require.ErrorIs(t, s.Append([]byte("efgh")), syscall.ENOSPC)
	broken.fail = false
	require.NoError(t, s.Append([]byte("ij")))
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "abcdij", string(raw), "the half record is gone")

	broken.fail = true
	require.ErrorIs(t, s.Sync(), syscall.EIO)
	broken.fail = false
	require.ErrorIs(t, s.Sync(), syscall.EIO, "a second fsync would report success over lost data")
	require.ErrorIs(t, s.Append([]byte("k")), syscall.EIO)
}
