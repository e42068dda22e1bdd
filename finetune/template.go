package finetune

import (
	"fmt"
	"strings"

	"lapidary/internal/bound"
	"lapidary/tokenizer"
	"lapidary/tokenizer/chat"
)

// maxTemplate bounds a Jinja file; the longest published ones have some kilobytes.
const maxTemplate = 1 << 20

// FindTemplate resolves the name of a chat template: gemma, course, hermes, a Jinja file, or auto: the checkpoint's own,
// or gemma where it has none.
func FindTemplate(name string, tok *tokenizer.Tokenizer) (chat.Template, error) {
	if strings.ContainsAny(name, `/\.`) {
		source, err := bound.ReadFile(name, maxTemplate)
		if err != nil {
			return nil, err
		}
		t, err := chat.NewJinja(name, string(source))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		return t, nil
	}
	if name == "" {
		name = "auto"
	}
	own := ""
	if tok != nil {
		own = tok.Config.ChatTemplate
	}
	return chat.Select(name, own)
}
