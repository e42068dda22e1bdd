package tokenizer

import (
	"strings"
	"unicode/utf8"
)

// Decode returns the text of ids. Ids that have no piece are left out, special tokens too when skipSpecial is set.
//
// A run of byte tokens that is not UTF-8 becomes U+FFFD, one for each byte: of the whole run under Hugging Face
// rules, of what cannot be read under SentencePiece rules.
func (t *Tokenizer) Decode(ids []int32, skipSpecial bool) string {
	d := t.NewDecoder(skipSpecial)
	var b strings.Builder
	for _, id := range ids {
		b.WriteString(d.Add(id))
	}
	b.WriteString(d.Flush())
	return b.String()
}

// Decoder decodes a stream of ids. What Add and Flush return, put together, equals Decode of all ids.
type Decoder struct {
	t    *Tokenizer
	skip bool
	run  []byte // byte tokens whose text is not known yet
}

// NewDecoder starts a stream.
func (t *Tokenizer) NewDecoder(skipSpecial bool) *Decoder { return &Decoder{t: t, skip: skipSpecial} }

// Add takes the next id and returns the text that is certain by now: bytes of an unfinished run are held back.
func (d *Decoder) Add(id int32) string {
	t := d.t
	if id < 0 || int(id) >= len(t.vocab.pieces) || t.vocab.kinds[id] == kindHole || (d.skip && t.IsSpecial(id)) {
		return ""
	}
	piece := t.vocab.pieces[id]
	if t.rules == RulesSentencePiece {
		return d.addSentencePiece(piece, t.vocab.kinds[id])
	}
	if b, ok := byteValue(piece); ok {
		d.run = append(d.run, b)
		return ""
	}
	return d.Flush() + surface(piece)
}

func (d *Decoder) addSentencePiece(piece string, k kind) string {
	switch k {
	case kindByte:
		b, _ := byteValue(piece)
		d.run = append(d.run, b)
		return d.readable()
	case kindControl:
		return d.Flush()
	case kindUnknown:
		return d.Flush() + d.t.unkSurface
	}
	return d.Flush() + surface(piece)
}

// readable takes from the run what later bytes cannot change, under SentencePiece rules.
func (d *Decoder) readable() string {
	var out []byte
	for len(d.run) > 0 && utf8.FullRune(d.run) {
		r, n := utf8.DecodeRune(d.run)
		out = utf8.AppendRune(out, r)
		d.run = append(d.run[:0], d.run[n:]...)
	}
	return string(out)
}

// Flush ends the stream and returns what was held back.
func (d *Decoder) Flush() string {
	if len(d.run) == 0 {
		return ""
	}
	run := d.run
	d.run = d.run[:0]
	if utf8.Valid(run) {
		return string(run)
	}
	if d.t.rules == RulesHuggingFace {
		return strings.Repeat(replacementBytes, len(run))
	}
	var out []byte
	for len(run) > 0 {
		r, n := utf8.DecodeRune(run)
		out = utf8.AppendRune(out, r)
		run = run[n:]
	}
	return string(out)
}

func surface(piece string) string { return strings.ReplaceAll(piece, spaceBytes, " ") }
