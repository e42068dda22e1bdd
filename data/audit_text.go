package data

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"lapidary/tokenizer/chat"
	"lapidary/tokenizer/literal"
)

// tags are the markers of the field, by name.
var tags = []string{"tools", "think", "tool_call", "tool_response", "scratch_pad"}

// markup are the control tokens that only a template writes.
var markup = []string{"<start_of_turn>", "<end_of_turn>", "<bos>", "<eos>", "<pad>"}

// tagLike finds what might be meant as a tag.
var tagLike = regexp.MustCompile(`<\s*/?\s*[A-Za-z][A-Za-z_\- ]{1,24}\s*/?\s*>`)

// checkText looks at the characters of every turn.
func (c *checked) checkText() {
	for i := range c.row.Messages {
		m := &c.row.Messages[i]
		field := fmt.Sprintf("messages[%d].content", i)
		s, ok := m.Content.(string)
		if !ok {
			continue
		}
		c.checkTags(field, s)
		if role := chat.Canonical(m.Role); role == "assistant" || role == "tool" {
			c.checkBalance(field, s)
		}
		for _, token := range markup {
			if strings.Contains(s, token) {
				c.add(DefectMarkup, field, "%s inside a turn", token)
			}
		}
		c.checkCharacters(field, s)
	}
	for field, s := range map[string]string{"text": c.row.Text, "prompt": c.row.Prompt.Text, "completion": c.row.Completion.Text} {
		if s != "" {
			c.checkTags(field, s)
			c.checkCharacters(field, s)
		}
	}
	c.checkTextBOS()
}

// checkTextBOS looks for BOS written into a text that the tokenizer gives one to.
func (c *checked) checkTextBOS() {
	for _, f := range []struct{ field, text string }{{"text", c.row.Text}, {"prompt", c.row.Prompt.Text}} {
		switch n := strings.Count(f.text, "<bos>"); {
		case strings.HasPrefix(f.text, "<bos><bos>"):
			c.add(DefectDoubleBOS, f.field, "the text begins with two <bos>")
		case n > 1 || n == 1 && !strings.HasPrefix(f.text, "<bos>"):
			c.add(DefectMarkup, f.field, "<bos> inside the text")
		case n == 1:
			c.add(DefectDoubleBOS, f.field, "the text begins with <bos>, and the tokenizer puts one there too")
		}
	}
	if s := strings.TrimSpace(c.row.Text); strings.Contains(s, "<start_of_turn>") && !strings.HasSuffix(s, "<end_of_turn>") && !strings.HasSuffix(s, "<eos>") {
		c.add(DefectMissingEnd, "text", "the last turn has no end marker")
	}
}

// checkTags looks for tags that are nearly right.
func (c *checked) checkTags(field, s string) {
	seen := map[string]bool{}
	for _, found := range tagLike.FindAllString(s, -1) {
		if seen[found] {
			continue
		}
		seen[found] = true
		if d, right := judgeTag(found); d != "" {
			c.add(d, field, "%s, where %s is meant", found, right)
		}
	}
	for _, name := range tags[2:4] { // long enough to be nothing else
		for _, open := range []string{"<" + name, "</" + name} {
			if i := strings.Index(s, open); i >= 0 && unended(s[i+len(open):]) {
				c.add(DefectSplit, field, "%s without its >", open)
			}
		}
	}
}

func unended(rest string) bool {
	return rest == "" || rest[0] != '>' && rest[0] != '_' && !unicode.IsLetter(rune(rest[0])) && !tagLike.MatchString("<a"+rest[:min(len(rest), 4)])
}

// judgeTag says what is wrong with a tag, and what it should be.
func judgeTag(found string) (d Defect, right string) {
	name := strings.Map(func(r rune) rune {
		if r == '<' || r == '>' || r == '/' || unicode.IsSpace(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, found)
	slash := ""
	if strings.Contains(found[:min(len(found), 4)], "/") {
		slash = "/"
	}
	for _, known := range tags {
		right = "<" + slash + known + ">"
		if found == right {
			return "", ""
		}
		if name == known {
			return DefectSplit, right
		}
	}
	for _, known := range tags {
		near := 1
		if len(known) > 8 {
			near = 2
		}
		if distance(name, known, near) <= near {
			return DefectMisspelt, "<" + slash + known + ">"
		}
	}
	return "", ""
}

// checkBalance asks that tags open and close in turn.
func (c *checked) checkBalance(field, s string) {
	for _, name := range tags {
		open, end := strings.Count(s, "<"+name+">"), strings.Count(s, "</"+name+">")
		if open != end {
			c.add(DefectUnbalanced, field, "%d <%s> and %d </%s>", open, name, end, name)
		}
	}
}

func (c *checked) checkCharacters(field, s string) {
	if strings.ContainsRune(s, unicode.ReplacementChar) {
		c.add(DefectReplacement, field, "U+FFFD, left by a failed conversion")
	}
	for _, r := range s {
		if r < ' ' && r != '\n' && r != '\t' && r != '\r' || r == 0x7f {
			c.add(DefectControl, field, "control character U+%04X", r)
			return
		}
	}
}

// content is what makes two rows the same.
func (r *Row) content() string {
	switch r.Format {
	case FormatText:
		return r.Text
	case FormatTokens:
		return fmt.Sprint(r.IDs, r.Labels)
	case FormatPrompt:
		return literal.CompactJSON([]any{get(r.Raw, "prompt"), get(r.Raw, "completion")})
	}
	return messagesText(r.Messages) + literal.CompactJSON(r.Tools)
}

func messagesText(messages []chat.Message) string {
	list := make([]any, len(messages))
	for i := range messages {
		list[i] = messages[i].Value()
	}
	return literal.CompactJSON(list)
}

// question is what a row asks, case and spacing aside, with the tools it asks it of; "" for rows that ask nothing.
func (r *Row) question() string {
	var b strings.Builder
	switch {
	case r.Prompt.Text != "":
		b.WriteString(r.Prompt.Text)
	case r.Text != "":
		b.WriteString(r.Text)
	default:
		for i := range r.Messages {
			if chat.Canonical(r.Messages[i].Role) == "assistant" {
				break
			}
			b.WriteString(text(&r.Messages[i]) + "\n")
		}
	}
	asked := strings.Join(strings.Fields(strings.ToLower(b.String())), " ")
	if asked != "" && r.Tools != nil {
		asked += "\n" + literal.CompactJSON(r.Tools)
	}
	return asked
}
