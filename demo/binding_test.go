package demo

import (
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"lapidary/data"
)

var entryOf = regexp.MustCompile(`(\S+_\S+?)\((.+?)\)`)

// What a question about tools of random pieces asks for stands in the list, or is missing there; every combination is
// asked about once, and nothing but answers is scored.
func TestBindings(t *testing.T) {
	tok, err := NewTokenizer()
	require.NoError(t, err)
	found, missing := 0, 0
	for i := range 300 {
		most, doubts := 1+i%3, i%4 != 0
		ids, labels := bindings(rand.New(rand.NewPCG(12, uint64(i))), tok, most, doubts)
		require.Len(t, labels, len(ids))
		var said, asked []int32
		list, questions := "", map[string]string{}
		ask := func() {
			if said == nil {
				return
			}
			if list == "" { // up to here also the list
				text := tok.Decode(asked, false)
				list, text, _ = strings.Cut(strings.TrimPrefix(text, bos+userTurn+"tools:"), "\n")
				asked = tok.Encode(text)
			}
			name := strings.NewReplacer(" the ", "_", turnEnd+"\n"+modelTurn, "", userTurn, "", "\n", "", ":", "").Replace(tok.Decode(asked, false))
			name = strings.TrimSuffix(name, "(")
			require.NotContains(t, questions, name)
			questions[name] = strings.TrimRight(strings.TrimSuffix(tok.Decode(said, false), turnEnd), ")\n")
			said, asked = nil, nil
		}
		for at, label := range labels {
			if label == data.Ignore {
				ask()
				asked = append(asked, ids[at])
				continue
			}
			require.Equal(t, ids[at], label)
			said = append(said, label)
		}
		ask()
		tools := map[string]string{}
		for _, e := range entryOf.FindAllStringSubmatch(strings.TrimPrefix(list, bos), -1) {
			tools[e[1]] = e[2]
		}
		for name, answer := range questions {
			if needs, ok := tools[name]; ok {
				require.Equal(t, needs, answer, list)
				found++
			} else {
				require.Equal(t, "sorry", answer, name+" in "+list)
				require.True(t, doubts)
				missing++
			}
		}
		for name := range tools {
			require.Contains(t, questions, name)
		}
	}
	require.Greater(t, found, 500)
	require.Greater(t, missing, 500)
}

// What a tool needs is asked where training reads, and answered as the list has it.
func TestReadingAsksWhatAToolNeeds(t *testing.T) {
	needs := 0
	for i := range 1000 {
		for _, axes := range []Axis{Inventive | Hard, Inventive | Hard | Crossing | Reading} {
			d := conversation(rand.New(rand.NewPCG(14, uint64(i))), axes)
			for _, turn := range append([]Turn{d.Turn}, d.More...) {
				what, ok := strings.CutPrefix(turn.User, "what do i need to ")
				if !ok {
					continue
				}
				needs++
				require.NotZero(t, axes&Reading)
				name := strings.Replace(what, " the ", "_", 1) + "("
				if strings.Contains(" "+toolList(d.Tools), " "+name) {
					require.Contains(t, toolList(d.Tools), name+turn.Answer+")")
				} else {
					require.Equal(t, noTool, turn.Answer)
				}
			}
		}
	}
	require.Greater(t, needs, 300)
}
