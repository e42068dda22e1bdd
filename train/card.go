package train

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
)

// Card is what the model card says that a run does not know.
type Card struct {
	Title     string   // such as the output directory's name
	BaseModel string   // as adapter_config.json names it; "" for a model trained from nothing
	Adapter   bool     // an adapter for PEFT, not a whole model
	License   string   // of the base model, if known
	Datasets  []string // names as the user gave them
	Tags      []string
	Tool      string // the program and its version
}

// header is the YAML block that model hubs read. A JSON value is a YAML value, whatever it holds.
func (c Card) header() string {
	library, tags := "transformers", append([]string{"lapidary"}, c.Tags...)
	if c.Adapter {
		library, tags = "peft", append(tags, "lora")
	}
	var b strings.Builder
	field := func(name string, value any) {
		text, _ := json.Marshal(value) // strings always marshal
		fmt.Fprintf(&b, "%s: %s\n", name, text)
	}
	if c.BaseModel != "" {
		field("base_model", c.BaseModel)
	}
	field("library_name", library)
	if c.License != "" {
		field("license", c.License)
	}
	field("pipeline_tag", "text-generation")
	field("tags", tags)
	return b.String()
}

func (r *run) writeCard(w io.Writer) error {
	text, err := r.card()
	if err == nil {
		_, err = w.Write(text)
	}
	return err
}

// card is README.md: what was trained on what, and how it went so far.
func (r *run) card() ([]byte, error) {
	c := r.in.Card
	title := c.Title
	if title == "" {
		title = "Fine-tuned model"
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "---\n%s---\n\n# %s\n\n", c.header(), oneLine(title))
	if c.BaseModel != "" {
		what := "This model"
		if c.Adapter {
			what = "This LoRA adapter"
		}
		fmt.Fprintf(&b, "%s was trained from %s", what, oneLine(c.BaseModel))
	} else {
		b.WriteString("This model was trained from nothing")
	}
	if len(c.Datasets) > 0 {
		fmt.Fprintf(&b, " on %s", oneLine(strings.Join(c.Datasets, ", ")))
	}
	b.WriteString(".\n\n## Training\n\n")
	r.cardFigures(&b)
	if c.Tool != "" {
		fmt.Fprintf(&b, "\nMade with %s.\n", oneLine(c.Tool))
	}
	return b.Bytes(), nil
}

// cardFigures is a Markdown table of the settings that matter and the results.
func (r *run) cardFigures(b *bytes.Buffer) {
	t := tabwriter.NewWriter(b, 0, 0, 1, ' ', 0)
	row := func(name string, value any) { fmt.Fprintf(t, "| %s\t| %v\t|\n", name, value) }
	row("", "")
	row("---", "---")
	row("steps", fmt.Sprintf("%d of %d (%.2f epochs)", r.state.Step, r.plan.Steps, r.plan.Epoch(r.state.Step)))
	row("rows per step", r.cfg.PerDeviceTrainBatchSize*r.cfg.GradientAccumulationSteps)
	row("tokens", fmt.Sprintf("%d, %d of them with loss", r.state.Tokens, r.state.LabelTokens))
	row("learning rate", fmt.Sprintf("%v, %s, %d warm-up steps", r.cfg.LearningRate, r.cfg.LRSchedulerType, r.plan.WarmupSteps))
	row("weight decay", r.cfg.WeightDecay)
	row("clipping", r.cfg.MaxGradNorm)
	row("seed", r.cfg.Seed)
	if losses := r.losses("loss"); len(losses) > 0 {
		row("first and last training loss", fmt.Sprintf("%.4f, %.4f", losses[0], losses[len(losses)-1]))
	}
	if losses := r.losses("eval_loss"); len(losses) > 0 {
		row("first and last evaluation loss", fmt.Sprintf("%.4f, %.4f", losses[0], losses[len(losses)-1]))
	}
	if r.state.Skipped > 0 {
		row("steps skipped", r.state.Skipped)
	}
	t.Flush()
}

// oneLine keeps a name from the outside from ending its line.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
