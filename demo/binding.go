package demo

import (
	"math/rand/v2"
	"slices"

	"lapidary/data"
	"lapidary/tokenizer"
)

// entry is a tool of random pieces: two words, and what stands in its brackets.
type entry struct{ verb, noun, needs []int32 }

// bindings draws a document of random pieces in the notation of tools: entries made of few verbs and few nouns, then
// questions that name a verb and a noun. The answer is what stands in the brackets of the entry that has both. With doubts
// every combination is asked for, and one with a verb or a noun that is nowhere, and where no entry has both the answer is
// "sorry". It can be known only from the entry in which the two stand together, which an answer that repeats the words of
// the question never asks for. A third of the documents asks in the notation of the list, where the answer is a plain copy,
// a third in words, a third in the turns of a conversation. Words have up to most pieces.
func bindings(r *rand.Rand, t *tokenizer.Tokenizer, most int, doubts bool) (ids, labels []int32) {
	w := newBindingWords(r, t.VocabSize(), most)
	verbs, nouns := [][]int32{w.next(), w.next()}, [][]int32{w.next(), w.next()}
	if r.IntN(2) == 0 {
		nouns = append(nouns, w.next())
	}
	cells := r.Perm(len(verbs) * len(nouns))
	entries := make([]entry, len(cells))
	offered := 2 + r.IntN(len(nouns))
	for i, c := range cells {
		e := entry{verb: verbs[c/len(nouns)], noun: nouns[c%len(nouns)], needs: t.Encode("sorry")}
		if i < offered {
			if e.needs = w.next(); r.IntN(3) == 0 {
				e.needs = slices.Concat(e.needs, t.Encode(", "), w.next())
			}
		}
		entries[i] = e
	}
	questions := slices.Clone(entries[:offered])
	if doubts {
		questions = append(slices.Clone(entries), entry{verbs[r.IntN(len(verbs))], w.next(), t.Encode("sorry")},
			entry{w.next(), nouns[r.IntN(len(nouns))], t.Encode("sorry")})
	}
	r.Shuffle(len(questions), func(i, j int) { questions[i], questions[j] = questions[j], questions[i] })
	begin, before, between, after, end := bos, "", " the ", ":", "\n"
	switch r.IntN(3) {
	case 0:
		between, after, end = "_", "(", ")\n"
	case 1:
		begin, after, end = bos+userTurn+"tools: ", turnEnd+"\n"+modelTurn, turnEnd
	}
	say := func(pieces []int32, scored bool) {
		for _, id := range pieces {
			ids = append(ids, id)
			if !scored {
				id = data.Ignore
			}
			labels = append(labels, id)
		}
	}
	say(t.Encode(begin), false)
	for i, e := range entries[:offered] {
		if i > 0 {
			say(t.Encode(" "), false)
		}
		say(slices.Concat(e.verb, t.Encode("_"), e.noun, t.Encode("("), e.needs, t.Encode(")")), false)
	}
	say(t.Encode("\n"), false)
	for i, q := range questions {
		if i > 0 && end == turnEnd {
			before = "\n" + userTurn
		}
		say(slices.Concat(t.Encode(before), q.verb, t.Encode(between), q.noun, t.Encode(after)), false)
		say(slices.Concat(q.needs, t.Encode(end)), true)
	}
	return ids, labels
}

// bindingWords draws words of random pieces, each once.
type bindingWords struct {
	r     *rand.Rand
	piece func() int32
	most  int
	drawn [][]int32
}

// newBindingWords draws from all pieces of words, or in a third of the documents from few, so that words share some.
func newBindingWords(r *rand.Rand, vocab, most int) *bindingWords {
	first := controls + len(pieces) + 256
	w := &bindingWords{r: r, most: most, piece: func() int32 { return int32(first + r.IntN(vocab-first)) }}
	if r.IntN(3) == 0 {
		few := make([]int32, 24+r.IntN(17))
		for i := range few {
			few[i] = w.piece()
		}
		w.piece = func() int32 { return few[r.IntN(len(few))] }
	}
	return w
}

func (w *bindingWords) next() []int32 {
	for {
		word := make([]int32, 1+w.r.IntN(w.most))
		for i := range word {
			word[i] = w.piece()
		}
		if !slices.ContainsFunc(w.drawn, func(other []int32) bool { return slices.Equal(word, other) }) {
			w.drawn = append(w.drawn, word)
			return word
		}
	}
}
