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
	require.ErrorContains(t, err, "to 99 bytes, it has 5")
	_, err = OpenStream(filepath.Dir(path), 0)
	require.ErrorContains(t, err, "regular")
}

// Where counted records are gone, nothing is put in their place: an empty file would pass for a stream of its own.
func TestStreamThatIsGoneIsNotBegunAnew(t *testing.T) {
	path := filepath.Join(t.TempDir(), "events")
	_, err := OpenStream(path, 1)
	require.ErrorIs(t, err, os.ErrNotExist)
	require.NoFileExists(t, path)

	require.NoError(t, os.WriteFile(path, []byte("abc"), 0o644))
	_, err = OpenStream(path, 4)
	require.ErrorContains(t, err, "to 4 bytes, it has 3")
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "abc", string(raw), "what is left of a cut file stays")
}

// brokenFile writes half of what it is given and cannot be synced.
type brokenFile struct {
	streamFile
	fail bool
}

func (b *brokenFile) WriteAt(p []byte, at int64) (int, error) {
	if b.fail {
		n, _ := b.streamFile.WriteAt(p[:len(p)/2], at)
		return n, syscall.ENOSPC
	}
	return b.streamFile.WriteAt(p, at)
}

func (b *brokenFile) Sync() error {
	if b.fail {
		return syscall.EIO
	}
	return b.streamFile.Sync()
}

func TestStreamAfterAFailedWriteAndAFailedSync(t *testing.T) {
	path := filepath.Join(t.TempDir(), "events")
	s, err := OpenStream(path, 0)
	require.NoError(t, err)
	broken := &brokenFile{streamFile: s.f}
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
	require.NoError(t, s.Append([]byte("k")), "the next call leaves the file that cannot be trusted for a new one")
	require.NotSame(t, broken, s.f)
	require.NoError(t, s.Close())
	raw, err = os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "abcdijk", string(raw))
}
