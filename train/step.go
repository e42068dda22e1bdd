package train

import (
	"context"
	"fmt"
	"math"

	"lapidary/autograd/nn"
	"lapidary/kernels"
)

// What randomness is for; two purposes never share a stream.
const purposeDropout = 1

// stepResult is what one optimizer step did.
type stepResult struct {
	loss, norm, lr float64
	group          group
	hits           nn.Hits
	skipped        string // why nothing was written; "" for a step that was taken
}

// step runs optimizer step k, counted from 0, on one accumulation group: forward and backward of every micro-batch
// with the weight one over the label tokens of the whole group (or over the sum of their weights), then one clipped update. A step whose loss or
// gradient is not finite changes neither parameters nor moments. An error means that the context ended the step; then
// too nothing has changed.
func (r *run) step(ctx context.Context, k int) (stepResult, error) {
	s := stepResult{group: r.feed.group(k), lr: r.schedule.At(k)}
	if s.group.scored == 0 {
		s.skipped = "no label tokens"
		return s, nil
	}
	defer r.opt.ZeroGrad()
	scale := float32(1 / s.group.weight)
	var sum float64
	for i, b := range s.group.batches {
		if b.LabelTokens() == 0 {
			continue
		}
		b.Hits = &s.hits
		loss, err := r.microBatch(ctx, b, randomness(r.cfg.Seed, purposeDropout, k, i), scale)
		if err != nil {
			return s, err
		}
		sum += loss
	}
	s.loss = sum / s.group.weight
	if !finite(s.loss) {
		s.norm, s.skipped = math.NaN(), fmt.Sprintf("loss is %v", s.loss)
		return s, nil
	}
	var err error
	if s.norm, err = r.opt.Step(s.lr, r.cfg.MaxGradNorm); err != nil {
		s.skipped = err.Error()
	}
	return s, nil
}

// microBatch adds the gradients of one micro-batch to the parameters' and returns the sum of its token losses.
func (r *run) microBatch(ctx context.Context, b nn.Batch, key uint64, scale float32) (sum float64, err error) {
	err = r.abandonable(ctx, func() {
		r.tape.Reset()
		r.tape.SetKey(key)
		loss, s := r.in.Model.Loss(r.tape, b, scale)
		r.tape.Backward(loss)
		sum = s
	})
	return sum, err
}

// abandoned travels up from the tape's poll when the context has ended.
type abandoned struct{}

// abandonable runs f until the context ends, which the tape notices between two operations.
func (r *run) abandonable(ctx context.Context, f func()) (err error) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case abandoned:
			err = interruption(ctx)
		default:
			panic(p)
		}
	}()
	if ctx.Err() != nil {
		return interruption(ctx)
	}
	r.tape.SetPoll(func() {
		if ctx.Err() != nil {
			panic(abandoned{})
		}
	})
	f()
	return nil
}

func interruption(ctx context.Context) error {
	return fmt.Errorf("%w: %w", ErrInterrupted, context.Cause(ctx))
}

// randomness is the key of one micro-batch: a pure function, so that nothing has to be saved or replayed.
func randomness(seed, purpose uint64, step, micro int) uint64 {
	return kernels.Hash64(kernels.Hash64(kernels.Hash64(seed, purpose), uint64(step)), uint64(micro))
}

// finite is false for NaN too.
func finite(x float64) bool { return math.Abs(x) <= math.MaxFloat64 }
