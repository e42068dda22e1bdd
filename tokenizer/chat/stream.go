package chat

import (
	"errors"
	"strings"
)

// EventKind says what an Event carries.
type EventKind uint8

const (
	// EventContent is text for the user.
	EventContent EventKind = iota
	// EventThought is text of a thought.
	EventThought
	// EventCall is a call that is complete.
	EventCall
)

// Event is what can be said of an output while it is still being written.
type Event struct {
	Kind EventKind
	Text string
	Call ParsedCall
}

// StreamParser takes model output apart as it comes. Parts of tags are held back until they are tags or not.
// A call is reported when its end tag is there. Close gives the same Output as ParseOutput of the whole; it has the last word
// where an output closes a thought it never opened, since the calls before that were thoughts.
type StreamParser struct {
	all     strings.Builder
	pending string
	at      int // of pending in the output
	state   EventKind
	scanned int // end tags in pending that were tried
}

// Write takes the next piece of output.
func (p *StreamParser) Write(piece string) []Event {
	p.all.WriteString(piece)
	p.pending += piece
	var events []Event
	for {
		n, ev, again := p.step(false)
		events = appendEvents(events, ev)
		p.pending, p.at = p.pending[n:], p.at+n
		if !again {
			return events
		}
	}
}

// Close ends the output and returns what was held back, and the whole output taken apart.
func (p *StreamParser) Close() ([]Event, *Output) {
	var events []Event
	for p.pending != "" {
		n, ev, _ := p.step(true)
		events = appendEvents(events, ev)
		p.pending, p.at = p.pending[n:], p.at+n
	}
	return events, ParseOutput(p.all.String())
}

func appendEvents(events, more []Event) []Event {
	for _, e := range more {
		if n := len(events); n > 0 && e.Kind != EventCall && events[n-1].Kind == e.Kind {
			events[n-1].Text += e.Text
			continue
		}
		if e.Kind == EventCall || e.Text != "" {
			events = append(events, e)
		}
	}
	return events
}

// step takes n bytes of what is pending; again tells that another step may take more.
func (p *StreamParser) step(final bool) (n int, events []Event, again bool) {
	if p.state == EventCall {
		return p.call(final)
	}
	tags := []string{thinkOpen, thinkClose, callOpen}
	if p.state == EventThought {
		tags = tags[1:2]
	}
	first, tag := len(p.pending), ""
	for _, t := range tags {
		if i := strings.Index(p.pending, t); i >= 0 && i < first {
			first, tag = i, t
		}
	}
	if tag == "" && !final {
		first -= heldBack(p.pending, tags)
	}
	events = []Event{{Kind: p.state, Text: p.pending[:first]}}
	switch tag {
	case "":
		return first, events, false
	case thinkOpen:
		p.state = EventThought
	case thinkClose:
		p.state = EventContent
	case callOpen:
		p.state, p.scanned = EventCall, 0
		return first, events, true
	}
	return first + len(tag), events, true
}

// heldBack is the length of the longest end of s that may be the beginning of a tag.
func heldBack(s string, tags []string) int {
	held := 0
	for _, t := range tags {
		for n := min(len(t)-1, len(s)); n > held; n-- {
			if strings.HasSuffix(s, t[:n]) {
				held = n
			}
		}
	}
	return held
}

// call waits for an end tag that ends the call: one inside a string of its arguments does not.
func (p *StreamParser) call(final bool) (n int, events []Event, again bool) {
	if !final {
		ends := strings.Count(p.pending, callClose)
		if ends == p.scanned {
			return 0, nil, false
		}
		p.scanned = ends
	}
	calls, n := readCalls(p.pending, p.at)
	if !final && (calls[0].Unclosed || errors.Is(calls[0].Err, ErrCallSyntax)) && p.scanned < maxTries && len(p.pending) <= maxCallBytes {
		return 0, nil, false // the end tag may stand in a string; if not, the next call or the end will tell
	}
	p.state = EventContent
	for _, c := range calls {
		events = append(events, Event{Kind: EventCall, Call: c})
	}
	return n, events, true
}
