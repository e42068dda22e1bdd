package data

import (
	"fmt"
	"slices"

	"lapidary/tokenizer"
	"lapidary/tokenizer/chat"
)

// LossOn says which tokens carry loss.
type LossOn string

const (
	LossAuto       LossOn = "auto"       // assistant turns, the completion, or everything, by the row's format
	LossAssistant  LossOn = "assistant"  // every assistant turn with its end marker
	LossCompletion LossOn = "completion" // the completion; of a conversation, the last assistant turn
	LossAll        LossOn = "all"
)

// Truncation says which end of a row that is too long stays.
type Truncation string

const (
	KeepStart Truncation = "keep_start"
	KeepEnd   Truncation = "keep_end"
)

// Config says how rows become examples.
type Config struct {
	Format     Format     `json:"dataset_format"`
	LossOn     LossOn     `json:"loss_on"`
	MaxLength  int        `json:"max_length"` // 0: no limit
	Truncation Truncation `json:"truncation_mode"`
	Packing    Packing    `json:"packing_strategy"`

	// LossWeights are the weights of what an assistant says in the loss, by kind: think, call, answer, end. A kind that
	// is not named weighs 1; 0 leaves it out.
	LossWeights map[string]float64 `json:"loss_weights"`

	// What TRL does to a text column whose text has its special tokens already. Off, rows begin with one BOS and no
	// second EOS follows one that is there.
	DoubleBOS bool `json:"double_bos"` // the tokenizer's BOS in front of the template's
	AppendEOS bool `json:"append_eos"` // EOS after any text that does not end with it to the letter

	KeepAll   bool `json:"-"` // rows without loss stay: scoring wants an answer for every row
	VocabSize int  `json:"-"` // of the model; ids beyond it are refused. 0: not checked
}

// DefaultConfig is what train does unless told otherwise.
func DefaultConfig() Config {
	return Config{Format: FormatAuto, LossOn: LossAuto, MaxLength: 2048, Truncation: KeepStart}
}

// Validate reports the first setting that makes no sense.
func (c Config) Validate() error {
	if err := c.Format.Validate(); err != nil {
		return err
	}
	if err := c.Packing.Validate(); err != nil {
		return err
	}
	if !slices.Contains([]LossOn{"", LossAuto, LossAssistant, LossCompletion, LossAll}, c.LossOn) {
		return fmt.Errorf("loss on %q: want auto, assistant, completion or all", string(c.LossOn))
	}
	if !slices.Contains([]Truncation{"", KeepStart, KeepEnd}, c.Truncation) {
		return fmt.Errorf("truncation mode %q: want keep_start or keep_end", string(c.Truncation))
	}
	if c.MaxLength < 0 || c.Packing != PackNone && c.MaxLength < 1 {
		return fmt.Errorf("max_length %d: want a positive number of tokens", c.MaxLength)
	}
	return c.validateWeights()
}

// Text is what turns rows into tokens. Token rows need none of it.
type Text struct {
	Tokenizer *tokenizer.Tokenizer
	Template  chat.Template // for conversations
	Style     chat.Style    // how tools, calls and responses are written
	// Adapt brings conversations into the template's form first: system turns merged, roles renamed, tools and calls
	// written as text. Off, gemma and course refuse what their originals refuse.
	Adapt bool
}

func (t Text) options(generate bool) chat.Options {
	o := chat.Options{AddGenerationPrompt: generate, Adapt: t.Adapt, Style: t.Style}
	if t.Tokenizer != nil {
		c := t.Tokenizer.Config
		o.BOS, o.EOS, o.Pad, o.Unk = c.BOSToken, c.EOSToken, c.PadToken, c.UnkToken
	}
	return o
}
