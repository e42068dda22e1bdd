package main

import (
	"context"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"lapidary/finetune"
	"lapidary/generate"
)

type chatOptions struct {
	Model    string `json:"model"`
	Adapter  string `json:"adapter"`
	Messages string `json:"messages"`
	Tools    string `json:"tools"`
	Template string `json:"template"`
	JSON     bool   `json:"json"`
	Sampling generate.Options
	Machine  finetune.Machine
}

func chatVerb() *cobra.Command {
	o := chatOptions{Template: "auto", Sampling: generate.DefaultOptions()}
	c := &cobra.Command{
		Use:   "chat --model DIR",
		Short: "A conversation in a terminal: you are the user, and the tools",
		Long: `A conversation, line by line. Where the model calls a tool you are asked for the tool's response: a line of JSON, or
nothing to leave the call unanswered. /reset begins anew, /quit or the end of the input ends. Ctrl-C ends an answer, and
between answers the program. Input that is no terminal is read the same way, without prompts.`,
		Example: `  lapidary chat --model gemma-2-2b-it --adapter out --tools tools.json
  printf 'Hello!\n' | lapidary chat --model gemma-2-2b-it --temperature 0.7 --seed 1 --json`,
		Args: noArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := needFlags(given{"model", o.Model}); err != nil {
				return err
			}
			if err := o.Sampling.Validate(); err != nil {
				return coded{exitUsage, err}
			}
			s, err := openSession(o.Model, o.Adapter, o.Machine)
			if err != nil {
				return err
			}
			defer s.Close()
			partner, err := o.begin(s)
			if err != nil {
				return badInput(err)
			}
			t := &chatTerminal{partner: partner, in: c.InOrStdin(), out: c.OutOrStdout(), json: o.JSON}
			t.prompts = t.in == os.Stdin && term.IsTerminal(int(os.Stdin.Fd()))
			return t.run(c.Context())
		},
	}
	bindFlags(c.Flags(), &o)
	return c
}

func (o *chatOptions) begin(s *finetune.Session) (*finetune.Chat, error) {
	p := finetune.PromptOptions{MessagesPath: o.Messages, ToolsPath: o.Tools, Template: o.Template}
	var err error
	if o.Messages != "" {
		if p.Messages, err = os.ReadFile(o.Messages); err != nil {
			return nil, err
		}
	}
	if o.Tools != "" {
		if p.Tools, err = os.ReadFile(o.Tools); err != nil {
			return nil, err
		}
	}
	return s.NewChat(p, o.Sampling)
}

// answerable makes an interrupt end what ctx is for instead of the program, until done is called.
func answerable(ctx context.Context) (answer context.Context, done func()) {
	answer, cancel := context.WithCancel(ctx)
	handler := func() bool {
		if answer.Err() != nil {
			return false
		}
		cancel()
		return true
	}
	interruptHandler.Store(&handler)
	return answer, func() { interruptHandler.Store(nil); cancel() }
}
