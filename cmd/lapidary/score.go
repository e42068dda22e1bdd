package main

import (
	"bufio"
	"context"
	"io"

	"github.com/spf13/cobra"

	"lapidary/data"
	"lapidary/finetune"
)

type scoreOptions struct {
	Model   string `json:"model"`
	Adapter string `json:"adapter"`
	Data    string `json:"data"`
	Logits  string `json:"logits"`
	Machine finetune.Machine
}

func scoreVerb() *cobra.Command {
	var o scoreOptions
	c := &cobra.Command{
		Use:     "score --model DIR --data ROWS.jsonl",
		Short:   "Log-probabilities of given tokens, a JSON line for each row",
		Example: `  lapidary score --model gemma-2-2b-it --adapter out --data rows.jsonl --precision f32`,
		Args:    noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return score(c.Context(), o, c.OutOrStdout())
		},
	}
	bindFlags(c.Flags(), &o)
	return c
}

func score(ctx context.Context, o scoreOptions, out io.Writer) error {
	if err := needFlags(given{"model", o.Model}, given{"data", o.Data}); err != nil {
		return err
	}
	s, err := openSession(o.Model, o.Adapter, o.Machine)
	if err != nil {
		return err
	}
	defer s.Close()
	cfg := data.Config{Format: data.FormatTokens, VocabSize: s.Model.Config.VocabSize, KeepAll: true}
	set, err := data.Load(ctx, []string{o.Data}, cfg, data.Text{})
	if err != nil {
		return badInput(err)
	}
	w := bufio.NewWriter(out)
	err = s.Score(ctx, set.Examples, func(r finetune.RowScore) error { return printJSON(w, r) })
	if err != nil {
		return err
	}
	if o.Logits != "" {
		if err := s.WriteLogits(ctx, o.Logits, set.Examples); err != nil {
			return err
		}
	}
	return w.Flush()
}
