package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"lapidary/tokenizer"
)

type tokenizeOptions struct {
	Tokenizer         string   `json:"tokenizer"`
	BOS               bool     `json:"bos"`
	AddedTokens       []string `json:"added_tokens"`
	Decode            bool     `json:"decode"`
	SkipSpecialTokens bool     `json:"skip_special_tokens"`
	Threads           int      `json:"threads"`
}

func tokenizeVerb() *cobra.Command {
	var o tokenizeOptions
	c := &cobra.Command{
		Use:   "tokenize --tokenizer PATH < ROWS.jsonl",
		Short: "Text to token ids and back, a JSON line for each row of standard input",
		Example: `  echo '{"text":"Hello, world!"}' | lapidary tokenize --tokenizer gemma-2-2b-it
  echo '{"ids":[4521,235269,2134]}' | lapidary tokenize --tokenizer gemma-2-2b-it --decode`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return tokenize(c.Context(), o, c.InOrStdin(), c.OutOrStdout())
		},
	}
	bindFlags(c.Flags(), &o)
	return c
}

// tokenizeBatch is how many rows are encoded side by side before they are printed.
const tokenizeBatch = 1024

func tokenize(ctx context.Context, o tokenizeOptions, in io.Reader, out io.Writer) error {
	if o.Tokenizer == "" {
		return usagef("--tokenizer is missing: a directory, tokenizer.json or tokenizer.model")
	}
	tok, err := tokenizer.Load(o.Tokenizer)
	if err != nil {
		return badInput(err)
	}
	if len(o.AddedTokens) > 0 {
		if _, err := tok.AddTokens(o.AddedTokens); err != nil {
			return badInput(err)
		}
	}
	w := bufio.NewWriterSize(out, 1<<16)
	rows := &rowReader{r: bufio.NewReaderSize(in, 1<<16)}
	for {
		batch, err := rows.next(tokenizeBatch)
		if err != nil {
			return badInput(err)
		}
		if len(batch) == 0 {
			return w.Flush()
		}
		if o.Decode {
			err = decodeRows(o, tok, batch, w)
		} else {
			err = encodeRows(ctx, o, tok, batch, w)
		}
		if err != nil {
			return err
		}
		if err := w.Flush(); err != nil {
			return err
		}
	}
}

func encodeRows(ctx context.Context, o tokenizeOptions, tok *tokenizer.Tokenizer, batch []inputRow, w io.Writer) error {
	texts := make([]string, len(batch))
	for i, row := range batch {
		if row.Text == nil {
			return badInput(fmt.Errorf("standard input:%d: text: missing; each row is {\"text\":\"…\"}", row.line))
		}
		texts[i] = *row.Text
	}
	ids, err := tok.EncodeBatch(ctx, texts, threadCount(o.Threads))
	if err != nil {
		return err
	}
	for _, row := range ids {
		if o.BOS {
			row = append([]int32{tok.BOS()}, row...)
		}
		if row == nil {
			row = []int32{}
		}
		if err := printJSON(w, map[string][]int32{"ids": row}); err != nil {
			return err
		}
	}
	return nil
}

func decodeRows(o tokenizeOptions, tok *tokenizer.Tokenizer, batch []inputRow, w io.Writer) error {
	for _, row := range batch {
		if row.IDs == nil {
			return badInput(fmt.Errorf("standard input:%d: ids: missing; each row is {\"ids\":[…]}", row.line))
		}
		if err := printJSON(w, map[string]string{"text": tok.Decode(row.IDs, o.SkipSpecialTokens)}); err != nil {
			return err
		}
	}
	return nil
}

// inputRow is a line of standard input.
type inputRow struct {
	Text *string `json:"text"`
	IDs  []int32 `json:"ids"`
	line int
}

type rowReader struct {
	r    *bufio.Reader
	line int
}

// next reads up to n rows; none at the end of the input. Empty lines are passed over.
func (rr *rowReader) next(n int) ([]inputRow, error) {
	var rows []inputRow
	for len(rows) < n {
		line, err := rr.r.ReadBytes('\n')
		if err != nil && err != io.EOF {
			return nil, err
		}
		if len(line) == 0 {
			break
		}
		rr.line++
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		row := inputRow{line: rr.line}
		dec := json.NewDecoder(bytes.NewReader(line))
		if err := dec.Decode(&row); err != nil {
			return nil, fmt.Errorf("standard input:%d: %s", rr.line, strings.TrimPrefix(err.Error(), "json: "))
		}
		rows = append(rows, row)
	}
	return rows, nil
}
