//go:build unix

package durable

import (
	"errors"
	"os"
	"syscall"
)

// syncDir makes the names in a directory durable. Some network and user-space file systems do not know the
// operation on a directory and say so; there is nothing more to be had from them.
func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	err = d.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOTSUP) {
		err = nil
	}
	return errors.Join(err, d.Close())
}

// IsNoSpace reports that a write failed for want of room: a full disk, a quota, or the process's file size limit.
func IsNoSpace(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG)
}
