//go:build arm64 && !purego

package kernels

import "github.com/klauspost/cpuid/v2"

// cpuLevels: every arm64 core that runs Go has Advanced SIMD; the rest is the operating system's word (auxv on
// Linux, sysctl on Darwin), which cpuid reads.
func cpuLevels() []Level {
	l := []Level{NEON}
	if cpuid.CPU.Supports(cpuid.BF16) {
		l = append(l, NEONBF16)
	}
	return l
}
