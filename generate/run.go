package generate

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// Model moves several sequences on by some tokens in one pass.
type Model interface {
	// Extend appends ids[i] to sequence seqs[i] and returns for each the logits that follow; valid until the next call.
	Extend(ctx context.Context, seqs []int, ids [][]int32) (logits [][]float32, err error)
	// Begin makes a sequence ready for a prompt. It returns how many of the prompt's tokens the sequence holds already,
	// fewer than all: what an earlier text in this place began with too.
	Begin(seq int, prompt []int32) (known int, err error)
}

// greedy is a Model that finds the likeliest tokens itself: the logits need not be there for that.
type greedy interface {
	// ExtendGreedy is Extend with the likeliest of the first limit tokens in place of the logits, the first of equals; -1 where
	// one of their logits is not finite.
	ExtendGreedy(ctx context.Context, seqs []int, ids [][]int32, limit int) (next []int32, err error)
	VocabSize() int
}

// Request is a text to continue.
type Request struct {
	Prompt []int32
	// Key tells this text's random choices from those of others under the same seed.
	Key uint64
}

// Reason says why a text ended.
type Reason string

// The reasons a text ends. The words are those of the OpenAI interface, but for the last.
const (
	ReasonStop     Reason = "stop"      // a stop token
	ReasonLength   Reason = "length"    // MaxNewTokens
	ReasonCallback Reason = "callback"  // emit returned ErrStop
	ReasonNone     Reason = "cancelled" // Run returned before the text ended
)

// Result is the continuation of a request. A stop token is the last of IDs.
type Result struct {
	IDs    []int32
	Reason Reason
}

// Content returns the ids without the stop token.
func (r Result) Content() []int32 {
	if r.Reason == ReasonStop {
		return r.IDs[:len(r.IDs)-1]
	}
	return r.IDs
}

// ErrStop, returned by an emit function, ends that request's text and no other.
var ErrStop = errors.New("generate: stop here")

// ErrNonFinite marks logits that hold NaN or infinity.
var ErrNonFinite = errors.New("logits are not finite")

// Length returns the tokens of the longest text that may come of the requests.
func Length(requests []Request, o Options) int {
	n := 0
	for _, r := range requests {
		n = max(n, len(r.Prompt)+o.MaxNewTokens)
	}
	return n
}

// sequence is a place in the model and the request that it serves.
type sequence struct {
	request int
	pending []int32 // tokens the model has not seen
}

// Run continues all requests, at most sequences of them side by side, in the model's sequences 0 to sequences-1. emit,
// where not nil, is shown every new token at once; an error from it, other than ErrStop, ends the run. On an error the
// results hold what there is so far.
func Run(ctx context.Context, m Model, sequences int, requests []Request, o Options,
	emit func(request int, id int32) error) ([]Result, error) {
	results := make([]Result, len(requests))
	for i := range results {
		results[i].Reason = ReasonNone
		if len(requests[i].Prompt) == 0 {
			return results, fmt.Errorf("generate: request %d has an empty prompt", i)
		}
	}
	if err := o.Validate(); err != nil {
		return results, err
	}
	r := runner{m: m, o: o, requests: requests, results: results, emit: emit, samplers: newSamplers(o)}
	r.places = make([]*sequence, min(max(sequences, 1), len(requests)))
	for {
		if err := r.admit(); err != nil {
			return results, err
		}
		if done, err := r.step(ctx); done || err != nil {
			return results, err
		}
	}
}

type runner struct {
	m        Model
	o        Options
	requests []Request
	results  []Result
	emit     func(request int, id int32) error
	samplers []*sampler // of each worker

	next   int         // first request that waits
	places []*sequence // by the model's sequence number; nil where free
	seqs   []int
	ids    [][]int32
	chosen []choice // what follows each of seqs
}

// choice is the token that follows the logits, or why there is none.
type choice struct {
	logits []float32
	id     int32
	err    error
}

// admit gives free places to the requests that wait.
func (r *runner) admit() error {
	for p, s := range r.places {
		if s == nil && r.next < len(r.requests) {
			prompt := r.requests[r.next].Prompt
			known, err := r.m.Begin(p, prompt)
			if err != nil {
				return err
			}
			r.places[p] = &sequence{request: r.next, pending: slices.Clone(prompt[known:])}
			r.next++
		}
	}
	return nil
}

// step moves every text on by one token; it reports true when there is none left.
func (r *runner) step(ctx context.Context) (done bool, err error) {
	r.seqs, r.ids = r.seqs[:0], r.ids[:0]
	for p, s := range r.places {
		if s != nil {
			r.seqs, r.ids = append(r.seqs, p), append(r.ids, s.pending)
		}
	}
	if len(r.seqs) == 0 {
		return true, nil
	}
	if err := ctx.Err(); err != nil {
		return false, err
	}
	if err := r.extend(ctx); err != nil {
		return false, err
	}
	for i, p := range r.seqs {
		s := r.places[p]
		err := r.chosen[i].err
		ended := false
		if err == nil {
			ended, err = r.advance(s, r.chosen[i].id)
		}
		if err != nil {
			return false, fmt.Errorf("generate: request %d: %w", s.request, err)
		}
		if ended {
			r.places[p] = nil
		}
	}
	return false, nil
}

// extend moves the model on and finds what follows.
func (r *runner) extend(ctx context.Context) error {
	r.chosen = r.chosen[:0]
	if m, ok := r.m.(greedy); ok && r.o.Temperature == 0 {
		limit := m.VocabSize()
		if r.o.VocabLimit > 0 {
			limit = min(limit, r.o.VocabLimit)
		}
		next, err := m.ExtendGreedy(ctx, r.seqs, r.ids, limit)
		for _, id := range next {
			c := choice{id: id}
			if id < 0 { // a choice would hide that the model has broken down
				c.err = ErrNonFinite
			}
			r.chosen = append(r.chosen, c)
		}
		return err
	}
	logits, err := r.m.Extend(ctx, r.seqs, r.ids)
	if err != nil {
		return err
	}
	r.choose(logits)
	return nil
}

// choose finds the next token of every text; a vocabulary of 256,000 is worth a worker for each.
func (r *runner) choose(logits [][]float32) {
	for _, l := range logits {
		r.chosen = append(r.chosen, choice{logits: l})
	}
	if r.o.Pool != nil {
		r.o.Pool.Run(len(r.chosen), (*chooseTask)(r))
		return
	}
	for i := range r.chosen {
		(*chooseTask)(r).Do(0, i)
	}
}

type chooseTask runner

func (r *chooseTask) Do(worker, i int) {
	request, c := r.places[r.seqs[i]].request, &r.chosen[i]
	c.id, c.err = r.samplers[worker].choose(c.logits, r.requests[request].Key, len(r.results[request].IDs))
}

// advance appends a text's next token and reports whether the text has ended.
func (r *runner) advance(s *sequence, id int32) (ended bool, err error) {
	result := &r.results[s.request]
	result.IDs = append(result.IDs, id)
	s.pending = append(s.pending[:0], id)
	switch {
	case !r.o.IgnoreEOS && slices.Contains(r.o.StopIDs, id):
		result.Reason = ReasonStop
	case len(result.IDs) >= r.o.MaxNewTokens:
		result.Reason = ReasonLength
	}
	if r.emit != nil {
		if err := r.emit(s.request, id); errors.Is(err, ErrStop) {
			result.Reason = ReasonCallback
		} else if err != nil {
			return false, err
		}
	}
	return result.Reason != ReasonNone, nil
}
