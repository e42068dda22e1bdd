package generate

import (
	"fmt"
	"math"
	"strings"

	"lapidary/kernels"
)

// Options says how texts are continued. The names are those of transformers' GenerationConfig.
type Options struct {
	MaxNewTokens int     `json:"max_new_tokens"`
	Temperature  float64 `json:"temperature"` // zero: the likeliest token, always
	TopK         int     `json:"top_k"`       // sample among so many of the likeliest; zero: all
	TopP         float64 `json:"top_p"`       // sample among the fewest likeliest that reach this probability; one: all
	Seed         uint64  `json:"seed"`
	StopIDs      []int32 `json:"stop_ids"`   // tokens that end a text
	IgnoreEOS    bool    `json:"ignore_eos"` // go on past StopIDs, to MaxNewTokens
	// VocabLimit bounds the tokens that may be chosen: an embedding may have more rows than the tokenizer has tokens.
	// Zero: all.
	VocabLimit int `json:"vocab_limit"`
	// Pool chooses the tokens of texts side by side; nil chooses them one after another. It is idle otherwise.
	Pool *kernels.Pool `json:"-"`
}

// DefaultOptions is greedy choice.
func DefaultOptions() Options {
	return Options{MaxNewTokens: 256, TopP: 1, Seed: 42}
}

// OptionsError reports every option that makes no sense.
type OptionsError struct{ Problems []string }

func (e *OptionsError) Error() string { return "generation options: " + strings.Join(e.Problems, "; ") }

// Validate reports options that make no sense, all at once.
func (o *Options) Validate() error {
	var e OptionsError
	bad := func(format string, args ...any) { e.Problems = append(e.Problems, fmt.Sprintf(format, args...)) }
	if o.MaxNewTokens < 1 {
		bad("max_new_tokens %d is not positive", o.MaxNewTokens)
	}
	if !(o.Temperature >= 0) || math.IsInf(o.Temperature, 0) {
		bad("temperature %v is neither zero nor positive", o.Temperature)
	}
	if o.TopK < 0 {
		bad("top_k %d is negative", o.TopK)
	}
	if !(o.TopP > 0 && o.TopP <= 1) {
		bad("top_p %v is not above 0 and at most 1", o.TopP)
	}
	if o.VocabLimit < 0 {
		bad("vocab_limit %d is negative", o.VocabLimit)
	}
	if len(e.Problems) > 0 {
		return &e
	}
	return nil
}
