package finetune

import (
	"context"
	"fmt"
	"strings"

	"lapidary/generate"
	"lapidary/tokenizer/chat"
	"lapidary/tokenizer/literal"
)

// PromptOptions is what the model should answer: a text, or messages and tools as JSON.
type PromptOptions struct {
	Text                    string
	Messages, Tools         []byte
	MessagesPath, ToolsPath string // for errors
	Template                string
}

// Prompt renders a conversation up to the header that asks for an answer, and encodes it.
func (s *Session) Prompt(o PromptOptions) ([]int32, error) {
	tok, err := s.Text()
	if err != nil {
		return nil, err
	}
	template, err := FindTemplate(o.Template, tok)
	if err != nil {
		return nil, err
	}
	c, err := o.conversation()
	if err != nil {
		return nil, err
	}
	return s.encodePrompt(template, c, false)
}

// encodePrompt renders a conversation up to the header that asks for an answer. doubleBOS puts the tokenizer's BOS in
// front of the template's, for models that were trained so.
func (s *Session) encodePrompt(template chat.Template, c *chat.Conversation, doubleBOS bool) ([]int32, error) {
	tok := s.Tokenizer
	k := tok.Config
	r, err := template.Render(c, chat.Options{AddGenerationPrompt: true, Adapt: true, BOS: k.BOSToken, EOS: k.EOSToken, Pad: k.PadToken, Unk: k.UnkToken})
	if err != nil {
		return nil, err
	}
	ids := tok.Encode(r.Text)
	if len(ids) == 0 {
		return nil, fmt.Errorf("the chat template makes no text of the conversation")
	}
	if doubleBOS {
		ids = append([]int32{tok.BOS()}, ids...)
	}
	for _, id := range ids {
		if int(id) >= s.Model.Config.VocabSize {
			return nil, fmt.Errorf("the tokenizer gives id %d, and the model has %d: they do not belong together", id, s.Model.Config.VocabSize)
		}
	}
	return ids, nil
}

func (o PromptOptions) conversation() (*chat.Conversation, error) {
	c := &chat.Conversation{Messages: []chat.Message{{Role: "user", Content: o.Text}}}
	if o.Messages != nil {
		v, err := literal.ParseJSON(string(o.Messages))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", o.MessagesPath, err)
		}
		if list, ok := v.([]any); ok {
			v = literal.NewDict("messages", list)
		}
		d, ok := v.(*literal.Dict)
		if !ok {
			return nil, fmt.Errorf("%s: want a list of messages, or an object with one", o.MessagesPath)
		}
		if c, err = chat.ConversationFrom(d); err != nil {
			return nil, fmt.Errorf("%s: %w", o.MessagesPath, err)
		}
	}
	if o.Tools != nil {
		tools, err := chat.ToolsFrom(string(o.Tools))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", o.ToolsPath, err)
		}
		if len(tools) == 0 && strings.TrimSpace(string(o.Tools)) == "" {
			return nil, fmt.Errorf("%s: empty: want a JSON list of tools", o.ToolsPath)
		}
		for i, tool := range tools {
			name := ""
			if f, ok := chat.Function(tool); ok {
				name, _ = f.Str("name")
			}
			if name == "" {
				return nil, fmt.Errorf("%s: tools[%d]: want an object with a name, or {\"type\":\"function\",\"function\":{…}}", o.ToolsPath, i)
			}
		}
		c.Tools = tools
	}
	return c, nil
}

// StopIDs are the tokens that end an answer: the model's own, and the end of a turn where the tokenizer has one.
func (s *Session) StopIDs() []int32 {
	ids := s.Model.StopIDs()
	if s.Tokenizer != nil {
		ids = append(ids, s.Tokenizer.EOS())
		if id, ok := s.Tokenizer.TokenToID("<end_of_turn>"); ok {
			ids = append(ids, id)
		}
	}
	return ids
}

// Generate continues a prompt; emit, where not nil, is shown each new token at once.
func (s *Session) Generate(ctx context.Context, prompt []int32, o generate.Options, emit func(id int32) error) (generate.Result, error) {
	results, err := s.GenerateAll(ctx, [][]int32{prompt}, 1, o, func(_ int, id int32) error {
		if emit == nil {
			return nil
		}
		return emit(id)
	})
	if len(results) == 0 {
		return generate.Result{}, err
	}
	return results[0], err
}

// GenerateAll continues many prompts, some side by side: one pass over the weights moves all of them.
func (s *Session) GenerateAll(ctx context.Context, prompts [][]int32, side int, o generate.Options, emit func(row int, id int32) error) ([]generate.Result, error) {
	o = s.complement(o)
	o.Pool = s.Pool
	requests := make([]generate.Request, len(prompts))
	for i, p := range prompts {
		requests[i] = generate.Request{Prompt: p, Key: uint64(i)}
	}
	d := s.Model.NewDecoder(s.Tape(), side, generate.Length(requests, o))
	return generate.Run(ctx, d, side, requests, o, emit)
}
