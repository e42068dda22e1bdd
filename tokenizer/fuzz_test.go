package tokenizer_test

import (
	"math/rand"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"lapidary/internal/testshared"
	"lapidary/tokenizer"
)

// referenceDecode is the whole-text decoding rule of Hugging Face, written the slow way.
func referenceDecode(tok *tokenizer.Tokenizer, ids []int32) string {
	var out, run []byte
	flush := func() {
		if utf8.Valid(run) {
			out = append(out, run...)
		} else {
			out = append(out, strings.Repeat("\ufffd", len(run))...)
		}
		run = nil
	}
	for _, id := range ids {
		piece, ok := tok.IDToToken(id)
		if !ok {
			continue
		}
		if b, isByte := tokenizer.ByteValue(piece); isByte {
			run = append(run, b)
			continue
		}
		flush()
		out = append(out, strings.ReplaceAll(piece, "\u2581", " ")...)
	}
	flush()
	return string(out)
}

// checkText encodes a text in all ways and decodes it again.
func checkText(t *testing.T, text string, hf, hfWhole, sp, spWhole *tokenizer.Tokenizer) {
	t.Helper()
	valid := strings.ToValidUTF8(text, "\ufffd")
	for _, pair := range [][2]*tokenizer.Tokenizer{{hf, hfWhole}, {sp, spWhole}} {
		ids, offs := pair[0].EncodeOffsets(text)
		require.Equal(t, nonNil(pair[1].Encode(text)), nonNil(ids), "cutting changes the ids of %q", text)
		require.Equal(t, nonNil(ids), nonNil(pair[0].Encode(text)), "the cache changes the ids of %q", text)
		checkOffsets(t, text, offs)
		d := pair[0].NewDecoder(false)
		var streamed strings.Builder
		for _, id := range ids {
			streamed.WriteString(d.Add(id))
		}
		streamed.WriteString(d.Flush())
		require.Equal(t, pair[0].Decode(ids, false), streamed.String())
		if utf8.ValidString(text) && !strings.Contains(text, "\u2581") && !strings.Contains(text, "<0x") {
			require.Equal(t, text, pair[0].Decode(ids, false))
		}
	}
	require.Equal(t, referenceDecode(hf, hf.Encode(valid)), hf.Decode(hf.Encode(valid), false))
}

func smallTokenizers(t testing.TB) (hf, hfWhole, sp, spWhole *tokenizer.Tokenizer) {
	dir := filepath.Join("testdata", "spm-small")
	hf, hfWhole = load(t, dir), load(t, dir)
	sp, spWhole = load(t, filepath.Join(dir, "tokenizer.model")), load(t, filepath.Join(dir, "tokenizer.model"))
	hfWhole.NeverCut()
	spWhole.NeverCut()
	return
}

func FuzzRoundTrip(f *testing.F) {
	hf, hfWhole, sp, spWhole := smallTokenizers(f)
	for _, s := range []string{"", "marko  tenveko \n\n<start_of_turn>", "\xff\xe3\x81", "日本語 🦙", strings.Repeat("ar", 100), "<eos><pad> <0x41>\u2581"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) { checkText(t, text, hf, hfWhole, sp, spWhole) })
}

// The same on the full vocabulary, on texts put together from its own pieces: that is where cuts could go wrong.
func TestCutsAreExact(t *testing.T) {
	hf := gemmaHF(t)
	whole := load(t, testshared.Path(t, "gemma2-tokenizer/tokenizer.json"))
	whole.NeverCut()
	sp := load(t, testshared.Path(t, "golden/spm/tokenizer.model"))
	spWhole := load(t, testshared.Path(t, "golden/spm/tokenizer.model"))
	spWhole.NeverCut()
	const seed = 5
	rng := rand.New(rand.NewSource(seed))
	for range 400 {
		var b strings.Builder
		for range rng.Intn(60) {
			piece, _ := hf.IDToToken(int32(rng.Intn(256000)))
			r := []rune(piece)
			lo := rng.Intn(len(r))
			b.WriteString(string(r[lo : lo+1+rng.Intn(len(r)-lo)]))
			if rng.Intn(4) == 0 {
				b.WriteByte(' ')
			}
		}
		checkText(t, strings.ReplaceAll(b.String(), "\u2581", " "), hf, whole, sp, spWhole)
	}
}

// Any ids: streaming gives what decoding at once gives, under both rules.
func FuzzDecode(f *testing.F) {
	hf, _, sp, _ := smallTokenizers(f)
	f.Add([]byte{0xef, 0xe5, 1, 2, 3, 250})
	f.Add([]byte{230, 160, 129, 230, 3, 160})
	f.Fuzz(func(t *testing.T, raw []byte) {
		var ids []int32
		for i, b := range raw {
			ids = append(ids, int32(b)+int32(i%5)*251-3)
		}
		for _, tok := range []*tokenizer.Tokenizer{hf, sp} {
			for _, skip := range []bool{false, true} {
				d := tok.NewDecoder(skip)
				var out strings.Builder
				for _, id := range ids {
					out.WriteString(d.Add(id))
				}
				out.WriteString(d.Flush())
				if got := tok.Decode(ids, skip); got != out.String() {
					t.Fatalf("%v: %q at once, %q in a stream", ids, got, out.String())
				}
			}
		}
		if got, want := hf.Decode(ids, false), referenceDecode(hf, ids); got != want {
			t.Fatalf("%v: %q, want %q", ids, got, want)
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add(smallModel(f)[:2000])
	f.Add([]byte(`{"model":{"vocab":{"a":0},"merges":[]}}`))
	f.Add(smallModel(f))
	f.Fuzz(func(t *testing.T, b []byte) {
		tok, err := tokenizer.Parse(b)
		if err != nil {
			return
		}
		tok.Decode(tok.Encode("a b \xff"), true)
		var out strings.Builder
		if err := tok.WriteJSON(&out); err != nil {
			t.Fatal(err)
		}
	})
}
