package bound_test

import (
	"math"
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"lapidary/internal/bound"
)

// edges are the values at which fixed-width arithmetic goes wrong.
var edges = []uint64{0, 1, 2, 7, 8, 1<<31 - 1, 1 << 31, 1<<32 - 1, 1 << 32, 1<<53 + 1, math.MaxInt64, 1 << 63,
	math.MaxUint64 - 7, math.MaxUint64}

func edgy() *rapid.Generator[uint64] {
	return rapid.OneOf(rapid.SampledFrom(edges), rapid.Uint64(), rapid.Uint64Range(0, 1<<33))
}

// The operations agree with unlimited integers: the same value, or an error exactly when it does not fit.
func TestArithmeticAgreesWithBigInt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := edgy().Draw(t, "a"), edgy().Draw(t, "b")
		ba, bb := new(big.Int).SetUint64(a), new(big.Int).SetUint64(b)
		compare := func(name string, got uint64, err error, want *big.Int) {
			if want.IsUint64() {
				require.NoError(t, err, name)
				require.Equal(t, want.Uint64(), got, name)
				return
			}
			require.ErrorIs(t, err, bound.ErrOverflow, name)
		}
		sum, err := bound.Add(a, b)
		compare("add", sum, err, new(big.Int).Add(ba, bb))
		product, err := bound.Mul(a, b)
		compare("mul", product, err, new(big.Int).Mul(ba, bb))
		if b == 0 {
			return
		}
		up, err := bound.AlignUp(a, b)
		steps := new(big.Int).Add(ba, new(big.Int).Sub(bb, big.NewInt(1)))
		steps.Div(steps, bb)
		compare("align", up, err, steps.Mul(steps, bb))
	})
}

func TestAlignUpRefusesZero(t *testing.T) {
	_, err := bound.AlignUp(5, 0)
	assert.ErrorIs(t, err, bound.ErrOverflow)
}

func TestCount(t *testing.T) {
	for _, c := range []struct {
		n               uint64
		size, remaining int
		want            error
	}{
		{0, 1, 0, nil}, {4, 8, 32, nil}, {4, 8, 31, bound.ErrBeyond}, {1, 1, 0, bound.ErrBeyond},
		{math.MaxUint64, 1, math.MaxInt, bound.ErrBeyond}, {1 << 63, 2, 100, bound.ErrBeyond},
		{1<<62 + 1, 4, 100, bound.ErrBeyond}, // times 4 wraps to 4
		{1, 0, 10, bound.ErrOverflow}, {1, 1, -1, bound.ErrOverflow},
	} {
		n, err := bound.Count(c.n, c.size, c.remaining)
		if c.want != nil {
			assert.ErrorIs(t, err, c.want, "%+v", c)
			continue
		}
		assert.NoError(t, err, "%+v", c)
		assert.Equal(t, int(c.n), n)
	}
}

func TestProduct(t *testing.T) {
	n, err := bound.Product(nil)
	assert.NoError(t, err)
	assert.Equal(t, 1, n, "a scalar has one element")
	n, err = bound.Product([]int{0, 1 << 62})
	assert.NoError(t, err)
	assert.Zero(t, n)
	for _, dims := range [][]int{{1 << 32, 1 << 32}, {1 << 32, 1 << 32, 0}, {-1}, {math.MaxInt}, {1 << 30, 1 << 30, 1}} {
		_, err := bound.Product(dims)
		assert.ErrorIs(t, err, bound.ErrOverflow, "%v", dims)
	}
}

func TestInt(t *testing.T) {
	n, err := bound.Int(math.MaxInt)
	assert.NoError(t, err)
	assert.Equal(t, math.MaxInt, n)
	_, err = bound.Int(math.MaxInt + 1)
	assert.ErrorIs(t, err, bound.ErrOverflow)
}

func TestBudgets(t *testing.T) {
	d := bound.Depth{Max: 2}
	require.NoError(t, d.Enter())
	require.NoError(t, d.Enter())
	require.ErrorIs(t, d.Enter(), bound.ErrDepth)
	d.Leave()
	require.NoError(t, d.Enter(), "a refused Enter must not count")

	s := bound.Steps{Max: 10}
	require.NoError(t, s.Spend(7))
	require.ErrorIs(t, s.Spend(4), bound.ErrSteps)
	require.ErrorIs(t, s.Spend(math.MaxInt), bound.ErrSteps)
	require.ErrorIs(t, s.Spend(-1), bound.ErrSteps)
	require.Equal(t, 3, s.Left())
	require.NoError(t, s.Spend(3))
}
