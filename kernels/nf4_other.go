//go:build purego || !amd64

package kernels

// widenNF4 is the portable twin: a lookup on arm64 would be a TBL over four registers, and emulation cannot tell
// whether it keeps up with memory.
func (s *kernelSet) widenNF4(dst *float32, codes *byte, scales *float32, blocks int) {
	nf4WidenGeneric(dst, codes, scales, blocks)
}
