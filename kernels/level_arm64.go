//go:build arm64 && !purego

package kernels

// cpuLevels: every arm64 core that runs Go has Advanced SIMD.
func cpuLevels() []Level { return []Level{NEON} }
