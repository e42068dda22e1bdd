//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package safetensors

import (
	"os"

	"golang.org/x/sys/unix"
)

func mapFile(f *os.File, size int) ([]byte, error) {
	return unix.Mmap(int(f.Fd()), 0, size, unix.PROT_READ, unix.MAP_SHARED)
}

func unmap(b []byte) error { return unix.Munmap(b) }

// adviseRange ignores errors: a hint that is not taken costs speed only.
func adviseRange(b []byte, how advice) {
	flag := unix.MADV_WILLNEED
	if how == dontNeed {
		flag = unix.MADV_DONTNEED
	}
	_ = unix.Madvise(b, flag)
}
