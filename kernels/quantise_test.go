package kernels

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestNF4CodeOfBounds(t *testing.T) {
	for i, b := range nf4Bounds {
		require.Equal(t, byte(i), nf4Code(b))
		require.Equal(t, byte(i+1), nf4Code(math.Nextafter32(b, 2)))
	}
	require.Equal(t, byte(15), nf4Code(float32(math.NaN())))
	require.Equal(t, byte(7), nf4Code(0))
}
