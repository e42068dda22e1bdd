package chat

import (
	"errors"
	"fmt"
	"strings"

	"lapidary/tokenizer/literal"
)

// Kinds of failure of a call in model output.
var (
	// ErrCallSyntax: neither JSON nor a Python literal.
	ErrCallSyntax = errors.New("call is neither JSON nor a Python literal")
	// ErrCallForm: a value, but not a name with arguments.
	ErrCallForm = errors.New("call has not the form of a call")
	// ErrCallTooLarge: longer than maxCallBytes, or more than maxCalls.
	ErrCallTooLarge = errors.New("call is too large")
)

const (
	maxCallBytes = 1 << 20
	maxCalls     = 1 << 10
	maxTries     = 8 // end tags that may stand inside strings of one call
)

// CallError says which call of an output could not be read.
type CallError struct {
	Start, End int // bytes of the output, tags included
	Err        error
}

func (e *CallError) Error() string { return fmt.Sprintf("tool call at byte %d: %v", e.Start, e.Err) }
func (e *CallError) Unwrap() error { return e.Err }

// ParsedCall is a call in model output, with Err set if it could not be read.
type ParsedCall struct {
	Call       ToolCall
	Python     bool // written as a Python literal
	Unclosed   bool // the end tag is missing
	Start, End int  // bytes of the output, tags included
	Err        error
}

// Output is model output taken apart.
type Output struct {
	Thought string // what stands in <think>, or before the last </think>
	Content string // what is neither thought nor call, trimmed
	Calls   []ParsedCall
}

// Valid returns the calls that could be read, and the errors of the others.
func (o *Output) Valid() (calls []ToolCall, err error) {
	var errs []error
	for _, c := range o.Calls {
		if c.Err != nil {
			errs = append(errs, c.Err)
			continue
		}
		calls = append(calls, c.Call)
	}
	return calls, errors.Join(errs...)
}

// ParseOutput takes the calls from one turn of model output. Tags are scanned, not parsed as XML: arguments hold < and
// & unescaped. Calls count after the last </think> only; before it they are thoughts about calls.
func ParseOutput(text string) *Output {
	o := &Output{}
	at := 0
	if i := strings.LastIndex(text, thinkClose); i >= 0 {
		o.Thought = trim(strings.TrimPrefix(trim(text[:i]), thinkOpen))
		at = i + len(thinkClose)
	}
	var content strings.Builder
	for at < len(text) {
		i := strings.Index(text[at:], callOpen)
		if i < 0 {
			content.WriteString(text[at:])
			break
		}
		content.WriteString(text[at : at+i])
		at += i
		calls, n := readCalls(text[at:], at)
		at += n
		if len(o.Calls)+len(calls) > maxCalls {
			o.Calls = append(o.Calls, ParsedCall{Start: at - n, End: len(text), Err: &CallError{at - n, len(text), ErrCallTooLarge}})
			break
		}
		o.Calls = append(o.Calls, calls...)
	}
	o.Content = content.String()
	if i := strings.Index(o.Content, thinkOpen); i >= 0 { // a thought that does not end
		o.Thought = joinText(o.Thought, "\n", trim(o.Content[i+len(thinkOpen):]))
		o.Content = o.Content[:i]
	}
	o.Content = trim(o.Content)
	return o
}

// readCalls reads what begins with a start tag at s[0]; base is where s stands in the output. n is how much it takes.
func readCalls(s string, base int) (calls []ParsedCall, n int) {
	body := s[len(callOpen):]
	one := ParsedCall{Start: base}
	v, size, closed, err := readBody(body, &one.Python)
	n = len(callOpen) + size
	if closed {
		n += len(callClose)
	}
	one.End, one.Unclosed = base+n, !closed
	if err != nil {
		one.Err = &CallError{one.Start, one.End, err}
		return []ParsedCall{one}, n
	}
	list, isList := v.([]any)
	if !isList || len(list) > maxCalls {
		list = []any{v}
	}
	for _, e := range list {
		c := one
		if c.Call, err = strictCall(e); err != nil {
			c.Err = &CallError{one.Start, one.End, err}
		}
		calls = append(calls, c)
	}
	if len(list) == 0 {
		one.Err = &CallError{one.Start, one.End, fmt.Errorf("%w: empty list", ErrCallForm)}
		calls = []ParsedCall{one}
	}
	return calls, n
}

// readBody reads the value between the tags: JSON that is followed by the end tag or the end of the text, else a Python
// literal up to an end tag. size is the length of the body.
func readBody(body string, python *bool) (v any, size int, closed bool, err error) {
	v, rest, jsonErr := literal.ParseJSONPrefix(clip(body))
	if jsonErr == nil && len(body) <= maxCallBytes {
		if strings.HasPrefix(rest, callClose) || rest == "" {
			return v, len(body) - len(rest), rest != "", nil
		}
		jsonErr = fmt.Errorf("more after the value")
	}
	first, at := -1, 0
	for range maxTries {
		i := strings.Index(body[at:], callClose)
		if i < 0 {
			break
		}
		at += i
		if first < 0 {
			first = at
		}
		if at > maxCallBytes {
			break
		}
		if v, err := literal.ParsePython(trim(body[:at])); err == nil {
			*python = true
			return v, at, true, nil
		}
		at += len(callClose)
	}
	closed = first >= 0
	if !closed {
		first = len(body)
		if v, err := literal.ParsePython(trim(clip(body))); err == nil && len(body) <= maxCallBytes {
			*python = true
			return v, len(body), false, nil
		}
	}
	if i := strings.Index(body[:first], callOpen); i >= 0 { // the end tag belongs to a later call
		first, closed = i, false
	}
	if first > maxCallBytes {
		return nil, first, closed, fmt.Errorf("%w: %d bytes, at most %d", ErrCallTooLarge, first, maxCallBytes)
	}
	_, _, err = literal.Parse(trim(body[:first]))
	if err == nil {
		err = jsonErr
	}
	return nil, first, closed, fmt.Errorf("%w: %w", ErrCallSyntax, err)
}

func clip(s string) string { return s[:min(len(s), maxCallBytes+1)] }

// strictCall reads a call that must have a name, and arguments that are an object or absent.
func strictCall(v any) (ToolCall, error) {
	c, err := ToolCallFrom(v)
	if err != nil {
		return c, fmt.Errorf("%w: %w", ErrCallForm, err)
	}
	if c.Name == "" {
		return c, fmt.Errorf("%w: empty name", ErrCallForm)
	}
	if _, ok := c.Arguments.(*literal.Dict); !ok {
		return c, fmt.Errorf("%w: arguments are no object", ErrCallForm)
	}
	return c, nil
}
