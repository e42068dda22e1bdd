package data

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"lapidary/tokenizer"
	"lapidary/tokenizer/chat"
)

// Encoder turns rows into examples. It may be used from many goroutines.
type Encoder struct {
	config Config
	text   Text
}

// NewEncoder checks the configuration.
func NewEncoder(config Config, text Text) (*Encoder, error) {
	if err := config.Validate(); err != nil {
		return nil, err
	}
	return &Encoder{config: config, text: text}, nil
}

// Rendered is a row as text and tokens, with what each token is part of.
type Rendered struct {
	Text    string
	Spans   []chat.Span // empty unless the row is a conversation
	IDs     []int32
	Labels  []int32
	Weights []float32          // of the labels in the loss; nil: all 1
	Offsets []tokenizer.Offset // of the tokens in Text; empty for token rows and shorter than IDs where one was put in front

	DoubleBOS bool // the text brought a BOS of its own, and the tokenizer's was left out
	Fused     bool // a token holds the prompt's end and the completion's beginning; it carries no loss
}

// Encode makes an example of a row, cut to the length that the configuration allows.
func (e *Encoder) Encode(row *Row) (Example, error) {
	r, err := e.Render(row)
	if err != nil {
		return Example{}, err
	}
	return e.cut(r, row.Source), nil
}

// cut bounds the length of a row. A row that will be packed is cut there.
func (e *Encoder) cut(r *Rendered, source Source) Example {
	x := Example{IDs: r.IDs, Labels: r.Labels, Weights: r.Weights, Source: source}
	n := e.config.MaxLength
	if n == 0 || len(r.IDs) <= n || e.config.Packing != PackNone {
		return x
	}
	lo := 0
	if e.config.Truncation == KeepEnd {
		lo = len(r.IDs) - n
	}
	x.Weights = x.weightsOf(lo, lo+n)
	x.IDs, x.Labels, x.Truncated = r.IDs[lo:lo+n:lo+n], r.Labels[lo:lo+n:lo+n], true
	return x
}

var (
	errNoTokenizer = errors.New("the row is text and there is no tokenizer")
	errNoTemplate  = errors.New("the row is a conversation and there is no chat template")
)

// Render makes the text, ids and labels of a row, at full length.
func (e *Encoder) Render(row *Row) (*Rendered, error) {
	if row.Format == FormatTokens {
		return e.tokens(row)
	}
	if e.text.Tokenizer == nil {
		return nil, &fieldError{err: errNoTokenizer, hint: "use a checkpoint with tokenizer files, or rows with input_ids"}
	}
	switch row.Format {
	case FormatText:
		return e.plain(row)
	case FormatPrompt:
		if row.Prompt.Messages != nil {
			return e.promptMessages(row)
		}
		return e.prompt(row)
	}
	return e.conversation(row)
}

func (e *Encoder) tokens(row *Row) (*Rendered, error) {
	r := &Rendered{IDs: row.IDs, Labels: row.Labels}
	if r.Labels == nil {
		r.Labels = slices.Clone(row.IDs)
	}
	if n := e.config.VocabSize; n > 0 {
		for i, id := range r.IDs {
			if int(id) >= n {
				return nil, under("input_ids", at(i, &fieldError{err: fmt.Errorf("id %d, and the model has %d", id, n)}))
			}
			if int(r.Labels[i]) >= n {
				return nil, under("labels", at(i, &fieldError{err: fmt.Errorf("id %d, and the model has %d", r.Labels[i], n)}))
			}
		}
	}
	return r, nil
}

// plain is a row of text: all of it is learnt.
func (e *Encoder) plain(row *Row) (*Rendered, error) {
	if e.config.LossOn == LossAssistant || e.config.LossOn == LossCompletion {
		return nil, &fieldError{field: "text", err: fmt.Errorf("loss on %s, and a text has no such part", e.config.LossOn),
			hint: "use loss on all, or rows with messages or prompt and completion"}
	}
	text := e.endText(row.Text)
	r := e.withBOS(text, 0)
	r.Labels = slices.Clone(r.IDs)
	return r, nil
}

// endText puts EOS after a text. TRL's rule looks at the last characters only; ours at those before white space too.
func (e *Encoder) endText(text string) string {
	eos := e.text.Tokenizer.Config.EOSToken
	if e.text.Tokenizer.EOS() < 0 || strings.HasSuffix(text, eos) {
		return text
	}
	if !e.config.AppendEOS && strings.HasSuffix(strings.TrimSpace(text), eos) {
		return text
	}
	return text + eos
}

// withBOS encodes a text with the special tokens that the tokenizer puts around one, labels ignored where the token
// begins before from.
func (e *Encoder) withBOS(text string, from int) *Rendered {
	tok := e.text.Tokenizer
	r := &Rendered{Text: text}
	ids, offsets := tok.EncodeOffsets(text)
	r.IDs, r.Offsets = ids, offsets
	if full := tok.EncodeSpecial(""); len(full) > 0 && full[0] == tok.BOS() {
		r.prepend(tok.BOS(), e.config.DoubleBOS)
	}
	r.Labels = make([]int32, len(r.IDs))
	shift := len(r.IDs) - len(r.Offsets)
	for i, id := range r.IDs {
		if i < shift || r.Offsets[i-shift].Start < from {
			r.Labels[i] = Ignore
			r.Fused = r.Fused || i >= shift && r.Offsets[i-shift].End > from
		} else {
			r.Labels[i] = id
		}
	}
	return r
}

// prepend puts BOS in front unless the text has one already; double puts it there all the same.
func (r *Rendered) prepend(bos int32, double bool) {
	if len(r.IDs) > 0 && r.IDs[0] == bos && !double {
		r.DoubleBOS = true
		return
	}
	r.IDs = append([]int32{bos}, r.IDs...)
}

// prompt is a row of prompt and completion as text; a token that begins in the prompt belongs to it.
func (e *Encoder) prompt(row *Row) (*Rendered, error) {
	text := row.Prompt.Text + e.endText(row.Completion.Text)
	switch e.config.LossOn {
	case LossAssistant:
		return nil, &fieldError{err: errors.New("loss on assistant, and the row has no turns"),
			hint: "use loss on completion, or rows with messages"}
	case LossAll:
		r := e.withBOS(text, 0)
		r.Labels = slices.Clone(r.IDs)
		return r, nil
	}
	return e.withBOS(text, len(row.Prompt.Text)), nil
}

// conversation is a row of messages.
func (e *Encoder) conversation(row *Row) (*Rendered, error) {
	r, err := e.rendered(row, row.Messages, row.AddGenerationPrompt)
	if err != nil {
		return nil, err
	}
	switch e.config.LossOn {
	case LossAll:
		r.Labels = slices.Clone(r.IDs)
	case LossCompletion:
		last := len(row.Messages) - 1
		for last >= 0 && chat.Canonical(row.Messages[last].Role) != "assistant" {
			last--
		}
		r.label(func(s chat.Span) bool { return s.Train && s.Message == last })
	default:
		r.label(func(s chat.Span) bool {
			return s.Train && (s.Message < 0 || turnWeight(&row.Messages[s.Message]) > 0)
		})
	}
	e.weigh(r)
	return r, nil
}

// rendered writes messages with the template and encodes them. The template writes the BOS.
func (e *Encoder) rendered(row *Row, messages []chat.Message, generate bool) (*Rendered, error) {
	if e.text.Template == nil {
		return nil, &fieldError{err: errNoTemplate, hint: "name one with --template"}
	}
	out, err := e.text.Template.Render(&chat.Conversation{Messages: messages, Tools: row.Tools}, e.text.options(generate))
	if err != nil {
		return nil, templateError(err)
	}
	r := &Rendered{Text: out.Text, Spans: out.Spans}
	if e.config.AppendEOS {
		r.Text = e.endText(r.Text)
	}
	r.IDs, r.Offsets = e.text.Tokenizer.EncodeOffsets(r.Text)
	if e.config.DoubleBOS {
		r.prepend(e.text.Tokenizer.BOS(), true)
	}
	return r, nil
}

func templateError(err error) error {
	var f *chat.FieldError
	if errors.As(err, &f) {
		return &fieldError{field: f.Field, err: fmt.Errorf("the chat template: %w", f.Err)}
	}
	return &fieldError{field: "messages", err: fmt.Errorf("the chat template: %w", err)}
}

// label keeps the ids of the spans that train says; a token that reaches over a border of trained text is left out.
func (r *Rendered) label(train func(chat.Span) bool) {
	spans := slices.Clone(r.Spans)
	for i := range spans {
		spans[i].Train = train(spans[i])
	}
	shift := len(r.IDs) - len(r.Offsets)
	r.Labels = slices.Repeat([]int32{Ignore}, shift)
	r.Labels = append(r.Labels, chat.Labels(r.IDs[shift:], r.Offsets, spans)...)
}

// promptMessages is a row of prompt and completion as messages: what follows the prompt and the header that asks for
// an answer is the completion.
func (e *Encoder) promptMessages(row *Row) (*Rendered, error) {
	all := slices.Concat(row.Prompt.Messages, row.Completion.Messages)
	r, err := e.rendered(row, all, row.AddGenerationPrompt)
	if err != nil {
		return nil, err
	}
	if e.config.LossOn == LossAll {
		r.Labels = slices.Clone(r.IDs)
		e.weigh(r)
		return r, nil
	}
	start := len(r.Text)
	for _, s := range r.Spans {
		if s.Message >= len(row.Prompt.Messages) && s.Kind != chat.KindHeader {
			start = s.Start
			break
		}
	}
	r.label(func(s chat.Span) bool { return s.Start >= start && (s.Train || e.config.LossOn != LossAssistant) })
	e.weigh(r)
	return r, nil
}
