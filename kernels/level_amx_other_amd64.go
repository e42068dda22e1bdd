//go:build !linux && !purego

package kernels

// hasAMX is false where nobody has run it.
func hasAMX() bool { return false }
