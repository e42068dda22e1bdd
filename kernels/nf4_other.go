//go:build purego || !amd64

package kernels

// NF4 is left to the portable twins here: on arm64 the lookup would be a TBL over four registers, which nobody has
// measured yet.

func (s *kernelSet) widenNF4(dst *float32, codes *byte, scales *float32, blocks int) {
	nf4WidenGeneric(dst, codes, scales, blocks)
}
