package chat

import (
	"errors"
	"strings"

	"lapidary/tokenizer/jinja"
	"lapidary/tokenizer/literal"
)

// Jinja is a template from a checkpoint.
type Jinja struct {
	name     string
	template *jinja.Template
}

// NewJinja parses a chat template.
func NewJinja(name, source string) (*Jinja, error) {
	t, err := jinja.Parse(source)
	if err != nil {
		return nil, err
	}
	return &Jinja{name, t}, nil
}

// Name is the name given to NewJinja.
func (j *Jinja) Name() string { return j.name }

// Render renders a conversation as transformers does. Options.Adapt has no effect: the template has its own way with
// system turns and tools.
func (j *Jinja) Render(c *Conversation, o Options) (*Rendered, error) {
	o = o.withDefaults()
	messages := make([]any, len(c.Messages))
	for i := range c.Messages {
		messages[i] = taggedMessage(aliasReasoning(c.Messages[i].Value()), int32(i+1))
	}
	var tools any
	if c.Tools != nil {
		tools = c.Tools
	}
	out, err := j.template.Render(map[string]any{"messages": messages, "tools": tools, "documents": nil,
		"add_generation_prompt": o.AddGenerationPrompt, jinja.Date: o.Date, "bos_token": o.BOS, "eos_token": o.EOS, "pad_token": o.Pad, "unk_token": o.Unk})
	var je *jinja.Error
	if errors.Is(err, jinja.ErrRaised) && errors.As(err, &je) {
		return nil, &TemplateError{je.Message}
	}
	if err != nil {
		return nil, err
	}
	return j.spans(c, out), nil
}

// taggedMessage gives all that a message says its origin; its role is part of the header.
func taggedMessage(m *literal.Dict, origin int32) *literal.Dict {
	out := &literal.Dict{}
	for _, f := range m.Members {
		if f.Key == "role" {
			out.Set(f.Key, f.Value)
		} else {
			out.Set(f.Key, jinja.Tagged{Value: f.Value, Origin: origin})
		}
	}
	return out
}

// reasoningFields are the names a message's reasoning has in data; templates are given it under the first two, as
// transformers does.
var reasoningFields = [...]string{"reasoning_content", "thinking", "reasoning"}

func aliasReasoning(m *literal.Dict) *literal.Dict {
	for _, name := range reasoningFields {
		v, _ := m.Get(name)
		if v == nil {
			continue
		}
		out := literal.NewDict("thinking", v)
		for _, f := range m.Members {
			out.Set(f.Key, f.Value)
		}
		out.Set("reasoning_content", v)
		return out
	}
	return m
}

// spans tells the characters of messages from those of the template by their origin. What the template writes after
// an assistant's text belongs to its turn up to where the next turn begins; with {% generation %} the template says
// itself what is trained. A turn without any text of its message cannot be told from the template and is not trained.
func (j *Jinja) spans(c *Conversation, out *jinja.Output) *Rendered {
	marked := false
	for _, s := range out.Segments {
		marked = marked || s.Generation
	}
	w := &writer{}
	at, message := 0, -1
	for i, s := range out.Segments {
		text := out.Text[at : at+s.Len]
		at += s.Len
		if s.Origin > 0 {
			message = int(s.Origin) - 1
			j.content(w, c, text, message, s.Generation, marked)
			continue
		}
		end := 0
		if message >= 0 {
			end = turnBorder(text, i+1 == len(out.Segments))
			role, _ := c.Messages[message].roleText()
			role = Canonical(role)
			train := role == "assistant"
			if marked {
				train = s.Generation
			}
			w.add(text[:end], Span{Message: message, Role: role, Kind: KindEnd, Train: train})
		}
		kind := KindHeader
		if message < 0 {
			kind = KindMarkup
		}
		w.add(text[end:], Span{Message: -1, Kind: kind, Train: marked && s.Generation})
		if end > 0 {
			message = -1
		}
	}
	return w.done()
}

func (j *Jinja) content(w *writer, c *Conversation, text string, message int, generation, marked bool) {
	role, _ := c.Messages[message].roleText()
	role = Canonical(role)
	span := Span{Message: message, Role: role, Kind: KindContent, Train: role == "assistant"}
	if marked {
		span.Train = generation
	}
	if role != "assistant" {
		w.add(text, span)
		return
	}
	assistantKinds(text, func(part string, k Kind) {
		span.Kind = k
		w.add(part, span)
	})
}

// turnStarts are the marks by which templates begin a turn.
var turnStarts = [...]string{turnStart, "<|im_start|>", "<|start_header_id|>", "[INST]", "<|user|>", "<|assistant|>", "<|system|>", "<bos>"}

// turnBorder is where the end marker of a turn ends in what the template wrote after it.
func turnBorder(text string, last bool) int {
	border := len(text)
	for _, m := range turnStarts {
		if i := strings.Index(text, m); i >= 0 && i < border {
			border = i
		}
	}
	if border == len(text) && !last {
		if i := strings.IndexByte(text, '\n'); i >= 0 {
			border = i + 1
		}
	}
	return border
}
