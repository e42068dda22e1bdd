//go:build arm64 && !purego

package kernels

func kernelsOf(Level) *kernelSet { return &setGeneric }
