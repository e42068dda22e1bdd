package bound_test

import (
	"bytes"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"lapidary/internal/bound"
)

func TestReadN(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := bytes.Repeat([]byte("abcdefg"), rapid.IntRange(0, 400_000).Draw(t, "sevens"))
		n := rapid.IntRange(0, len(data)+10).Draw(t, "n")
		got, err := bound.ReadN(iotest.HalfReader(bytes.NewReader(data)), uint64(n), len(data)+5)
		switch {
		case n > len(data)+5:
			require.ErrorIs(t, err, bound.ErrLimit)
		case n > len(data):
			require.ErrorIs(t, err, io.ErrUnexpectedEOF)
		default:
			require.NoError(t, err)
			require.True(t, bytes.Equal(data[:n], got))
		}
	})
}

func TestReadAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := bytes.Repeat([]byte("abcdefg"), rapid.IntRange(0, 400_000).Draw(t, "sevens"))
		limit := rapid.IntRange(0, len(data)+10).Draw(t, "limit")
		got, err := bound.ReadAll(iotest.DataErrReader(bytes.NewReader(data)), limit)
		if limit < len(data) {
			require.ErrorIs(t, err, bound.ErrLimit)
			return
		}
		require.NoError(t, err)
		require.True(t, bytes.Equal(data, got))
	})
}

func TestReadPassesErrorsOn(t *testing.T) {
	broken := errors.New("broken disk")
	r := io.MultiReader(strings.NewReader("abc"), iotest.ErrReader(broken))
	_, err := bound.ReadAll(r, 100)
	assert.ErrorIs(t, err, broken)
	r = io.MultiReader(strings.NewReader("abc"), iotest.ErrReader(broken))
	_, err = bound.ReadN(r, 10, 100)
	assert.ErrorIs(t, err, broken)
}

// A claim of a gibibyte over three bytes costs a step, not a gibibyte.
func TestReadNAllocatesWhatArrives(t *testing.T) {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := bound.ReadN(strings.NewReader("abc"), 1<<30, 1<<31-1)
	runtime.ReadMemStats(&after)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	assert.LessOrEqual(t, after.TotalAlloc-before.TotalAlloc, uint64(2*bound.Step))
}
