package demo

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"lapidary/data"
)

// What is scored in a copy is known: wherever the pieces before it occur in the source, the same one follows.
func TestCopiesScoreOnlyWhatIsKnown(t *testing.T) {
	scored := 0
	for i := range 500 {
		r := rand.New(rand.NewPCG(9, uint64(i)))
		ids, labels := copies(r, VocabSize, 40)
		require.Len(t, labels, len(ids))
		source := ids[:len(ids)/2]
		for at, label := range labels {
			require.GreaterOrEqual(t, ids[at], int32(controls+turnMarks))
			require.Less(t, ids[at], int32(VocabSize))
			if label == data.Ignore {
				continue
			}
			scored++
			require.GreaterOrEqual(t, at, len(source)+1)
			require.Equal(t, ids[at], label)
			require.True(t, continues(source, ids[at-1:at]) || continues(source, ids[max(len(source), at-lookBack):at]) ||
				continues(source, ids[at-2:at]) || continues(source, ids[at-3:at]))
		}
	}
	require.Greater(t, scored, 1000)
	require.False(t, continues([]int32{1, 2, 3, 1, 4}, []int32{1}))
	require.True(t, continues([]int32{1, 2, 3, 1, 2}, []int32{1}))
	require.False(t, continues([]int32{1, 2}, []int32{2}), "nothing follows")
}

// Pretraining never shows a call, and what it says there is no tool for is not offered.
func TestPretrainingShowsNoCall(t *testing.T) {
	refused, named := 0, 0
	for i := range 3000 {
		d := conversation(rand.New(rand.NewPCG(10, uint64(i))), Inventive|Hard)
		for _, turn := range append([]Turn{d.Turn}, d.More...) {
			require.NotContains(t, turn.Answer, `"arguments"`)
			require.NotContains(t, turn.Answer, "tool_call")
			what, ok := strings.CutPrefix(turn.User, "which tool can ")
			if !ok {
				continue
			}
			name := strings.Replace(what, " the ", "_", 1)
			offered := offered(d.Tools, Tool{Verb: strings.Split(name, "_")[0], Noun: strings.Split(name, "_")[1]})
			require.Equal(t, offered, turn.Answer != noTool, turn)
			if offered {
				named++
				require.Equal(t, name, turn.Answer)
			} else {
				refused++
			}
		}
	}
	require.Greater(t, named, 300)
	require.Greater(t, refused, 300)
}
