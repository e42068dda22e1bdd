package tokenizer

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"runtime"
	"sync"
	"unicode/utf8"
)

// hfReader reads a tokenizer.json. Only the form that SentencePiece models with byte fallback are converted to is
// accepted (Gemma's); any other setting is refused by name.
type hfReader struct {
	t       *Tokenizer
	seen    map[string]bool
	added   []AddedToken
	parts   map[string]any // the small sections, read whole
	arena   []byte
	entries []vocabEntry
	merges  []mergeEntry
	mergeAt int // where the merges begin, when they come before the vocabulary
	c       *cursor
}

type vocabEntry struct {
	start, end int // in arena
	id         int32
}

// readHF reads the bytes of a tokenizer.json.
func readHF(data []byte) (*Tokenizer, error) {
	r := &hfReader{t: &Tokenizer{rules: RulesHuggingFace}, seen: map[string]bool{}, parts: map[string]any{}, mergeAt: -1,
		c: &cursor{data: data}}
	if err := r.c.object(r.section); err != nil {
		return nil, err
	}
	if err := r.c.end(); err != nil {
		return nil, err
	}
	if err := r.finish(); err != nil {
		return nil, err
	}
	return r.t, nil
}

func (r *hfReader) once(key string) error {
	if r.seen[key] {
		return fieldError(key, ErrMalformed, "given twice")
	}
	r.seen[key] = true
	return nil
}

func (r *hfReader) section(key []byte) error {
	k := string(key)
	if err := r.once(k); err != nil {
		return err
	}
	var err error
	switch k {
	case "model":
		err = r.c.object(r.modelField)
	case "added_tokens":
		err = r.c.array(r.addedToken)
	case "normalizer", "pre_tokenizer", "post_processor", "decoder", "version":
		r.parts[k], err = r.c.value()
	default: // truncation and padding are the caller's choice, as in transformers
		err = r.c.skip()
	}
	return inField(k, err)
}

// inField names the field of an error that has none yet.
func inField(field string, err error) error {
	if err == nil {
		return nil
	}
	if fe, ok := err.(*FileError); ok {
		if fe.Field != field && len(fe.Field) < 40 {
			fe.Field = field + "." + fe.Field
		}
		return fe
	}
	return &FileError{Field: field, Err: err}
}

func (r *hfReader) modelField(key []byte) error {
	k := string(key)
	if err := r.once("model." + k); err != nil {
		return err
	}
	var err error
	switch k {
	case "vocab":
		err = r.c.object(r.vocabEntry)
		if err == nil {
			err = r.index()
		}
	case "merges":
		if r.t.vocab == nil {
			r.mergeAt = r.c.pos
			err = r.c.skip()
		} else {
			err = r.readMerges()
		}
	default:
		r.parts["model."+k], err = r.c.value()
	}
	return inField(k, err)
}

func (r *hfReader) vocabEntry(key []byte) error {
	start := len(r.arena)
	r.arena = append(r.arena, key...)
	id, err := r.c.id()
	if err != nil {
		return err
	}
	r.entries = append(r.entries, vocabEntry{start, len(r.arena), id})
	return nil
}

// index builds the vocabulary once all entries are known.
func (r *hfReader) index() error {
	largest := int32(-1)
	for _, e := range r.entries {
		largest = max(largest, e.id)
	}
	if int(largest) > 2*len(r.entries)+idSlack {
		return fmt.Errorf("%w: id %d in a vocabulary of %d pieces", ErrTooLarge, largest, len(r.entries))
	}
	v := newVocabulary(int(largest) + 1)
	text := string(r.arena)
	for _, e := range r.entries {
		piece := text[e.start:e.end]
		if v.kinds[e.id] != kindHole {
			return fmt.Errorf("%w: id %d is both %s and %s", ErrMalformed, e.id, show(v.pieces[e.id]), show(piece))
		}
		if prior := v.add(e.id, piece, kindNormal); prior >= 0 {
			return fmt.Errorf("%w: piece %s has two ids, %d and %d", ErrMalformed, show(piece), prior, e.id)
		}
	}
	r.t.vocab, r.arena, r.entries = v, nil, nil
	return nil
}

// readMerges reads the merges, written "a b" in older files and ["a","b"] in newer ones.
func (r *hfReader) readMerges() error {
	left, row := 0, 0
	err := r.c.array(func() error {
		start := len(r.arena)
		var err error
		if r.c.peek() == '[' {
			left, err = r.mergePair(start)
		} else {
			left, err = r.mergeText(start)
		}
		if err != nil {
			return inField(fmt.Sprintf("[%d]", row), err)
		}
		// The vocabulary bounds the merges: each splits a piece in two.
		if row++; row > 64*(len(r.t.vocab.pieces)+1) {
			return fmt.Errorf("%w: more than %d merges for %d pieces", ErrTooLarge, row-1, len(r.t.vocab.pieces))
		}
		r.merges = append(r.merges, mergeEntry{start, left, len(r.arena)})
		return nil
	})
	if err != nil {
		return err
	}
	return r.resolveMerges()
}

func (r *hfReader) mergePair(start int) (left int, err error) {
	col := 0
	err = r.c.array(func() error {
		s, err := r.c.str()
		r.arena = append(r.arena, s...)
		if col++; col == 1 {
			left = len(r.arena)
		}
		return err
	})
	if err == nil && col != 2 {
		err = fmt.Errorf("%w: %d parts", ErrMalformed, col)
	}
	return left, err
}

func (r *hfReader) mergeText(start int) (left int, err error) {
	s, err := r.c.str()
	if err != nil {
		return 0, err
	}
	i := bytes.IndexByte(s, ' ')
	if i < 0 || bytes.IndexByte(s[i+1:], ' ') >= 0 {
		return 0, fmt.Errorf("%w: %s is not two pieces", ErrMalformed, show(string(s)))
	}
	r.arena = append(append(r.arena, s[:i]...), s[i+1:]...)
	return start + i, nil
}

// mergeEntry is a merge in arena: left part, right part.
type mergeEntry struct{ start, mid, end int }

// resolveMerges looks the parts up, on all processors since this is most of the time of loading, and enters them in order.
func (r *hfReader) resolveMerges() error {
	ids := make([][3]int32, len(r.merges))
	workers := runtime.GOMAXPROCS(0)
	bad := make([]int, workers) // first merge of each share that does not resolve, plus one
	var wg sync.WaitGroup
	for w := range workers {
		lo, hi := len(ids)*w/workers, len(ids)*(w+1)/workers
		wg.Go(func() { bad[w] = r.resolve(ids, lo, hi) })
	}
	wg.Wait()
	for _, at := range bad {
		if at > 0 {
			m := r.merges[at-1]
			return inField(fmt.Sprintf("[%d]", at-1), fmt.Errorf("%w: %s and %s are not two pieces that make a third of the vocabulary",
				ErrMalformed, show(string(r.arena[m.start:m.mid])), show(string(r.arena[m.mid:m.end]))))
		}
	}
	r.t.merges = newMergeTable(len(ids))
	for _, m := range ids {
		r.t.merges.add(m[0], m[1], m[2])
	}
	r.arena, r.merges = nil, nil
	return nil
}

// resolve looks up a share of the merges. A part may not be empty: merging would not end.
func (r *hfReader) resolve(ids [][3]int32, lo, hi int) (bad int) {
	v, last := r.t.vocab, int32(-1)
	for i := lo; i < hi; i++ {
		m := r.merges[i]
		both := r.arena[m.start:m.end]
		if last < 0 || v.pieces[last] != string(both) { // the ways to split one piece mostly follow each other
			last = v.lookup(both)
		}
		ids[i] = [3]int32{v.lookup(r.arena[m.start:m.mid]), v.lookup(r.arena[m.mid:m.end]), last}
		if min(ids[i][0], ids[i][1], last) < 0 || m.mid == m.start || m.mid == m.end {
			return i + 1
		}
	}
	return 0
}

func (r *hfReader) addedToken() error {
	i := len(r.added)
	v, err := r.c.value()
	if err != nil {
		return err
	}
	m, ok := v.(map[string]any)
	if !ok {
		return fieldError(fmt.Sprintf("[%d]", i), ErrMalformed, "object expected")
	}
	a, err := addedTokenFrom(m)
	if err != nil {
		return inField(fmt.Sprintf("[%d]", i), err)
	}
	r.added = append(r.added, a)
	return nil
}

func addedTokenFrom(m map[string]any) (a AddedToken, err error) {
	n, ok := m["id"].(json.Number)
	if !ok {
		return a, fieldError("id", ErrMalformed, "number expected")
	}
	if a.ID, err = parseID(n); err != nil {
		return a, inField("id", err)
	}
	if a.Content, ok = m["content"].(string); !ok || a.Content == "" {
		return a, fieldError("content", ErrMalformed, "string that is not empty expected")
	}
	if len(a.Content) > maxAddedBytes {
		return a, fieldError("content", ErrTooLarge, "%d bytes, at most %d", len(a.Content), maxAddedBytes)
	}
	a.Normalized = true
	for key, flag := range map[string]*bool{"single_word": &a.SingleWord, "lstrip": &a.LStrip, "rstrip": &a.RStrip,
		"normalized": &a.Normalized, "special": &a.Special} {
		v, given := m[key]
		if !given {
			continue
		}
		if *flag, ok = v.(bool); !ok {
			return a, fieldError(key, ErrMalformed, "true or false expected")
		}
	}
	return a, nil
}

// finish checks the settings and prepares encoding.
func (r *hfReader) finish() error {
	t := r.t
	if t.vocab == nil {
		return fieldError("model.vocab", ErrMalformed, "missing")
	}
	if r.mergeAt >= 0 {
		r.c.pos, r.c.depth = r.mergeAt, 2
		if err := r.readMerges(); err != nil {
			return inField("model.merges", err)
		}
	}
	if t.merges == nil {
		return fieldError("model.merges", ErrMalformed, "missing")
	}
	if err := r.settings(); err != nil {
		return err
	}
	if err := r.addAll(); err != nil {
		return err
	}
	if err := t.prepareHF(); err != nil {
		return err
	}
	return r.template()
}

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

// addAll enters the added tokens: known ones must have the vocabulary's id, new ones the next ids in order.
func (r *hfReader) addAll() error {
	t := r.t
	t.addedIDs = map[int32]int{}
	t.modelSize = int32(len(t.vocab.pieces))
	for i, a := range r.added {
		field := fmt.Sprintf("added_tokens[%d]", i)
		id := t.vocab.lookupString(a.Content)
		if id < 0 {
			if int(a.ID) < len(t.vocab.pieces) || int(a.ID) > len(t.vocab.pieces)+idSlack {
				return fieldError(field, ErrMalformed, "%s has id %d, the next free one is %d", show(a.Content), a.ID, len(t.vocab.pieces))
			}
			for len(t.vocab.pieces) < int(a.ID) {
				t.vocab.pieces = append(t.vocab.pieces, "")
				t.vocab.kinds = append(t.vocab.kinds, kindHole)
			}
			id = t.vocab.grow(a.Content, kindUser)
		}
		if id != a.ID {
			return fieldError(field, ErrMalformed, "%s has id %d here and %d in the vocabulary", show(a.Content), a.ID, id)
		}
		if _, dup := t.addedIDs[id]; dup {
			return fieldError(field, ErrMalformed, "%s given twice", show(a.Content))
		}
		t.addedIDs[id] = len(t.added)
		t.added = append(t.added, a)
	}
	t.sortAdded()
	return nil
}

// prepareHF derives from vocabulary and merges what encoding needs.
func (t *Tokenizer) prepareHF() error {
	t.chars, t.cuts = &runeTable{}, &cutter{}
	for i := range t.byteIDs {
		t.byteIDs[i] = -1
	}
	isByte := make([]bool, len(t.vocab.pieces))
	for id, piece := range t.vocab.pieces {
		r, n := utf8.DecodeRuneInString(piece)
		if n > 0 && n == len(piece) {
			t.chars.set(r, int32(id))
		}
		if b, ok := byteValue(piece); ok && t.vocab.pieces[id] == bytePiece(b) {
			t.byteIDs[b], isByte[id] = int32(id), true
		}
	}
	for b, id := range t.byteIDs {
		possible := b < 0x80 && t.chars.get(rune(b)) < 0 && b != ' ' || b >= 0x80 && b != 0xc0 && b != 0xc1 && b < 0xf5
		if id < 0 && possible {
			return fieldError("model.vocab", ErrUnsupported, "byte fallback without piece %s", bytePiece(byte(b)))
		}
	}
	learned := make([]bool, len(t.vocab.pieces))
	for _, id := range t.merges.result {
		if !learned[id] {
			learned[id] = true
			t.cuts.learn(t.vocab.pieces[id])
		}
	}
	// Merges that start from byte tokens would join what the cuts, which see characters, take for apart.
	for i, key := range t.merges.keys {
		if key != 0 && t.merges.ranks[i] != noRank {
			l, r := ^key>>32, ^key&0xffffffff
			t.cuts.never = t.cuts.never || isByte[l] || isByte[r]
		}
	}
	return nil
}

const upperHex = "0123456789ABCDEF"

func bytePiece(b byte) string {
	return string([]byte{'<', '0', 'x', upperHex[b>>4], upperHex[b&15], '>'})
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
