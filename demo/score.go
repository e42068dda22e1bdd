package demo

import (
	"context"
	"math/rand/v2"

	"lapidary/autograd"
	"lapidary/generate"
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

// Answers continues prompts greedily up to the end of the turn.
func Answers(ctx context.Context, m *gemma2.Model, tape *autograd.Tape, tok *tokenizer.Tokenizer, prompts []string) ([]string, error) {
	o := generate.DefaultOptions()
	o.MaxNewTokens = 64
	if id, ok := tok.TokenToID(turnEnd); ok {
		o.StopIDs = []int32{id}
	}
	requests := make([]generate.Request, len(prompts))
	for i, p := range prompts {
		requests[i] = generate.Request{Prompt: tok.Encode(p), Key: uint64(i)}
	}
	d := m.NewDecoder(tape, scoreSide, generate.Length(requests, o))
	results, err := generate.Run(ctx, d, scoreSide, requests, o, nil)
	if err != nil {
		return nil, err
	}
	answers := make([]string, len(results))
	for i, r := range results {
		answers[i] = tok.Decode(r.Content(), false)
	}
	return answers, nil
}
