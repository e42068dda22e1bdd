package demo

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestLanguage(t *testing.T) {
	tok, err := NewTokenizer()
	require.NoError(t, err)
	require.Equal(t, VocabSize, tok.VocabSize())
	r := rand.New(rand.NewPCG(5, 0))
	for _, kind := range KindNames() {
		for _, axes := range []Axis{0, AllHeld, HeldCombination} {
			tokens := 0
			for i := range 50 {
				d := NewDialogue(r, kind, axes)
				text := prompt(d.Tools, d.User)
				require.Equal(t, text, tok.Decode(tok.Encode(text), false))
				ids, labels := encode(tok, d)
				tokens += len(ids)
				scored := 0
				for _, l := range labels {
					if l >= 0 {
						scored++
					}
				}
				require.Equal(t, len(tok.Encode(d.Answer+turnEnd)), scored)
				if i < 1 {
					t.Log(kind, axes, text+d.Answer)
					var p []string
					for _, id := range ids {
						p = append(p, tok.Decode([]int32{id}, false))
					}
					t.Log(strings.Join(p, "|"))
				}
			}
			t.Log(kind, axes, "mean tokens", tokens/50)
		}
	}
}
