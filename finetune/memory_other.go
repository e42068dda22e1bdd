//go:build !linux

package finetune

import "runtime"

// availableMemory is unknown here: a budget must be given with --max-memory.
func availableMemory() int64 { return 0 }

// residentAnonymous is what the Go runtime holds.
func residentAnonymous() int64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.Sys - m.HeapReleased)
}
