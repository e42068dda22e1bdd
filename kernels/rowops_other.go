//go:build purego || !(amd64 || arm64)

package kernels

func buildRowTable() [levelCount]*rowOps {
	var t [levelCount]*rowOps
	t[Generic] = &genericRows
	return t
}
