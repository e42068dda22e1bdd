package gemma2

import (
	"context"
	"fmt"
	"slices"

	"lapidary/autograd"
	"lapidary/kernels"
	"lapidary/tensor"
)

// Decoder runs a model token by token over sequences whose past is in a cache. It belongs to one goroutine.
//
// What a sequence gets does not depend, in any bit, on the sequences beside it, nor on what its prompt shares with
// another: a prompt's tokens go through the matrix product for many rows and new tokens through the one for few, each of
// which gives a row the same bits whatever the other rows are; and a prompt is cut where a tile of attention ends.
type Decoder struct {
	model *Model
	tape  *autograd.Tape
	cache *Cache
	held  []heldText
	// PrefillTokens bounds the tokens of one pass; longer prompts take several. It bounds memory, not results.
	PrefillTokens int

	last *tensor.Tensor // the last hidden state of each sequence that a call has moved to its end
}

// heldText is what a sequence holds. The first prompt tokens of it came as a prompt: another that begins alike may use
// their keys and values.
type heldText struct {
	ids    []int32
	prompt int
}

// defaultPrefill fills the matrix products; the activations of 2b's widest layer are then 37 MB in float32.
const defaultPrefill = 1024

// fewRows tells texts that are decoded, or are very short, from prompts.
const fewRows = kernels.GemvRows

// NewDecoder makes a decoder of sequences of at most maxLength tokens each. The tape is the decoder's from now on.
func (m *Model) NewDecoder(t *autograd.Tape, sequences, maxLength int) *Decoder {
	return &Decoder{
		model: m, tape: t, cache: m.NewCache(t, sequences, maxLength), held: make([]heldText, sequences),
		PrefillTokens: defaultPrefill,
	}
}

// Cache returns the decoder's cache.
func (d *Decoder) Cache() *Cache { return d.cache }

// Begin makes a sequence ready for a prompt and returns how many of its tokens it holds already, at least one less than
// all: keys and values of a prompt that began alike, in this sequence or in another, are not computed again.
func (d *Decoder) Begin(seq int, prompt []int32) (known int, err error) {
	if seq < 0 || seq >= len(d.held) {
		return 0, fmt.Errorf("gemma2: sequence %d of %d is not there", seq, len(d.held))
	}
	h := &d.held[seq]
	known = d.whole(min(common(h.ids[:h.prompt], prompt), len(prompt)-fewRows-1))
	if err := d.Truncate(seq, known); err != nil {
		return 0, err
	}
	if len(prompt) > d.cache.max {
		return known, nil // Extend says so
	}
	return known + d.adopt(seq, prompt[known:]), nil
}

// adopt copies to a sequence the longest beginning of rest that another sequence holds, and returns its length.
func (d *Decoder) adopt(seq int, rest []int32) int {
	have := len(d.held[seq].ids)
	if have != d.held[seq].prompt {
		return 0
	}
	from, most := 0, 0
	for s := range d.held {
		h := &d.held[s]
		if s == seq || h.prompt < have || !slices.Equal(h.ids[:have], d.held[seq].ids) {
			continue
		}
		n := d.whole(have+min(common(h.ids[have:h.prompt], rest), len(rest)-fewRows-1)) - have
		if n > most {
			from, most = s, n
		}
	}
	if most > 0 {
		d.cache.copyFrom(seq, from, have, most)
		d.append(seq, rest[:most], true)
	}
	return max(0, most)
}

// whole rounds a length down to whole tiles of attention.
func (d *Decoder) whole(n int) int { return max(0, n) / d.tile() * d.tile() }

func (d *Decoder) tile() int { return d.model.Blocks[0].attention.QueryTile() }

// append notes what a sequence has been moved on by.
func (d *Decoder) append(seq int, ids []int32, prompt bool) {
	h := &d.held[seq]
	if prompt && h.prompt == len(h.ids) {
		h.prompt += len(ids)
	}
	h.ids = append(h.ids, ids...)
}

// common returns how many tokens two texts have in common at their beginning.
func common(a, b []int32) (n int) {
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// Truncate shortens a sequence to its first n tokens.
func (d *Decoder) Truncate(seq, n int) error {
	if err := d.cache.Truncate(seq, n); err != nil {
		return err
	}
	h := &d.held[seq]
	h.ids, h.prompt = h.ids[:n], min(h.prompt, n)
	return nil
}

// VocabSize returns the number of logits.
func (d *Decoder) VocabSize() int { return d.model.Config.VocabSize }

// Extend appends ids[i] to sequence seqs[i] and returns for each the logits, after the final cap, that follow its last
// token. Up to fewRows sequences that are moved on by a token each take one pass over the weights. The logits are valid
// until the next call. On an error, of which a cancelled context is one, no sequence has changed.
func (d *Decoder) Extend(ctx context.Context, seqs []int, ids [][]int32) (logits [][]float32, err error) {
	logits = make([][]float32, len(seqs))
	err = d.extend(ctx, seqs, ids, func(h *autograd.Var, texts []int) {
		y := d.model.Logits(d.tape, h).Data
		for j, i := range texts {
			logits[i] = y.RowRange(j, j+1).F32()
		}
	})
	if err != nil {
		return nil, err
	}
	return logits, nil
}

// ExtendGreedy is Extend where nothing is wanted but the likeliest of the first limit tokens: the largest logit under the
// final cap, the first of equals. It is -1 where one of those logits is not finite.
func (d *Decoder) ExtendGreedy(ctx context.Context, seqs []int, ids [][]int32, limit int) (next []int32, err error) {
	if limit < 1 || limit > d.VocabSize() {
		return nil, fmt.Errorf("gemma2: ExtendGreedy: limit %d is not in 1 to %d", limit, d.VocabSize())
	}
	next = make([]int32, len(seqs))
	var found [fewRows]int32
	err = d.extend(ctx, seqs, ids, func(h *autograd.Var, texts []int) {
		d.model.argMax(d.tape, h, limit, found[:len(texts)])
		for j, i := range texts {
			next[i] = found[j]
		}
	})
	if err != nil {
		return nil, err
	}
	return next, nil
}

// extend moves sequences on and calls do with what the head is to see.
func (d *Decoder) extend(ctx context.Context, seqs []int, ids [][]int32, do func(h *autograd.Var, texts []int)) (err error) {
	if err := d.check(seqs, ids); err != nil {
		return err
	}
	before := make([]int, len(seqs))
	for i, s := range seqs {
		before[i] = d.cache.Len(s)
	}
	defer func() {
		v := recover()
		a, stopped := v.(abandoned)
		if v != nil && !stopped {
			panic(v)
		}
		if stopped {
			err = a.err
		}
		if err != nil {
			for i, s := range seqs { // some may have been moved on
				d.cache.seqs[s].length = before[i]
				h := &d.held[s]
				h.ids, h.prompt = h.ids[:before[i]], min(h.prompt, before[i])
			}
		}
		d.tape.SetPoll(nil)
	}()
	d.tape.SetPoll(func() {
		if err := ctx.Err(); err != nil {
			panic(abandoned{err})
		}
	})
	p := passes{Decoder: d, seqs: seqs, rest: slices.Clone(ids)}
	if err := p.run(); err != nil {
		return err
	}
	p.ends(do)
	return nil
}

// check refuses what cannot be done before anything is done.
func (d *Decoder) check(seqs []int, ids [][]int32) error {
	if len(seqs) != len(ids) {
		return fmt.Errorf("gemma2: Extend: %d sequences, ids for %d", len(seqs), len(ids))
	}
	counts := make([]int, len(ids))
	for i := range ids {
		counts[i] = len(ids[i])
		for _, id := range ids[i] {
			if id < 0 || int(id) >= d.model.Config.VocabSize {
				return fmt.Errorf("gemma2: token id %d is outside the vocabulary of %d", id, d.model.Config.VocabSize)
			}
		}
	}
	return d.cache.check(seqs, counts)
}

// abandoned is what the tape's poll panics with when the context has ended.
type abandoned struct{ err error }

// pass feeds tokens to sequences, all in one walk over the weights, and returns the hidden states of all tokens.
func (d *Decoder) pass(seqs []int, ids [][]int32) (*autograd.Var, error) {
	counts := make([]int, len(ids))
	var flat []int32
	for i := range ids {
		counts[i], flat = len(ids[i]), append(flat, ids[i]...)
	}
	d.tape.Reset()
	spans, positions, err := d.cache.plan(seqs, counts)
	if err != nil {
		return nil, err
	}
	var h *autograd.Var
	d.tape.NoGrad(func() {
		h = d.model.run(d.tape, &pass{rope: d.model.rope(positions), spans: spans, cache: d.cache}, flat, nil)
	})
	d.cache.commit(seqs, counts)
	return h, nil
}
