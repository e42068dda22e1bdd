package nn_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"lapidary/autograd/nn"
)

func TestNeededIsWhatRowsDependOn(t *testing.T) {
	b := nn.Batch{IDs: []int32{1, 2, 3, 4, 5, 6, 7, 8, 9}, Starts: []int{0, 3, 4, 4, 9}}
	for _, c := range []struct {
		rows, ids, moved []int32
		starts           []int
	}{
		{[]int32{0, 1, 2, 3, 4, 5, 6, 7, 8}, b.IDs, []int32{0, 1, 2, 3, 4, 5, 6, 7, 8}, []int{0, 3, 4, 9}},
		{[]int32{1, 4, 6}, []int32{1, 2, 5, 6, 7}, []int32{1, 2, 4}, []int{0, 2, 5}},
		{[]int32{3}, []int32{4}, []int32{0}, []int{0, 1}},
		{[]int32{8}, []int32{5, 6, 7, 8, 9}, []int32{4}, []int{0, 5}},
		{nil, []int32{}, []int32{}, []int{0}},
	} {
		got, moved := b.Needed(c.rows)
		require.Equal(t, c.ids, got.IDs)
		require.Equal(t, c.starts, got.Starts)
		require.Equal(t, c.moved, moved)
	}
}
