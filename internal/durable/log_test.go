package durable

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type row struct {
	Step int `json:"step"`
}

func TestLogAppendTruncateReopen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "metrics.jsonl")
	l, err := OpenLog(path, 1)
	require.NoError(t, err)
	var marks []int64
	for i := 1; i <= 3; i++ {
		require.NoError(t, l.Append(row{i}))
		marks = append(marks, l.Len())
	}
	require.NoError(t, l.Close())
	assert.Equal(t, "{\"step\":1}\n{\"step\":2}\n{\"step\":3}\n", read(t, path))

	// A killed process left half a line; the next one cuts it and resumes from the checkpoint at step 2.
	require.NoError(t, os.WriteFile(path, []byte(read(t, path)+`{"st`), 0o644))
	l, err = OpenLog(path, 0)
	require.NoError(t, err)
	assert.Equal(t, marks[2], l.Len())
	require.NoError(t, l.Truncate(marks[1]))
	require.NoError(t, l.Append(row{3}))
	require.NoError(t, l.Append(row{4}))
	assert.Error(t, l.Truncate(marks[2]+100), "lines that were counted are missing")
	assert.Error(t, l.Truncate(marks[1]-1), "inside a line")
	assert.Error(t, l.Truncate(-1))
	assert.Error(t, l.Append(func() {}), "not JSON")
	require.NoError(t, l.Close())
	assert.Equal(t, "{\"step\":1}\n{\"step\":2}\n{\"step\":3}\n{\"step\":4}\n", read(t, path))
}

func TestLogTornInOneLongLine(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	long := make([]byte, 200_000)
	for i := range long {
		long[i] = 'x'
	}
	require.NoError(t, os.WriteFile(path, append([]byte("{}\n"), long...), 0o644))
	l, err := OpenLog(path, 0)
	require.NoError(t, err)
	assert.EqualValues(t, 3, l.Len())
	require.NoError(t, l.Close())
	assert.Equal(t, "{}\n", read(t, path))

	require.NoError(t, os.WriteFile(path, long, 0o644))
	l, err = OpenLog(path, 0)
	require.NoError(t, err)
	assert.Zero(t, l.Len())
	require.NoError(t, l.Close())
}

// brokenLog fails on demand, as a full or dying disk does.
type brokenLog struct {
	*os.File
	failWrite, failSync bool
	syncs               int
}

func (b *brokenLog) WriteAt(p []byte, off int64) (int, error) {
	if b.failWrite {
		n, _ := b.File.WriteAt(p[:len(p)/2], off)
		return n, syscall.ENOSPC
	}
	return b.File.WriteAt(p, off)
}

func (b *brokenLog) Sync() error {
	b.syncs++
	if b.failSync {
		return syscall.EIO
	}
	return b.File.Sync()
}

func TestLogSurvivesFullDisk(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	l, err := OpenLog(path, 0)
	require.NoError(t, err)
	b := &brokenLog{File: l.s.f.(*os.File)}
	l.s.f = b
	require.NoError(t, l.Append(row{1}))
	b.failWrite = true
	err = l.Append(row{2})
	require.True(t, IsNoSpace(err))
	assert.ErrorContains(t, err, path)
	assert.NotEqual(t, l.Len(), int64(len(read(t, path))), "half a line is in the file")
	b.failWrite = false
	require.NoError(t, l.Append(row{2}))
	require.NoError(t, l.Close())
	assert.Equal(t, "{\"step\":1}\n{\"step\":2}\n", read(t, path))
}

// After a failed fsync the file is not fsynced again: its lines are written to a new one.
func TestLogReplacedAfterFailedSync(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log")
	l, err := OpenLog(path, 1)
	require.NoError(t, err)
	b := &brokenLog{File: l.s.f.(*os.File), failSync: true}
	l.s.f = b
	before, err := os.Stat(path)
	require.NoError(t, err)
	require.ErrorIs(t, l.Append(row{1}), syscall.EIO)
	require.NoError(t, l.Append(row{2}))
	require.NoError(t, l.Close())
	assert.Equal(t, 1, b.syncs)
	after, err := os.Stat(path)
	require.NoError(t, err)
	assert.False(t, os.SameFile(before, after))
	assert.Equal(t, "{\"step\":1}\n{\"step\":2}\n", read(t, path))
	assert.Equal(t, []string{"log"}, names(t, filepath.Dir(path)))
}
