package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"regexp"

	"github.com/spf13/cobra"

	"lapidary/data"
	"lapidary/tokenizer/chat"
)

type convertOptions struct {
	Data      []string    `json:"data"`
	To        data.Format `json:"to"`
	Output    string      `json:"output"`
	Style     string      `json:"style"`
	Rendering Rendering
}

func convertVerb() *cobra.Command {
	o := convertOptions{Rendering: defaultRendering()}
	c := &cobra.Command{
		Use:   "convert --data FILE --to FORMAT [--output FILE]",
		Short: "Write rows in another format, and say what it cannot hold",
		Example: `  lapidary data convert --data hermes.parquet --to messages --output calls.jsonl
  lapidary data convert --data calls.jsonl --to tokens --tokenizer gemma-2-2b-it --output rows.jsonl`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return convert(c.Context(), o, c.OutOrStdout())
		},
	}
	bindFlags(c.Flags(), &o)
	return c
}

func convert(ctx context.Context, o convertOptions, out io.Writer) error {
	if o.To == "" || o.To == data.FormatAuto {
		return usagef("--to missing: one of %v", data.Formats()[1:])
	}
	if err := o.To.Validate(); err != nil {
		return coded{exitUsage, fmt.Errorf("--to: %w", err)}
	}
	styles := map[string]chat.Style{"": chat.StyleDefault, "json": chat.StyleJSON, "python": chat.StylePython}
	style, ok := styles[o.Style]
	if !ok {
		return usagef("--style %q is neither json nor python", o.Style)
	}
	files, err := inputFiles(o.Data)
	if err != nil {
		return err
	}
	text, err := o.Rendering.text()
	if err != nil {
		return err
	}
	text.Style = style
	e, err := data.NewEncoder(o.Rendering.config(), text)
	if err != nil {
		return coded{exitUsage, err}
	}
	rows, err := data.ReadRows(ctx, files, o.Rendering.Format)
	if err != nil {
		return badInput(err)
	}
	converted, err := e.Convert(rows, o.To)
	if err != nil {
		return badInput(err)
	}
	if o.Output != "" {
		if err := saveRows(o.Output, converted.Rows, files); err != nil {
			return err
		}
		say("%s: %d rows", o.Output, len(converted.Rows))
	} else {
		w := bufio.NewWriter(out)
		if err := writeRows(w, converted.Rows); err != nil {
			return err
		}
		if err := w.Flush(); err != nil {
			return err
		}
	}
	reportLosses(converted.Losses)
	return nil
}

// turnNumber is what tells losses of one kind apart.
var turnNumber = regexp.MustCompile(`\[\d+\]`)

// reportLosses says what the target format could not hold, each kind once with how often and where first.
func reportLosses(losses []data.Loss) {
	type kind struct {
		n     int
		first data.Source
	}
	kinds := map[string]*kind{}
	var order []string
	for _, l := range losses {
		name := turnNumber.ReplaceAllString(l.What, "[…]")
		if kinds[name] == nil {
			kinds[name] = &kind{first: l.Source}
			order = append(order, name)
		}
		kinds[name].n++
	}
	for _, name := range order {
		say("lost %d times, first in %s: %s", kinds[name].n, kinds[name].first, name)
	}
}
