package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"lapidary/finetune"
	"lapidary/internal/durable"
	"lapidary/tokenizer/literal"
)

// quirk is one thing that the course does and the default recipe does not.
type quirk struct {
	name, what, flag string
	change           func(o *finetune.Options, base, dir string) error
	rows             func(messages []any) // where the data itself differs
	askedAs          string               // template of the questions, where it is not that of the training
}

func (q *quirk) asked(trained string) string {
	if q.askedAs != "" {
		return q.askedAs
	}
	return trained
}

// option is a quirk that is one setting.
func option(name, what, flag string, set func(o *finetune.Options)) quirk {
	return quirk{name: name, what: what, flag: flag, change: func(o *finetune.Options, _, _ string) error { set(o); return nil }}
}

func quirks() []quirk {
	return []quirk{
		option("none", "none: the default recipe", "–", func(*finetune.Options) {}),
		option("double-bos", "two `<bos>`", "`--double-bos`", func(o *finetune.Options) { o.Rows.DoubleBOS = true }),
		option("append-eos", "one more `<eos>` at the end of a row", "`--append-eos`", func(o *finetune.Options) { o.Rows.AppendEOS = true }),
		option("loss-on-all", "loss on the prompts too", "`--loss-on all`", func(o *finetune.Options) { o.Rows.LossOn = "all" }),
		option("label-count", "loss divided by the labels before they are shifted", "`--label-count unshifted`", func(o *finetune.Options) { o.Train.LabelCount = "unshifted" }),
		{name: "python", what: "calls written as Python literals", flag: "the data's own", change: nothing, rows: pythonCalls},
		{name: "human", what: "role `human` in training, `user` when asked", flag: "`--template FILE.jinja`", change: humanTemplate, askedAs: "auto"},
		option("misspelt", "`<tool_reponse>` among the special tokens (these rows have no responses)", "`--added-tokens course-misspelt`",
			func(o *finetune.Options) { o.Rows.AddedTokens = []string{finetune.TokensCourseMisspelt} }),
		option("no-tags", "tags left as ordinary text, with no tokens of their own", "no `--added-tokens`", func(o *finetune.Options) { o.Rows.AddedTokens = nil }),
		option("embeddings", "adapters over the whole embedding and the head, instead of new rows", "`--lora-target-modules …,embed_tokens,lm_head`",
			func(o *finetune.Options) {
				o.Adapter.TargetModules = []string{"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj", "embed_tokens", "lm_head"}
			}),
		option("settings", "alpha 4 r, dropout 0.05, learning rate 1e-4, weight decay 0.1, warm-up 0.1", "the flags of these names", func(o *finetune.Options) {
			o.Adapter.Alpha, o.Adapter.Dropout = 4*float64(o.Adapter.R), 0.05
			o.Train.LearningRate, o.Train.WeightDecay, o.Train.WarmupRatio = 1e-4, 0.1, 0.1
		}),
		option("template", "the course's template: Python literals, roles `human` and `tool`, `<eos>` after each turn", "`--template course`",
			func(o *finetune.Options) {
				o.Rows.Template, o.Rows.AddedTokens = "course", []string{finetune.TokensCourse}
			}),
	}
}

func nothing(*finetune.Options, string, string) error { return nil }

// humanTemplate is the model's own template with another name for the user.
func humanTemplate(o *finetune.Options, base, dir string) error {
	source, err := os.ReadFile(filepath.Join(base, "chat_template.jinja"))
	if err != nil {
		return err
	}
	changed := strings.ReplaceAll(string(source), `<start_of_turn>user\n`, `<start_of_turn>human\n`)
	if changed == string(source) {
		return fmt.Errorf("the model's template has no user turn to rename")
	}
	o.Rows.Template = filepath.Join(dir, "human.jinja")
	return durable.WriteBytes(o.Rows.Template, []byte(changed), 0o644)
}

// pythonCalls puts calls into the text of the assistant's turns as the course's data has them.
func pythonCalls(messages []any) {
	for _, m := range messages {
		d := m.(*literal.Dict)
		calls, _ := d.Get("tool_calls")
		list, _ := calls.([]any)
		var text strings.Builder
		for _, c := range list {
			f, _ := c.(*literal.Dict).Get("function")
			text.WriteString("<tool_call>" + literal.Repr(f) + "</tool_call>")
		}
		if text.Len() > 0 {
			d.Set("content", text.String())
			d.Set("tool_calls", nil)
		}
	}
}

// rewrite changes the messages of a file of rows.
func rewrite(from, to string, change func(messages []any)) (string, error) {
	in, err := os.Open(from)
	if err != nil {
		return "", err
	}
	defer in.Close()
	return to, durable.WriteFile(to, func(w io.Writer) error {
		for lines := bufio.NewScanner(in); ; {
			if !lines.Scan() {
				return lines.Err()
			}
			v, err := literal.ParseJSON(lines.Text())
			if err != nil {
				return err
			}
			messages, _ := v.(*literal.Dict).Get("messages")
			change(messages.([]any))
			if _, err := fmt.Fprintln(w, literal.JSON(v)); err != nil {
				return err
			}
		}
	}, 0o644)
}
