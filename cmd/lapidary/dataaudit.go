package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"lapidary/data"
)

type auditOptions struct {
	Data      []string `json:"data"`
	EvalData  []string `json:"eval_data"`
	Rendering Rendering
	MaxLength int    `json:"max_length"`
	JSON      bool   `json:"json"`
	Fix       bool   `json:"fix"`
	Output    string `json:"output"`
}

func auditVerb() *cobra.Command {
	o := auditOptions{Rendering: defaultRendering(), MaxLength: data.DefaultConfig().MaxLength}
	c := &cobra.Command{
		Use:   "audit --data FILE|DIR [--eval-data F] [--tokenizer PATH]",
		Short: "Find what would spoil a run; exit code 3 where something would",
		Example: `  lapidary data audit --data calls.jsonl --eval-data held-out.jsonl --tokenizer gemma-2-2b-it --max-length 1024
  lapidary data audit --data calls.jsonl --fix --output mended.jsonl`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return audit(c.Context(), o, c.OutOrStdout())
		},
	}
	bindFlags(c.Flags(), &o)
	return c
}

func audit(ctx context.Context, o auditOptions, out io.Writer) error {
	train, evaluation, err := o.files()
	if err != nil {
		return err
	}
	text, err := o.Rendering.text()
	if err != nil {
		return err
	}
	cfg := o.Rendering.config()
	cfg.MaxLength = o.MaxLength
	a, err := data.NewAuditor(cfg, text)
	if err != nil {
		return coded{exitUsage, err}
	}
	report, err := a.Audit(ctx, train, evaluation)
	if err != nil {
		return badInput(err)
	}
	if o.Fix {
		fixed, err := o.fix(ctx, a, train, report.Findings)
		if err != nil {
			return err
		}
		if report, err = a.Audit(ctx, fixed, evaluation); err != nil {
			return badInput(err)
		}
	}
	if o.JSON {
		err = printJSON(out, report)
	} else {
		err = report.WriteTable(out)
	}
	if err == nil && report.Rows == 0 {
		return badInput(fmt.Errorf("%s: no rows", strings.Join(train, ", ")))
	}
	if err == nil && report.Errors > 0 {
		err = coded{exitInput, errSilent}
	}
	return err
}

// files are those to train on and those to evaluate on.
func (o *auditOptions) files() (train, evaluation []string, err error) {
	if len(o.Data) == 0 {
		return nil, nil, usagef("--data missing")
	}
	if o.Output != "" && !o.Fix {
		return nil, nil, usagef("--output goes with --fix")
	}
	files, err := data.Discover(o.Data)
	if err != nil {
		return nil, nil, badInput(err)
	}
	train, evaluation = files.Train, append(files.Valid, files.Test...)
	if len(o.EvalData) > 0 {
		more, err := data.Discover(o.EvalData)
		if err != nil {
			return nil, nil, badInput(err)
		}
		evaluation = append(evaluation, more.Evaluation()...)
	}
	if len(train) == 0 {
		train, evaluation = evaluation, nil
	}
	if o.Fix && o.Output != "" && len(train) != 1 {
		return nil, nil, usagef("--output takes one file, and --data names %d: leave it out, and each X.jsonl becomes X.fixed.jsonl", len(train))
	}
	return train, evaluation, nil
}

// fix writes each training file anew with the repairs that are safe, and returns the new files. The old ones stay.
func (o *auditOptions) fix(ctx context.Context, a *data.Auditor, files []string, findings []data.Finding) ([]string, error) {
	var out []string
	for _, file := range files {
		fixed, err := a.Fix(ctx, file, findings)
		if err != nil {
			return nil, badInput(err)
		}
		to := o.Output
		if to == "" {
			to = strings.TrimSuffix(file, filepath.Ext(file)) + ".fixed.jsonl"
		}
		if err := saveRows(to, fixed.Rows, files); err != nil {
			return nil, err
		}
		note := ""
		if fixed.Unreadable > 0 {
			note = fmt.Sprintf(", %d that are no JSON object left out", fixed.Unreadable)
		}
		say("%s: %d rows: %d repaired, %d left out%s, %d with defects that are not safe to mend; what follows is the audit of this file",
			to, len(fixed.Rows), fixed.Repaired, fixed.Dropped, note, fixed.Kept)
		out = append(out, to)
	}
	return out, nil
}
