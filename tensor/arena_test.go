package tensor_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"lapidary/tensor"
)

func TestArenaLendsAgain(t *testing.T) {
	var a tensor.Arena
	x := a.Get(tensor.F32, 100, 2000)
	taken := a.Bytes()
	a.Put(x)
	y := a.Get(tensor.F32, 98, 2000) // the class below: a last chunk of rows
	require.Equal(t, taken, a.Bytes())
	require.Equal(t, []int{98, 2000}, y.Shape())
	require.Len(t, y.F32(), 98*2000)
	a.Put(y)
	a.Get(tensor.F32, 100, 2000)
	require.Equal(t, taken, a.Bytes(), "back in its own class")
	a.Get(tensor.BF16, 100, 2000)
	require.Greater(t, a.Bytes(), taken, "another width has its own memory")
	require.Panics(t, func() { a.Put(tensor.New(tensor.F32, 7, 143)) })
}
