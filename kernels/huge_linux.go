package kernels

import "golang.org/x/sys/unix"

// adviseHuge asks for large pages; a refusal changes nothing but speed.
func adviseHuge(mem []byte) { _ = unix.Madvise(mem, unix.MADV_HUGEPAGE) }
