//go:build !purego

package kernels

import (
	"github.com/klauspost/cpuid/v2"
	"golang.org/x/sys/unix"
)

// hasAMX says whether tiles of bfloat16 may be used: Linux wants to be asked first, and refuses where a thread's signal
// stack would not hold them. Go's does. Asking again changes nothing.
func hasAMX() bool {
	const (
		requestPermission = 0x1023 // ARCH_REQ_XCOMP_PERM
		tileData          = 18     // the component of the state that XSAVE keeps
	)
	if !cpuid.CPU.Supports(cpuid.AMXTILE, cpuid.AMXBF16) {
		return false
	}
	_, _, errno := unix.RawSyscall(unix.SYS_ARCH_PRCTL, requestPermission, tileData, 0)
	return errno == 0
}
