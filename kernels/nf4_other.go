//go:build purego || !(amd64 || arm64)

package kernels

// widenNF4 is the portable twin.
func (s *kernelSet) widenNF4(dst *float32, codes *byte, scales *float32, blocks int) {
	nf4WidenGeneric(dst, codes, scales, blocks)
}
