package data

import (
	"context"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"lapidary/internal/testshared"
	"lapidary/tokenizer/chat"
)

// BenchmarkLoad reads, renders, tokenizes and masks a collection with the real tokenizer.
func BenchmarkLoad(b *testing.B) {
	path := testshared.Path(b, "data/train_messages.jsonl")
	info, err := os.Stat(path)
	require.NoError(b, err)
	b.SetBytes(info.Size())
	text := Text{Tokenizer: gemmaTokenizer(b, chat.SpecialTokens()), Template: chat.Gemma{}, Adapt: true}
	tokens := 0
	for b.Loop() {
		set, err := Load(context.Background(), []string{path}, Config{}, text)
		require.NoError(b, err)
		tokens += set.Report.Tokens
	}
	b.ReportMetric(float64(tokens)/b.Elapsed().Seconds(), "tokens/s")
}
