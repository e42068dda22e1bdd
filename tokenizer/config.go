package tokenizer

import (
	"encoding/json"
	"errors"
	"io/fs"
	"math"
	"path/filepath"
	"strconv"
)

// Config is what the files beside a tokenizer say. They are read leniently: fields of unexpected form count as absent,
// since every library adds its own.
type Config struct {
	BOSToken, EOSToken, PadToken, UnkToken string
	AdditionalSpecialTokens                []string
	AddBOSToken, AddEOSToken               *bool             // nil: not said
	ModelMaxLength                         int               // 0: no limit given (files say 1e30)
	ChatTemplate                           string            // Jinja source; chat_template.jinja before tokenizer_config.json
	ChatTemplates                          map[string]string // named ones, when the file has several
	StopIDs                                []int32           // eos_token_id of generation_config.json
	Class                                  string            // tokenizer_class
	raw                                    map[string]any    // tokenizer_config.json, kept for Save
}

// readConfig reads the files of dir that exist.
func (t *Tokenizer) readConfig(dir string) error {
	m, err := readObject(filepath.Join(dir, "tokenizer_config.json"))
	if err != nil {
		return err
	}
	t.Config.raw = m
	t.Config.fill(m)
	jinja := filepath.Join(dir, "chat_template.jinja")
	switch data, err := readFile(jinja, maxConfigBytes); {
	case err == nil:
		t.Config.ChatTemplate = string(data)
	case !errors.Is(err, fs.ErrNotExist):
		return err
	}
	g, err := readObject(filepath.Join(dir, "generation_config.json"))
	if err != nil {
		return err
	}
	t.Config.StopIDs = idList(g["eos_token_id"])
	t.applyDefaults()
	return nil
}

// readObject reads a JSON object; a file that is not there is an empty one.
func readObject(path string) (map[string]any, error) {
	data, err := readFile(path, maxConfigBytes)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	v, err := parseJSON(data)
	if err != nil {
		return nil, withPath(path, err)
	}
	m, ok := v.(map[string]any)
	if !ok {
		return nil, withPath(path, fieldError("", ErrMalformed, "object expected"))
	}
	return m, nil
}

func (c *Config) fill(m map[string]any) {
	c.BOSToken, c.EOSToken = tokenText(m["bos_token"]), tokenText(m["eos_token"])
	c.PadToken, c.UnkToken = tokenText(m["pad_token"]), tokenText(m["unk_token"])
	for _, key := range []string{"additional_special_tokens", "extra_special_tokens"} {
		list, _ := m[key].([]any)
		for _, v := range list {
			if s := tokenText(v); s != "" {
				c.AdditionalSpecialTokens = append(c.AdditionalSpecialTokens, s)
			}
		}
	}
	c.AddBOSToken, c.AddEOSToken = flag(m["add_bos_token"]), flag(m["add_eos_token"])
	c.ModelMaxLength = lengthOf(m["model_max_length"])
	c.Class, _ = m["tokenizer_class"].(string)
	switch v := m["chat_template"].(type) {
	case string:
		c.ChatTemplate = v
	case []any:
		c.ChatTemplates = map[string]string{}
		for _, e := range v {
			o, _ := e.(map[string]any)
			name, _ := o["name"].(string)
			source, _ := o["template"].(string)
			c.ChatTemplates[name] = source
		}
		c.ChatTemplate = c.ChatTemplates["default"]
	}
}

// tokenText reads a special token, a string or an object with a content.
func tokenText(v any) string {
	if m, ok := v.(map[string]any); ok {
		v = m["content"]
	}
	s, _ := v.(string)
	return s
}

func flag(v any) *bool {
	if b, ok := v.(bool); ok {
		return &b
	}
	return nil
}

// lengthOf reads model_max_length, which transformers writes as int(1e30) for "none": beyond int64.
func lengthOf(v any) int {
	n, ok := v.(json.Number)
	if !ok {
		return 0
	}
	f, err := strconv.ParseFloat(string(n), 64)
	if err != nil || !(f >= 1) || f > math.MaxInt32 {
		return 0
	}
	return int(f)
}

// idList reads one id or a list of them.
func idList(v any) []int32 {
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	var ids []int32
	for _, e := range list {
		if n, ok := e.(json.Number); ok {
			if id, err := parseID(n); err == nil {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// applyDefaults names the special tokens that no file named, by what the vocabulary has.
func (t *Tokenizer) applyDefaults() {
	set := func(token *string, names ...string) {
		for _, n := range names {
			if *token == "" && n != "" && t.vocab.lookupString(n) >= 0 {
				*token = n
			}
		}
	}
	c := &t.Config
	set(&c.UnkToken, t.unk, "<unk>")
	set(&c.BOSToken, t.modelTokens[0], "<bos>", "<s>")
	set(&c.EOSToken, t.modelTokens[1], "<eos>", "</s>")
	set(&c.PadToken, t.modelTokens[2], "<pad>")
}
