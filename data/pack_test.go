package data

import (
	"bufio"
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"lapidary/internal/testshared"
)

type goldenRow struct {
	InputIDs   []int32 `json:"input_ids"`
	SeqLengths []int   `json:"seq_lengths"`
}

func readGolden(t testing.TB, rel string) []goldenRow {
	t.Helper()
	f, err := os.Open(testshared.Path(t, rel))
	require.NoError(t, err)
	defer f.Close()
	var rows []goldenRow
	s := bufio.NewScanner(f)
	s.Buffer(nil, 1<<24)
	for s.Scan() {
		var r goldenRow
		require.NoError(t, json.Unmarshal(s.Bytes(), &r))
		rows = append(rows, r)
	}
	require.NoError(t, s.Err())
	return rows
}

func plainExamples(t testing.TB) []Example {
	var out []Example
	for i, r := range readGolden(t, "golden/trl/plain.jsonl") {
		labels := append([]int32(nil), r.InputIDs...)
		out = append(out, Example{IDs: r.InputIDs, Labels: labels, Source: Source{"plain.jsonl", i + 1}})
	}
	return out
}

// The rows TRL made of the same examples, in its order.
func TestPackEqualsTRL(t *testing.T) {
	for strategy, file := range map[Packing]string{
		PackBFD: "golden/trl/packed-bfd.jsonl", PackWrapped: "golden/trl/packed-wrapped.jsonl",
	} {
		want := readGolden(t, file)
		got, err := Pack(plainExamples(t), strategy, 1500)
		require.NoError(t, err)
		require.Len(t, got, len(want), strategy)
		for i := range want {
			assert.Equal(t, want[i].InputIDs, got[i].IDs, "%s row %d", strategy, i)
			assert.Equal(t, want[i].SeqLengths, got[i].Lengths, "%s row %d", strategy, i)
		}
	}
}

// The first micro-batch of the packed run: labels are ignored where a document begins.
func TestPackedBatchEqualsTRL(t *testing.T) {
	raw, err := os.ReadFile(testshared.Path(t, "golden/trl/batch.json"))
	require.NoError(t, err)
	var want struct {
		InputIDs [][]int32 `json:"input_ids"`
		Labels   [][]int32 `json:"labels"`
		Cu       []int     `json:"cu_seq_lens_q"`
	}
	require.NoError(t, json.Unmarshal(raw, &want))
	rows, err := Pack(plainExamples(t), PackBFD, 1500)
	require.NoError(t, err)
	ids, labels, starts := Concat(rows[0])
	assert.Equal(t, want.InputIDs[0], ids)
	assert.Equal(t, want.Labels[0], labels)
	assert.Equal(t, want.Cu, starts)
}

func lengthsOf(rows []Example) [][]int {
	var out [][]int
	for _, r := range rows {
		out = append(out, r.Documents())
	}
	return out
}

func exampleOf(length int, first int32) Example {
	e := Example{}
	for i := range length {
		e.IDs = append(e.IDs, first+int32(i))
		e.Labels = append(e.Labels, first+int32(i))
	}
	return e
}

func TestPackByHand(t *testing.T) {
	rows := []Example{exampleOf(4, 0), exampleOf(2, 10), exampleOf(3, 20), exampleOf(1, 30), exampleOf(0, 0)}
	got, err := Pack(rows, PackBFD, 4)
	require.NoError(t, err)
	assert.Equal(t, [][]int{{4}, {3, 1}, {2}}, lengthsOf(got))

	long := []Example{exampleOf(10, 0), exampleOf(3, 50)}
	got, err = Pack(long, PackBFD, 4)
	require.NoError(t, err)
	assert.Equal(t, [][]int{{4}, {3}}, lengthsOf(got))
	assert.True(t, got[0].Truncated)

	got, err = Pack(long, PackBFDSplit, 4)
	require.NoError(t, err)
	assert.Equal(t, [][]int{{4}, {4}, {3}, {2}}, lengthsOf(got))
	assert.Equal(t, []int32{Ignore, 5, 6, 7}, got[1].Labels)
	assert.False(t, got[1].Truncated)

	got, err = Pack(long, PackWrapped, 4)
	require.NoError(t, err)
	assert.Equal(t, [][]int{{4}, {4}, {4}, {1}}, lengthsOf(got))

	_, err = Pack(long, "best", 4)
	assert.ErrorContains(t, err, "bfd, bfd_split or wrapped")
	_, err = Pack(long, PackBFD, 0)
	assert.Error(t, err)
}

// Rows of one group of a thousand never mix with those of the next.
func TestPackGroups(t *testing.T) {
	var rows []Example
	for i := range packGroup + 1 {
		rows = append(rows, exampleOf(1, int32(i)))
	}
	got, err := Pack(rows, PackBFD, packGroup*2)
	require.NoError(t, err)
	require.Len(t, got, 2)
	assert.Len(t, got[0].IDs, 1000)
	assert.Len(t, got[1].IDs, 1)
}

// Whatever the lengths: no row is too long, splitting and wrapping lose no token, and cutting loses only ends.
func TestPackLosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		maxLength := rapid.IntRange(1, 20).Draw(t, "maxLength")
		var rows []Example
		want, kept := 0, 0
		for i, n := range rapid.SliceOf(rapid.IntRange(0, 50)).Draw(t, "lengths") {
			rows = append(rows, exampleOf(n, int32(i*1000)))
			want, kept = want+n, kept+min(n, maxLength)
		}
		for strategy, total := range map[Packing]int{PackBFD: kept, PackBFDSplit: want, PackWrapped: want} {
			got, err := Pack(rows, strategy, maxLength)
			require.NoError(t, err)
			seen := map[int32]bool{}
			for _, r := range got {
				require.LessOrEqual(t, len(r.IDs), maxLength)
				require.Len(t, r.Labels, len(r.IDs))
				require.Equal(t, Ignore, r.Labels[0])
				sum := 0
				for _, n := range r.Documents() {
					sum += n
				}
				require.Equal(t, len(r.IDs), sum)
				for _, id := range r.IDs {
					require.False(t, seen[id])
					seen[id] = true
				}
			}
			require.Len(t, seen, total, string(strategy))
		}
	})
}
