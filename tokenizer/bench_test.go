package tokenizer_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"lapidary/internal/testshared"
	"lapidary/tokenizer"
)

func BenchmarkLoad(b *testing.B) {
	path := testshared.Path(b, "gemma2-tokenizer/tokenizer.json")
	for b.Loop() {
		_, err := tokenizer.Load(path)
		require.NoError(b, err)
	}
}

// lines is the text to encode; BENCH_TEXT names another file, BENCH_TOKENIZER another tokenizer.
func lines(b *testing.B) ([]string, int64) {
	path := os.Getenv("BENCH_TEXT")
	if path == "" {
		path = testshared.Path(b, "data/train_messages.jsonl")
	}
	raw, err := os.ReadFile(path)
	require.NoError(b, err)
	return strings.Split(string(raw), "\n"), int64(len(raw))
}

// BenchmarkEncodeLines reports MB/s on real function-calling data, a line a text.
func BenchmarkEncodeLines(b *testing.B) {
	texts, size := lines(b)
	var tok *tokenizer.Tokenizer
	if path := os.Getenv("BENCH_TOKENIZER"); path != "" {
		tok = load(b, path)
	} else {
		tok = gemmaHF(b)
	}
	for _, c := range []struct {
		name    string
		workers int
	}{{"workers=1", 1}, {"workers=2", 2}} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(size)
			for b.Loop() {
				_, err := tok.EncodeBatch(context.Background(), texts, c.workers)
				require.NoError(b, err)
			}
		})
	}
}

// BenchmarkEncodeLongLine encodes one line of a megabyte that no cut divides.
func BenchmarkEncodeLongLine(b *testing.B) {
	tok := gemmaHF(b)
	for name, unit := range map[string]string{"letter": "a", "letters": "abcdefghij", "space": " ", "digit": "7", "cjk": "日本語", "dash": "-"} {
		text := strings.Repeat(unit, 1<<20/len(unit))
		b.Run("unit="+name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				tok.Encode(text)
			}
		})
	}
}
