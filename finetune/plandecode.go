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
	Batch   int // texts side by side
	Machine Machine
}

// DecodeFigures is what generation achieved. Each token reads every weight once: the rate of reading is the limit, and
// the peak is what summing an array as large as several caches reaches right around it.
type DecodeFigures struct {
	TokensPerSecond        float64 `json:"tokens_per_second"` // of all texts
	Batch                  int     `json:"batch"`
	OneAtATime             float64 `json:"one_at_a_time_tokens_per_second"`
	Speedup                float64 `json:"speedup"` // of the batch over one text at a time
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
	if b.Prompt < 1 || b.Tokens < 1 || b.Prompt > 1<<20 || b.Tokens > 1<<20 || b.Batch < 1 || b.Batch > 1<<10 {
		return DecodeFigures{}, &OptionsError{[]error{fmt.Errorf("prompt, tokens: %d and %d are not between 1 and %d, or batch: %d is not between 1 and %d", b.Prompt, b.Tokens, 1<<20, b.Batch, 1<<10)}}
	}
	s, err := b.open()
	if err != nil {
		return DecodeFigures{}, err
	}
	defer s.Close()
	one, many := decodeRun{s: s, b: b, texts: 1}, decodeRun{s: s, b: b, texts: b.Batch}
	if err := one.prefill(ctx); err != nil {
		return DecodeFigures{}, err
	}
	runs := []*decodeRun{&one}
	if b.Batch > 1 {
		if err := many.prefill(ctx); err != nil {
			return DecodeFigures{}, err
		}
		runs = append(runs, &many)
	}
	before := readPeak(s.Pool)
	for i := range b.Tokens { // by turns, so that both meet the same machine
		for _, r := range runs {
			if err := r.step(ctx, i); err != nil {
				return DecodeFigures{}, err
			}
		}
	}
	peak := (before + readPeak(s.Pool)) / 2
	last := runs[len(runs)-1]
	gb := last.rate() / float64(last.texts) * float64(s.decodeBytes()) / 1e9
	return DecodeFigures{
		TokensPerSecond: last.rate(), Batch: b.Batch, OneAtATime: one.rate(), Speedup: last.rate() / one.rate(),
		PrefillTokensPerSecond: float64(b.Batch*b.Prompt) / last.prefillTime, GBPerSecond: gb, PeakGBPerSecond: peak / 1e9,
		Ratio: gb / (peak / 1e9), PeakRSS: train.PeakRSS(), Threads: s.Pool.Workers(),
		Level: kernels.Active().String(), Precision: s.Precision(),
	}, nil
}

// decodeRun is so many texts decoded side by side.
type decodeRun struct {
	s           *Session
	b           *DecodeBench
	texts       int
	d           *gemma2.Decoder
	seqs        []int
	prefillTime float64
	times       []float64
}

func (r *decodeRun) id(text, i int) int32 {
	return int32(kernels.Hash64(7+uint64(text), uint64(i)) % uint64(r.s.Model.Config.VocabSize))
}

func (r *decodeRun) prefill(ctx context.Context) error {
	r.d = r.s.Model.NewDecoder(r.s.Tape(), r.texts, r.b.Prompt+r.b.Tokens)
	prompts := make([][]int32, r.texts)
	for k := range prompts {
		r.seqs = append(r.seqs, k)
		for i := range r.b.Prompt {
			prompts[k] = append(prompts[k], r.id(k, i))
		}
	}
	began := time.Now()
	_, err := r.d.Extend(ctx, r.seqs, prompts)
	r.prefillTime = time.Since(began).Seconds()
	return err
}

func (r *decodeRun) step(ctx context.Context, i int) error {
	next := make([][]int32, r.texts)
	for k := range next {
		next[k] = []int32{r.id(k, i)}
	}
	began := time.Now()
	_, err := r.d.Extend(ctx, r.seqs, next)
	r.times = append(r.times, time.Since(began).Seconds())
	return err
}

// rate is tokens a second, by the median step.
func (r *decodeRun) rate() float64 {
	times := slices.Sorted(slices.Values(r.times))
	return float64(r.texts) / times[len(times)/2]
}

func (b *DecodeBench) open() (*Session, error) {
	if b.Model != "" {
		return Open(b.Model, "", b.Machine)
	}
	if err := b.Machine.Validate(); err != nil {
		return nil, err
	}
	return b.Machine.random(b.Config, b.DType)
}

// random is a session on a model of random weights in memory.
func (m Machine) random(c gemma2.Config, d tensor.DType) (*Session, error) {
	s := &Session{Pool: kernels.NewPool(m.threads()), Activations: m.activations(d)}
	var err error
	if s.Model, err = gemma2.NewRandomQuantised(c, 1, d, m.Quant.base(), s.Pool); err != nil {
		s.Pool.Close()
		return nil, err
	}
	return s, nil
}

// decodeBytes is what one token reads of the weights: the blocks, and the head, which is the embedding where tied.
func (s *Session) decodeBytes() int64 {
	var n int64
	for i, p := range s.Model.Parameters() {
		if i > 0 || s.Model.Config.TieWordEmbeddings { // an untied embedding, the first, gives one row
			n += p.Data().Size()
		}
	}
	return n
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
