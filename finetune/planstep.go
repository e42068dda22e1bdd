package finetune

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"lapidary/autograd"
	"lapidary/autograd/nn"
	"lapidary/autograd/optim"
	"lapidary/kernels"
	"lapidary/lora"
	"lapidary/model/gemma2"
	"lapidary/tensor"
	"lapidary/train"
)

// StepBench says which training step to measure.
type StepBench struct {
	Config    gemma2.Config // of random weights, where Model is empty
	DType     tensor.DType  // that they are stored in
	Model     string        // a checkpoint's directory
	Tokens    int
	Documents int     // that the tokens are divided into
	Labels    float64 // share of the tokens that carry loss
	Steps     int     // measured ones, after one that is not
	Adapter   AdapterOptions
	Machine   Machine
	// Each, where not nil, is told every step's own figures.
	Each func(StepFigures)
}

// StepFigures is what a training step achieved. The rates belong to the step whose utilisation is the median.
type StepFigures struct {
	TokensPerSecond float64 `json:"tokens_per_second"`
	SecondsPerStep  float64 `json:"seconds_per_step"`
	PeakRSS         int64   `json:"peak_rss_bytes"`
	GFlops          float64 `json:"gflops"`
	PeakGFlops      float64 `json:"peak_gflops"`
	MFU             float64 `json:"mfu"`
	// CPUSeconds is the processor time of the step over all threads, and ProcessorMFU the utilisation by that time, of
	// the loop in registers too: what other programs take does not count.
	CPUSeconds   float64 `json:"cpu_seconds_per_step"`
	ProcessorMFU float64 `json:"processor_mfu"`
	FlopsPerStep float64 `json:"flops_per_step"`
	ArenaBytes   int64   `json:"arena_bytes"`
	Loss         float64 `json:"loss"`
	Tokens       int     `json:"tokens"`
	LabelTokens  int     `json:"label_tokens"`
	Threads      int     `json:"threads"`
	Level        string  `json:"level"`
	Precision    string  `json:"precision"`
	Layers       int     `json:"layers"`
	Recomputed   int     `json:"recomputed_layers"`
}

// Validate reports what makes no sense.
func (b *StepBench) Validate() error {
	var problems []error
	check := func(ok bool, format string, args ...any) {
		if !ok {
			problems = append(problems, fmt.Errorf(format, args...))
		}
	}
	check(b.Tokens >= 2 && b.Tokens <= 1<<20, "tokens: %d is not between 2 and %d", b.Tokens, 1<<20)
	check(b.Documents >= 1 && b.Documents <= b.Tokens/2, "documents: %d of at least 2 tokens are not in %d", b.Documents, b.Tokens)
	check(b.Labels > 0 && b.Labels <= 1, "labels: %v is not a share above 0 and at most 1", b.Labels)
	check(b.Steps >= 1 && b.Steps <= 1<<20, "steps: %d is not between 1 and %d", b.Steps, 1<<20)
	problems = append(problems, b.Machine.Validate())
	if err := errors.Join(problems...); err != nil {
		return &OptionsError{slices.DeleteFunc(problems, func(e error) bool { return e == nil })}
	}
	return nil
}

// stepper repeats one training step on one batch.
type stepper struct {
	Session
	tape  *autograd.Tape
	model trained
	opt   *optim.AdamW
	batch nn.Batch
	flops float64
	step  int
}

// Run measures the step. The peak is taken right before and after each one, since the machine may have other work.
func (b *StepBench) Run(ctx context.Context) (StepFigures, error) {
	s, err := b.open()
	if err != nil {
		return StepFigures{}, err
	}
	defer s.Close()
	all := make([]StepFigures, 0, b.Steps)
	before := s.peak()
	for i := 0; i <= b.Steps; i++ {
		if err := context.Cause(ctx); err != nil {
			return StepFigures{}, err
		}
		f, err := s.once()
		if err != nil {
			return f, err
		}
		after := s.peak()
		f.PeakGFlops = (before.rate + after.rate) / 2 / 1e9
		f.MFU = f.GFlops / f.PeakGFlops
		f.ProcessorMFU = f.FlopsPerStep / f.CPUSeconds * 2 / (before.perSecond + after.perSecond)
		before = after
		if i > 0 { // the first one fills the arena and touches the weights
			all = append(all, f)
			if b.Each != nil {
				b.Each(f)
			}
		}
	}
	slices.SortFunc(all, func(x, y StepFigures) int { return compareFloat(x.MFU, y.MFU) })
	f := all[len(all)/2]
	f.PeakRSS = train.PeakRSS()
	return f, nil
}

func compareFloat(x, y float64) int {
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

func (b *StepBench) open() (*stepper, error) {
	if err := b.Validate(); err != nil {
		return nil, err
	}
	s := &stepper{}
	if b.Model != "" {
		opened, err := Open(b.Model, "", b.Machine)
		if err != nil {
			return nil, err
		}
		s.Session = *opened
	} else {
		random, err := b.Machine.random(b.Config, b.DType)
		if err != nil {
			return nil, err
		}
		s.Session = *random
	}
	if err := s.attach(b.Adapter); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	s.tape = s.Tape()
	s.opt = optim.NewAdamW(s.Pool, s.model.params, optim.AdamWConfig{Beta1: 0.9, Beta2: 0.999, Eps: 1e-8})
	s.batch = b.batch(s.Model.Config.VocabSize)
	if err := s.budget(b); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	s.flops = stepFlops(&s.Model.Config, len(s.batch.IDs), s.batch.LabelTokens(), !b.Adapter.UseLora)
	return s, nil
}

// budget makes the step fit into --max-memory, as a run does. The error is a *MemoryError where it cannot.
func (s *stepper) budget(b *StepBench) error {
	if b.Machine.MaxMemory == "" || b.Adapter.Recompute {
		return nil
	}
	most, err := ParseBytes(b.Machine.MaxMemory)
	if err != nil {
		return err
	}
	p := MemoryPlan{Process: liveMemory(), Budget: most, Tokens: len(s.batch.IDs), Labels: s.batch.LabelTokens()}
	p.Kernels = kernelScratch(s.Pool.Workers(), p.Tokens, s.Model.Config.IntermediateSize)
	if b.Model != "" {
		p.Weights = s.mappedBytes() // random ones are the process's
	}
	s.fit(&p, s.stepShape(p.Tokens, p.Labels))
	p.sum()
	if p.Total > most {
		return &MemoryError{Plan: p, Remedies: []string{"fewer --tokens take less", p.allow()}}
	}
	s.apply(p)
	return nil
}

func (s *stepper) attach(a AdapterOptions) (err error) {
	if a.Recompute {
		s.Model.Recompute = slices.Repeat([]bool{true}, len(s.Model.Blocks))
	}
	if !a.UseLora {
		s.Model.TrainAll()
		s.model = trained{s.Model, s.Model.Parameters()}
		return nil
	}
	cfg := a.config()
	if err := cfg.Validate(); err != nil {
		return &OptionsError{[]error{err}}
	}
	if s.Adapter, err = lora.Attach(s.Model, cfg, 1); err == nil {
		s.model = trained{s.Model, s.Adapter.Parameters()}
	}
	return err
}

// batch is documents of random tokens, labelled at their ends.
func (b *StepBench) batch(vocab int) nn.Batch {
	var batch nn.Batch
	for d := range b.Documents {
		lo, hi := d*b.Tokens/b.Documents, (d+1)*b.Tokens/b.Documents
		batch.Starts = append(batch.Starts, lo)
		for i := lo; i < hi; i++ {
			id := int32(kernels.Hash64(7, uint64(i)) % uint64(vocab))
			label := id
			if float64(i-lo) < (1-b.Labels)*float64(hi-lo) {
				label = nn.Ignore
			}
			batch.IDs, batch.Labels = append(batch.IDs, id), append(batch.Labels, label)
		}
	}
	batch.Starts = append(batch.Starts, b.Tokens)
	return batch
}

// peak is what the machine could do in the precision at hand, in operations a second, and a second of one processor.
type peak struct{ rate, perSecond float64 }

func (s *stepper) peak() peak {
	const window = 200 * time.Millisecond
	measure := kernels.PeakFMA
	if s.Activations == tensor.BF16 && kernels.PeakBF16(s.Pool, time.Millisecond) > 0 {
		measure = kernels.PeakBF16
	}
	began, cpu := time.Now(), processorTime()
	rate := measure(s.Pool, window)
	cores := (processorTime() - cpu).Seconds() / time.Since(began).Seconds()
	return peak{rate, rate / max(cores, 1e-9)}
}

// once takes one optimizer step.
func (s *stepper) once() (StepFigures, error) {
	began, cpu := time.Now(), processorTime()
	labels := s.batch.LabelTokens()
	s.step++
	s.tape.Reset()
	s.tape.SetKey(kernels.Hash64(1, uint64(s.step)))
	loss, sum := s.model.Loss(s.tape, s.batch, 1/float32(labels))
	s.tape.Backward(loss)
	_, err := s.opt.Step(1e-4, 1)
	s.opt.ZeroGrad()
	took := time.Since(began).Seconds()
	f := StepFigures{
		SecondsPerStep: took, TokensPerSecond: float64(len(s.batch.IDs)) / took, GFlops: s.flops / took / 1e9,
		CPUSeconds: (processorTime() - cpu).Seconds(), FlopsPerStep: s.flops, ArenaBytes: s.tape.Arena().Bytes(),
		Loss: sum / float64(labels), Tokens: len(s.batch.IDs), LabelTokens: labels, PeakRSS: train.PeakRSS(),
		Threads: s.Pool.Workers(), Level: kernels.Active().String(), Precision: s.Precision(), Layers: len(s.Model.Blocks),
	}
	for _, r := range s.Model.Recompute {
		if r {
			f.Recomputed++
		}
	}
	return f, err
}
