package demo

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"

	"lapidary/autograd"
	"lapidary/generate"
	"lapidary/kernels"
	"lapidary/model/gemma2"
	"lapidary/tokenizer"
)

// scoreSide is how many answers are generated side by side.
const scoreSide = 32

// Skill measures a kind of dialogue: the share of n questions whose greedy answer is the expected one to the letter.
func Skill(ctx context.Context, m *gemma2.Model, tape *autograd.Tape, tok *tokenizer.Tokenizer, kind string, axes Axis, n int, seed uint64) (float64, error) {
	dialogues := make([]Dialogue, n)
	prompts := make([]string, n)
	for i := range dialogues {
		dialogues[i] = NewDialogue(rand.New(rand.NewPCG(seed, uint64(i))), kind, axes)
		prompts[i] = prompt(dialogues[i].Tools, dialogues[i].User)
	}
	answers, err := Answers(ctx, m, tape, tok, prompts)
	if err != nil {
		return 0, err
	}
	right := 0
	for i, a := range answers {
		if a == dialogues[i].Answer {
			right++
		}
	}
	return float64(right) / float64(n), nil
}

// Answers continues prompts greedily up to the end of the turn. Each processor answers a part of them by itself: an answer
// does not depend on those beside it, and loops over so small a model are too short to share.
func Answers(ctx context.Context, m *gemma2.Model, tape *autograd.Tape, tok *tokenizer.Tokenizer, prompts []string) ([]string, error) {
	answers := make([]string, len(prompts))
	workers := tape.Pool().Workers()
	errs := make([]error, workers)
	var parts sync.WaitGroup
	for w := range workers {
		from, to := w*len(prompts)/workers, (w+1)*len(prompts)/workers
		parts.Go(func() {
			pool := kernels.NewPool(1)
			defer pool.Close()
			own := autograd.NewTape(pool)
			own.SetActivations(tape.Activations())
			errs[w] = answer(ctx, m, own, tok, prompts[from:to], answers[from:to])
		})
	}
	parts.Wait()
	return answers, errors.Join(errs...)
}

// answer fills in the answers to prompts.
func answer(ctx context.Context, m *gemma2.Model, tape *autograd.Tape, tok *tokenizer.Tokenizer, prompts, answers []string) error {
	o := generate.DefaultOptions()
	o.MaxNewTokens = 64
	if id, ok := tok.TokenToID(turnEnd); ok {
		o.StopIDs = []int32{id}
	}
	requests := make([]generate.Request, len(prompts))
	for i, p := range prompts {
		requests[i] = generate.Request{Prompt: tok.Encode(p), Key: uint64(i)}
	}
	side := min(scoreSide, len(prompts))
	if side == 0 {
		return nil
	}
	results, err := generate.Run(ctx, m.NewDecoder(tape, side, generate.Length(requests, o)), side, requests, o, nil)
	if err != nil {
		return err
	}
	for i, r := range results {
		answers[i] = tok.Decode(r.Content(), false)
	}
	return nil
}
