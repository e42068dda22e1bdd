//go:build arm64 && !purego

package kernels

import "github.com/klauspost/cpuid/v2"

// cpuLevels: every arm64 core that runs Go has Advanced SIMD; BFMMLA came with Armv8.6 (Neoverse V1 and N2, Apple M2).
func cpuLevels() []Level {
	if cpuid.CPU.Supports(cpuid.BF16) {
		return []Level{NEON, NEONBF16}
	}
	return []Level{NEON}
}

func slowPairs() bool { return false }
