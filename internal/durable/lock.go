package durable

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"lapidary/internal/bound"
)

// ErrLocked marks a directory in which another process works.
var ErrLocked = errors.New("in use by another process")

const lockName = ".lapidary.lock"

// Lock is a directory held by this process.
type Lock struct{ f *os.File }

// LockDir takes a directory for this process, without waiting. The operating system frees it when the process ends,
// however it ends. The lock file stays behind: removing it would let two processes lock two different files.
//
// The lock is flock(2) on Linux, macOS and the BSDs and LockFileEx on Windows. Elsewhere nothing is locked: there,
// keeping two processes apart is the user's care.
func LockDir(dir string) (*Lock, error) {
	path := filepath.Join(dir, lockName)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("lock %s: %w", dir, err)
	}
	if err := lockFile(f); err != nil {
		if errors.Is(err, ErrLocked) {
			err = fmt.Errorf("%w%s", err, holder(f))
		}
		f.Close()
		return nil, fmt.Errorf("lock %s: %w", dir, err)
	}
	// Who holds it is a courtesy to the reader of the message above; the lock itself does not depend on it.
	if f.Truncate(0) == nil {
		fmt.Fprintf(f, "%d\n", os.Getpid())
	}
	return &Lock{f}, nil
}

func holder(f *os.File) string {
	text, err := bound.ReadAll(io.LimitReader(f, 20), 20)
	pid := strings.TrimSpace(string(text))
	if err != nil || pid == "" || strings.Trim(pid, "0123456789") != "" {
		return ""
	}
	return " (process " + pid + ")"
}

// Unlock frees the directory.
func (l *Lock) Unlock() error { return errors.Join(unlockFile(l.f), l.f.Close()) }
