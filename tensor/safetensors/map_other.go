//go:build !(linux || darwin || freebsd || netbsd || openbsd || dragonfly)

package safetensors

import (
	"io"
	"os"

	"lapidary/internal/bound"
)

// mapFile reads the file where mapping is not at hand.
func mapFile(f *os.File, size int) ([]byte, error) {
	return bound.ReadN(io.NewSectionReader(f, 0, int64(size)), uint64(size), size)
}

func unmap([]byte) error { return nil }

func adviseRange([]byte, advice) {}
