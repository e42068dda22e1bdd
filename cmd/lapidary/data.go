package main

import (
	"io"
	"os"

	"github.com/spf13/cobra"

	"lapidary/data"
	"lapidary/finetune"
	"lapidary/internal/durable"
	"lapidary/tokenizer"
	"lapidary/tokenizer/literal"
)

// dataVerb groups what looks after data before it is trained on.
func dataVerb() *cobra.Command {
	c := &cobra.Command{
		Use:   "data audit|show|convert",
		Short: "Find what would spoil a run, show what is trained on, convert formats",
		Example: `  lapidary data audit --data calls.jsonl --tokenizer gemma-2-2b-it
  lapidary data show --data calls.jsonl --tokenizer gemma-2-2b-it --limit 1`,
		Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usagef("unknown verb %q%s", "data "+args[0], didYouMean(args[0], verbNames(c)))
			}
			return c.Help()
		},
	}
	c.AddCommand(auditVerb(), showVerb(), convertVerb())
	return c
}

// Rendering says how rows become text and tokens; the names are those of train.
type Rendering struct {
	Tokenizer   string             `json:"tokenizer"`
	Template    string             `json:"template"`
	AddedTokens []string           `json:"added_tokens"`
	Format      data.Format        `json:"dataset_format"`
	LossOn      data.LossOn        `json:"loss_on"`
	LossWeights map[string]float64 `json:"loss_weights"`
	DoubleBOS   bool               `json:"double_bos"`
	AppendEOS   bool               `json:"append_eos"`
}

func defaultRendering() Rendering {
	return Rendering{Template: "auto", Format: data.FormatAuto, LossOn: data.LossAuto}
}

func (r Rendering) config() data.Config {
	return data.Config{Format: r.Format, LossOn: r.LossOn, LossWeights: r.LossWeights, DoubleBOS: r.DoubleBOS, AppendEOS: r.AppendEOS}
}

// text loads the tokenizer, where one is named, and finds the template.
func (r Rendering) text() (data.Text, error) {
	t := data.Text{Adapt: true}
	if r.Tokenizer != "" {
		tok, err := tokenizer.Load(r.Tokenizer)
		if err != nil {
			return t, badInput(err)
		}
		if len(r.AddedTokens) > 0 {
			if _, err := tok.AddTokens(finetune.SpecialTokens(r.AddedTokens)); err != nil {
				return t, badInput(err)
			}
		}
		t.Tokenizer = tok
	} else if len(r.AddedTokens) > 0 {
		return t, usagef("--added-tokens needs --tokenizer")
	}
	var err error
	if t.Template, err = finetune.FindTemplate(r.Template, t.Tokenizer); err != nil {
		return t, badInput(err)
	}
	return t, nil
}

// inputFiles are all files that --data names.
func inputFiles(paths []string) ([]string, error) {
	if len(paths) == 0 {
		return nil, usagef("--data missing")
	}
	files, err := data.Discover(paths)
	if err != nil {
		return nil, badInput(err)
	}
	return append(append(files.Train, files.Valid...), files.Test...), nil
}

// writeRows writes a JSON object a line.
func writeRows(w io.Writer, rows []*literal.Dict) error {
	for _, r := range rows {
		if _, err := io.WriteString(w, literal.JSON(r)+"\n"); err != nil {
			return err
		}
	}
	return nil
}

// saveRows writes rows as a file that is durable when it returns. It never replaces what is being read.
func saveRows(path string, rows []*literal.Dict, inputs []string) error {
	there, err := os.Stat(path)
	for _, in := range inputs {
		if read, inErr := os.Stat(in); err == nil && inErr == nil && os.SameFile(there, read) {
			return usagef("--output %s is the file that is read", path)
		}
	}
	return saveFailed(durable.WriteFile(path, func(w io.Writer) error { return writeRows(w, rows) }, 0o644))
}
