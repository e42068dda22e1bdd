//go:build !linux && !darwin

package train

import "math"

// freeBytes does not know on this system; nothing is refused.
func freeBytes(string) (int64, error) { return math.MaxInt64, nil }
