//go:build linux || darwin

package train

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// freeBytes is how much an ordinary user may still write to the file system that holds dir.
func freeBytes(dir string) (int64, error) {
	var st unix.Statfs_t
	if err := unix.Statfs(dir, &st); err != nil {
		return 0, fmt.Errorf("free space of %s: %w", dir, err)
	}
	return int64(st.Bavail) * int64(st.Bsize), nil
}
