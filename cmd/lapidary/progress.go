package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"

	"lapidary/train"
)

// progress shows a run as it goes: a bar on a terminal, a plain line at each logging step elsewhere.
type progress struct {
	out   *os.File
	quiet bool
	bars  *mpb.Progress // nil without a terminal
	bar   *mpb.Bar
	last  train.StepReport
}

func newProgress(out *os.File, quiet bool) *progress {
	p := &progress{out: out, quiet: quiet}
	if !quiet && term.IsTerminal(int(out.Fd())) {
		p.bars = mpb.New(mpb.WithOutput(out), mpb.WithWidth(40), mpb.WithRefreshRate(100*time.Millisecond))
	}
	return p
}

func (p *progress) hooks() train.Hooks {
	return train.Hooks{Started: p.started, Step: p.step, Evaluated: p.evaluated, Saved: p.saved, Problem: p.problem}
}

// writer is where lines go: above the bar where there is one.
func (p *progress) writer() io.Writer {
	if p.bars != nil && p.bar != nil {
		return p.bars
	}
	return p.out
}

func (p *progress) line(format string, args ...any) {
	if !p.quiet {
		fmt.Fprintf(p.writer(), format+"\n", args...)
	}
}

func (p *progress) started(s train.Started) {
	if s.Resumed != "" {
		p.line("resuming %s at step %d", s.Resumed, s.Step)
	}
	p.line("%d steps over %d rows, %d of them warm-up", s.Plan.Steps, s.Plan.Rows, s.Plan.WarmupSteps)
	if p.bars == nil {
		return
	}
	p.bar = p.bars.AddBar(int64(s.Plan.Steps),
		mpb.PrependDecorators(decor.CountersNoUnit("step %d/%d ")),
		mpb.AppendDecorators(decor.Any(func(decor.Statistics) string { return p.status() })))
	p.bar.SetCurrent(int64(s.Step))
}

// status is what stands beside the bar.
func (p *progress) status() string {
	s := p.last
	if s.Step == 0 {
		return ""
	}
	return fmt.Sprintf(" loss %.4f  %s tok/s  %s left", s.Loss, rate(s.TokensPerSecond), short(s.Remaining))
}

func (p *progress) step(s train.StepReport) {
	p.last = s
	if p.bar != nil {
		p.bar.SetCurrent(int64(s.Step))
		return
	}
	if s.Logged {
		p.line("step %d/%d  loss %.4f  grad_norm %.3g  lr %.3g  %s tok/s  %s left", s.Step, s.Steps, s.MeanLoss, s.GradNorm,
			s.LearningRate, rate(s.TokensPerSecond), short(s.Remaining))
	}
}

func (p *progress) evaluated(e train.EvalReport) {
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(e.Values)) {
		if strings.HasSuffix(k, "_per_second") || k == "eval_label_tokens" {
			continue // metrics.jsonl has them
		}
		parts = append(parts, fmt.Sprintf("%s %.4f", k, e.Values[k]))
	}
	best := ""
	if e.Best {
		best = "  (best so far)"
	}
	p.line("step %d  %s%s", e.Step, strings.Join(parts, "  "), best)
}

func (p *progress) saved(dir string, _ int) { p.line("saved %s", dir) }

func (p *progress) problem(err error) { fmt.Fprintln(p.writer(), "warning: "+err.Error()) }

// end takes the bar away.
func (p *progress) end() {
	if p.bar != nil {
		p.bar.Abort(false)
		p.bars.Wait()
		p.bar = nil
	}
}

func (p *progress) summary(s train.Summary, dir string) {
	if s.Plot != "" {
		p.line("%s", s.Plot)
	}
	p.line("%d of %d steps, %s label tokens, %s; mean loss %.4f, peak memory %.2f GB", s.Step, s.Steps, count(s.Label),
		short(s.Runtime), s.TrainLoss, float64(s.PeakRSS)/1e9)
	if s.Step == s.Steps || s.Stopped {
		p.line("wrote %s", dir)
	}
}

func rate(x float64) string {
	if x >= 100 {
		return fmt.Sprintf("%.0f", x)
	}
	return fmt.Sprintf("%.1f", x)
}

func short(d time.Duration) string {
	if d < time.Minute {
		return d.Round(100 * time.Millisecond).String()
	}
	return d.Round(time.Second).String()
}
