package demo

import (
	"context"
	_ "embed"
	"math/rand/v2"
	"strings"

	"lapidary/data"
	"lapidary/tokenizer"
)

// Template is the checkpoint's chat template: Gemma's turns, and tools in a notation of a few tokens each.
//
//go:embed chat_template.jinja
var Template string

const (
	tokenizerSeed = 11
	tokenizerRows = 6000
	// VocabSize leaves so few merged pieces that an unknown word is cut as a known one is.
	VocabSize = 1024
)

// pieces never merge with what stands around them, so that a word has the same pieces after a space, an underscore or
// a quotation mark.
var pieces = []string{"<start_of_turn>", "<end_of_turn>", "\n", "▁", "_", ",", "(", ")", ":",
	`{"name":"`, `","arguments":{"`, `":"`, `":`, `","`, `,"`, `"}}`, `}}`, `"}`, `}`, `{"`}

// NewTokenizer trains the tokenizer on the language.
func NewTokenizer() (*tokenizer.Tokenizer, error) {
	c := tokenizer.DefaultTrainConfig()
	c.VocabSize, c.UserDefined, c.MaxPieceRunes = VocabSize, pieces, 4
	r := rand.New(rand.NewPCG(tokenizerSeed, 0))
	texts := make([]string, 0, 2*tokenizerRows)
	for range tokenizerRows {
		d := conversation(r, Inventive)
		texts = append(texts, prompt(d.Tools, d.User), d.Answer)
	}
	model, err := tokenizer.Train(context.Background(), texts, c)
	if err != nil {
		return nil, err
	}
	t, err := tokenizer.Convert(model)
	if err != nil {
		return nil, err
	}
	t.Config.ChatTemplate = Template
	return t, nil
}

const (
	bos       = "<bos>"
	userTurn  = "<start_of_turn>user\n"
	modelTurn = "<start_of_turn>model\n"
	turnEnd   = "<end_of_turn>"
)

// prompt renders as Template does, up to the model's turn.
func prompt(tools []Tool, user string) string {
	text := bos + userTurn
	if len(tools) > 0 {
		text += "tools: " + toolList(tools) + "\n"
	}
	return text + user + turnEnd + "\n" + modelTurn
}

func toolList(tools []Tool) string {
	list := make([]string, len(tools))
	for i, t := range tools {
		list[i] = t.Name() + "(" + t.list() + ")"
	}
	return strings.Join(list, " ")
}

// encode makes a training document of a dialogue; the answers and their ends are scored.
func encode(t *tokenizer.Tokenizer, d Dialogue) (ids, labels []int32) {
	ask := prompt(d.Tools, d.User)
	for _, turn := range append([]Turn{d.Turn}, d.More...) {
		if len(ids) > 0 {
			ask = "\n" + userTurn + turn.User + turnEnd + "\n" + modelTurn
		}
		ids = append(ids, t.Encode(ask)...)
		for len(labels) < len(ids) {
			labels = append(labels, data.Ignore)
		}
		answer := t.Encode(turn.Answer + turnEnd)
		ids, labels = append(ids, answer...), append(labels, answer...)
	}
	return ids, labels
}
