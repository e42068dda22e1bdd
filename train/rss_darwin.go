package train

import "golang.org/x/sys/unix"

// PeakRSS is the largest resident memory of this process so far, in bytes; 0 where the system does not say.
// Darwin counts ru_maxrss in bytes.
func PeakRSS() int64 {
	var usage unix.Rusage
	if unix.Getrusage(unix.RUSAGE_SELF, &usage) != nil {
		return 0
	}
	return int64(usage.Maxrss)
}
