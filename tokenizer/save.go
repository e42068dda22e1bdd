package tokenizer

import (
	"bufio"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"

	"lapidary/internal/durable"
)

// FileWriter is a place that takes named files: a durable.Folder, or a directory that is still being made.
type FileWriter interface {
	WriteFile(name string, write func(io.Writer) error) error
}

// Save writes the files that transformers opens the tokenizer from into an existing directory: tokenizer.json,
// tokenizer_config.json, special_tokens_map.json and, when there is a chat template, chat_template.jinja.
// A tokenizer read from a tokenizer.model is written in the Hugging Face form, as transformers converts it.
func (t *Tokenizer) Save(dir string) error { return t.SaveTo(durable.Folder(dir)) }

// SaveTo writes the same files to w.
func (t *Tokenizer) SaveTo(w FileWriter) error {
	if err := w.WriteFile("tokenizer.json", t.WriteJSON); err != nil {
		return err
	}
	for _, f := range []struct {
		name  string
		value any
	}{{"tokenizer_config.json", t.configJSON()}, {"special_tokens_map.json", t.specialMap()}} {
		b, err := indentJSON(f.value)
		if err != nil {
			return err
		}
		err = w.WriteFile(f.name, func(w io.Writer) error {
			_, err := w.Write(b)
			return err
		})
		if err != nil {
			return err
		}
	}
	if t.Config.ChatTemplate == "" {
		return nil
	}
	return w.WriteFile("chat_template.jinja", func(w io.Writer) error {
		_, err := io.WriteString(w, t.Config.ChatTemplate)
		return err
	})
}

func indentJSON(v any) ([]byte, error) {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(v)
	return []byte(b.String()), err
}

// WriteJSON writes the tokenizer as a tokenizer.json.
func (t *Tokenizer) WriteJSON(w io.Writer) error {
	out := bufio.NewWriterSize(w, 1<<16)
	out.WriteString(`{"version":"1.0","truncation":null,"padding":null,"added_tokens":[`)
	for i, a := range t.added {
		comma(out, i)
		if t.rules == RulesSentencePiece {
			a.Normalized = false
		}
		b, err := plainJSON(a)
		if err != nil {
			return err
		}
		out.Write(b)
	}
	out.WriteString(`],"normalizer":{"type":"Replace","pattern":{"String":" "},"content":"▁"},` +
		`"pre_tokenizer":{"type":"Split","pattern":{"String":" "},"behavior":"MergedWithPrevious","invert":false},"post_processor":`)
	post, err := plainJSON(t.postProcessor())
	if err != nil {
		return err
	}
	out.Write(post)
	out.WriteString(`,"decoder":{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "},` +
		`{"type":"ByteFallback"},{"type":"Fuse"}]},"model":{"type":"BPE","dropout":null,"unk_token":`)
	unk := []byte("null")
	if t.unk != "" {
		unk = appendJSONString(nil, t.unk)
	}
	out.Write(unk)
	out.WriteString(`,"continuing_subword_prefix":null,"end_of_word_suffix":null,"fuse_unk":true,"byte_fallback":true,"ignore_merges":false,"vocab":{`)
	t.writeVocab(out)
	out.WriteString(`},"merges":[`)
	t.writeMerges(out)
	out.WriteString("]}}")
	return out.Flush()
}

func comma(out *bufio.Writer, i int) {
	if i > 0 {
		out.WriteByte(',')
	}
}

// plainJSON is json.Marshal without HTML escapes.
func plainJSON(v any) ([]byte, error) {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return []byte(strings.TrimSuffix(b.String(), "\n")), err
}

// writeVocab writes the model's own pieces; ids of tokens added later are in added_tokens only.
func (t *Tokenizer) writeVocab(out *bufio.Writer) {
	var b []byte
	first := 0
	for id, piece := range t.vocab.pieces {
		if t.vocab.kinds[id] == kindHole || int32(id) >= t.modelSize {
			continue
		}
		comma(out, first)
		first++
		b = appendJSONString(b[:0], piece)
		b = append(b, ':')
		b = strconv.AppendInt(b, int64(id), 10)
		out.Write(b)
	}
}

func (t *Tokenizer) writeMerges(out *bufio.Writer) {
	var b []byte
	for i, m := range t.mergeList() {
		comma(out, i)
		b = append(b[:0], '[')
		b = appendJSONString(b, t.vocab.pieces[m[0]])
		b = append(b, ',')
		b = appendJSONString(b, t.vocab.pieces[m[1]])
		b = append(b, ']')
		out.Write(b)
	}
}

// mergeList returns the merges by rank.
func (t *Tokenizer) mergeList() [][2]int32 {
	if t.rules == RulesSentencePiece {
		return t.mergesFromScores()
	}
	list := make([][2]int32, len(t.merges.result))
	given := make([]bool, len(list))
	for i, key := range t.merges.keys {
		if key != 0 {
			pair := ^key
			list[t.merges.ranks[i]] = [2]int32{int32(pair >> 32), int32(uint32(pair))}
			given[t.merges.ranks[i]] = true
		}
	}
	n := 0
	for i, m := range list { // ranks of pairs that were given again later are free
		if given[i] {
			list[n] = m
			n++
		}
	}
	return list[:n]
}

// mergesFromScores rebuilds merges as transformers does: every split of every piece into two pieces, best score
// first, then the longer left part, then the longer right one.
func (t *Tokenizer) mergesFromScores() [][2]int32 {
	type merge struct {
		a, b     int32
		rank     uint32
		la, lb   int32
		position int32
	}
	var list []merge
	for id, piece := range t.vocab.pieces {
		if int32(id) >= t.modelSize || t.vocab.kinds[id] == kindByte || t.vocab.kinds[id] == kindHole {
			continue
		}
		runes := []rune(piece)
		for i := 1; i < len(runes); i++ {
			a, b := t.vocab.lookupString(string(runes[:i])), t.vocab.lookupString(string(runes[i:]))
			if a >= 0 && b >= 0 && a < t.modelSize && b < t.modelSize {
				list = append(list, merge{a, b, t.scoreRank[id], int32(i), int32(len(runes) - i), int32(len(list))})
			}
		}
	}
	slices.SortFunc(list, func(x, y merge) int {
		switch {
		case x.rank != y.rank:
			return int(int64(x.rank) - int64(y.rank))
		case x.la != y.la:
			return int(y.la - x.la)
		case x.lb != y.lb:
			return int(y.lb - x.lb)
		}
		return int(x.position - y.position)
	})
	out := make([][2]int32, len(list))
	for i, m := range list {
		out[i] = [2]int32{m.a, m.b}
	}
	return out
}

func (t *Tokenizer) postProcessor() any {
	special := map[string]any{}
	steps := func(parts []templatePart) []any {
		list := []any{}
		kind := 0
		for _, p := range parts {
			if p.sequence > 0 {
				kind = p.sequence - 1
				list = append(list, map[string]any{"Sequence": map[string]any{"id": string(rune('A' + kind)), "type_id": kind}})
				continue
			}
			name := t.vocab.pieces[p.id]
			special[name] = map[string]any{"id": name, "ids": []int32{p.id}, "tokens": []string{name}}
			list = append(list, map[string]any{"SpecialToken": map[string]any{"id": name, "type_id": len(list) / 2}})
		}
		return list
	}
	single, pair := steps(t.single), steps(t.pair)
	if len(special) == 0 {
		return nil
	}
	return map[string]any{"type": "TemplateProcessing", "single": single, "pair": pair, "special_tokens": special}
}

func (t *Tokenizer) configJSON() map[string]any {
	m := map[string]any{}
	for k, v := range t.Config.raw {
		m[k] = v
	}
	c := &t.Config
	delete(m, "chat_template") // chat_template.jinja has it
	if m["tokenizer_class"] == nil {
		m["tokenizer_class"] = "PreTrainedTokenizerFast"
		m["clean_up_tokenization_spaces"] = false
	}
	if m["model_max_length"] == nil {
		m["model_max_length"] = json.Number("1000000000000000019884624838656")
	}
	for key, v := range t.specialMap() {
		m[key] = v
	}
	decoder := map[string]any{}
	for _, a := range t.added {
		decoder[strconv.Itoa(int(a.ID))] = map[string]any{"content": a.Content, "lstrip": a.LStrip, "rstrip": a.RStrip,
			"single_word": a.SingleWord, "normalized": a.Normalized && t.rules == RulesHuggingFace, "special": a.Special}
	}
	m["added_tokens_decoder"] = decoder
	if c.AddBOSToken != nil {
		m["add_bos_token"] = *c.AddBOSToken
	}
	if c.AddEOSToken != nil {
		m["add_eos_token"] = *c.AddEOSToken
	}
	return m
}

// specialMap names the special tokens. Those added beyond the named ones are "additional" ones.
func (t *Tokenizer) specialMap() map[string]any {
	c := &t.Config
	m := map[string]any{}
	named := map[string]bool{}
	for key, v := range map[string]string{"bos_token": c.BOSToken, "eos_token": c.EOSToken, "pad_token": c.PadToken, "unk_token": c.UnkToken} {
		if v != "" {
			m[key] = v
			named[v] = true
		}
	}
	additional := slices.Clone(c.AdditionalSpecialTokens)
	for _, a := range t.added {
		if a.Special && a.ID >= t.modelSize && !named[a.Content] && !slices.Contains(additional, a.Content) {
			additional = append(additional, a.Content)
		}
	}
	if len(additional) > 0 {
		m["additional_special_tokens"] = additional
	}
	return m
}

// Fingerprint is the SHA-256 of what decides ids and text: rules, pieces, merges or scores, added tokens, template.
// Two files that differ in layout only have the same.
func (t *Tokenizer) Fingerprint() string {
	h := sha256.New()
	w := bufio.NewWriterSize(h, 1<<16)
	var b []byte
	str := func(s string) {
		b = binary.AppendUvarint(b[:0], uint64(len(s)))
		w.Write(b)
		w.WriteString(s)
	}
	num := func(n ...int64) {
		b = b[:0]
		for _, v := range n {
			b = binary.AppendVarint(b, v)
		}
		w.Write(b)
	}
	str(t.rules.String())
	num(int64(len(t.vocab.pieces)))
	for id, p := range t.vocab.pieces {
		num(int64(t.vocab.kinds[id]))
		str(p)
		if t.rules == RulesSentencePiece && id < len(t.scoreRank) {
			num(int64(t.scoreRank[id]))
		}
	}
	if t.rules == RulesHuggingFace {
		for _, m := range t.mergeList() {
			num(int64(m[0]), int64(m[1]))
		}
	}
	for _, a := range t.added {
		str(a.Content)
		num(int64(a.ID), bit(a.SingleWord), bit(a.LStrip), bit(a.RStrip), bit(a.Normalized), bit(a.Special))
	}
	for _, p := range append(slices.Clone(t.single), t.pair...) {
		num(int64(p.sequence), int64(p.id))
	}
	for _, s := range []string{t.unk, t.unkSurface, t.Config.BOSToken, t.Config.EOSToken, t.Config.PadToken, t.Config.UnkToken} {
		str(s)
	}
	w.Flush()
	return hex.EncodeToString(h.Sum(nil))
}

func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
