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

// What was carved is whole again after Mend, and a pass that carves takes no memory for it.
func TestArenaCarves(t *testing.T) {
	var a tensor.Arena
	pass := func() {
		big := a.Get(tensor.F32, 100, 1000)
		kept := a.Get(tensor.F32, 10, 100)
		a.Put(big)
		a.Carve = true
		x, y, small := a.Get(tensor.F32, 20, 1000), a.Get(tensor.F32, 15, 1000), a.Get(tensor.F32, 7, 3)
		for i, m := range []*tensor.Tensor{x, y, small, kept} {
			for j := range m.F32() {
				m.F32()[j] = float32(i)
			}
		}
		for i, m := range []*tensor.Tensor{x, y, small, kept} {
			for _, v := range m.F32() {
				require.Equal(t, float32(i), v, "loans overlap")
			}
		}
		a.Put(y)
		a.Mend()
		for i := range x.F32() {
			require.Zero(t, x.F32()[i], "lent when it was mended")
		}
		for _, m := range []*tensor.Tensor{small, kept, x} {
			a.Put(m)
		}
		a.Carve = false
		a.Mend()
	}
	pass()
	taken := a.Bytes()
	require.LessOrEqual(t, taken, tensor.LoanSize(tensor.F32, 100*1000)+tensor.LoanSize(tensor.F32, 10*100))
	a.Poison = true
	for range 3 {
		pass()
	}
	require.Equal(t, taken, a.Bytes())
	a.Drop()
	require.Zero(t, a.Bytes())
}

// Memory that is given up while a piece of it is lent is not counted twice.
func TestArenaDropsWhatIsCarved(t *testing.T) {
	var a tensor.Arena
	a.Put(a.Get(tensor.F32, 100, 1000))
	a.Carve = true
	x := a.Get(tensor.F32, 10, 1000)
	a.Drop()
	require.Equal(t, tensor.LoanSize(tensor.F32, 10*1000), a.Bytes())
	a.Put(x)
	a.Drop()
	require.Zero(t, a.Bytes())
}
