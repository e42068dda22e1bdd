//go:build purego || !(amd64 || arm64)

package kernels

func cpuLevels() []Level { return nil }

func slowPairs() bool { return false }
