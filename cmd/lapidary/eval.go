package main

import (
	"bufio"
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"lapidary/data"
	"lapidary/eval"
	"lapidary/finetune"
	"lapidary/generate"
	"lapidary/tokenizer/literal"
)

type evalOptions struct {
	Model           string    `json:"model"`
	Adapter         string    `json:"adapter"`
	Data            []string  `json:"data"`
	Task            eval.Task `json:"task"`
	Predictions     string    `json:"predictions"`
	SavePredictions string    `json:"save_predictions"`
	Limit           int       `json:"limit"`
	Side            int       `json:"generation_batch_size"`
	Template        string    `json:"template"`
	JSON            bool      `json:"json"`
	PerRow          bool      `json:"per_row"`
	Rows            LossRows
	Sampling        generate.Options
	Machine         finetune.Machine
}

// LossRows says how rows become tokens where their loss is measured; the names are those of train.
type LossRows struct {
	Format     data.Format     `json:"dataset_format"`
	LossOn     data.LossOn     `json:"loss_on"`
	MaxLength  int             `json:"max_length"`
	Truncation data.Truncation `json:"truncation_mode"`
	DoubleBOS  bool            `json:"double_bos"`
	AppendEOS  bool            `json:"append_eos"`
}

func evalVerb() *cobra.Command {
	o := evalOptions{Side: 16, Template: "auto", Sampling: generate.DefaultOptions(),
		Rows: LossRows{Format: data.FormatAuto, LossOn: data.LossAuto, Truncation: data.KeepStart}}
	c := &cobra.Command{
		Use:   "eval --task loss|calls|bfcl --data F (--model DIR [--adapter DIR] | --predictions FILE)",
		Short: "Measure a model: loss, or function calls by the rules of the Berkeley leaderboard",
		Example: `  lapidary eval --task calls --model gemma-2-2b-it --adapter out --data held-out.jsonl --limit 200
  lapidary eval --task loss --model gemma-2-2b-it --adapter out --data held-out.jsonl
  lapidary eval --task bfcl --predictions answers.jsonl --data bfcl.jsonl --json`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return evaluate(c.Context(), o, c.OutOrStdout())
		},
	}
	bindFlags(c.Flags(), &o)
	return c
}

func evaluate(ctx context.Context, o evalOptions, out io.Writer) error {
	if err := o.check(); err != nil {
		return err
	}
	files, err := data.Discover(o.Data)
	if err != nil {
		return badInput(err)
	}
	if o.Predictions != "" {
		scores, err := eval.ScoreFile(ctx, o.Task, o.Predictions, files.Evaluation())
		if err != nil {
			return badInput(err)
		}
		return o.print(out, scores, callReport{Scores: scores, RowsInData: scores.Rows})
	}
	s, err := openSession(o.Model, o.Adapter, o.Machine)
	if err != nil {
		return err
	}
	defer s.Close()
	printHeader(s)
	if o.Task == eval.TaskLoss {
		return o.loss(ctx, s, files.Evaluation(), out)
	}
	return o.calls(ctx, s, files.Evaluation(), out)
}

func (o *evalOptions) check() error {
	if len(o.Data) == 0 || o.Task == "" {
		return needFlags(given{"task", string(o.Task)}, given{"data", first(o.Data)})
	}
	if err := o.Task.Validate(); err != nil {
		return coded{exitUsage, err}
	}
	if o.Limit < 0 || o.Side < 1 {
		return usagef("--limit %d, --generation-batch-size %d: want whole numbers, the latter from 1", o.Limit, o.Side)
	}
	switch {
	case (o.Predictions != "") == (o.Model != ""):
		return usagef("give one of --model and --predictions")
	case o.Predictions != "" && o.Task == eval.TaskLoss:
		return usagef("--predictions go with --task calls or bfcl")
	case o.Predictions != "" && (o.Limit > 0 || o.SavePredictions != "" || o.Adapter != ""):
		return usagef("--limit, --save-predictions and --adapter need --model")
	}
	if err := o.Sampling.Validate(); err != nil {
		return coded{exitUsage, err}
	}
	return nil
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// callReport is the result of --json.
type callReport struct {
	*eval.Scores
	RowsInData      int     `json:"rows_in_data"`                // rows is the size of the sample
	Seconds         float64 `json:"seconds,omitempty"`           // of the generation
	TokensPerSecond float64 `json:"tokens_per_second,omitempty"` // generated
}

// print writes the figures, and then a line for each row where that is asked for.
func (o *evalOptions) print(out io.Writer, scores *eval.Scores, report callReport) error {
	w := bufio.NewWriter(out)
	var err error
	if o.JSON {
		err = printJSON(w, report)
	} else {
		err = scores.WriteTable(w)
	}
	if o.PerRow {
		for i := 0; err == nil && i < len(scores.PerRow); i++ {
			err = printJSON(w, scores.PerRow[i])
		}
	}
	if err != nil {
		return err
	}
	return w.Flush()
}

func (o *evalOptions) loss(ctx context.Context, s *finetune.Session, files []string, out io.Writer) error {
	rows := finetune.RowOptions{Template: o.Template, Config: data.Config{Format: o.Rows.Format, LossOn: o.Rows.LossOn,
		MaxLength: o.Rows.MaxLength, Truncation: o.Rows.Truncation, DoubleBOS: o.Rows.DoubleBOS, AppendEOS: o.Rows.AppendEOS}}
	set, err := s.ReadRows(ctx, files, rows)
	if err != nil {
		return badInput(err)
	}
	for _, note := range set.Report.Notes() {
		say("note: %s", note)
	}
	o.sayLimit(len(set.Examples))
	var each []finetune.RowLoss
	score, err := s.EvalLoss(ctx, set, o.Limit, o.Sampling.Seed, func(r finetune.RowLoss) error {
		if o.PerRow {
			each = append(each, r)
		}
		return nil
	})
	if err != nil {
		return badInput(err)
	}
	w := bufio.NewWriter(out)
	if o.JSON {
		err = printJSON(w, score)
	} else {
		_, err = fmt.Fprintf(w, "loss %.6f, perplexity %.4f, over %d label tokens of %d rows\n", score.Loss, score.Perplexity, score.LabelTokens, score.Rows)
	}
	for i := 0; err == nil && i < len(each); i++ {
		err = printJSON(w, each[i])
	}
	if err != nil {
		return err
	}
	return w.Flush()
}

func (o *evalOptions) sayLimit(rows int) {
	if o.Limit > 0 && o.Limit < rows {
		say("a sample of %d of %d rows, chosen by seed %d", o.Limit, rows, o.Sampling.Seed)
	}
}

func (o *evalOptions) calls(ctx context.Context, s *finetune.Session, files []string, out io.Writer) error {
	test, err := s.NewCallTest(ctx, finetune.CallTestOptions{Task: o.Task, Files: files, Template: o.Template, DoubleBOS: o.Rows.DoubleBOS,
		Limit: o.Limit, Side: o.Side, Sampling: o.Sampling})
	if err != nil {
		return badInput(err)
	}
	o.sayLimit(test.Rows)
	for _, source := range test.TooLong {
		say("note: %s: the question leaves no room for an answer; it is not asked, and counts as wrong", source)
	}
	p := newCounter(len(test.Cases), "answered")
	answered, err := s.Ask(ctx, test, p.at)
	p.end()
	if err != nil {
		return badInput(err)
	}
	say("%d tokens generated in %s", answered.Tokens, short(answered.Took))
	if answered.Cut > 0 {
		say("note: %d answers reached --max-new-tokens %d and were cut", answered.Cut, o.Sampling.MaxNewTokens)
	}
	if o.SavePredictions != "" {
		rows := make([]*literal.Dict, len(test.Cases))
		for i, c := range test.Cases {
			rows[i] = literal.NewDict("id", c.ID, "text", answered.Texts[i])
		}
		if err := saveRows(o.SavePredictions, rows, files); err != nil {
			return err
		}
	}
	seconds := answered.Took.Seconds()
	return o.print(out, answered.Scores, callReport{Scores: answered.Scores, RowsInData: test.Rows, Seconds: seconds,
		TokensPerSecond: float64(answered.Tokens) / seconds})
}
