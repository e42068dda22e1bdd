package tokenizer_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"lapidary/internal/testshared"
	"lapidary/tokenizer"
)

// A saved tokenizer has the fingerprint, the ids and the added tokens of the one it came from.
func TestSaveRoundTrip(t *testing.T) {
	tok := load(t, filepath.Join("testdata", "spm-small"))
	before := tok.Fingerprint()
	_, err := tok.AddTokens([]string{"<tool_call>", "\"quoted\\\n", "<eos>"})
	require.NoError(t, err)
	require.NotEqual(t, before, tok.Fingerprint())
	tok.Config.ChatTemplate = "{{ bos_token }}"
	dir := t.TempDir()
	require.NoError(t, tok.Save(dir))
	again := load(t, dir)
	require.Equal(t, tok.Fingerprint(), again.Fingerprint())
	require.Equal(t, tok.AddedTokens(), again.AddedTokens())
	require.Equal(t, tok.VocabSize(), again.VocabSize())
	require.Equal(t, "{{ bos_token }}", again.Config.ChatTemplate)
	require.Equal(t, []string{"<tool_call>", "\"quoted\\\n"}, again.Config.AdditionalSpecialTokens)
	text := "a <tool_call> b \"quoted\\\n <eos>"
	require.Equal(t, tok.Encode(text), again.Encode(text))
	second := t.TempDir()
	require.NoError(t, again.Save(second))
	for _, name := range []string{"tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "chat_template.jinja"} {
		a, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		b, err := os.ReadFile(filepath.Join(second, name))
		require.NoError(t, err)
		require.Equal(t, string(a), string(b), name)
	}
}

// A tokenizer.model is converted to the same vocabulary, merges and added tokens as by the reference converter.
func TestConvertModel(t *testing.T) {
	tok := load(t, filepath.Join("testdata", "spm-small", "tokenizer.model"))
	var b bytes.Buffer
	require.NoError(t, tok.WriteJSON(&b))
	reference, err := os.ReadFile(filepath.Join("testdata", "spm-small", "tokenizer.json"))
	require.NoError(t, err)
	var got, want map[string]any
	require.NoError(t, json.Unmarshal(b.Bytes(), &got))
	require.NoError(t, json.Unmarshal(reference, &want))
	delete(got, "post_processor") // the reference row was made without BOS
	delete(want, "post_processor")
	require.Equal(t, want, got)
}

// Writing the full tokenizer.json and reading it again changes nothing.
func TestSaveGemma(t *testing.T) {
	tok := gemmaHF(t)
	var b bytes.Buffer
	require.NoError(t, tok.WriteJSON(&b))
	again, err := tokenizer.Parse(b.Bytes())
	require.NoError(t, err)
	require.Equal(t, tok.Fingerprint(), again.Fingerprint())
	for i, r := range readRows(t, testshared.Path(t, "golden/tokenizer/encode.jsonl")) {
		require.Equal(t, nonNil(r.IDs), nonNil(again.Encode(r.Text)), "row %d", i)
	}
}
