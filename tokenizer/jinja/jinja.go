package jinja

import (
	"errors"
	"fmt"
	"time"

	"lapidary/tokenizer/literal"
)

// Kinds of failure.
var (
	ErrSyntax      = errors.New("template syntax")
	ErrUnsupported = errors.New("template uses what this interpreter refuses")
	ErrUndefined   = errors.New("undefined")
	ErrType        = errors.New("type")
	ErrBudget      = errors.New("template exceeds its budget")
	// ErrRaised marks what the template itself raised; Error.Message has its text.
	ErrRaised = errors.New("raised by the template")
)

// Error is a failure at a line of a template.
type Error struct {
	Line    int
	Message string
	Kind    error
}

func (e *Error) Error() string {
	return fmt.Sprintf("template line %d: %v: %s", e.Line, e.Kind, e.Message)
}
func (e *Error) Unwrap() error { return e.Kind }

// Template is a parsed template. It may be rendered from many goroutines.
type Template struct {
	body   []statement
	tables *tables
}

// tables are the names a template can use.
type tables struct {
	filters map[string]filterFunc
	tests   map[string]testFunc
	globals map[string]builtin
}

// Parse reads a template.
func Parse(source string) (*Template, error) {
	if len(source) > maxSource {
		return nil, &Error{1, fmt.Sprintf("%d bytes, at most %d", len(source), maxSource), ErrBudget}
	}
	tokens, err := lex(source)
	if err != nil {
		return nil, err
	}
	p := &parser{tokens: tokens, tables: &tables{newFilters(), newTests(), newGlobals()}}
	body, err := p.body(nil)
	if err != nil {
		return nil, err
	}
	return &Template{body, p.tables}, nil
}

// Date is the variable under which Render is given the time.Time that strftime_now shall tell. It is no variable of
// the template.
const Date = "\x00date"

// Tagged gives a value and all within it an origin; characters that come from it carry the origin into the output.
type Tagged struct {
	Value  any
	Origin int32
}

// Segment is a stretch of output of one origin (0: the template itself).
type Segment struct {
	Len        int
	Origin     int32
	Generation bool // inside {% generation %}
}

// Output is rendered text.
type Output struct {
	Text     string
	Segments []Segment
}

// Render renders with the given variables: values of package literal, lists of them, or Tagged ones.
func (t *Template) Render(vars map[string]any) (out *Output, err error) {
	r := &run{tables: t.tables}
	defer func() { // a fault of this package must not take a server down
		if p := recover(); p != nil {
			out, err = nil, &Error{r.line, fmt.Sprint(p), ErrUnsupported}
		}
	}()
	top := &scope{vars: map[string]value{}}
	for name, v := range vars {
		if date, ok := v.(time.Time); ok && name == Date {
			r.date = date
			continue
		}
		top.vars[name] = fromLiteral(v, 0)
	}
	w := &output{}
	if _, err := r.exec(t.body, &scope{vars: map[string]value{}, up: top}, w); err != nil {
		return nil, err
	}
	return &Output{string(w.text), w.segments}, nil
}

// output collects text and where it came from.
type output struct {
	text     []byte
	segments []Segment
	gen      bool
}

func (w *output) add(s str) {
	w.text = append(w.text, s.s...)
	s.each(func(n int, origin int32, gen bool) {
		gen = gen || w.gen
		if k := len(w.segments); k > 0 && w.segments[k-1].Origin == origin && w.segments[k-1].Generation == gen {
			w.segments[k-1].Len += n
			return
		}
		w.segments = append(w.segments, Segment{n, origin, gen})
	})
}

// str is the text as a value, with origins.
func (w *output) str() str { return str{string(w.text), w.segments} }

// fromLiteral turns data into a value of the interpreter.
func fromLiteral(v any, origin int32) value {
	switch v := v.(type) {
	case Tagged:
		return fromLiteral(v.Value, v.Origin)
	case string:
		return newStr(v, origin)
	case literal.Number:
		return fromNumber(v)
	case []any:
		return fromList(v, false, origin)
	case literal.Tuple:
		return fromList(v, true, origin)
	case *literal.Dict:
		d := newDict()
		for _, m := range v.Members {
			d.set(newStr(m.Key, origin), fromLiteral(m.Value, origin))
		}
		return d
	case nil, bool:
		return v
	case int:
		return int64(v)
	}
	return undefined{"value"}
}

func fromList(l []any, tuple bool, origin int32) value {
	out := &list{tuple: tuple, items: make([]value, len(l))}
	for i, e := range l {
		out.items[i] = fromLiteral(e, origin)
	}
	return out
}
