package main

import (
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"strings"

	"golang.org/x/term"

	"lapidary/demo"
	"lapidary/eval"
	"lapidary/finetune"
)

// story prints what quickstart does: in colours on a terminal, in the same words elsewhere.
type story struct {
	paint
	out    io.Writer
	job    *finetune.Job
	lesson demo.Lesson
	exam   *demo.Exam
}

// say prints lines, indented where there is something on them.
func (s *story) say(format string, args ...any) {
	for line := range strings.Lines(fmt.Sprintf(format, args...) + "\n") {
		if line != "\n" {
			line = "  " + line
		}
		fmt.Fprint(s.out, line)
	}
}

func (s *story) title(text string) { fmt.Fprintf(s.out, "\n%s\n\n", s.bold(text)) }

// ask puts the exam to the model, shows the answer to one of its questions, and the figures.
func (s *story) ask(ctx context.Context, first bool) error {
	scores, answers, err := s.exam.Take(ctx, &s.job.Session, s.lesson.Tests)
	if err != nil {
		return err
	}
	at, question := s.lesson.Example()
	if first {
		s.say("tools     %s", question.ToolList())
	}
	s.say("question  %s", question.Request)
	s.say("answer    %s", s.bold(answers[at]))
	s.say("          %s\n", s.verdict(scores.PerRow[at], answers[at]))
	calls, wrong := scores.Intervals["ast_accuracy"], scores.Intervals["false_call_rate"]
	s.say("%d questions about tools, parameters and values that training never shows:", s.lesson.Tests)
	s.say("%s  of those that need a call", s.gauge("right calls", calls, s.green))
	s.say("%s  of those that no tool fits", s.gauge("false calls", wrong, s.red))
	return nil
}

// verdict says what is right or wrong with an answer.
func (s *story) verdict(row eval.RowScore, answer string) string {
	output, garbled := eval.OutputOfText(answer)
	switch {
	case row.Valid:
		return s.green("✓") + " valid JSON, the right function, every argument right"
	case len(output.Calls) == 0 && !garbled:
		return s.red("✗") + " words, and no function call"
	}
	return s.red("✗") + " " + string(row.ErrorType)
}

// meterWidth is the number of cells of a bar.
const meterWidth = 20

func bar(r eval.Rate) string {
	n := int(math.Round(r.Value * meterWidth))
	return strings.Repeat("█", n) + strings.Repeat("░", meterWidth-n)
}

// gauge is a line of the exam's result.
func (s *story) gauge(what string, r eval.Rate, colour func(string) string) string {
	return fmt.Sprintf("%s  %s %5.1f %%  %3d of %3d", what, colour(bar(r)), 100*r.Value, r.Passed, r.N)
}

// meter is the sample of the exam during training.
func (s *story) meter(calls, wrong eval.Rate) string {
	return fmt.Sprintf("right calls %s %3.0f %%  false calls %d of %d", s.green(bar(calls)), 100*calls.Value, wrong.Passed, wrong.N)
}

// paint colours text where that is wanted.
type paint bool

// paintFor is colours for a terminal, unless NO_COLOR (no-color.org) forbids them.
func paintFor(out io.Writer) paint {
	f, ok := out.(*os.File)
	return paint(ok && os.Getenv("NO_COLOR") == "" && term.IsTerminal(int(f.Fd())))
}

func (p paint) sgr(code, text string) string {
	if !p {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (p paint) bold(text string) string  { return p.sgr("1", text) }
func (p paint) green(text string) string { return p.sgr("32", text) }
func (p paint) red(text string) string   { return p.sgr("31", text) }
