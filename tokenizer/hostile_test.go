package tokenizer_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/protobuf/encoding/protowire"

	"lapidary/tokenizer"
)

func smallJSON(t testing.TB) []byte {
	b, err := os.ReadFile(filepath.Join("testdata", "spm-small", "tokenizer.json"))
	require.NoError(t, err)
	return b
}

func smallModel(t testing.TB) []byte {
	b, err := os.ReadFile(filepath.Join("testdata", "spm-small", "tokenizer.model"))
	require.NoError(t, err)
	return b
}

// checkError demands a typed error of bounded length without control characters.
func checkError(t *testing.T, err, kind error, field string) {
	t.Helper()
	require.ErrorIs(t, err, kind)
	var fe *tokenizer.FileError
	require.True(t, errors.As(err, &fe))
	assert.Contains(t, err.Error(), field)
	assert.LessOrEqual(t, len(err.Error()), 300)
	assert.NotContains(t, err.Error(), "\x1b")
	assert.NotContains(t, err.Error(), "\x00")
}

type object = map[string]any

func TestHostileJSON(t *testing.T) {
	model := func(d object) object { return d["model"].(object) }
	vocab := func(d object) object { return model(d)["vocab"].(object) }
	added := func(d object, i int) object { return d["added_tokens"].([]any)[i].(object) }
	merges := func(d object, m ...any) { model(d)["merges"] = append(m, model(d)["merges"].([]any)...) }
	cases := []struct {
		name, field string
		kind        error
		change      func(d object)
	}{
		{"no model", "model.vocab", tokenizer.ErrMalformed, func(d object) { delete(d, "model") }},
		{"no vocab", "vocab", tokenizer.ErrMalformed, func(d object) { delete(model(d), "vocab") }},
		{"no merges", "model.merges", tokenizer.ErrMalformed, func(d object) { delete(model(d), "merges") }},
		{"empty vocab", "merges", tokenizer.ErrTooLarge, func(d object) { model(d)["vocab"] = object{} }},
		{"vocab a list", "model.vocab", tokenizer.ErrMalformed, func(d object) { model(d)["vocab"] = []any{} }},
		{"id 2^31-1", "model.vocab", tokenizer.ErrTooLarge, func(d object) { vocab(d)["x1"] = math.MaxInt32 }},
		{"id 2^31", "model.vocab", tokenizer.ErrMalformed, func(d object) { vocab(d)["x1"] = int64(math.MaxInt32) + 1 }},
		{"id far beyond the pieces", "model.vocab", tokenizer.ErrTooLarge, func(d object) { vocab(d)["x1"] = 1 << 23 }},
		{"id negative", "model.vocab", tokenizer.ErrMalformed, func(d object) { vocab(d)["x1"] = -1 }},
		{"id a fraction", "model.vocab", tokenizer.ErrMalformed, func(d object) { vocab(d)["x1"] = 1.5 }},
		{"id a string", "model.vocab", tokenizer.ErrMalformed, func(d object) { vocab(d)["x1"] = "7" }},
		{"id twice", "model.vocab", tokenizer.ErrMalformed, func(d object) { vocab(d)["x\x1b"] = 300 }},
		{"merge of absent piece", "model.merges.[0]", tokenizer.ErrMalformed, func(d object) { merges(d, []any{"zz\x1b", "a"}) }},
		{"merge to absent piece", "model.merges.[0]", tokenizer.ErrMalformed, func(d object) { merges(d, "q z") }},
		{"merge of three", "model.merges.[0]", tokenizer.ErrMalformed, func(d object) { merges(d, "a b c") }},
		{"merge of one", "model.merges.[0]", tokenizer.ErrMalformed, func(d object) { merges(d, []any{"a"}) }},
		{"merge cycle", "model.merges.[0]", tokenizer.ErrMalformed, func(d object) { vocab(d)[""] = 1024; merges(d, []any{"", "a"}) }},
		{"merge a number", "model.merges.[0]", tokenizer.ErrMalformed, func(d object) { merges(d, 5) }},
		{"byte missing", "<0xE3>", tokenizer.ErrUnsupported, func(d object) { delete(vocab(d), "<0xE3>") }},
		{"unk absent", "model.unk_token", tokenizer.ErrMalformed, func(d object) { model(d)["unk_token"] = "<none>" }},
		{"unk a number", "model.unk_token", tokenizer.ErrMalformed, func(d object) { model(d)["unk_token"] = 3 }},
		{"unigram", "model.type", tokenizer.ErrUnsupported, func(d object) { model(d)["type"] = "Unigram" }},
		{"dropout", "model.dropout", tokenizer.ErrUnsupported, func(d object) { model(d)["dropout"] = 0.1 }},
		{"no byte fallback", "model.byte_fallback", tokenizer.ErrUnsupported, func(d object) { model(d)["byte_fallback"] = false }},
		{"ignore merges", "model.ignore_merges", tokenizer.ErrUnsupported, func(d object) { model(d)["ignore_merges"] = true }},
		{"word prefix", "model.continuing_subword_prefix", tokenizer.ErrUnsupported, func(d object) { model(d)["continuing_subword_prefix"] = "##" }},
		{"no normalizer", "normalizer", tokenizer.ErrUnsupported, func(d object) { d["normalizer"] = nil }},
		{"lower case", "normalizer", tokenizer.ErrUnsupported, func(d object) { d["normalizer"] = object{"type": "Lowercase"} }},
		{"regex", "pre_tokenizer", tokenizer.ErrUnsupported, func(d object) {
			d["pre_tokenizer"] = object{"type": "Split", "pattern": object{"Regex": "(a+)+$"}, "behavior": "Isolated", "invert": false}
		}},
		{"no decoder", "decoder", tokenizer.ErrUnsupported, func(d object) { delete(d, "decoder") }},
		{"byte level", "post_processor.type", tokenizer.ErrUnsupported, func(d object) { d["post_processor"] = object{"type": "ByteLevel"} }},
		{"template token absent", "post_processor.single[0]", tokenizer.ErrMalformed, func(d object) {
			d["post_processor"] = object{"type": "TemplateProcessing", "single": []any{object{"SpecialToken": object{"id": "<s>"}}}, "pair": []any{}}
		}},
		{"template of B", "post_processor.single[0]", tokenizer.ErrMalformed, func(d object) {
			d["post_processor"] = object{"type": "TemplateProcessing", "single": []any{object{"Sequence": object{"id": "B"}}}, "pair": []any{}}
		}},
		{"added token empty", "added_tokens.[0].content", tokenizer.ErrMalformed, func(d object) { added(d, 0)["content"] = "" }},
		{"added token long", "added_tokens.[0].content", tokenizer.ErrTooLarge, func(d object) { added(d, 0)["content"] = strings.Repeat("x", 2000) }},
		{"added token id wrong", "added_tokens[0]", tokenizer.ErrMalformed, func(d object) { added(d, 0)["id"] = 7 }},
		{"added token id 2^31-1", "added_tokens.[0].id", tokenizer.ErrTooLarge, func(d object) { added(d, 0)["id"] = math.MaxInt32 }},
		{"added token far away", "added_tokens[0]", tokenizer.ErrMalformed, func(d object) { added(d, 0)["id"], added(d, 0)["content"] = 1<<23, "new" }},
		{"added token twice", "added_tokens[1]", tokenizer.ErrMalformed, func(d object) { added(d, 1)["id"], added(d, 1)["content"] = 0, "<pad>" }},
		{"added token flag", "added_tokens.[0].special", tokenizer.ErrMalformed, func(d object) { added(d, 0)["special"] = "yes" }},
		{"added token a string", "added_tokens.[0]", tokenizer.ErrMalformed, func(d object) { d["added_tokens"] = []any{"x"} }},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var d object
			require.NoError(t, json.Unmarshal(smallJSON(t), &d))
			c.change(d)
			b, err := json.Marshal(d)
			require.NoError(t, err)
			_, err = tokenizer.Parse(b)
			checkError(t, err, c.kind, c.field)
		})
	}
}

// What the text of the file can get wrong, beyond its values.
func TestHostileJSONText(t *testing.T) {
	whole := string(smallJSON(t))
	for name, c := range map[string]struct {
		text string
		kind error
	}{
		"key twice":         {strings.Replace(whole, `"version"`, `"truncation":null,"version"`, 1), tokenizer.ErrMalformed},
		"piece twice":       {strings.Replace(whole, `"vocab":{`, `"vocab":{"ar":999,`, 1), tokenizer.ErrMalformed},
		"trailing":          {whole + "x", tokenizer.ErrMalformed},
		"second file":       {whole + whole, tokenizer.ErrMalformed},
		"not UTF-8":         {strings.Replace(whole, `"vocab":{`, "\"vocab\":{\"\xff\":1024,", 1), tokenizer.ErrMalformed},
		"lone surrogate":    {strings.Replace(whole, `"vocab":{`, `"vocab":{"\ud800":1024,`, 1), tokenizer.ErrMalformed},
		"control character": {strings.Replace(whole, `"vocab":{`, "\"vocab\":{\"\n\":1024,", 1), tokenizer.ErrMalformed},
		"deep":              {strings.Replace(whole, `"version"`, `"deep":`+strings.Repeat("[", 1000000)+`,"version"`, 1), tokenizer.ErrTooLarge},
		"case of a key":     {strings.Replace(whole, `"model":`, `"Model":`, 1), tokenizer.ErrMalformed},
		"empty object":      {"{}", tokenizer.ErrMalformed},
		"million merges":    {strings.Replace(whole, `"merges":[`, `"merges":[`+strings.Repeat(`["a","r"],`, 1000000), 1), tokenizer.ErrTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			require.NotEqual(t, whole, c.text)
			_, err := tokenizer.Parse([]byte(c.text))
			checkError(t, err, c.kind, "tokenizer")
		})
	}
	// Real files have these: merges before the vocabulary, merges as text, an id left out, a NUL piece.
	at := strings.Index(whole, `"merges":`)
	merges := strings.TrimSuffix(strings.TrimSpace(whole[at:]), "}}")
	early := strings.Replace(whole[:at], `"vocab":`, merges+`,"vocab":`, 1)
	early = strings.TrimSuffix(strings.TrimSpace(early), ",") + "}}"
	for name, text := range map[string]string{
		"merges first": early,
		"NUL piece":    strings.Replace(whole, `"vocab":{`, `"vocab":{"\u0000x":1024,`, 1),
		"hole":         strings.Replace(whole, `"vocab":{`, `"vocab":{"hole":1100,`, 1),
		"text merge":   strings.Replace(whole, `["a","r"]`, `"a r"`, 1),
		"unknown key":  strings.Replace(whole, `"version"`, `"new":{"a":[1,2]},"version"`, 1),
	} {
		require.NotEqual(t, whole, text, name)
		tok, err := tokenizer.Parse([]byte(text))
		require.NoError(t, err, name)
		require.Equal(t, "marko", tok.Decode(tok.Encode("marko"), false), name)
	}
}

// pieceBytes is one piece of a model.
func pieceBytes(text string, score float32, kind int) []byte {
	var p []byte
	p = protowire.AppendTag(p, 1, protowire.BytesType)
	p = protowire.AppendString(p, text)
	p = protowire.AppendTag(p, 2, protowire.Fixed32Type)
	p = protowire.AppendFixed32(p, math.Float32bits(score))
	p = protowire.AppendTag(p, 3, protowire.VarintType)
	p = protowire.AppendVarint(p, uint64(kind))
	return append(protowire.AppendTag(nil, 1, protowire.BytesType), append(protowire.AppendVarint(nil, uint64(len(p))), p...)...)
}

// spec is a later message for field: fields given again replace what the model had.
func spec(field, sub protowire.Number, v uint64) []byte {
	b := protowire.AppendTag(nil, sub, protowire.VarintType)
	b = protowire.AppendVarint(b, v)
	return protowire.AppendBytes(protowire.AppendTag(nil, field, protowire.BytesType), b)
}

func selfTest(input, expected string) []byte {
	s := protowire.AppendString(protowire.AppendTag(nil, 1, protowire.BytesType), input)
	s = protowire.AppendString(protowire.AppendTag(s, 2, protowire.BytesType), expected)
	b := protowire.AppendBytes(protowire.AppendTag(nil, 1, protowire.BytesType), s)
	return protowire.AppendBytes(protowire.AppendTag(nil, 4, protowire.BytesType), b)
}

func TestHostileModel(t *testing.T) {
	groups := []byte{}
	for range 1000000 {
		groups = protowire.AppendTag(groups, 9, protowire.StartGroupType)
	}
	charsmap := protowire.AppendBytes(protowire.AppendTag(nil, 2, protowire.BytesType), []byte("\xff\xff\xff\xff"))
	for _, c := range []struct {
		name, field string
		kind        error
		more        []byte // appended to a good model
	}{
		{"empty piece", "pieces[1024].piece", tokenizer.ErrMalformed, pieceBytes("", 0, 1)},
		{"200 KB piece", "pieces[1024].piece", tokenizer.ErrTooLarge, pieceBytes(strings.Repeat("x", 200000), 0, 1)},
		{"long user-defined piece", "pieces[1024].piece", tokenizer.ErrTooLarge, pieceBytes(strings.Repeat("x", 2000), 0, 4)},
		{"piece twice", "pieces[1024]", tokenizer.ErrMalformed, pieceBytes("ar", 0, 1)},
		{"bad UTF-8", "pieces[1024].piece", tokenizer.ErrMalformed, pieceBytes("\xff\x1b", 0, 1)},
		{"score NaN", "pieces[1024].score", tokenizer.ErrMalformed, pieceBytes("xyz", float32(math.NaN()), 1)},
		{"score Inf", "pieces[1024].score", tokenizer.ErrMalformed, pieceBytes("xyz", float32(math.Inf(-1)), 1)},
		{"type 0", "pieces[1024].type", tokenizer.ErrMalformed, pieceBytes("xyz", 0, 0)},
		{"type 7", "pieces[1024].type", tokenizer.ErrMalformed, pieceBytes("xyz", 0, 7)},
		{"second unknown", "pieces[1024]", tokenizer.ErrMalformed, pieceBytes("<unk2>", 0, 2)},
		{"byte piece that is none", "pieces[1024]", tokenizer.ErrMalformed, pieceBytes("<0xZZ>", 0, 6)},
		{"space in user-defined", "pieces[1024]", tokenizer.ErrUnsupported, pieceBytes("a b", 0, 4)},
		{"unigram", "model_type", tokenizer.ErrUnsupported, spec(2, 3, 1)},
		{"no byte fallback", "byte_fallback", tokenizer.ErrUnsupported, spec(2, 35, 0)},
		{"suffix", "treat_whitespace_as_suffix", tokenizer.ErrUnsupported, spec(2, 24, 1)},
		{"dummy prefix", "add_dummy_prefix", tokenizer.ErrUnsupported, spec(3, 3, 1)},
		{"extra spaces", "remove_extra_whitespaces", tokenizer.ErrUnsupported, spec(3, 4, 1)},
		{"no escape", "escape_whitespaces", tokenizer.ErrUnsupported, spec(3, 5, 0)},
		{"character map", "precompiled_charsmap", tokenizer.ErrUnsupported, protowire.AppendBytes(protowire.AppendTag(nil, 3, protowire.BytesType), charsmap)},
		{"bos beyond", "bos_id", tokenizer.ErrMalformed, spec(2, 41, 5000)},
		{"self-test", "self_test_data.samples[0]", tokenizer.ErrMalformed, selfTest("marko", "m a r k o")},
		{"groups", "", tokenizer.ErrMalformed, groups},
		{"wire type", "trainer_spec", tokenizer.ErrMalformed, protowire.AppendVarint(protowire.AppendTag(nil, 2, protowire.VarintType), 7)},
		{"length past the end", "", tokenizer.ErrMalformed, protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.BytesType), 1<<62)},
		{"overlong varint", "", tokenizer.ErrMalformed, []byte{0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01}},
		{"field 0", "", tokenizer.ErrMalformed, []byte{0, 0}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := tokenizer.Parse(append(append([]byte{}, smallModel(t)...), c.more...))
			checkError(t, err, c.kind, c.field)
		})
	}
	// These must load: a NUL piece, a field of a later schema, a self-test that holds, several in one message.
	for name, more := range map[string][]byte{
		"NUL piece":     pieceBytes("\x00", -2000, 1),
		"unknown field": protowire.AppendString(protowire.AppendTag(nil, 200, protowire.BytesType), "x"),
		"self-test":     selfTest("marko", "marko"),
	} {
		_, err := tokenizer.Parse(append(append([]byte{}, smallModel(t)...), more...))
		assert.NoError(t, err, name)
	}
	_, err := tokenizer.Parse(nil)
	checkError(t, err, tokenizer.ErrUnsupported, "model_type")
}

// Defaults that proto2 gives when a field is absent are refused like the same values written out.
func TestModelDefaults(t *testing.T) {
	trainer := append(spec(2, 3, 2), spec(2, 35, 1)...)
	_, err := tokenizer.Parse(append(pieceBytes("<unk>", 0, 2), trainer...))
	checkError(t, err, tokenizer.ErrUnsupported, "add_dummy_prefix")
	_, err = tokenizer.Parse(append(append(pieceBytes("<unk>", 0, 2), trainer...), append(spec(3, 3, 0), spec(3, 4, 0)...)...))
	checkError(t, err, tokenizer.ErrMalformed, "pieces") // byte pieces missing
}

// Damaged files never panic, never need much memory, and give an error or a tokenizer that works.
func TestDamagedFiles(t *testing.T) {
	const seed = 11
	rng := rand.New(rand.NewSource(seed))
	n := 150
	if testing.Short() {
		n = 30
	}
	for name, whole := range map[string][]byte{"json": smallJSON(t), "model": smallModel(t)} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		for i := range n {
			b := append([]byte{}, whole...)
			switch i % 3 {
			case 0:
				b = b[:rng.Intn(len(b))]
			case 1:
				for range 1 + rng.Intn(3) {
					b[rng.Intn(len(b))] ^= byte(1 << rng.Intn(8))
				}
			case 2:
				at, from := rng.Intn(len(b)), rng.Intn(len(b))
				b = append(append(b[:at:at], whole[from:min(len(whole), from+rng.Intn(200))]...), b[at:]...)
			}
			tok, err := tokenizer.Parse(b)
			if err != nil {
				var fe *tokenizer.FileError
				require.True(t, errors.As(err, &fe), "seed %d, case %d: %v", seed, i, err)
				require.LessOrEqual(t, len(err.Error()), 300)
				continue
			}
			text := "mar ko \n<start_of_turn> 日本\xff 123"
			tok.Decode(tok.Encode(text), false)
		}
		runtime.ReadMemStats(&after)
		perFile := (after.TotalAlloc - before.TotalAlloc) / uint64(n)
		assert.Less(t, perFile, uint64(32<<20+24*len(whole)), "%s: %d bytes a file", name, perFile)
	}
}

// The files beside a tokenizer are read leniently.
func TestConfigIsLenient(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	write("tokenizer.json", string(smallJSON(t)))
	write("tokenizer_config.json", `{"model_max_length":1000000000000000019884624838656,"bos_token":{"content":"<bos>","lstrip":false},
		"eos_token":null,"additional_special_tokens":["<start_of_turn>",{"content":"<end_of_turn>"},7],"add_bos_token":true,
		"chat_template":[{"name":"default","template":"A"},{"name":"tool_use","template":"B"}],"pad_token":5,"extra":{"a":[1]}}`)
	write("generation_config.json", `{"eos_token_id":[1,107]}`)
	tok := load(t, dir)
	c := tok.Config
	assert.Equal(t, 0, c.ModelMaxLength)
	assert.Equal(t, []string{"<bos>", "<eos>", "<pad>", "<unk>"}, []string{c.BOSToken, c.EOSToken, c.PadToken, c.UnkToken})
	assert.Equal(t, []string{"<start_of_turn>", "<end_of_turn>"}, c.AdditionalSpecialTokens)
	assert.True(t, *c.AddBOSToken)
	assert.Nil(t, c.AddEOSToken)
	assert.Equal(t, "A", c.ChatTemplate)
	assert.Equal(t, "B", c.ChatTemplates["tool_use"])
	assert.Equal(t, []int32{1, 107}, c.StopIDs)
	write("chat_template.jinja", "C")
	assert.Equal(t, "C", load(t, dir).Config.ChatTemplate)
	write("tokenizer_config.json", `{"a":1,"a":2}`)
	_, err := tokenizer.Load(dir)
	checkError(t, err, tokenizer.ErrMalformed, "tokenizer_config.json")
	write("tokenizer_config.json", fmt.Sprintf(`{"model_max_length":%d}`, 8192))
	assert.Equal(t, 8192, load(t, dir).Config.ModelMaxLength)
}

func TestAddTokensRefuses(t *testing.T) {
	tok := load(t, filepath.Join("testdata", "spm-small"))
	for _, s := range []string{"", "\xff", strings.Repeat("x", 2000)} {
		_, err := tok.AddTokens([]string{"<good>", s})
		require.Error(t, err)
	}
	_, ok := tok.TokenToID("<good>")
	assert.False(t, ok, "a refused list must not be half added")
}
