package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"lapidary/finetune"
	"lapidary/generate"
)

type generateOptions struct {
	Model     string `json:"model"`
	Adapter   string `json:"adapter"`
	Prompt    string `json:"prompt"`
	Messages  string `json:"messages"`
	Tools     string `json:"tools"`
	PromptIDs []int  `json:"prompt_ids"`
	OutputIDs bool   `json:"output_ids"`
	Template  string `json:"template"`
	Sampling  generate.Options
	Machine   finetune.Machine
}

func generateVerb() *cobra.Command {
	o := generateOptions{Template: "auto", Sampling: generate.DefaultOptions()}
	c := &cobra.Command{
		Use:   "generate --model DIR --prompt TEXT",
		Short: "One completion: greedy, unless a temperature is given",
		Example: `  lapidary generate --model gemma-2-2b-it --adapter out --prompt "What is the weather in Bern?"
  lapidary generate --model gemma-2-2b-it --messages chat.json --tools tools.json --temperature 0.7`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return complete(c.Context(), o, c.InOrStdin(), c.OutOrStdout())
		},
	}
	bindFlags(c.Flags(), &o)
	return c
}

func complete(ctx context.Context, o generateOptions, in io.Reader, out io.Writer) error {
	if err := o.check(); err != nil {
		return err
	}
	s, err := openSession(o.Model, o.Adapter, o.Machine)
	if err != nil {
		return err
	}
	defer s.Close()
	prompt, err := o.prompt(s, in)
	if err != nil {
		return badInput(err)
	}
	if o.OutputIDs {
		r, err := s.Generate(ctx, prompt, o.Sampling, nil)
		if err != nil {
			return badInput(err)
		}
		_, err = fmt.Fprintln(out, joinIDs(r.IDs))
		return err
	}
	tok, err := s.Text()
	if err != nil {
		return badInput(err)
	}
	dec := tok.NewDecoder(false)
	stop := map[int32]bool{}
	for _, id := range s.StopIDs() {
		stop[id] = true
	}
	_, err = s.Generate(ctx, prompt, o.Sampling, func(id int32) error {
		if stop[id] && !o.Sampling.IgnoreEOS {
			return nil
		}
		_, err := io.WriteString(out, dec.Add(id))
		return err
	})
	fmt.Fprintln(out, dec.Flush())
	return badInput(err)
}

func (o *generateOptions) check() error {
	if err := needFlags(given{"model", o.Model}); err != nil {
		return err
	}
	n := 0
	for _, there := range []bool{o.Prompt != "", o.Messages != "", len(o.PromptIDs) > 0} {
		if there {
			n++
		}
	}
	if n != 1 {
		return usagef("give one of --prompt, --messages and --prompt-ids")
	}
	if o.Tools != "" && len(o.PromptIDs) > 0 {
		return usagef("--tools goes with --prompt or --messages")
	}
	if err := o.Sampling.Validate(); err != nil {
		return coded{exitUsage, err}
	}
	return nil
}

// prompt makes the ids that the model continues.
func (o *generateOptions) prompt(s *finetune.Session, in io.Reader) ([]int32, error) {
	if len(o.PromptIDs) > 0 {
		ids := make([]int32, len(o.PromptIDs))
		for i, id := range o.PromptIDs {
			if id < 0 || id >= s.Model.Config.VocabSize {
				return nil, usagef("--prompt-ids: %d is outside the vocabulary of %d", id, s.Model.Config.VocabSize)
			}
			ids[i] = int32(id)
		}
		return ids, nil
	}
	var messages, tools []byte
	text := o.Prompt
	var err error
	if text == "-" {
		raw, err := io.ReadAll(io.LimitReader(in, maxPrompt))
		if err != nil {
			return nil, err
		}
		text = string(raw)
	}
	if o.Messages != "" {
		if messages, err = os.ReadFile(o.Messages); err != nil {
			return nil, err
		}
	}
	if o.Tools != "" {
		if tools, err = os.ReadFile(o.Tools); err != nil {
			return nil, err
		}
	}
	return s.Prompt(finetune.PromptOptions{Text: text, Messages: messages, MessagesPath: o.Messages, Tools: tools, ToolsPath: o.Tools, Template: o.Template})
}

// maxPrompt bounds what is read from standard input: no context is longer.
const maxPrompt = 64 << 20

func joinIDs(ids []int32) string {
	var b strings.Builder
	for i, id := range ids {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.Itoa(int(id)))
	}
	return b.String()
}
