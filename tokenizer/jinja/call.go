package jinja

import (
	"sort"
	"strconv"
	"strings"

	"lapidary/tokenizer/literal"
)

func (r *run) formatOne(verb byte, precision int, v value) (str, error) {
	switch verb {
	case 's':
		if s, ok := text(v); ok {
			return s, nil
		}
	case 'r':
		if l, ok := toLiteral(v); ok {
			return newStr(literal.Repr(l), originOf(v)), nil
		}
	case 'd', 'i':
		if f, ok := v.(float64); ok {
			return str{s: strconv.FormatInt(int64(f), 10)}, nil
		}
		if b, ok := bigInt(v); ok {
			return str{s: b.String()}, nil
		}
	case 'f':
		if f, ok := number(v); ok {
			return str{s: strconv.FormatFloat(f, 'f', precision, 64)}, nil
		}
	default:
		return str{}, r.fail(ErrUnsupported, "format %%%c", verb)
	}
	return str{}, r.fail(ErrType, "%%%c of %s", verb, typeName(v))
}

func (c call) eval(r *run, s *scope) (value, error) {
	of, err := c.of.eval(r, s)
	if err != nil {
		return nil, err
	}
	args, kw, err := r.evalArguments(c.args, c.kwargs, s)
	if err != nil {
		return nil, err
	}
	r.line = c.line
	switch f := of.(type) {
	case builtin:
		return f(r, args, kw)
	case *macro:
		return r.callMacro(f, args, kw)
	case undefined:
		return nil, r.fail(ErrUndefined, "%q is undefined", f.name)
	}
	return nil, r.fail(ErrType, "%s is not callable", typeName(of))
}

func (r *run) evalArguments(exprs []expr, kwargs []kwarg, s *scope) (args []value, kw map[string]value, err error) {
	args = make([]value, len(exprs))
	for i, e := range exprs {
		if args[i], err = e.eval(r, s); err != nil {
			return nil, nil, err
		}
	}
	for _, k := range kwargs {
		v, err := k.v.eval(r, s)
		if err != nil {
			return nil, nil, err
		}
		if kw == nil {
			kw = map[string]value{}
		}
		if _, dup := kw[k.name]; dup {
			return nil, nil, r.fail(ErrType, "argument %q given twice", k.name)
		}
		kw[k.name] = v
	}
	return args, kw, r.step(1 + len(args) + len(kw))
}

func (r *run) callMacro(m *macro, args []value, kw map[string]value) (value, error) {
	if r.depth++; r.depth > maxNest {
		return nil, r.fail(ErrBudget, "macro calls nested deeper than %d", maxNest)
	}
	defer func() { r.depth-- }()
	s := &scope{vars: map[string]value{}, up: m.scope}
	if len(args) > len(m.params) {
		return nil, r.fail(ErrType, "macro %q takes %d arguments, not %d", m.name, len(m.params), len(args))
	}
	known := 0
	for i, p := range m.params {
		v, given := kw[p.name]
		if given {
			known++
		}
		switch {
		case i < len(args) && given:
			return nil, r.fail(ErrType, "argument %q given twice", p.name)
		case i < len(args):
			v = args[i]
		case given:
		case p.def != nil:
			var err error
			if v, err = p.def.eval(r, s); err != nil {
				return nil, err
			}
		default:
			v = undefined{p.name}
		}
		s.vars[p.name] = v
	}
	if known < len(kw) {
		return nil, r.fail(ErrType, "macro %q has no such argument", m.name)
	}
	w := &output{}
	if _, err := r.exec(m.body, s, w); err != nil {
		return nil, err
	}
	return w.str(), r.made(len(w.text))
}

// newGlobals makes the functions a template can call. There is no clock: a template that asks for the time
// gets the date it is rendered with, or is refused.
func newGlobals() map[string]builtin {
	return map[string]builtin{
		"raise_exception": func(r *run, args []value, _ map[string]value) (value, error) {
			message := ""
			if len(args) > 0 {
				s, _ := text(args[0])
				message = s.s
			}
			return nil, &Error{r.line, message, ErrRaised}
		},
		"range": makeRange,
		"namespace": func(r *run, args []value, kw map[string]value) (value, error) {
			d, err := makeDict(r, args, kw)
			if err != nil {
				return nil, err
			}
			return &namespace{d.(*dict)}, nil
		},
		"dict":         makeDict,
		"strftime_now": strftime,
	}
}

// dateFormats are the strftime codes that templates use.
var dateFormats = map[byte]string{'Y': "2006", 'm': "01", 'd': "02", 'B': "January", 'b': "Jan", 'A': "Monday", 'a': "Mon",
	'H': "15", 'M': "04", 'S': "05", 'I': "03", 'p': "PM", 'y': "06"}

func strftime(r *run, args []value, _ map[string]value) (value, error) {
	format, err := strArg(r, args, 0, "")
	if err != nil {
		return nil, err
	}
	if r.date.IsZero() {
		return nil, r.fail(ErrUnsupported, "the template asks for the time and no date is given")
	}
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' || i+1 == len(format) {
			b.WriteByte(format[i])
			continue
		}
		i++
		layout, ok := dateFormats[format[i]]
		if !ok {
			return nil, r.fail(ErrUnsupported, "strftime %%%c", format[i])
		}
		b.WriteString(r.date.Format(layout))
	}
	return str{s: b.String()}, r.made(b.Len())
}

func makeDict(r *run, args []value, kw map[string]value) (value, error) {
	d := newDict()
	if len(args) > 0 {
		from, ok := args[0].(*dict)
		if !ok {
			return nil, r.fail(ErrType, "dict of %s", typeName(args[0]))
		}
		for i, k := range from.keys {
			d.set(k, from.vals[i])
		}
	}
	names := make([]string, 0, len(kw))
	for k := range kw {
		names = append(names, k)
	}
	sort.Strings(names)
	for _, k := range names {
		d.set(str{s: k}, kw[k])
	}
	return d, nil
}

func makeRange(r *run, args []value, _ map[string]value) (value, error) {
	n := make([]int64, len(args))
	for i, a := range args {
		var ok bool
		if n[i], ok = integer(a); !ok {
			return nil, r.fail(ErrType, "range of %s", typeName(a))
		}
	}
	lo, hi, step := int64(0), int64(0), int64(1)
	switch len(n) {
	case 1:
		hi = n[0]
	case 2:
		lo, hi = n[0], n[1]
	case 3:
		lo, hi, step = n[0], n[1], n[2]
	default:
		return nil, r.fail(ErrType, "range of %d arguments", len(n))
	}
	if step == 0 {
		return nil, r.fail(ErrType, "range with step 0")
	}
	out := &list{}
	for i := lo; (step > 0 && i < hi) || (step < 0 && i > hi); i += step {
		if len(out.items) >= maxRange {
			return nil, r.fail(ErrBudget, "range of more than %d", maxRange)
		}
		out.items = append(out.items, i)
		if (step > 0 && i > hi-step) || (step < 0 && i < hi-step) {
			break // the next would be beyond, or overflow
		}
	}
	return out, r.step(len(out.items))
}

func (l *loop) attribute(name string) value {
	n := len(l.items)
	switch name {
	case "index":
		return int64(l.at + 1)
	case "index0":
		return int64(l.at)
	case "revindex":
		return int64(n - l.at)
	case "revindex0":
		return int64(n - l.at - 1)
	case "first":
		return l.at == 0
	case "last":
		return l.at == n-1
	case "length":
		return int64(n)
	case "depth":
		return int64(1) // recursive loops are refused, so the depth is always one
	case "depth0":
		return int64(0)
	case "previtem":
		if l.at > 0 {
			return l.items[l.at-1]
		}
	case "nextitem":
		if l.at+1 < n {
			return l.items[l.at+1]
		}
	case "cycle":
		at := l.at
		return builtin(func(r *run, args []value, _ map[string]value) (value, error) {
			if len(args) == 0 {
				return nil, r.fail(ErrType, "cycle of nothing")
			}
			return args[at%len(args)], nil
		})
	}
	return undefined{"loop." + name}
}
