package finetune

import (
	"context"
	"fmt"
	"slices"
	"time"

	"lapidary/kernels"
	"lapidary/model/gemma2"
	"lapidary/tensor"
	"lapidary/train"
)

// DecodeBench says which generation to measure.
type DecodeBench struct {
	Config  gemma2.Config // of random weights, where Model is empty
	DType   tensor.DType
	Model   string
	Prompt  int // tokens before the first new one
	Tokens  int // new ones
	Machine Machine
}

// DecodeFigures is what generation achieved. Each token reads every weight once: the rate of reading is the limit, and
// the peak is what summing an array as large as several caches reaches right around it.
type DecodeFigures struct {
	TokensPerSecond        float64 `json:"tokens_per_second"`
	PrefillTokensPerSecond float64 `json:"prefill_tokens_per_second"`
	GBPerSecond            float64 `json:"gb_per_second"`
	PeakGBPerSecond        float64 `json:"peak_gb_per_second"`
	Ratio                  float64 `json:"ratio"`
	PeakRSS                int64   `json:"peak_rss_bytes"`
	Threads                int     `json:"threads"`
	Level                  string  `json:"level"`
	Precision              string  `json:"precision"`
}

// Run measures.
func (b *DecodeBench) Run(ctx context.Context) (DecodeFigures, error) {
	if b.Prompt < 1 || b.Tokens < 1 || b.Prompt > 1<<20 || b.Tokens > 1<<20 {
		return DecodeFigures{}, &OptionsError{[]error{fmt.Errorf("prompt, tokens: %d and %d are not between 1 and %d", b.Prompt, b.Tokens, 1<<20)}}
	}
	s, err := b.open()
	if err != nil {
		return DecodeFigures{}, err
	}
	defer s.Close()
	d := s.Model.NewDecoder(s.Tape(), 1, b.Prompt+b.Tokens)
	ids := make([]int32, b.Prompt)
	for i := range ids {
		ids[i] = int32(kernels.Hash64(7, uint64(i)) % uint64(s.Model.Config.VocabSize))
	}
	began := time.Now()
	if _, err := d.Extend(ctx, []int{0}, [][]int32{ids}); err != nil {
		return DecodeFigures{}, err
	}
	prefill := time.Since(began).Seconds()
	before := readPeak(s.Pool)
	times := make([]float64, b.Tokens)
	for i := range times {
		began := time.Now()
		if _, err := d.Extend(ctx, []int{0}, [][]int32{{ids[i%len(ids)]}}); err != nil {
			return DecodeFigures{}, err
		}
		times[i] = time.Since(began).Seconds()
	}
	peak := (before + readPeak(s.Pool)) / 2
	slices.Sort(times)
	rate := 1 / times[len(times)/2]
	gb := rate * float64(s.decodeBytes()) / 1e9
	return DecodeFigures{
		TokensPerSecond: rate, PrefillTokensPerSecond: float64(b.Prompt) / prefill, GBPerSecond: gb, PeakGBPerSecond: peak / 1e9,
		Ratio: gb / (peak / 1e9), PeakRSS: train.PeakRSS(), Threads: s.Pool.Workers(),
		Level: kernels.Active().String(), Precision: s.Precision(),
	}, nil
}

func (b *DecodeBench) open() (*Session, error) {
	if b.Model != "" {
		return Open(b.Model, "", b.Machine)
	}
	if err := b.Machine.Validate(); err != nil {
		return nil, err
	}
	m, err := gemma2.NewRandom(b.Config, 1, b.DType)
	if err != nil {
		return nil, err
	}
	return &Session{Model: m, Pool: kernels.NewPool(b.Machine.threads()), Activations: b.Machine.activations(b.DType)}, nil
}

// decodeBytes is what one token reads of the weights: the blocks, and the head, which is the embedding where tied.
func (s *Session) decodeBytes() int64 {
	c := &s.Model.Config
	weights := float64(c.NumHiddenLayers)*blockWeights(c) + float64(c.VocabSize)*float64(c.HiddenSize)
	return int64(weights) * int64(c.DType.Bits()/8)
}

// readPeak measures how fast the workers read memory, in bytes a second.
func readPeak(p *kernels.Pool) float64 {
	x := make([]float32, 64<<20)
	for i := range x {
		x[i] = 1 // pages that were never written are all one page
	}
	best := time.Duration(1<<63 - 1)
	for range 5 {
		began := time.Now()
		kernels.SumSquares(p, x)
		best = min(best, time.Since(began))
	}
	return float64(4*len(x)) / best.Seconds()
}
