package main

import "runtime"

// threadCount is --threads, or the cores that this process may run on.
func threadCount(threads int) int {
	if threads > 0 {
		return threads
	}
	return runtime.GOMAXPROCS(0)
}
