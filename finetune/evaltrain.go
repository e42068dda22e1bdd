package finetune

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"lapidary/eval"
	"lapidary/generate"
)

// EvaluationOptions says what to measure while training, besides the loss.
type EvaluationOptions struct {
	Task         eval.Task `json:"eval_task"`             // loss, calls or bfcl
	Limit        int       `json:"eval_limit"`            // questions asked each time, a sample of the evaluation rows; 0: all
	MaxNewTokens int       `json:"eval_max_new_tokens"`   // of an answer
	Side         int       `json:"generation_batch_size"` // questions side by side
}

func defaultEvaluation() EvaluationOptions {
	return EvaluationOptions{Task: eval.TaskLoss, Limit: 200, MaxNewTokens: 256, Side: 16}
}

// validate checks the options, and that the metric that decides is one that will be measured.
func (e EvaluationOptions) validate(metric string) error {
	var problems []error
	check := func(ok bool, format string, args ...any) {
		if !ok {
			problems = append(problems, fmt.Errorf(format, args...))
		}
	}
	if err := e.Task.Validate(); err != nil {
		check(false, "eval_task: %w", err)
	}
	check(e.Limit >= 0, "eval_limit: %d is negative", e.Limit)
	check(e.MaxNewTokens > 0, "eval_max_new_tokens: %d is not above 0", e.MaxNewTokens)
	check(e.Side > 0, "generation_batch_size: %d is not above 0", e.Side)
	name := strings.TrimPrefix(metric, "eval_")
	calls := slices.Contains(eval.Names(), name)
	check(!calls || e.Task != eval.TaskLoss, "metric_for_best_model: %s is measured with eval_task calls or bfcl", name)
	check(name == "" || name == "loss" || calls, "metric_for_best_model: %q is none of loss, %s", metric, strings.Join(eval.Names(), ", "))
	return errors.Join(problems...)
}

// prepareEvaluation reads the questions that the model is asked while it is trained.
func (j *Job) prepareEvaluation(ctx context.Context, files []string) error {
	o := j.Options.Evaluation
	if o.Task == eval.TaskLoss {
		return nil
	}
	if len(files) == 0 {
		return fmt.Errorf("eval_task %s: there are no evaluation rows: give eval_data, or a directory with a validation file", o.Task)
	}
	sampling := generate.DefaultOptions()
	sampling.MaxNewTokens, sampling.Seed = o.MaxNewTokens, j.Options.Train.Seed
	test, err := j.NewCallTest(ctx, CallTestOptions{Task: o.Task, Files: files, Template: j.Options.Rows.Template,
		DoubleBOS: j.Options.Rows.DoubleBOS, Limit: o.Limit, Side: o.Side, Sampling: sampling})
	if err != nil {
		return err
	}
	if len(test.Cases) < test.Rows {
		j.Notes = append(j.Notes, fmt.Sprintf("evaluation: function calls are measured on a sample of %d of %d rows (eval_limit)", len(test.Cases), test.Rows))
	}
	if n := len(test.TooLong); n > 0 {
		j.Notes = append(j.Notes, fmt.Sprintf("evaluation: %d questions leave no room for an answer and count as wrong, the first %s", n, test.TooLong[0]))
	}
	j.evaluate = func(ctx context.Context, _ int) (map[string]float64, error) { return j.askWhileTraining(ctx, test) }
	return nil
}

// askWhileTraining measures the weights as they are. The answers are computed on a tape of their own, whose key of zero
// leaves dropout off.
func (j *Job) askWhileTraining(ctx context.Context, test *CallTest) (map[string]float64, error) {
	a, err := j.Ask(ctx, test, nil)
	if err != nil {
		return nil, err
	}
	values := a.Scores.Values()
	values["calls_rows"] = float64(len(test.Cases))
	values["calls_runtime"] = a.Took.Seconds()
	values["calls_tokens_per_second"] = float64(a.Tokens) / a.Took.Seconds()
	return values, nil
}
