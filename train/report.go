package train

import (
	"math"
	"time"
)

// Started tells how a run begins.
type Started struct {
	Plan       Plan
	Parameters int    // trained values
	Resumed    string // the checkpoint's directory; "" for a new run
	Step       int    // done already
}

// StepReport is one optimizer step, for progress.
type StepReport struct {
	Step, Steps     int
	Epoch           float64
	Loss, GradNorm  float64
	LearningRate    float64
	LabelTokens     int
	Tokens          int
	TokensPerSecond float64
	Remaining       time.Duration // of the steps; evaluations come on top
	Skipped         string        // why the step wrote nothing
	// Logged marks a logging step; MeanLoss is the mean over the steps since the one before.
	Logged   bool
	MeanLoss float64
}

// EvalReport is one evaluation. Values are named eval_loss and so on.
type EvalReport struct {
	Step   int
	Epoch  float64
	Values map[string]float64
	Best   bool // the best so far by metric_for_best_model
}

// entry is one element of trainer_state.json's log_history.
type entry map[string]number

// account counts a finished step and tells everybody.
func (r *run) account(s stepResult, took time.Duration) {
	st := &r.state
	st.Step++
	st.OptimizerStep = r.opt.Steps()
	st.Tokens += int64(s.group.tokens)
	st.LabelTokens += int64(s.group.scored)
	r.stepTime += took
	r.stepsTimed++
	r.rowsDone += len(s.group.sources)
	line := stepLine{
		Step: st.Step, Loss: number(s.loss), GradNorm: number(s.norm), LearningRate: number(s.lr),
		LabelTokens: s.group.scored, Tokens: s.group.tokens, TokensPerSecond: number(float64(s.group.tokens) / took.Seconds()),
		PeakRSSBytes: PeakRSS(), Epoch: number(r.plan.Epoch(st.Step)),
	}
	if share, ok := s.hits.Accuracy(); ok {
		line.Accuracy = (*number)(&share)
	}
	if s.skipped == "" {
		st.SkippedInRow = 0
		st.LossSum += s.loss
		st.LossSteps++
		st.Window.LossSum += s.loss
		st.Window.Steps++
	} else {
		r.accountSkip(s, &line)
	}
	r.logs.line(line)
	r.reportStep(line)
}

// accountSkip never shows a number for a step that had none.
func (r *run) accountSkip(s stepResult, line *stepLine) {
	r.state.Skipped++
	if s.group.scored > 0 {
		r.state.SkippedInRow++
	} else {
		line.Loss, line.GradNorm = number(math.NaN()), number(math.NaN())
	}
	line.Skipped = s.skipped
	for _, source := range s.group.sources {
		line.Rows = append(line.Rows, source.String())
	}
	r.in.Hooks.problem(&SkippedError{Step: r.state.Step, Why: s.skipped, Rows: line.Rows})
}

func (r *run) reportStep(l stepLine) {
	rep := StepReport{
		Step: l.Step, Steps: r.plan.Steps, Epoch: float64(l.Epoch), Loss: float64(l.Loss), GradNorm: float64(l.GradNorm),
		LearningRate: float64(l.LearningRate), LabelTokens: l.LabelTokens, Tokens: l.Tokens,
		TokensPerSecond: float64(l.TokensPerSecond), Skipped: l.Skipped,
		Remaining: r.stepTime / time.Duration(r.stepsTimed) * time.Duration(r.plan.Steps-l.Step),
	}
	if l.Step%r.plan.LoggingEvery == 0 || r.cfg.LoggingFirstStep && l.Step == 1 {
		rep.Logged, rep.MeanLoss = true, r.logWindow(l)
	}
	r.in.Hooks.step(rep)
}

// logWindow ends a logging window: its mean goes into trainer_state.json and to TensorBoard.
func (r *run) logWindow(l stepLine) float64 {
	w := r.state.Window
	r.state.Window = window{}
	mean := w.LossSum / float64(w.Steps) // NaN where no step was taken
	past := entry{
		"step": number(l.Step), "epoch": l.Epoch, "loss": number(mean), "grad_norm": l.GradNorm, "learning_rate": l.LearningRate,
	}
	values := map[string]float64{
		"loss": mean, "grad_norm": float64(l.GradNorm), "learning_rate": float64(l.LearningRate), "epoch": float64(l.Epoch),
		"num_tokens": float64(r.state.Tokens), "tokens_per_second": float64(l.TokensPerSecond),
	}
	if l.Accuracy != nil {
		past["mean_token_accuracy"], values["mean_token_accuracy"] = *l.Accuracy, float64(*l.Accuracy)
	}
	r.history = append(r.history, past)
	r.logs.scalars(l.Step, values)
	return mean
}
