//go:build unix

package kernels

import (
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

// guardedFloats returns n floats that end where the next page cannot be read.
func guardedFloats(t testing.TB, n int) []float32 {
	t.Helper()
	page := unix.Getpagesize()
	size := ceilTo(4*n, page)
	mem, err := unix.Mmap(-1, 0, size+page, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
	require.NoError(t, err)
	t.Cleanup(func() { _ = unix.Munmap(mem) })
	require.NoError(t, unix.Mprotect(mem[size:], unix.PROT_NONE))
	return unsafe.Slice((*float32)(unsafe.Pointer(&mem[size-4*n])), n)
}
