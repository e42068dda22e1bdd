package kernels

import "github.com/klauspost/cpuid/v2"

// l2Bytes is the second cache level of a core.
var l2Bytes = l2Size(cpuid.CPU.Cache.L2)

// l2Size is what was detected, or 512 KB where nothing was or it makes no sense: that of Zen 2 and 3 and of Cortex-A76.
func l2Size(detected int) int {
	if detected < 128<<10 || detected > 64<<20 {
		return 512 << 10
	}
	return detected
}
