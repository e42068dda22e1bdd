package tokenizer

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"unicode/utf8"
)

// Rules says whose algorithm a tokenizer follows, to the last id.
type Rules uint8

const (
	// RulesHuggingFace: tokenizer.json as the tokenizers library runs it.
	RulesHuggingFace Rules = iota
	// RulesSentencePiece: tokenizer.model as SentencePiece runs it.
	RulesSentencePiece
)

func (r Rules) String() string {
	if r == RulesSentencePiece {
		return "sentencepiece"
	}
	return "huggingface"
}

// Tokenizer encodes and decodes. Its methods may be called from many goroutines, except AddTokens.
type Tokenizer struct {
	Config Config // from the files beside the tokenizer; what was not there has defaults

	rules     Rules
	vocab     *vocabulary
	modelSize int32      // ids from here on belong to added tokens only
	chars     *runeTable // single characters that are pieces
	byteIDs   [256]int32
	cuts      *cutter
	merges    *mergeTable // Hugging Face rules

	scoreRank  []uint32 // SentencePiece rules, by id
	longest    int      // SentencePiece rules: bytes of the longest piece
	unkSurface string   // SentencePiece rules

	unk         string    // name of the unknown token
	modelTokens [3]string // tokenizer.model: names of BOS, EOS and padding
	added       []AddedToken
	addedIDs    map[int32]int // index into added
	raw         *matcher      // added tokens looked for in the text as it is
	virtual     *matcher      // and in the text after normalization
	plain       *matcher      // raw without special tokens
	single      []templatePart
	pair        []templatePart

	mu   sync.Mutex
	idle []*encoder
}

// templatePart is one step of the post-processor: a special token, or a sequence of the input.
type templatePart struct {
	sequence int // 0: token, 1: the text, 2: its pair
	id       int32
}

// Rules reports whose algorithm is followed.
func (t *Tokenizer) Rules() Rules { return t.rules }

// VocabSize is one more than the largest id, added tokens included.
func (t *Tokenizer) VocabSize() int { return len(t.vocab.pieces) }

// TokenToID returns the id of a piece or added token.
func (t *Tokenizer) TokenToID(token string) (id int32, ok bool) {
	id = t.vocab.lookupString(token)
	return id, id >= 0
}

// IDToToken returns the piece of an id, false when there is none.
func (t *Tokenizer) IDToToken(id int32) (token string, ok bool) {
	if id < 0 || int(id) >= len(t.vocab.pieces) || t.vocab.kinds[id] == kindHole {
		return "", false
	}
	return t.vocab.pieces[id], true
}

// IsSpecial reports whether an id is left out by Decode with skipSpecial.
func (t *Tokenizer) IsSpecial(id int32) bool {
	if i, ok := t.addedIDs[id]; ok {
		return t.added[i].Special
	}
	return false
}

// AddedTokens returns the tokens found before merging, by id.
func (t *Tokenizer) AddedTokens() []AddedToken { return slices.Clone(t.added) }

// BOS, EOS, Pad and Unk return the id of that token, or -1.
func (t *Tokenizer) BOS() int32 { return t.named(t.Config.BOSToken) }

// EOS returns the id of the end-of-sequence token, or -1.
func (t *Tokenizer) EOS() int32 { return t.named(t.Config.EOSToken) }

// Pad returns the id of the padding token, or -1.
func (t *Tokenizer) Pad() int32 { return t.named(t.Config.PadToken) }

// Unk returns the id of the unknown token, or -1.
func (t *Tokenizer) Unk() int32 { return t.named(t.Config.UnkToken) }

func (t *Tokenizer) named(token string) int32 {
	if token == "" {
		return -1
	}
	return t.vocab.lookupString(token)
}

// Encode returns the ids of text, without BOS.
func (t *Tokenizer) Encode(text string) []int32 {
	e := t.take()
	defer t.give(e)
	return slices.Clone(e.run(text, false))
}

// AppendEncode appends the ids of text to dst.
func (t *Tokenizer) AppendEncode(dst []int32, text string) []int32 {
	e := t.take()
	defer t.give(e)
	return append(dst, e.run(text, false)...)
}

// EncodeOffsets returns the ids and, for each, the range of bytes it stands for.
func (t *Tokenizer) EncodeOffsets(text string) ([]int32, []Offset) {
	e := t.take()
	defer t.give(e)
	ids := slices.Clone(e.run(text, true))
	return ids, slices.Clone(e.offsets)
}

// EncodePlain is EncodeOffsets for text that must not speak with the template's voice: special tokens in it are ordinary
// text. (Under SentencePiece rules user-defined pieces are still found: the model knows no other way.)
func (t *Tokenizer) EncodePlain(text string) ([]int32, []Offset) {
	e := t.take()
	defer t.give(e)
	e.ids, e.offsets, e.wantOffs, e.reverse = e.ids[:0], e.offsets[:0], true, nil
	e.split(text, 0, t.plain, t.virtual)
	return slices.Clone(e.ids), slices.Clone(e.offsets)
}

// EncodeSpecial returns the ids of text with the special tokens of the post-processor around them (Gemma: BOS first).
func (t *Tokenizer) EncodeSpecial(text string) []int32 { return t.assemble(t.single, text, "") }

// EncodePair does the same for two texts.
func (t *Tokenizer) EncodePair(text, pair string) []int32 { return t.assemble(t.pair, text, pair) }

func (t *Tokenizer) assemble(parts []templatePart, text, pair string) []int32 {
	var ids []int32
	for _, p := range parts {
		switch p.sequence {
		case 1:
			ids = t.AppendEncode(ids, text)
		case 2:
			ids = t.AppendEncode(ids, pair)
		default:
			ids = append(ids, p.id)
		}
	}
	return ids
}

func (e *encoder) run(text string, offsets bool) []int32 {
	e.ids, e.offsets, e.wantOffs = e.ids[:0], e.offsets[:0], offsets
	e.text(text)
	return e.ids
}

// keepBytes is the scratch memory beyond which an encoder is dropped after use.
const keepBytes = 1 << 24

func (t *Tokenizer) take() *encoder {
	t.mu.Lock()
	defer t.mu.Unlock()
	if n := len(t.idle); n > 0 {
		e := t.idle[n-1]
		t.idle = t.idle[:n-1]
		return e
	}
	return newEncoder(t)
}

func (t *Tokenizer) give(e *encoder) {
	if 48*cap(e.syms)+cap(e.norm)+8*cap(e.heap)+8*cap(e.toks)+20*cap(e.ids) > keepBytes {
		*e = encoder{t: e.t, seed: e.seed, cache: e.cache}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.idle) < runtime.GOMAXPROCS(0) {
		t.idle = append(t.idle, e)
	}
}

// EncodeBatch encodes texts on several workers (0: one a processor). The result does not depend on their number.
func (t *Tokenizer) EncodeBatch(ctx context.Context, texts []string, workers int) ([][]int32, error) {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	workers = min(workers, len(texts))
	out := make([][]int32, len(texts))
	var next atomic.Int64
	errs := make([]error, workers)
	work := func(w int) {
		defer func() {
			if r := recover(); r != nil {
				errs[w] = fmt.Errorf("tokenizer: encoding failed: %v", r)
			}
		}()
		e := t.take()
		defer t.give(e)
		for {
			i := int(next.Add(1)) - 1
			if i >= len(texts) || ctx.Err() != nil {
				return
			}
			out[i] = slices.Clone(e.run(texts[i], false))
		}
	}
	var wg sync.WaitGroup
	for w := 1; w < workers; w++ {
		wg.Go(func() { work(w) })
	}
	if workers > 0 {
		work(0)
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// RuneOffsets converts offsets in bytes of text to offsets in code points.
func RuneOffsets(text string, offsets []Offset) []Offset {
	at := make([]int, len(text)+1)
	count := 0
	for i := 0; i < len(text); {
		_, n := utf8.DecodeRuneInString(text[i:])
		for k := range n {
			at[i+k] = count
		}
		count++
		i += n
	}
	at[len(text)] = count
	out := make([]Offset, len(offsets))
	for i, o := range offsets {
		out[i] = Offset{at[o.Start], at[o.End]}
	}
	return out
}

// AddTokens makes each string a special token, found in the text before anything else. A string that is a piece
// or token already keeps its id; the others get the next ids in order. It returns the id of each.
// Not to be called while other goroutines use the tokenizer.
func (t *Tokenizer) AddTokens(tokens []string) ([]int32, error) {
	for i, s := range tokens {
		switch {
		case s == "":
			return nil, fmt.Errorf("%w: added token %d is empty", ErrMalformed, i)
		case len(s) > maxAddedBytes:
			return nil, fmt.Errorf("%w: added token %d has %d bytes, at most %d", ErrTooLarge, i, len(s), maxAddedBytes)
		case !utf8.ValidString(s):
			return nil, fmt.Errorf("%w: added token %s is not UTF-8", ErrMalformed, show(s))
		case len(t.vocab.pieces)+len(tokens) > maxPieces:
			return nil, fmt.Errorf("%w: more than %d ids", ErrTooLarge, maxPieces)
		}
	}
	ids := make([]int32, len(tokens))
	for i, s := range tokens {
		id := t.vocab.lookupString(s)
		if id < 0 {
			id = t.vocab.grow(s, kindUser)
		}
		ids[i] = id
		if at, ok := t.addedIDs[id]; ok {
			t.added[at].Special = true
			continue
		}
		t.addedIDs[id] = len(t.added)
		t.added = append(t.added, AddedToken{ID: id, Content: s, Special: true})
	}
	t.sortAdded()
	return ids, nil
}

// sortAdded orders the added tokens by id and rebuilds the matchers.
func (t *Tokenizer) sortAdded() {
	slices.SortFunc(t.added, func(a, b AddedToken) int { return int(a.ID) - int(b.ID) })
	t.addedIDs = make(map[int32]int, len(t.added))
	var raw, virtual, plain []AddedToken
	for i, a := range t.added {
		t.addedIDs[a.ID] = i
		if t.matchedInText(a) {
			if a.Normalized {
				virtual = append(virtual, a)
				continue
			}
			raw = append(raw, a)
			if !a.Special {
				plain = append(plain, a)
			}
		}
	}
	t.raw, t.virtual, t.plain = newMatcher(raw, false), newMatcher(virtual, true), newMatcher(plain, false)
	t.idle = nil
}

// matchedInText leaves out the control and unknown pieces of a SentencePiece model: their names in a text are
// ordinary text to it.
func (t *Tokenizer) matchedInText(a AddedToken) bool {
	if t.rules == RulesHuggingFace {
		return true
	}
	k := t.vocab.kinds[a.ID]
	return k != kindControl && k != kindUnknown
}
