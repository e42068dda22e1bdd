package tokenizer

import (
	"container/heap"
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// TrainConfig says what vocabulary to train. The result is of Gemma's kind: byte-pair encoding with byte fallback,
// identity normalization, no dummy prefix.
type TrainConfig struct {
	// VocabSize is the number of pieces in all: 4 control pieces, UserDefined, 256 bytes, merged pieces, characters.
	VocabSize int `json:"vocab_size"`
	// UserDefined pieces are found in a text before anything is merged; spaces in them are written U+2581.
	UserDefined []string `json:"user_defined"`
	// Alphabet lists characters that are pieces whether the texts have them or not.
	Alphabet string `json:"alphabet"`
	// MinCharCount is how often a character must occur to be a piece; rarer ones are written in bytes.
	MinCharCount int `json:"min_char_count"`
	// MaxPieceRunes bounds the length of a merged piece.
	MaxPieceRunes int `json:"max_piece_runes"`
	// SplitDigits makes each digit a piece of its own.
	SplitDigits bool `json:"split_digits"`
}

// DefaultTrainConfig is Gemma's way in small.
func DefaultTrainConfig() TrainConfig {
	return TrainConfig{VocabSize: 2048, UserDefined: []string{"<start_of_turn>", "<end_of_turn>", "\n", "\n\n", "\t"},
		Alphabet: printableASCII(), MinCharCount: 2, MaxPieceRunes: 16, SplitDigits: true}
}

// printableASCII leaves out the space, which is U+2581 by then.
func printableASCII() string {
	var b strings.Builder
	for c := byte('!'); c <= '~'; c++ {
		b.WriteByte(c)
	}
	return b.String() + spaceBytes
}

// controlPieces have the ids 0 to 3, as Gemma's.
var controlPieces = [...]string{"<pad>", "<eos>", "<bos>", "<unk>"}

// Validate checks a configuration.
func (c *TrainConfig) Validate() error {
	fixed := len(controlPieces) + len(c.UserDefined) + 256
	switch {
	case c.VocabSize <= fixed || c.VocabSize > maxPieces:
		return fieldError("vocab_size", ErrMalformed, "%d, must be more than %d for control, user-defined and byte pieces", c.VocabSize, fixed)
	case c.MaxPieceRunes < 1 || c.MaxPieceRunes > 1024:
		return fieldError("max_piece_runes", ErrMalformed, "%d, must be 1 to 1024", c.MaxPieceRunes)
	}
	seen := map[string]bool{}
	for i, p := range slices.Concat(controlPieces[:], c.UserDefined) {
		if p == "" || strings.Contains(p, " ") || seen[p] || len(p) > maxAddedBytes || !utf8.ValidString(p) {
			return fieldError(fmt.Sprintf("user_defined[%d]", i-len(controlPieces)), ErrMalformed,
				"%s is empty, twice there, too long, or has a space (write U+2581)", show(p))
		}
		seen[p] = true
	}
	return nil
}

// Train learns a vocabulary from texts. The same texts and configuration give the same vocabulary; the order of the
// texts does not matter. It returns the bytes of a tokenizer.model;
// Convert makes the Hugging Face form of it.
func Train(ctx context.Context, texts []string, c TrainConfig) ([]byte, error) {
	if err := c.Validate(); err != nil {
		return nil, err
	}
	t := newTrainer(c)
	for i, s := range texts {
		if i%256 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		t.count(s)
	}
	chars := t.characters()
	room := c.VocabSize - len(controlPieces) - len(c.UserDefined) - 256 - len(chars)
	if room < 0 {
		return nil, fieldError("vocab_size", ErrMalformed, "%d is too small: %d characters alone need %d", c.VocabSize, len(chars), c.VocabSize-room)
	}
	merged, err := t.learn(ctx, chars, room)
	if err != nil {
		return nil, err
	}
	if len(merged) < room {
		return nil, fieldError("vocab_size", ErrMalformed, "%d is too large: the texts have only %d pieces", c.VocabSize, c.VocabSize-room+len(merged))
	}
	return writeModel(c, merged, chars), nil
}

type trainer struct {
	c     TrainConfig
	users *matcher
	words map[string]int
	chars map[rune]int
}

func newTrainer(c TrainConfig) *trainer {
	t := &trainer{c: c, words: map[string]int{}, chars: map[rune]int{}}
	var users []AddedToken
	for _, u := range c.UserDefined {
		users = append(users, AddedToken{Content: u})
	}
	t.users = newMatcher(users, true)
	return t
}

// count cuts a text into words, which merging never crosses, and counts them.
func (t *trainer) count(s string) {
	if t.users == nil {
		t.segment(s)
		return
	}
	for from := 0; ; {
		u, start, end := t.users.next(s, from, from)
		t.segment(s[from:start])
		if u == nil {
			return
		}
		from = end
	}
}

// class groups characters that may stand in one word.
type class uint8

const (
	classNone class = iota // in no word
	classSpace
	classLetter
	classDigit
	classOther
)

func classOf(r rune) class {
	switch {
	case r == space:
		return classSpace
	case r == utf8.RuneError || unicode.IsControl(r) || unicode.IsSpace(r):
		return classNone
	case unicode.IsLetter(r) || unicode.IsMark(r):
		return classLetter
	case unicode.IsDigit(r):
		return classDigit
	}
	return classOther
}

// segment counts the words of text without user-defined pieces: runs of one class, letters and punctuation with the
// one space before them.
func (t *trainer) segment(s string) {
	text := string(appendNormalized(nil, s))
	start, last := 0, classNone
	flush := func(end int) {
		if end > start && last != classNone {
			t.words[text[start:end]]++
		}
		start = end
	}
	for i, r := range text {
		k := classOf(r)
		switch {
		case k == classNone:
			flush(i)
		case k == last && k != classSpace && (k != classDigit || !t.c.SplitDigits):
		case last == classSpace && (k == classLetter || k == classOther):
			// one space belongs to the word, earlier ones are a word of their own
			if i-start > len(spaceBytes) {
				flush(i - len(spaceBytes))
			}
		case k == classSpace && last == classSpace:
		default:
			flush(i)
		}
		if last == classNone || k == classNone {
			start = i
		}
		if k != classNone {
			t.chars[r]++
		}
		last = k
	}
	flush(len(text))
}

// characters returns the single-character pieces, most frequent first.
func (t *trainer) characters() []rune {
	for _, r := range t.c.Alphabet {
		t.chars[r] += t.c.MinCharCount
	}
	var list []rune
	for r, n := range t.chars {
		if n >= t.c.MinCharCount && !slices.Contains(t.c.UserDefined, string(r)) {
			list = append(list, r)
		}
	}
	slices.SortFunc(list, func(a, b rune) int {
		if t.chars[a] != t.chars[b] {
			return t.chars[b] - t.chars[a]
		}
		return int(a - b)
	})
	return list
}

// trainWord is a distinct word, as pieces.
type trainWord struct {
	pieces []int32
	count  int
}

type pair struct{ a, b int32 }

// learner merges the most frequent pair again and again.
type learner struct {
	pieces []string
	runes  []int
	ids    map[string]int32
	words  []trainWord
	counts map[pair]int
	where  map[pair][]int32 // words that have, or had, the pair
	queue  pairQueue
}

func (t *trainer) learn(ctx context.Context, chars []rune, room int) ([]string, error) {
	l := &learner{ids: map[string]int32{}, counts: map[pair]int{}, where: map[pair][]int32{}}
	for _, r := range chars {
		l.piece(string(r), 1)
	}
	texts := make([]string, 0, len(t.words))
	for w := range t.words {
		texts = append(texts, w)
	}
	slices.Sort(texts)
	for _, w := range texts {
		l.addWord(w, t.words[w])
	}
	for p := range l.counts {
		l.offer(p)
	}
	heap.Init(&l.queue)
	taken := map[string]bool{}
	for _, u := range slices.Concat(controlPieces[:], t.c.UserDefined) {
		taken[u] = true
	}
	var merged []string
	for len(merged) < room && l.queue.Len() > 0 {
		if len(merged)%64 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		top := heap.Pop(&l.queue).(queued)
		if n := l.counts[top.pair]; n != top.count {
			if n > 0 {
				heap.Push(&l.queue, queued{top.pair, n, top.text})
			}
			continue
		}
		runes := l.runes[top.pair.a] + l.runes[top.pair.b]
		if top.count < 1 || runes > t.c.MaxPieceRunes || taken[top.text] {
			continue
		}
		if _, known := l.ids[top.text]; !known {
			merged = append(merged, top.text)
		}
		l.merge(top.pair, l.piece(top.text, runes))
	}
	return merged, nil
}

func (l *learner) piece(text string, runes int) int32 {
	if id, ok := l.ids[text]; ok {
		return id
	}
	id := int32(len(l.pieces))
	l.pieces, l.runes, l.ids[text] = append(l.pieces, text), append(l.runes, runes), id
	return id
}

// addWord splits a word at characters that are no pieces and counts its pairs.
func (l *learner) addWord(w string, count int) {
	var pieces []int32
	end := func() {
		if len(pieces) > 1 {
			at := int32(len(l.words))
			l.words = append(l.words, trainWord{pieces, count})
			for i := range len(pieces) - 1 {
				l.change(pair{pieces[i], pieces[i+1]}, count, at)
			}
		}
		pieces = nil
	}
	for _, r := range w {
		if id, ok := l.ids[string(r)]; ok {
			pieces = append(pieces, id)
		} else {
			end()
		}
	}
	end()
}

// change adds to the count of a pair in a word.
func (l *learner) change(p pair, by int, word int32) {
	l.counts[p] += by
	if by > 0 {
		if w := l.where[p]; len(w) == 0 || w[len(w)-1] != word {
			l.where[p] = append(w, word)
		}
	}
}

func (l *learner) offer(p pair) {
	l.queue = append(l.queue, queued{p, l.counts[p], l.pieces[p.a] + l.pieces[p.b]})
}

// merge replaces a pair everywhere by one piece.
func (l *learner) merge(p pair, id int32) {
	words := l.where[p]
	delete(l.where, p)
	fresh := map[pair]bool{}
	for _, at := range words {
		w := &l.words[at]
		for i := 0; i+1 < len(w.pieces); i++ {
			if w.pieces[i] != p.a || w.pieces[i+1] != p.b {
				continue
			}
			if i > 0 {
				l.change(pair{w.pieces[i-1], p.a}, -w.count, at)
				l.change(pair{w.pieces[i-1], id}, w.count, at)
				fresh[pair{w.pieces[i-1], id}] = true
			}
			if i+2 < len(w.pieces) {
				l.change(pair{p.b, w.pieces[i+2]}, -w.count, at)
				l.change(pair{id, w.pieces[i+2]}, w.count, at)
				fresh[pair{id, w.pieces[i+2]}] = true
			}
			w.pieces[i] = id
			w.pieces = slices.Delete(w.pieces, i+1, i+2)
		}
	}
	delete(l.counts, p)
	for q := range fresh {
		if n := l.counts[q]; n > 0 {
			heap.Push(&l.queue, queued{q, n, l.pieces[q.a] + l.pieces[q.b]})
		}
	}
}

type queued struct {
	pair  pair
	count int
	text  string
}

// pairQueue has the most frequent pair on top; equal ones by text, then by how it is split, so that the order in which
// pairs came in does not matter.
type pairQueue []queued

func (q pairQueue) Len() int      { return len(q) }
func (q pairQueue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q pairQueue) Less(i, j int) bool {
	switch a, b := q[i], q[j]; {
	case a.count != b.count:
		return a.count > b.count
	case len(a.text) != len(b.text):
		return len(a.text) < len(b.text)
	case a.text != b.text:
		return a.text < b.text
	default:
		return a.pair.a < b.pair.a
	}
}
func (q *pairQueue) Push(x any) { *q = append(*q, x.(queued)) }
func (q *pairQueue) Pop() any {
	s := *q
	last := s[len(s)-1]
	*q = s[:len(s)-1]
	return last
}
