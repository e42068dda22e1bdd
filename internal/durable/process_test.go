//go:build linux

package durable

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The tests here start this test binary again as another process; the role is in the environment.
const roleVar = "DURABLE_TEST_ROLE"

func TestMain(m *testing.M) {
	role, arg, _ := strings.Cut(os.Getenv(roleVar), " ")
	switch role {
	case "save":
		if err := save(system{}, arg); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	case "limited":
		os.Exit(limited(arg))
	case "lock":
		if _, err := LockDir(arg); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println("locked")
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func child(role, arg string) *exec.Cmd {
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), roleVar+"="+role+" "+arg)
	return cmd
}

const limitedSize = 200_000

// limited writes a checkpoint under a file size limit and reports what became of it.
func limited(arg string) int {
	limit, dir, _ := strings.Cut(arg, " ")
	n, err := strconv.ParseUint(limit, 10, 64)
	if err != nil {
		return 2
	}
	signal.Ignore(syscall.SIGXFSZ) // so that the write fails with EFBIG
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: n, Max: n}); err != nil {
		return 2
	}
	d, err := CreateDir(filepath.Join(dir, "ckpt"))
	if err == nil {
		err = d.WriteFile("data", func(w io.Writer) error {
			_, err := w.Write(bytes.Repeat([]byte{7}, limitedSize))
			return err
		})
	}
	if err == nil {
		err = d.Commit()
	} else if aerr := d.Abort(); aerr != nil {
		return 2
	}
	switch {
	case err == nil:
		return 0
	case IsNoSpace(err):
		return 5
	}
	return 1
}

// A file size limit anywhere in a save: an error that is known for what it is, and nothing visible.
func TestFileSizeLimit(t *testing.T) {
	for _, limit := range []int{0, 1, 4096, 65535, 65536, 65537, 131072, limitedSize - 1, limitedSize, 1 << 20} {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, "old"), []byte("old"), 0o644))
		err := child("limited", fmt.Sprintf("%d %s", limit, dir)).Run()
		if limit >= limitedSize {
			require.NoError(t, err, "limit %d", limit)
			_, err = Verify(filepath.Join(dir, "ckpt"))
			require.NoError(t, err)
			continue
		}
		var exit *exec.ExitError
		require.ErrorAs(t, err, &exit, "limit %d", limit)
		assert.Equal(t, 5, exit.ExitCode(), "limit %d", limit)
		assert.Equal(t, []string{"old"}, names(t, dir))
	}
}

func TestLockAcrossProcesses(t *testing.T) {
	dir := t.TempDir()
	cmd := child("lock", dir)
	in, err := cmd.StdinPipe()
	require.NoError(t, err)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	buf := make([]byte, 7)
	_, err = io.ReadFull(out, buf)
	require.NoError(t, err)
	require.Equal(t, "locked\n", string(buf))

	_, err = LockDir(dir)
	assert.ErrorIs(t, err, ErrLocked)
	assert.ErrorContains(t, err, fmt.Sprintf("process %d", cmd.Process.Pid))

	// However the holder ends, the lock is free.
	require.NoError(t, cmd.Process.Kill())
	_ = cmd.Wait()
	in.Close()
	l, err := LockDir(dir)
	require.NoError(t, err)
	require.NoError(t, l.Unlock())
}

// unprivileged calls f with the file permissions of an ordinary user, even in a container's root shell.
func unprivileged(t *testing.T, f func()) {
	t.Helper()
	if os.Geteuid() == 0 {
		const nobody = 65534
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		require.NoError(t, syscall.Setfsuid(nobody))
		defer syscall.Setfsuid(0)
	}
	f()
}

func TestReadOnlyDirectory(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "x"), []byte("old"), 0o644))
	require.NoError(t, os.Chmod(filepath.Dir(dir), 0o755))
	require.NoError(t, os.Chmod(dir, 0o555))
	defer os.Chmod(dir, 0o755)
	unprivileged(t, func() {
		assert.Equal(t, "old", read(t, filepath.Join(dir, "x")), "the directory can be read, so what follows is about writing")
		err := WriteBytes(filepath.Join(dir, "x"), []byte("1"), 0o644)
		assert.ErrorIs(t, err, os.ErrPermission)
		assert.ErrorContains(t, err, filepath.Join(dir, "x"))
		_, err = CreateDir(filepath.Join(dir, "d"))
		assert.ErrorIs(t, err, os.ErrPermission)
		assert.ErrorIs(t, RemoveAll(filepath.Join(dir, "x")), os.ErrPermission)
		_, err = LockDir(dir)
		assert.ErrorIs(t, err, os.ErrPermission)
	})
	assert.Equal(t, "old", read(t, filepath.Join(dir, "x")))
	assert.Equal(t, []string{"x"}, names(t, dir))
}
