package tokenizer_test

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lapidary/internal/testshared"
	"lapidary/tokenizer"
)

// idList reads ids; those beyond int32 (the decode goldens have some) cannot be tokens and become -1.
type idList []int32

func (l *idList) UnmarshalJSON(b []byte) error {
	var wide []int64
	if err := json.Unmarshal(b, &wide); err != nil {
		return err
	}
	*l = idList{}
	for _, id := range wide {
		if id != int64(int32(id)) {
			id = -1
		}
		*l = append(*l, int32(id))
	}
	return nil
}

// row is the union of the fields of all golden files.
type row struct {
	Text    string   `json:"text"`
	Pair    *string  `json:"pair"`
	IDs     idList   `json:"ids"`
	Offsets [][2]int `json:"offsets"`
	Skip    string   `json:"text_skip_special"`
	Decoded string   `json:"decoded"`
	DecSkip string   `json:"decoded_skip_special"`
	Hex     string   `json:"hex"`
	SPM     idList   `json:"spm"`
	HF      idList   `json:"hf"`
}

func readRows(t testing.TB, path string) []row {
	t.Helper()
	f, err := os.Open(path)
	require.NoError(t, err)
	defer f.Close()
	var rows []row
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<24)
	for sc.Scan() {
		var r row
		require.NoError(t, json.Unmarshal(sc.Bytes(), &r))
		rows = append(rows, r)
	}
	require.NoError(t, sc.Err())
	require.NotEmpty(t, rows)
	return rows
}

var (
	gemmaOnce sync.Once
	gemma     *tokenizer.Tokenizer
	gemmaErr  error
)

// gemmaHF loads the full tokenizer.json once for all tests; those that add tokens load their own.
func gemmaHF(t testing.TB) *tokenizer.Tokenizer {
	path := testshared.Path(t, "gemma2-tokenizer")
	gemmaOnce.Do(func() { gemma, gemmaErr = tokenizer.Load(path) })
	require.NoError(t, gemmaErr)
	return gemma
}

func load(t testing.TB, path string) *tokenizer.Tokenizer {
	t.Helper()
	tok, err := tokenizer.Load(path)
	require.NoError(t, err)
	return tok
}

// nonNil makes results and golden rows comparable: one type, and an empty list for none.
func nonNil(ids []int32) idList { return append(idList{}, ids...) }

func TestGoldenEncode(t *testing.T) {
	tok := gemmaHF(t)
	rows := readRows(t, testshared.Path(t, "golden/tokenizer/encode.jsonl"))
	texts := make([]string, len(rows))
	for i, r := range rows {
		texts[i] = r.Text
		ids, offs := tok.EncodeOffsets(r.Text)
		require.Equal(t, nonNil(r.IDs), nonNil(ids), "row %d: %q", i, r.Text)
		got := make([][2]int, len(offs))
		for k, o := range tokenizer.RuneOffsets(r.Text, offs) {
			got[k] = [2]int{o.Start, o.End}
		}
		require.Equal(t, r.Offsets, got, "row %d: %q", i, r.Text)
		require.Equal(t, nonNil(r.IDs), nonNil(tok.Encode(r.Text)), "row %d again, without offsets", i)
	}
	for _, workers := range []int{1, 2, 3} {
		batch, err := tok.EncodeBatch(context.Background(), texts, workers)
		require.NoError(t, err)
		for i, r := range rows {
			require.Equal(t, nonNil(r.IDs), nonNil(batch[i]), "row %d, %d workers", i, workers)
		}
	}
	t.Logf("%d rows", len(rows))
}

func TestGoldenDecode(t *testing.T) {
	tok := gemmaHF(t)
	rows := readRows(t, testshared.Path(t, "golden/tokenizer/decode.jsonl"))
	for i, r := range rows {
		require.Equal(t, r.Text, tok.Decode(r.IDs, false), "row %d", i)
		require.Equal(t, r.Skip, tok.Decode(r.IDs, true), "row %d, special tokens skipped", i)
	}
	t.Logf("%d rows", len(rows))
}

func TestGoldenBOS(t *testing.T) {
	tok := gemmaHF(t)
	rows := readRows(t, testshared.Path(t, "golden/tokenizer/bos.jsonl"))
	for i, r := range rows {
		if r.Pair != nil {
			require.Equal(t, r.IDs, nonNil(tok.EncodePair(r.Text, *r.Pair)), "row %d", i)
		} else {
			require.Equal(t, r.IDs, nonNil(tok.EncodeSpecial(r.Text)), "row %d", i)
		}
	}
	t.Logf("%d rows", len(rows))
}

var courseTokens = []string{"<tools>", "</tools>", "<think>", "</think>", "<tool_call>", "</tool_call>",
	"<tool_response>", "</tool_response>"}

func TestGoldenAdded(t *testing.T) {
	tok := load(t, testshared.Path(t, "gemma2-tokenizer/tokenizer.json"))
	ids, err := tok.AddTokens(courseTokens)
	require.NoError(t, err)
	require.Equal(t, []int32{256000, 256001, 256002, 256003, 256004, 256005, 256006, 256007}, ids)
	ids, err = tok.AddTokens([]string{"<pad>", "<eos>", "<tool_call>"})
	require.NoError(t, err)
	require.Equal(t, []int32{0, 1, 256004}, ids)
	require.Equal(t, 256008, tok.VocabSize())
	rows := readRows(t, testshared.Path(t, "golden/tokenizer/added.jsonl"))
	for i, r := range rows {
		require.Equal(t, nonNil(r.IDs), nonNil(tok.Encode(r.Text)), "row %d: %q", i, r.Text)
		require.Equal(t, r.Decoded, tok.Decode(r.IDs, false), "row %d", i)
		require.Equal(t, r.DecSkip, tok.Decode(r.IDs, true), "row %d", i)
	}
	t.Logf("%d rows", len(rows))
}

func TestGoldenSentencePiece(t *testing.T) {
	for _, c := range []struct{ name, dir string }{
		{"full", ""}, {"small", filepath.Join("testdata", "spm-small")},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := c.dir
			if dir == "" {
				dir = testshared.Path(t, "golden/spm")
			}
			tok := load(t, filepath.Join(dir, "tokenizer.model"))
			require.Equal(t, tokenizer.RulesSentencePiece, tok.Rules())
			n := 0
			for i, r := range readRows(t, filepath.Join(dir, "spm_encode.jsonl")) {
				ids, offs := tok.EncodeOffsets(r.Text)
				require.Equal(t, nonNil(r.IDs), nonNil(ids), "row %d: %q", i, r.Text)
				checkOffsets(t, r.Text, offs)
				n++
			}
			for i, r := range readRows(t, filepath.Join(dir, "spm_decode.jsonl")) {
				require.Equal(t, r.Text, tok.Decode(r.IDs, false), "row %d", i)
				n++
			}
			for i, r := range readRows(t, filepath.Join(dir, "spm_bytes.jsonl")) {
				b, err := hex.DecodeString(r.Hex)
				require.NoError(t, err)
				require.Equal(t, nonNil(r.IDs), nonNil(tok.Encode(string(b))), "row %d: %s", i, r.Hex)
				n++
			}
			t.Logf("%d rows", n)
		})
	}
}

// checkOffsets demands that the ranges cover the text in order, without a gap.
func checkOffsets(t *testing.T, text string, offs []tokenizer.Offset) {
	t.Helper()
	end := 0
	for i, o := range offs {
		if i > 0 && o == offs[i-1] {
			continue
		}
		require.Equal(t, end, o.Start, "%q", text)
		require.Greater(t, o.End, o.Start, "%q", text)
		end = o.End
	}
	require.Equal(t, len(text), end, "%q", text)
}

func TestGoldenSmallHuggingFace(t *testing.T) {
	tok := load(t, filepath.Join("testdata", "spm-small"))
	require.Equal(t, tokenizer.RulesHuggingFace, tok.Rules())
	rows := readRows(t, filepath.Join("testdata", "spm-small", "hf_encode.jsonl"))
	for i, r := range rows {
		require.Equal(t, nonNil(r.IDs), nonNil(tok.Encode(r.Text)), "row %d: %q", i, r.Text)
	}
	t.Logf("%d rows", len(rows))
}

// The rows on which the two rule sets differ: each reader must follow its own.
func TestGoldenDisagree(t *testing.T) {
	hf := gemmaHF(t)
	sp := load(t, testshared.Path(t, "golden/spm/tokenizer.model"))
	rows := readRows(t, testshared.Path(t, "golden/spm/disagree.jsonl"))
	for i, r := range rows {
		assert.Equal(t, r.HF, nonNil(hf.Encode(r.Text)), "row %d: %q", i, r.Text)
		assert.Equal(t, r.SPM, nonNil(sp.Encode(r.Text)), "row %d: %q", i, r.Text)
	}
	t.Logf("%d rows", len(rows))
}
