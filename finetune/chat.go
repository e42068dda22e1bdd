package finetune

import (
	"context"
	"fmt"

	"lapidary/generate"
	"lapidary/model/gemma2"
	"lapidary/tokenizer"
	"lapidary/tokenizer/chat"
)

// Chat is a conversation with a model, turn by turn. What earlier prompts were computed for is not computed again.
type Chat struct {
	session  *Session
	tok      *tokenizer.Tokenizer
	template chat.Template
	sampling generate.Options
	first    chat.Conversation // what Reset returns to
	now      chat.Conversation
	decoder  *gemma2.Decoder
}

// Reply is a model's turn.
type Reply struct {
	*chat.Output
	Reason generate.Reason
}

// NewChat begins a conversation, with the messages and tools of o where it has some.
func (s *Session) NewChat(o PromptOptions, sampling generate.Options) (*Chat, error) {
	tok, err := s.Text()
	if err != nil {
		return nil, err
	}
	if err := sampling.Validate(); err != nil {
		return nil, err
	}
	c := &Chat{session: s, tok: tok}
	if c.template, err = FindTemplate(o.Template, tok); err != nil {
		return nil, err
	}
	first, err := o.conversation()
	if err != nil {
		return nil, err
	}
	if o.Messages == nil {
		first.Messages = nil
	}
	c.first, c.now, c.sampling = *first, *first, s.complement(sampling)
	c.decoder = s.Model.NewDecoder(s.Tape(), 1, s.Model.Config.MaxPositionEmbeddings)
	return c, nil
}

// complement fills what a session knows of its model into options that leave it open.
func (s *Session) complement(o generate.Options) generate.Options {
	if len(o.StopIDs) == 0 {
		o.StopIDs = s.StopIDs()
	}
	if o.VocabLimit == 0 && s.Tokenizer != nil {
		o.VocabLimit = min(s.Tokenizer.VocabSize(), s.Model.Config.VocabSize)
	}
	return o
}

// Say adds a turn of the user's.
func (c *Chat) Say(text string) { c.add(chat.Message{Role: "user", Content: text}) }

// Respond adds what a tool answered: any JSON value.
func (c *Chat) Respond(tool string, response any) {
	c.add(chat.Message{Role: "tool", Name: tool, Content: response})
}

func (c *Chat) add(m chat.Message) { // into an array of its own: Reset keeps the beginning
	c.now.Messages = append(c.now.Messages[:len(c.now.Messages):len(c.now.Messages)], m)
}

// Reset forgets all turns but those the conversation began with.
func (c *Chat) Reset() { c.now = c.first }

// Answer lets the model take its turn and adds it to the conversation; emit hears of it while it is written. An answer
// that ctx ends counts as far as it came; the error is nil then, and the reason says so.
func (c *Chat) Answer(ctx context.Context, emit func(chat.Event)) (Reply, error) {
	prompt, err := c.session.encodePrompt(c.template, &c.now, false)
	if err != nil {
		return Reply{}, err
	}
	o := c.sampling
	room := c.session.Model.Config.MaxPositionEmbeddings - len(prompt)
	if room < 1 {
		return Reply{}, fmt.Errorf("the conversation has %d tokens and the model takes %d: begin a new one", len(prompt), c.session.Model.Config.MaxPositionEmbeddings)
	}
	o.MaxNewTokens = min(o.MaxNewTokens, room)
	var parser chat.StreamParser
	tell := func(events []chat.Event) {
		for _, e := range events {
			emit(e)
		}
	}
	pieces, stop := c.tok.NewDecoder(false), map[int32]bool{} // tags may be special tokens: they are not skipped
	for _, id := range o.StopIDs {
		stop[id] = true
	}
	request := []generate.Request{{Prompt: prompt, Key: uint64(len(c.now.Messages))}}
	results, err := generate.Run(ctx, c.decoder, 1, request, o, func(_ int, id int32) error {
		if !stop[id] || o.IgnoreEOS {
			tell(parser.Write(pieces.Add(id)))
		}
		return nil
	})
	if err != nil && ctx.Err() == nil {
		return Reply{}, err
	}
	tell(parser.Write(pieces.Flush()))
	events, out := parser.Close()
	tell(events)
	c.add(chat.Message{Role: "assistant", Content: c.tok.Decode(results[0].Content(), false)})
	return Reply{out, results[0].Reason}, nil
}
