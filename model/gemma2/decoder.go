package gemma2

import (
	"context"
	"fmt"
	"slices"

	"lapidary/autograd"
	"lapidary/kernels"
)

// Decoder runs a model token by token over sequences whose past is in a cache. It belongs to one goroutine.
type Decoder struct {
	model *Model
	tape  *autograd.Tape
	cache *Cache
	ids   [][]int32 // what each sequence holds
	// PrefillTokens bounds the tokens of one pass; longer prompts take several. It bounds memory, not results.
	PrefillTokens int
}

// defaultPrefill fills the matrix products; the activations of 2b's widest layer are then 37 MB in float32.
const defaultPrefill = 1024

// NewDecoder makes a decoder of sequences of at most maxLength tokens each. The tape is the decoder's from now on.
func (m *Model) NewDecoder(t *autograd.Tape, sequences, maxLength int) *Decoder {
	return &Decoder{
		model: m, tape: t, cache: m.NewCache(t, sequences, maxLength), ids: make([][]int32, sequences),
		PrefillTokens: defaultPrefill,
	}
}

// Cache returns the decoder's cache.
func (d *Decoder) Cache() *Cache { return d.cache }

// Begin makes a sequence ready for a prompt and returns how many of its tokens the sequence holds already: of an
// earlier text that began alike, such as the last turn of a conversation, keys and values are kept. At least one token
// of the prompt is left to Extend by.
func (d *Decoder) Begin(seq int, prompt []int32) (known int, err error) {
	if seq < 0 || seq >= len(d.ids) {
		return 0, fmt.Errorf("gemma2: sequence %d of %d is not there", seq, len(d.ids))
	}
	held := d.ids[seq]
	for known < len(prompt)-1 && known < len(held) && held[known] == prompt[known] {
		known++
	}
	return known, d.Truncate(seq, known)
}

// Truncate shortens a sequence to its first n tokens.
func (d *Decoder) Truncate(seq, n int) error {
	if err := d.cache.Truncate(seq, n); err != nil {
		return err
	}
	d.ids[seq] = d.ids[seq][:n]
	return nil
}

// VocabSize returns the number of logits.
func (d *Decoder) VocabSize() int { return d.model.Config.VocabSize }

// Extend appends ids[i] to sequence seqs[i], all in one pass over the weights, and returns for each the logits, after
// the final cap, that follow its last token. The logits are valid until the next call. On an error, of which a
// cancelled context is one, no sequence has changed.
func (d *Decoder) Extend(ctx context.Context, seqs []int, ids [][]int32) ([][]float32, error) {
	if len(seqs) != len(ids) {
		return nil, fmt.Errorf("gemma2: Extend: %d sequences, ids for %d", len(seqs), len(ids))
	}
	before := make([]int, len(seqs))
	for i, s := range seqs {
		if s < 0 || s >= len(d.cache.seqs) {
			return nil, fmt.Errorf("gemma2: sequence %d of %d is not there", s, len(d.cache.seqs))
		}
		before[i] = d.cache.Len(s)
		for _, id := range ids[i] {
			if id < 0 || int(id) >= d.model.Config.VocabSize {
				return nil, fmt.Errorf("gemma2: token id %d is outside the vocabulary of %d", id, d.model.Config.VocabSize)
			}
		}
	}
	logits, err := d.passes(ctx, seqs, ids)
	for i, s := range seqs {
		if err != nil { // pieces of long prompts may have been added
			d.cache.seqs[s].length = before[i]
		} else {
			d.ids[s] = append(d.ids[s], ids[i]...)
		}
	}
	return logits, err
}

// passes feeds long prompts piece by piece, until what is left of all of them fits into one last pass.
func (d *Decoder) passes(ctx context.Context, seqs []int, ids [][]int32) ([][]float32, error) {
	rest, left := slices.Clone(ids), 0
	for _, x := range ids {
		left += len(x)
	}
	for left > max(d.PrefillTokens, len(seqs)) {
		var part []int
		var partIDs [][]int32
		for i, room := 0, max(1, d.PrefillTokens); i < len(seqs) && room > 0; i++ {
			if n := min(len(rest[i])-1, room); n > 0 { // one token stays for the last pass
				part, partIDs = append(part, seqs[i]), append(partIDs, rest[i][:n])
				rest[i], room, left = rest[i][n:], room-n, left-n
			}
		}
		if _, err := d.pass(ctx, part, partIDs, false); err != nil {
			return nil, err
		}
	}
	return d.pass(ctx, seqs, rest, true)
}

// abandoned is what the tape's poll panics with when the context has ended.
type abandoned struct{ err error }

func (d *Decoder) pass(ctx context.Context, seqs []int, ids [][]int32, want bool) (logits [][]float32, err error) {
	counts := make([]int, len(ids))
	var flat []int32
	for i := range ids {
		counts[i], flat = len(ids[i]), append(flat, ids[i]...)
	}
	t, m := d.tape, d.model
	t.Reset()
	t.SetPoll(func() {
		if err := ctx.Err(); err != nil {
			panic(abandoned{err})
		}
	})
	defer func() {
		t.SetPoll(nil)
		if v := recover(); v != nil {
			a, ok := v.(abandoned)
			if !ok {
				panic(v)
			}
			logits, err = nil, a.err
		}
	}()
	spans, positions, err := d.cache.plan(seqs, counts)
	if err != nil {
		return nil, err
	}
	t.NoGrad(func() {
		h := m.run(t, &pass{rope: m.rope(positions), spans: spans, cache: d.cache}, flat, nil)
		if want {
			logits = d.lastLogits(h, counts)
		}
	})
	d.cache.commit(seqs, counts)
	return logits, nil
}

// lastLogits runs the head on each sequence's last hidden state only.
func (d *Decoder) lastLogits(h *autograd.Var, counts []int) [][]float32 {
	rows, end := make([]int32, len(counts)), 0
	for i, n := range counts {
		end += n
		rows[i] = int32(end - 1)
	}
	x := d.tape.New(h.Data.DType(), len(rows), h.Cols(), false)
	kernels.Gather(d.tape.Pool(), x.Data.Mat(), h.Data.Mat(), rows, 1)
	y := d.model.Logits(d.tape, x).Data
	logits := make([][]float32, len(counts))
	for i := range logits {
		logits[i] = y.RowRange(i, i+1).F32()
	}
	return logits
}
