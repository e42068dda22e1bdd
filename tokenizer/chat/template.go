package chat

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Template renders conversations.
type Template interface {
	Name() string
	Render(c *Conversation, o Options) (*Rendered, error)
}

// Options of rendering. The zero value renders a conversation for training with Gemma's token names.
type Options struct {
	AddGenerationPrompt bool
	BOS, EOS, Pad, Unk  string // "" stands for <bos>, <eos>, <pad>, <unk>

	// Date is what Jinja templates that ask for the time are told. They are refused without it: a rendering must not
	// depend on when it is made.
	Date time.Time

	// Adapt brings a conversation into the template's form first: roles renamed, the system turn and tools put in front
	// of the first user turn, calls and responses written as text. Without it gemma and course do as their Jinja
	// originals, which refuse what they do not know. hermes always adapts.
	Adapt bool
	Style Style // how tools, calls and responses are written when adapting
}

func (o Options) withDefaults() Options {
	for _, t := range []struct {
		s    *string
		name string
	}{{&o.BOS, "<bos>"}, {&o.EOS, "<eos>"}, {&o.Pad, "<pad>"}, {&o.Unk, "<unk>"}} {
		if *t.s == "" {
			*t.s = t.name
		}
	}
	return o
}

// TemplateError is what a template says with raise_exception.
type TemplateError struct{ Message string }

func (e *TemplateError) Error() string { return e.Message }

// ErrTemplateName marks a template name that is not known.
var ErrTemplateName = errors.New("unknown template")

const (
	turnStart = "<start_of_turn>"
	turnEnd   = "<end_of_turn>"
)

// Gemma is the template of gemma-2-it, to the letter: no system turn, user and assistant in turn.
type Gemma struct{}

// Name is "gemma".
func (Gemma) Name() string { return "gemma" }

// Render renders a conversation.
func (Gemma) Render(c *Conversation, o Options) (*Rendered, error) {
	o = o.withDefaults()
	if o.Adapt {
		return renderTurns(c, o, gemmaDialect, turnEnd+"\n")
	}
	if err := refuseSystem(c); err != nil {
		return nil, err
	}
	w := &writer{}
	w.add(o.BOS, Span{Message: -1, Kind: KindMarkup})
	for i := range c.Messages {
		role, err := c.Messages[i].roleText()
		if (err == nil && role == "user") != (i%2 == 0) {
			return nil, &TemplateError{"Conversation roles must alternate user/assistant/user/assistant/..."}
		}
		if err != nil {
			return nil, inMessage(i, err)
		}
		if role == "assistant" {
			role = "model"
		}
		w.turn(turn{role: role, first: i, last: i, pieces: c.Messages[i].pieces(i)}, turnEnd+"\n")
	}
	w.prompt(o, "model")
	return w.done(), nil
}

// Course is the template of the function-calling course: role names as the data has them, <eos> after each turn.
type Course struct{}

// Name is "course".
func (Course) Name() string { return "course" }

// Render renders a conversation.
func (Course) Render(c *Conversation, o Options) (*Rendered, error) {
	o = o.withDefaults()
	if o.Adapt {
		return renderTurns(c, o, courseDialect, turnEnd+"<eos>\n")
	}
	if err := refuseSystem(c); err != nil {
		return nil, err
	}
	w := &writer{}
	w.add(o.BOS, Span{Message: -1, Kind: KindMarkup})
	for i := range c.Messages {
		role, err := c.Messages[i].roleText()
		if err != nil {
			return nil, inMessage(i, err)
		}
		w.turn(turn{role: role, first: i, last: i, pieces: c.Messages[i].pieces(i)}, turnEnd+"<eos>\n")
	}
	w.prompt(o, "model")
	return w.done(), nil
}

func inMessage(i int, err error) error { return &FieldError{fmt.Sprintf("messages[%d]", i), err} }

func refuseSystem(c *Conversation) error {
	if len(c.Messages) == 0 {
		return fieldErr("messages", "empty")
	}
	if role, err := c.Messages[0].roleText(); err == nil && role == "system" {
		return &TemplateError{"System role not supported"}
	}
	return nil
}

// turn is what stands between a header and an end marker; its pieces may come from several messages.
type turn struct {
	role        string // as written
	first, last int    // messages
	pieces      []piece
}

type piece struct {
	text    string
	message int
	kind    Kind
}

// pieces is the content of a message.
func (m *Message) pieces(i int) []piece {
	text := m.contentText()
	role, _ := m.roleText()
	if Canonical(role) != "assistant" {
		return []piece{{text, i, KindContent}}
	}
	var list []piece
	assistantKinds(text, func(part string, k Kind) { list = append(list, piece{part, i, k}) })
	return list
}

// trimPieces strips white space from both ends of the content as a whole.
func trimPieces(list []piece) []piece {
	for len(list) > 0 {
		if list[0].text = strings.TrimLeftFunc(list[0].text, isPySpace); list[0].text != "" {
			break
		}
		list = list[1:]
	}
	for n := len(list); n > 0; n = len(list) {
		if list[n-1].text = strings.TrimRightFunc(list[n-1].text, isPySpace); list[n-1].text != "" {
			break
		}
		list = list[:n-1]
	}
	return list
}

func (w *writer) turn(t turn, end string) {
	role := Canonical(t.role)
	train := role == "assistant"
	w.add(turnStart+t.role+"\n", Span{Message: t.first, Role: role, Kind: KindHeader})
	for _, p := range trimPieces(t.pieces) {
		w.add(p.text, Span{Message: p.message, Role: role, Kind: p.kind, Train: train})
	}
	w.add(end, Span{Message: t.last, Role: role, Kind: KindEnd, Train: train})
}

func (w *writer) prompt(o Options, role string) {
	if o.AddGenerationPrompt {
		w.add(turnStart+role+"\n", Span{Message: -1, Role: "assistant", Kind: KindPrompt})
	}
}
