package jinja

import "strings"

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
