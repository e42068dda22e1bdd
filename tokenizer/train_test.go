package tokenizer_test

import (
	"context"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lapidary/tokenizer"
)

func tinyTexts(t testing.TB) []string {
	b, err := os.ReadFile("tiny.txt")
	require.NoError(t, err)
	return strings.Split(string(b), "\n")
}

func TestTrain(t *testing.T) {
	texts := tinyTexts(t)
	c := tokenizer.DefaultTrainConfig()
	c.VocabSize = 700
	c.UserDefined = append(c.UserDefined, "<tool_call>", "\u2581\u2581")
	model, err := tokenizer.Train(context.Background(), texts, c)
	require.NoError(t, err)
	// The order of the texts does not matter.
	shuffled := append([]string{}, texts...)
	rand.New(rand.NewSource(3)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	again, err := tokenizer.Train(context.Background(), shuffled, c)
	require.NoError(t, err)
	require.Equal(t, model, again)

	sp, err := tokenizer.Parse(model)
	require.NoError(t, err)
	hf, err := tokenizer.Convert(model)
	require.NoError(t, err)
	require.Equal(t, 700, hf.VocabSize())
	assert.Equal(t, []int32{2, 1, 0, 3}, []int32{hf.BOS(), hf.EOS(), hf.Pad(), hf.Unk()})
	count, tokens := 0, 0
	for _, s := range append(texts, "  two  spaces 123 \n\n\t<tool_call>é日🦙\x00", "<start_of_turn>user\nHi<end_of_turn>\n") {
		ids := hf.Encode(s)
		require.Equal(t, ids, sp.Encode(s), "%q", s)
		require.Equal(t, s, hf.Decode(ids, false))
		require.Equal(t, s, sp.Decode(ids, false))
		count += len(s)
		tokens += len(ids)
	}
	assert.Greater(t, float64(count)/float64(tokens), 2.5, "characters a token")
	for id := range int32(700) {
		piece, _ := hf.IDToToken(id)
		digits := strings.IndexAny(piece, "0123456789")
		assert.False(t, digits >= 0 && len(piece) > 1 && !strings.HasPrefix(piece, "<0x"), "digits are not merged: %q", piece)
		assert.False(t, strings.LastIndex(piece, "\u2581") > 0 && strings.Trim(piece, "\u2581") != "", "a space inside %q", piece)
	}
	id, _ := hf.TokenToID("<tool_call>")
	assert.Equal(t, []int32{id}, hf.Encode("<tool_call>"))
}

func TestTrainRefuses(t *testing.T) {
	for name, change := range map[string]func(c *tokenizer.TrainConfig){
		"too small":       func(c *tokenizer.TrainConfig) { c.VocabSize = 260 },
		"no room":         func(c *tokenizer.TrainConfig) { c.VocabSize = 300 },
		"too large":       func(c *tokenizer.TrainConfig) { c.VocabSize = 100000 },
		"space":           func(c *tokenizer.TrainConfig) { c.UserDefined = []string{"a b"} },
		"twice":           func(c *tokenizer.TrainConfig) { c.UserDefined = []string{"ab", "ab"} },
		"a control piece": func(c *tokenizer.TrainConfig) { c.UserDefined = []string{"<pad>"} },
		"empty":           func(c *tokenizer.TrainConfig) { c.UserDefined = []string{""} },
		"piece length":    func(c *tokenizer.TrainConfig) { c.MaxPieceRunes = 0 },
	} {
		c := tokenizer.DefaultTrainConfig()
		change(&c)
		_, err := tokenizer.Train(context.Background(), tinyTexts(t), c)
		assert.ErrorIs(t, err, tokenizer.ErrMalformed, name)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := tokenizer.Train(ctx, tinyTexts(t), tokenizer.DefaultTrainConfig())
	assert.ErrorIs(t, err, context.Canceled)
}

func TestTiny(t *testing.T) {
	tok, model, err := tokenizer.Tiny(tokenizer.TinyVocabSize)
	require.NoError(t, err)
	require.Equal(t, tokenizer.TinyVocabSize, tok.VocabSize())
	dir := t.TempDir()
	require.NoError(t, tok.Save(dir))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "tokenizer.model"), model, 0o600))
	again := load(t, dir)
	require.Equal(t, tok.Fingerprint(), again.Fingerprint())
	second, _, err := tokenizer.Tiny(tokenizer.TinyVocabSize)
	require.NoError(t, err)
	require.Equal(t, tok.Fingerprint(), second.Fingerprint())
	require.Equal(t, "any text: \u00e9 \U0001f999", tok.Decode(tok.Encode("any text: \u00e9 \U0001f999"), true))
}
