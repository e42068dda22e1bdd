package tokenizer

import (
	"encoding/json"
	"fmt"
	"reflect"
)

// settings accepts exactly what the converter of SentencePiece models writes.
func (r *hfReader) settings() error {
	m := func(kv ...any) map[string]any {
		out := map[string]any{}
		for i := 0; i < len(kv); i += 2 {
			out[kv[i].(string)] = kv[i+1]
		}
		return out
	}
	str := func(s string) map[string]any { return m("String", s) }
	replace := m("type", "Replace", "pattern", str(" "), "content", spaceBytes)
	split := m("type", "Split", "pattern", str(" "), "behavior", "MergedWithPrevious", "invert", false)
	decoder := m("type", "Sequence", "decoders", []any{m("type", "Replace", "pattern", str(spaceBytes), "content", " "),
		m("type", "ByteFallback"), m("type", "Fuse")})
	checks := []struct {
		field  string
		accept []any
	}{
		{"normalizer", []any{replace, m("type", "Sequence", "normalizers", []any{replace})}},
		{"pre_tokenizer", []any{nil, split}},
		{"decoder", []any{decoder}},
		{"model.type", []any{"BPE", nil}},
		{"model.dropout", []any{nil, json.Number("0"), json.Number("0.0")}},
		{"model.continuing_subword_prefix", []any{nil, ""}},
		{"model.end_of_word_suffix", []any{nil, ""}},
		{"model.byte_fallback", []any{true}},
		{"model.ignore_merges", []any{nil, false}},
	}
	for _, c := range checks {
		ok := false
		for _, want := range c.accept {
			ok = ok || reflect.DeepEqual(r.parts[c.field], want)
		}
		if !ok {
			return fieldError(c.field, ErrUnsupported, "only Gemma's form is implemented, found %s", shortJSON(r.parts[c.field]))
		}
	}
	unk, ok := r.parts["model.unk_token"].(string)
	if !ok && r.parts["model.unk_token"] != nil {
		return fieldError("model.unk_token", ErrMalformed, "string expected")
	}
	if ok && r.t.vocab.lookupString(unk) < 0 {
		return fieldError("model.unk_token", ErrMalformed, "%s is not in the vocabulary", show(unk))
	}
	r.t.unk = unk
	return nil
}

func shortJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return "?"
	}
	return quoteShort(clip(string(b), 80), 90)
}

// template reads the post-processor: which special tokens stand around one text or two.
func (r *hfReader) template() error {
	t := r.t
	t.single, t.pair = []templatePart{{sequence: 1}}, []templatePart{{sequence: 1}, {sequence: 2}}
	p := r.parts["post_processor"]
	if p == nil {
		return nil
	}
	m, _ := p.(map[string]any)
	if m["type"] != "TemplateProcessing" {
		return fieldError("post_processor.type", ErrUnsupported, "only TemplateProcessing, found %s", shortJSON(m["type"]))
	}
	var err error
	if t.single, err = r.templateParts(m, "single"); err != nil {
		return err
	}
	t.pair, err = r.templateParts(m, "pair")
	return err
}

func (r *hfReader) templateParts(m map[string]any, which string) ([]templatePart, error) {
	list, ok := m[which].([]any)
	if !ok || len(list) > 64 {
		return nil, fieldError("post_processor."+which, ErrMalformed, "list of at most 64 steps expected")
	}
	var parts []templatePart
	for i, step := range list {
		field := fmt.Sprintf("post_processor.%s[%d]", which, i)
		obj, _ := step.(map[string]any)
		if seq, ok := obj["Sequence"].(map[string]any); ok {
			n := map[any]int{"A": 1, "B": 2}[seq["id"]]
			if n == 0 || (n == 2 && which == "single") {
				return nil, fieldError(field, ErrMalformed, "unknown sequence")
			}
			parts = append(parts, templatePart{sequence: n})
			continue
		}
		special, _ := obj["SpecialToken"].(map[string]any)
		name, ok := special["id"].(string)
		if !ok {
			return nil, fieldError(field, ErrMalformed, "Sequence or SpecialToken expected")
		}
		id := r.t.vocab.lookupString(name)
		if id < 0 {
			return nil, fieldError(field, ErrMalformed, "%s is not in the vocabulary", show(name))
		}
		parts = append(parts, templatePart{id: id})
	}
	return parts, nil
}
