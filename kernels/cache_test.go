package kernels

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// A size that no cache has is not believed; one that a cache has decides how many rows stay near, whole panels and at
// least one.
func TestL2Size(t *testing.T) {
	for detected, want := range map[int]int{-1: 512 << 10, 0: 512 << 10, 64 << 10: 512 << 10, 1 << 20: 1 << 20, 1 << 30: 512 << 10} {
		require.Equal(t, want, l2Size(detected), detected)
	}
	saved := l2Bytes
	defer func() { l2Bytes = saved }()
	g := gemmState{lds: 400}
	g.ks = &setGeneric
	for l2, want := range map[int]int{512 << 10: 228, 1 << 20: 456, 1: 4} {
		l2Bytes = l2
		require.Equal(t, want, g.nearRows())
	}
}
