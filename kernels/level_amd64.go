//go:build amd64 && !purego

package kernels

import (
	"github.com/klauspost/cpuid/v2"
)

// slowPairs says whether the processor multiplies pairs of bfloat16 (VDPBF16PS) more slowly than float32.
func slowPairs() bool { return cpuid.CPU.VendorID == cpuid.Intel }

// cpuLevels asks the processor and, through XGETBV (which cpuid consults for AVX and AVX-512), the operating system.
func cpuLevels() []Level {
	var l []Level
	if !cpuid.CPU.Supports(cpuid.AVX, cpuid.AVX2, cpuid.FMA3, cpuid.F16C) {
		return l
	}
	l = append(l, AVX2)
	if !cpuid.CPU.Supports(cpuid.AVX512F, cpuid.AVX512BW, cpuid.AVX512DQ, cpuid.AVX512VL, cpuid.AVX512CD) {
		return l
	}
	l = append(l, AVX512)
	if !cpuid.CPU.Supports(cpuid.AVX512BF16) {
		return l
	}
	l = append(l, AVX512BF16)
	if hasAMX() {
		l = append(l, AMX)
	}
	return l
}
