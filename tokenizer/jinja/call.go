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
		return int64(1) // recursive loops are not implemented
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

type (
	strMethod  func(r *run, s str, args []value) (value, error)
	dictMethod func(r *run, d *dict, args []value) (value, error)
)

func bindStr(s str, m strMethod) value {
	return builtin(func(r *run, args []value, kw map[string]value) (value, error) {
		if len(kw) > 0 {
			return nil, r.fail(ErrUnsupported, "keyword arguments of a string method")
		}
		return m(r, s, args)
	})
}

func bindDict(d *dict, m dictMethod) value {
	return builtin(func(r *run, args []value, kw map[string]value) (value, error) { return m(r, d, args) })
}

// strArg returns a string argument, a default when it is not given or None.
func strArg(r *run, args []value, i int, def string) (string, error) {
	if i >= len(args) || args[i] == nil {
		return def, nil
	}
	s, ok := args[i].(str)
	if !ok {
		return "", r.fail(ErrType, "string expected, not %s", typeName(args[i]))
	}
	return s.s, nil
}

func stripMethod(left, right bool) strMethod {
	return func(r *run, s str, args []value) (value, error) {
		set, err := strArg(r, args, 0, "")
		if err != nil {
			return nil, err
		}
		return strip(s, set, left, right, len(args) > 0 && args[0] != nil), nil
	}
}

func strip(s str, set string, left, right, given bool) str {
	cut := isPySpace
	if given {
		cut = func(c rune) bool { return strings.ContainsRune(set, c) }
	}
	i, j := 0, len(s.s)
	if left {
		i = j - len(strings.TrimLeftFunc(s.s, cut))
	}
	if right {
		j = max(i, len(strings.TrimRightFunc(s.s, cut)))
	}
	return s.slice(i, j)
}

func caseMethod(f func(string) string) strMethod {
	return func(r *run, s str, _ []value) (value, error) {
		return newStr(f(s.s), originOf(s)), r.made(len(s.s))
	}
}

func affixMethod(has func(s, affix string) bool) strMethod {
	return func(r *run, s str, args []value) (value, error) {
		if len(args) != 1 {
			return nil, r.fail(ErrUnsupported, "bounds of startswith and endswith")
		}
		options := []value{args[0]}
		if l, ok := args[0].(*list); ok {
			options = l.items
		}
		for _, o := range options {
			a, ok := o.(str)
			if !ok {
				return nil, r.fail(ErrType, "string expected, not %s", typeName(o))
			}
			if has(s.s, a.s) {
				return true, nil
			}
		}
		return false, nil
	}
}

var strMethods = map[string]strMethod{
	"strip":  stripMethod(true, true),
	"lstrip": stripMethod(true, false),
	"rstrip": stripMethod(false, true),
	"upper":  caseMethod(strings.ToUpper),
	"lower":  caseMethod(strings.ToLower),
	"title":  caseMethod(title),
	"capitalize": caseMethod(func(s string) string {
		return capitalize(s)
	}),
	"startswith": affixMethod(strings.HasPrefix),
	"endswith":   affixMethod(strings.HasSuffix),
	"replace":    replaceMethod,
	"split":      splitMethod,
	"join": func(r *run, s str, args []value) (value, error) {
		if len(args) != 1 {
			return nil, r.fail(ErrType, "join takes one argument")
		}
		return r.join(args[0], s)
	},
	"find": func(r *run, s str, args []value) (value, error) {
		sub, err := strArg(r, args, 0, "")
		i := strings.Index(s.s, sub)
		if i > 0 {
			i = len([]rune(s.s[:i]))
		}
		return int64(i), err
	},
	"count": func(r *run, s str, args []value) (value, error) {
		sub, err := strArg(r, args, 0, "")
		return int64(strings.Count(s.s, sub)), err
	},
	"isdigit": func(r *run, s str, _ []value) (value, error) {
		return s.s != "" && strings.Trim(s.s, "0123456789") == "", nil
	},
	"splitlines": func(r *run, s str, _ []value) (value, error) {
		out := &list{}
		for at := 0; at < len(s.s); {
			i := strings.IndexByte(s.s[at:], '\n')
			if i < 0 {
				i = len(s.s) - at
			}
			out.items = append(out.items, s.slice(at, at+i))
			at += i + 1
		}
		return out, r.step(len(out.items))
	},
}

func replaceMethod(r *run, s str, args []value) (value, error) {
	from, err := strArg(r, args, 0, "")
	if err != nil || len(args) < 2 {
		return nil, r.fail(ErrType, "replace takes two strings")
	}
	to, ok := args[1].(str)
	if !ok {
		return nil, r.fail(ErrType, "replace takes two strings")
	}
	limit := int64(-1)
	if len(args) > 2 {
		if limit, ok = integer(args[2]); !ok {
			return nil, r.fail(ErrType, "replace with a count of type %s", typeName(args[2]))
		}
	}
	if from == "" {
		return nil, r.fail(ErrUnsupported, "replace of the empty string")
	}
	var parts []str
	at := 0
	for ; limit != 0; limit-- {
		i := strings.Index(s.s[at:], from)
		if i < 0 {
			break
		}
		parts = append(parts, s.slice(at, at+i), to)
		at += i + len(from)
		if err := r.step(stepsPerPart); err != nil {
			return nil, err
		}
	}
	return r.concat(append(parts, s.slice(at, len(s.s)))...)
}

func splitMethod(r *run, s str, args []value) (value, error) {
	sep, err := strArg(r, args, 0, "")
	if err != nil {
		return nil, err
	}
	limit := int64(-1)
	if len(args) > 1 {
		var ok bool
		if limit, ok = integer(args[1]); !ok {
			return nil, r.fail(ErrType, "split with a limit of type %s", typeName(args[1]))
		}
	}
	out := &list{}
	if len(args) == 0 || args[0] == nil {
		rest := strip(s, "", true, false, false)
		for ; rest.s != "" && limit != 0; limit-- {
			i := strings.IndexFunc(rest.s, isPySpace)
			if i < 0 {
				break
			}
			out.items = append(out.items, rest.slice(0, i))
			rest = strip(rest.slice(i, len(rest.s)), "", true, false, false)
		}
		if rest.s != "" {
			out.items = append(out.items, rest)
		}
		return out, r.step(len(out.items))
	}
	if sep == "" {
		return nil, r.fail(ErrType, "split at the empty string")
	}
	at := 0
	for ; limit != 0; limit-- {
		i := strings.Index(s.s[at:], sep)
		if i < 0 {
			break
		}
		out.items = append(out.items, s.slice(at, at+i))
		at += i + len(sep)
		if err := r.step(stepsPerPart); err != nil {
			return nil, err
		}
	}
	out.items = append(out.items, s.slice(at, len(s.s)))
	return out, nil
}

var dictMethods = map[string]dictMethod{
	"items": func(r *run, d *dict, _ []value) (value, error) { return items(r, d) },
	"keys": func(r *run, d *dict, _ []value) (value, error) {
		keys, err := r.iterate(d)
		return &list{items: keys}, err
	},
	"values": func(r *run, d *dict, _ []value) (value, error) {
		return &list{items: append([]value{}, d.vals...)}, r.step(len(d.vals))
	},
	"get": func(r *run, d *dict, args []value) (value, error) {
		if len(args) == 0 {
			return nil, r.fail(ErrType, "get takes a key")
		}
		if k, ok := args[0].(str); ok {
			if v, found := d.get(k.s); found {
				return v, nil
			}
		}
		if len(args) > 1 {
			return args[1], nil
		}
		return nil, nil
	},
}

func items(r *run, d *dict) (value, error) {
	out := &list{items: make([]value, len(d.keys))}
	for i, k := range d.keys {
		out.items[i] = &list{items: []value{k, d.vals[i]}, tuple: true}
	}
	return out, r.step(len(d.keys))
}

// join puts the texts of a list together.
func (r *run) join(v value, sep str) (value, error) {
	list, err := r.iterate(v)
	if err != nil {
		return nil, err
	}
	var parts []str
	for i, e := range list {
		if err := r.step(stepsPerPart); err != nil {
			return nil, err
		}
		s, ok := text(e)
		if !ok {
			return nil, r.fail(ErrType, "join of %s", typeName(e))
		}
		if i > 0 {
			parts = append(parts, sep)
		}
		parts = append(parts, s)
	}
	return r.concat(parts...)
}

func capitalize(s string) string {
	for i := range s {
		if i > 0 {
			return strings.ToUpper(s[:i]) + strings.ToLower(s[i:])
		}
	}
	return strings.ToUpper(s)
}

func title(s string) string {
	var b strings.Builder
	inWord := false
	for _, c := range s {
		letter := strings.ToUpper(string(c)) != strings.ToLower(string(c))
		switch {
		case letter && !inWord:
			b.WriteString(strings.ToUpper(string(c)))
		default:
			b.WriteString(strings.ToLower(string(c)))
		}
		inWord = letter
	}
	return b.String()
}
