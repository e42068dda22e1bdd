//go:build !unix

package durable

import (
	"errors"
	"syscall"
)

// syncDir does nothing where a directory cannot be opened for it (Windows): the file system journals renames.
func syncDir(string) error { return nil }

// IsNoSpace reports that a write failed for want of room.
func IsNoSpace(err error) bool {
	const errorHandleDiskFull, errorDiskFull = syscall.Errno(39), syscall.Errno(112) // Windows
	return errors.Is(err, errorHandleDiskFull) || errors.Is(err, errorDiskFull)
}
