package tokenizer

import (
	"hash/maphash"
	"unicode/utf8"
)

// Offset is the half-open range of bytes of the text that a token stands for. The byte tokens of one character
// all carry that character's range.
type Offset struct{ Start, End int }

// encoder is the working memory of one goroutine.
type encoder struct {
	t        *Tokenizer
	seed     maphash.Seed
	cache    []cacheEntry
	syms     []symbol
	norm     []byte // SentencePiece rules: the part as it is merged; symbols are ranges of it
	heap     rankHeap
	toks     []tok
	reverse  map[string][2]string // SentencePiece rules: how an unused piece was last put together
	ids      []int32
	offsets  []Offset
	wantOffs bool
}

// tok is a token and the number of bytes of text it ends: 0 for all but the last byte token of a character.
type tok struct {
	id  int32
	raw int32
}

const (
	cacheBits   = 14
	cacheKey    = 28
	cacheTokens = 6
)

// cacheEntry remembers the tokens of a short part of text, in one cache line.
type cacheEntry struct {
	tag  uint32
	n    uint8 // length of the key, 0 when empty
	toks uint8
	raw  [cacheTokens]uint8
	key  [cacheKey]byte
	ids  [cacheTokens]int32
}

func newEncoder(t *Tokenizer) *encoder {
	return &encoder{t: t, seed: maphash.MakeSeed(), cache: make([]cacheEntry, 1<<cacheBits)}
}

// text encodes s, appending to e.ids (and e.offsets).
func (e *encoder) text(s string) {
	e.reverse = nil
	e.split(s, 0, e.t.raw, e.t.virtual)
}

// split cuts s at the tokens of m; what lies between goes to the next matcher, and then to merging.
func (e *encoder) split(s string, base int, m, rest *matcher) {
	if m == nil && rest == nil {
		e.segment(s, base)
		return
	}
	if m == nil {
		e.split(s, base, rest, nil)
		return
	}
	done := 0
	for from := 0; ; {
		token, start, end := m.next(s, from, done)
		if start > done {
			e.split(s[done:start], base+done, rest, nil)
		}
		if token == nil {
			return
		}
		e.emit(token.ID, base+start, base+end)
		done, from = end, end
	}
}

func (e *encoder) emit(id int32, start, end int) {
	e.ids = append(e.ids, id)
	if e.wantOffs {
		e.offsets = append(e.offsets, Offset{start, end})
	}
}

// segment encodes text without added tokens.
func (e *encoder) segment(s string, base int) {
	for i := 0; i < len(s); {
		end := e.t.cuts.end(s, i)
		e.part(s[i:end], base+i)
		i = end
	}
}

// part encodes text that merges independently of its neighbours, from the cache if it is there.
func (e *encoder) part(s string, base int) {
	if len(s) > cacheKey || e.t.cuts.never {
		e.merge(s)
		e.flushToks(base)
		return
	}
	h := maphash.String(e.seed, s)
	c := &e.cache[h&(1<<cacheBits-1)]
	if c.tag == uint32(h>>32) && int(c.n) == len(s) && string(c.key[:c.n]) == s {
		if !e.wantOffs {
			e.ids = append(e.ids, c.ids[:c.toks]...)
			return
		}
		e.toks = e.toks[:0]
		for i := range c.toks {
			e.toks = append(e.toks, tok{c.ids[i], int32(c.raw[i])})
		}
		e.flushToks(base)
		return
	}
	e.merge(s)
	if len(e.toks) <= cacheTokens {
		c.tag, c.n, c.toks = uint32(h>>32), uint8(len(s)), uint8(len(e.toks))
		copy(c.key[:], s)
		for i, t := range e.toks {
			c.ids[i], c.raw[i] = t.id, uint8(t.raw)
		}
	}
	e.flushToks(base)
}

// flushToks appends e.toks, which stand for the text from base on.
func (e *encoder) flushToks(base int) {
	for _, t := range e.toks {
		e.ids = append(e.ids, t.id)
	}
	if !e.wantOffs {
		return
	}
	open := 0
	for _, t := range e.toks {
		open++
		if t.raw == 0 {
			continue
		}
		for ; open > 0; open-- {
			e.offsets = append(e.offsets, Offset{base, base + int(t.raw)})
		}
		base += int(t.raw)
	}
}

// symbols fills e.syms with the characters of s.
func (e *encoder) symbols(s string) {
	e.syms, e.norm = e.syms[:0], e.norm[:0]
	for i := 0; i < len(s); {
		r, n := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(s[i:])
		} else if r == ' ' {
			r = space
		}
		i += n
		if e.t.rules == RulesSentencePiece {
			start := int32(len(e.norm))
			e.norm = utf8.AppendRune(e.norm, r)
			e.syms = append(e.syms, symbol{start: start, end: int32(len(e.norm)), raw: int32(n)})
			continue
		}
		if id := e.t.chars.get(r); id >= 0 {
			e.syms = append(e.syms, symbol{id: id, raw: int32(n)})
			continue
		}
		e.missing(r, n)
	}
}

// missing appends a character that is no piece, under Hugging Face rules: its bytes. The readers make sure that
// every byte that can occur has a token.
func (e *encoder) missing(r rune, n int) {
	var buf [utf8.UTFMax]byte
	for _, b := range buf[:utf8.EncodeRune(buf[:], r)] {
		e.syms = append(e.syms, symbol{id: e.t.byteIDs[b]})
	}
	e.syms[len(e.syms)-1].raw = int32(n)
}
