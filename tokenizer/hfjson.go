package tokenizer

import (
	"encoding/json"
	"fmt"
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
