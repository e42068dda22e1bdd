package chat

import (
	"slices"
	"strings"
	"unicode"

	"lapidary/tokenizer"
)

// Kind says what a stretch of rendered text is.
type Kind uint8

const (
	// KindMarkup: what the template writes outside of turns (BOS).
	KindMarkup Kind = iota
	// KindHeader: the start of a turn, up to its content.
	KindHeader
	// KindContent: content of a turn that is not the assistant's.
	KindContent
	// KindAnswer: assistant text that is neither thought nor call.
	KindAnswer
	// KindThink: a <think> block with its tags.
	KindThink
	// KindCall: a <tool_call> block with its tags.
	KindCall
	// KindEnd: the end marker of a turn.
	KindEnd
	// KindPrompt: the header that asks the model to answer.
	KindPrompt
)

var kindNames = [...]string{"markup", "header", "content", "answer", "think", "call", "end", "prompt"}

func (k Kind) String() string { return kindNames[k] }

// Span is a stretch of rendered text. The spans of a text follow each other without gap or overlap.
type Span struct {
	Start, End int    // bytes
	Message    int    // index in the conversation, -1 for none
	Role       string // canonical role of the turn, "" outside of turns
	Kind       Kind
	Train      bool // assistant content and its end marker
}

// Rendered is a conversation as text.
type Rendered struct {
	Text  string
	Spans []Span
}

// writer builds a Rendered.
type writer struct {
	b     strings.Builder
	spans []Span
}

func (w *writer) add(text string, s Span) {
	if text == "" {
		return
	}
	s.Start = w.b.Len()
	w.b.WriteString(text)
	s.End = w.b.Len()
	if n := len(w.spans); n > 0 {
		last := &w.spans[n-1]
		if last.Message == s.Message && last.Role == s.Role && last.Kind == s.Kind && last.Train == s.Train {
			last.End = s.End
			return
		}
	}
	w.spans = append(w.spans, s)
}

func (w *writer) done() *Rendered { return &Rendered{Text: w.b.String(), Spans: w.spans} }

// assistantKinds cuts assistant text into thoughts, calls and the rest, calling f for each in order. A block that does
// not end runs to the end of the text, or to the next block if a thought is followed by a call.
func assistantKinds(text string, f func(part string, k Kind)) {
	for text != "" {
		start, k, end := len(text), KindAnswer, ""
		if i := strings.Index(text, thinkOpen); i >= 0 {
			start, k, end = i, KindThink, thinkClose
		}
		if i := strings.Index(text, callOpen); i >= 0 && i < start {
			start, k, end = i, KindCall, callClose
		}
		if start > 0 {
			f(text[:start], KindAnswer)
			text = text[start:]
			continue
		}
		stop := len(text)
		if i := strings.Index(text, end); i >= 0 {
			stop = i + len(end)
		}
		f(text[:stop], k)
		text = text[stop:]
	}
}

// IgnoreLabel marks a token without loss.
const IgnoreLabel = -100

// TokenSpans gives for each token the index of the span it belongs to, or -1 when it reaches over a border between
// spans of which not all are trained or not all are not. offsets are those of the text the spans belong to.
func TokenSpans(offsets []tokenizer.Offset, spans []Span) []int {
	out := make([]int, len(offsets))
	at := 0
	for i, o := range offsets {
		for at > 0 && spans[at].Start > o.Start {
			at-- // byte tokens of one character share its range, so offsets may stand still but hardly go back
		}
		for at+1 < len(spans) && spans[at].End <= o.Start {
			at++
		}
		if len(spans) == 0 || o.Start < spans[at].Start || o.Start >= spans[at].End {
			out[i] = -1
			continue
		}
		out[i] = at
		for k := at + 1; k < len(spans) && spans[k].Start < o.End; k++ {
			if spans[k].Train != spans[at].Train {
				out[i] = -1
			}
		}
	}
	return out
}

// Labels returns the ids with all that is not to be trained on replaced by IgnoreLabel. A token that reaches over the
// border of trained text is not trained.
func Labels(ids []int32, offsets []tokenizer.Offset, spans []Span) []int32 {
	labels := slices.Clone(ids)
	for i, at := range TokenSpans(offsets, spans) {
		if at < 0 || !spans[at].Train {
			labels[i] = IgnoreLabel
		}
	}
	return labels
}

// isPySpace is str.isspace for one character: what str.strip removes.
func isPySpace(r rune) bool { return unicode.IsSpace(r) || (r >= 0x1c && r <= 0x1f) }

// trim is str.strip.
func trim(s string) string { return strings.TrimFunc(s, isPySpace) }
