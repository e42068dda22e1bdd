package train

import (
	"context"
	"fmt"
	"math"

	"lapidary/autograd/nn"
	"lapidary/data"
)

// canEvaluate tells whether there is anything to evaluate.
func (in Inputs) canEvaluate() bool { return in.Eval != nil && in.Eval.Len() > 0 || in.Evaluate != nil }

// evaluate measures the model after the current step. An error means that the context ended it.
func (r *run) evaluate(ctx context.Context) error {
	step := r.state.Step
	values := map[string]float64{}
	if r.in.Eval != nil && r.in.Eval.Len() > 0 {
		if err := r.evalLoss(ctx, values); err != nil {
			return err
		}
	}
	if r.in.Evaluate != nil {
		more, err := r.in.Evaluate(ctx, step)
		if ctx.Err() != nil {
			return interruption(ctx)
		}
		if err != nil {
			r.in.Hooks.problem(fmt.Errorf("evaluation after step %d: %w", step, err))
		}
		for name, v := range more {
			values["eval_"+name] = v
		}
	}
	r.state.EvaluatedStep = step
	r.accountEval(values)
	return nil
}

// evalLoss is the mean loss over all scored tokens of the evaluation set. (transformers weights its batches by rows
// instead; a mean over tokens does not depend on how rows are batched.)
func (r *run) evalLoss(ctx context.Context, values map[string]float64) error {
	rows, size, start := r.in.Eval.Len(), r.cfg.PerDeviceEvalBatchSize, r.now()
	order := data.FileOrder(rows)
	var sum float64
	var scored, batches int
	var hits nn.Hits
	for at := 0; at < rows; at += size {
		b, _ := concat(r.in.Eval, order[at:min(at+size, rows)])
		b.Share = r.cfg.SharePrefixes
		b.Weights = nil // each token counts the same, so that runs with different weights compare
		b.Hits = &hits
		n := b.LabelTokens()
		if n == 0 {
			continue
		}
		err := r.abandonable(ctx, func() {
			r.tape.Reset()
			r.tape.NoGrad(func() {
				_, s := r.in.Model.Loss(r.tape, b, 1)
				sum += s
			})
		})
		if err != nil {
			return err
		}
		scored += n
		batches++
	}
	took := r.now().Sub(start).Seconds()
	values["eval_loss"] = sum / float64(scored)
	if share, ok := hits.Accuracy(); ok {
		values["eval_mean_token_accuracy"] = share
	}
	values["eval_label_tokens"] = float64(scored)
	values["eval_runtime"] = took
	values["eval_samples_per_second"] = float64(rows) / took
	values["eval_steps_per_second"] = float64(batches) / took
	return nil
}

// accountEval logs an evaluation and decides what it means for the best model and for stopping early.
func (r *run) accountEval(values map[string]float64) {
	step, epoch := r.state.Step, r.plan.Epoch(r.state.Step)
	line := entry{"step": number(step), "epoch": number(epoch)}
	for name, v := range values {
		line[name] = number(v)
	}
	r.logs.line(line)
	r.logs.scalars(step, values)
	r.history = append(r.history, line)

	name, greater := r.cfg.metric()
	value, ok := values[name]
	if !ok {
		value = math.NaN()
	}
	isBest := r.state.Best.observe(step, value, greater, r.cfg.EarlyStoppingThreshold)
	if !finite(value) && (r.cfg.LoadBestModelAtEnd || r.cfg.EarlyStoppingPatience > 0) {
		r.in.Hooks.problem(fmt.Errorf("evaluation after step %d: metric_for_best_model: %s is %v", step, name, value))
	}
	if r.cfg.EarlyStoppingPatience > 0 && r.state.Best.Patience >= r.cfg.EarlyStoppingPatience {
		r.state.Stopped = true
	}
	r.in.Hooks.evaluated(EvalReport{Step: step, Epoch: epoch, Values: values, Best: isBest})
}
