package main

import (
	"bufio"
	"context"
	"io"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"lapidary/data"
)

type showOptions struct {
	Data      []string `json:"data"`
	Rendering Rendering
	Limit     int   `json:"limit"`
	Adapt     *bool `json:"adapt"`
	JSON      bool  `json:"json"`
}

func showVerb() *cobra.Command {
	o := showOptions{Rendering: defaultRendering()}
	c := &cobra.Command{
		Use:   "show --data FILE --tokenizer PATH [--template gemma|course|hermes|FILE.jinja]",
		Short: "Rows as a run would see them, with what carries loss marked",
		Example: `  lapidary data show --data calls.jsonl --tokenizer gemma-2-2b-it --limit 3
  lapidary data show --json --template course --tokenizer gemma-2-2b-it --data calls.jsonl`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return show(c.Context(), o, c.OutOrStdout())
		},
	}
	bindFlags(c.Flags(), &o)
	return c
}

func show(ctx context.Context, o showOptions, out io.Writer) error {
	if o.Rendering.Tokenizer == "" {
		return usagef("--tokenizer missing: a directory, tokenizer.json or tokenizer.model")
	}
	if o.Limit < 0 {
		return usagef("--limit %d is negative", o.Limit)
	}
	files, err := inputFiles(o.Data)
	if err != nil {
		return err
	}
	text, err := o.Rendering.text()
	if err != nil {
		return err
	}
	// Scripts compare --json with what the template alone makes of a row, its refusals included.
	if text.Adapt = !o.JSON; o.Adapt != nil {
		text.Adapt = *o.Adapt
	}
	e, err := data.NewEncoder(o.Rendering.config(), text)
	if err != nil {
		return coded{exitUsage, err}
	}
	w := bufio.NewWriterSize(out, 1<<16)
	failed := 0
	for _, file := range files {
		n := 0
		if o.JSON {
			n, err = e.ShowFile(ctx, file, o.Limit, func(row any) error { return printJSON(w, row) })
		} else {
			n, err = e.PrintFile(ctx, w, file, o.Limit, marksFor(out))
		}
		failed += n
		if err != nil {
			w.Flush()
			return badInput(err)
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if failed > 0 {
		say("%d rows cannot be rendered", failed)
		return coded{exitInput, errSilent}
	}
	return nil
}

// marksFor is colours for a terminal, unless NO_COLOR (no-color.org) forbids them, and brackets elsewhere.
func marksFor(out io.Writer) data.Marks {
	f, ok := out.(*os.File)
	if ok && os.Getenv("NO_COLOR") == "" && term.IsTerminal(int(f.Fd())) {
		return data.Colours
	}
	return data.Brackets
}
