//go:build purego || !(amd64 || arm64)

package kernels

func kernelsOf(Level) *kernelSet { return &setGeneric }
