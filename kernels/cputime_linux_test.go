package kernels

import (
	"syscall"
	"time"
)

// On Linux benchmarks count processor time, so that a machine busy with other work does not change the shares.
func init() {
	clock = func() time.Duration {
		var u syscall.Rusage
		if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
			return 0
		}
		return time.Duration(u.Utime.Nano() + u.Stime.Nano())
	}
}
