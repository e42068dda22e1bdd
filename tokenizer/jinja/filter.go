package jinja

import (
	"math"
	"sort"
	"strconv"
	"strings"

	"lapidary/tokenizer/literal"
)

// filterFunc is a filter; fArgs gives its arguments by position or name.
type filterFunc func(r *run, v value, a *fArgs) (value, error)

type fArgs struct {
	pos []value
	kw  map[string]value
}

// get returns an argument by position or name.
func (a *fArgs) get(i int, name string) (value, bool) {
	if i < len(a.pos) {
		return a.pos[i], true
	}
	v, ok := a.kw[name]
	return v, ok
}

func (f filter) eval(r *run, s *scope) (value, error) {
	v, err := f.of.eval(r, s)
	if err != nil {
		return nil, err
	}
	args, kw, err := r.evalArguments(f.args, f.kwargs, s)
	if err != nil {
		return nil, err
	}
	r.line = f.line
	return r.tables.filters[f.name](r, v, &fArgs{args, kw})
}

func newFilters() map[string]filterFunc {
	return map[string]filterFunc{
		"trim": func(r *run, v value, a *fArgs) (value, error) {
			s, err := r.text(v)
			set, given := a.get(0, "chars")
			c, _ := set.(str)
			return strip(s, c.s, true, true, given && set != nil), err
		},
		"string": func(r *run, v value, _ *fArgs) (value, error) { return r.textValue(v) },
		"safe":   func(r *run, v value, _ *fArgs) (value, error) { return r.textValue(v) },
		"upper":  caseFilter(strings.ToUpper), "lower": caseFilter(strings.ToLower), "title": caseFilter(title),
		"capitalize": caseFilter(capitalize),
		"length":     length, "count": length,
		"default": defaultFilter, "d": defaultFilter,
		"tojson": tojson,
		"first": func(r *run, v value, _ *fArgs) (value, error) {
			l, err := r.iterate(v)
			if err != nil || len(l) == 0 {
				return undefined{"first"}, err
			}
			return l[0], nil
		},
		"last": func(r *run, v value, _ *fArgs) (value, error) {
			l, err := r.iterate(v)
			if err != nil || len(l) == 0 {
				return undefined{"last"}, err
			}
			return l[len(l)-1], nil
		},
		"list": func(r *run, v value, _ *fArgs) (value, error) {
			l, err := r.iterate(v)
			return &list{items: append([]value{}, l...)}, err
		},
		"items": func(r *run, v value, _ *fArgs) (value, error) {
			switch v := v.(type) {
			case *dict:
				return items(r, v)
			case undefined:
				return &list{}, nil
			}
			return nil, r.fail(ErrType, "items of %s", typeName(v))
		},
		"dictsort": func(r *run, v value, _ *fArgs) (value, error) {
			d, ok := v.(*dict)
			if !ok {
				return nil, r.fail(ErrType, "dictsort of %s", typeName(v))
			}
			l, err := items(r, d)
			if err != nil {
				return nil, err
			}
			sort.SliceStable(l.(*list).items, func(i, j int) bool {
				a, b := l.(*list).items[i].(*list).items[0].(str), l.(*list).items[j].(*list).items[0].(str)
				return strings.ToLower(a.s) < strings.ToLower(b.s)
			})
			return l, nil
		},
		"join": func(r *run, v value, a *fArgs) (value, error) {
			sep, _ := a.get(0, "d")
			s, ok := sep.(str)
			if sep != nil && !ok {
				return nil, r.fail(ErrType, "join with %s", typeName(sep))
			}
			if by, ok := a.get(1, "attribute"); ok {
				var err error
				if v, err = r.mapAttribute(v, by); err != nil {
					return nil, err
				}
			}
			return r.join(v, s)
		},
		"replace": func(r *run, v value, a *fArgs) (value, error) {
			s, err := r.text(v)
			if err != nil {
				return nil, err
			}
			return replaceMethod(r, s, a.pos)
		},
		"map":        mapFilter,
		"select":     selectFilter(false, true),
		"reject":     selectFilter(false, false),
		"selectattr": selectFilter(true, true),
		"rejectattr": selectFilter(true, false),
		"reverse": func(r *run, v value, _ *fArgs) (value, error) {
			l, err := r.iterate(v)
			out := &list{items: make([]value, len(l))}
			for i, e := range l {
				out.items[len(l)-1-i] = e
			}
			if _, ok := v.(str); ok && err == nil {
				return r.join(out, str{})
			}
			return out, err
		},
		"unique": func(r *run, v value, _ *fArgs) (value, error) {
			l, err := r.iterate(v)
			out := &list{}
			for _, e := range l {
				seen, _ := r.contains(out, e)
				if !seen {
					out.items = append(out.items, e)
				}
				if err := r.step(len(out.items)); err != nil {
					return nil, err
				}
			}
			return out, err
		},
		"sort":   sortFilter,
		"int":    intFilter,
		"float":  floatFilter,
		"abs":    absFilter,
		"indent": indentFilter,
	}
}

func (r *run) text(v value) (str, error) {
	s, ok := text(v)
	if !ok {
		return s, r.fail(ErrType, "text of %s", typeName(v))
	}
	return s, nil
}

func (r *run) textValue(v value) (value, error) {
	s, err := r.text(v)
	if err != nil {
		return nil, err
	}
	return s, r.made(len(s.s))
}

func caseFilter(f func(string) string) filterFunc {
	return func(r *run, v value, _ *fArgs) (value, error) {
		s, err := r.text(v)
		if err != nil {
			return nil, err
		}
		return newStr(f(s.s), originOf(s)), r.made(len(s.s))
	}
}

func length(r *run, v value, _ *fArgs) (value, error) {
	switch v := v.(type) {
	case *list:
		return int64(len(v.items)), nil
	case *dict:
		return int64(len(v.keys)), nil
	case str:
		return int64(len([]rune(v.s))), r.step(len(v.s) / 64)
	case undefined:
		return int64(0), nil
	}
	return nil, r.fail(ErrType, "length of %s", typeName(v))
}

func defaultFilter(r *run, v value, a *fArgs) (value, error) {
	def, given := a.get(0, "default_value")
	if !given {
		def = str{}
	}
	falsy, _ := a.get(1, "boolean")
	if _, ok := v.(undefined); ok || (truth(falsy) && !truth(v)) {
		return def, nil
	}
	return v, nil
}

// tojson is that of transformers: json.dumps(v, ensure_ascii=False, indent=…, separators=…, sort_keys=…).
func tojson(r *run, v value, a *fArgs) (value, error) {
	l, ok := toLiteral(v)
	if !ok {
		return nil, r.fail(ErrType, "tojson of %s", typeName(v))
	}
	if ascii, _ := a.get(0, "ensure_ascii"); truth(ascii) {
		return nil, r.fail(ErrUnsupported, "tojson with ensure_ascii")
	}
	if sorted, _ := a.get(3, "sort_keys"); truth(sorted) {
		return nil, r.fail(ErrUnsupported, "tojson with sort_keys")
	}
	out := ""
	indent, _ := a.get(1, "indent")
	seps, _ := a.get(2, "separators")
	n, isInt := integer(indent)
	switch {
	case seps != nil:
		pair, ok := seps.(*list)
		compact := ok && len(pair.items) == 2 && equal(pair.items[0], str{s: ","}) && equal(pair.items[1], str{s: ":"})
		if !compact || indent != nil {
			return nil, r.fail(ErrUnsupported, "tojson with these separators")
		}
		out = literal.CompactJSON(l)
	case indent == nil:
		out = literal.JSON(l)
	case !isInt || n < 0 || n > 16:
		return nil, r.fail(ErrUnsupported, "tojson with this indent")
	default:
		out = literal.IndentJSON(l, int(n))
	}
	if err := r.step(len(out) / 64); err != nil {
		return nil, err
	}
	return newStr(out, originOf(v)), r.made(len(out))
}

// mapAttribute takes an attribute, dots allowed, of each element.
func (r *run) mapAttribute(v, by value) (value, error) {
	l, err := r.iterate(v)
	if err != nil {
		return nil, err
	}
	out := &list{items: make([]value, len(l))}
	for i, e := range l {
		if out.items[i], err = r.path(e, by); err != nil {
			return nil, err
		}
	}
	return out, r.step(len(l))
}

func (r *run) path(v, by value) (value, error) {
	s, ok := by.(str)
	if !ok {
		return subscript{of: constant{v}, key: constant{by}, line: r.line}.eval(r, nil)
	}
	for _, part := range strings.Split(s.s, ".") {
		var key value = str{s: part}
		if n, err := strconv.ParseInt(part, 10, 64); err == nil {
			key = n
		}
		var err error
		if v, err = (subscript{of: constant{v}, key: constant{key}, line: r.line}).eval(r, nil); err != nil {
			return nil, err
		}
	}
	return v, nil
}

func mapFilter(r *run, v value, a *fArgs) (value, error) {
	if by, ok := a.kw["attribute"]; ok {
		out, err := r.mapAttribute(v, by)
		if def, ok := a.kw["default"]; ok && err == nil {
			for i, e := range out.(*list).items {
				if _, missing := e.(undefined); missing {
					out.(*list).items[i] = def
				}
			}
		}
		return out, err
	}
	n, ok := a.get(0, "filter")
	s, isStr := n.(str)
	f := r.tables.filters[s.s]
	if !ok || !isStr || f == nil {
		return nil, r.fail(ErrUnsupported, "map without a known filter")
	}
	l, err := r.iterate(v)
	out := &list{items: make([]value, len(l))}
	for i, e := range l {
		if out.items[i], err = f(r, e, &fArgs{a.pos[1:], a.kw}); err != nil {
			return nil, err
		}
		if err = r.step(1); err != nil {
			return nil, err
		}
	}
	return out, err
}

// selectFilter keeps the elements (or those whose attribute) that pass a test.
func selectFilter(attr, keep bool) filterFunc {
	return func(r *run, v value, a *fArgs) (value, error) {
		l, err := r.iterate(v)
		if err != nil {
			return nil, err
		}
		pos := a.pos
		var by value
		if attr {
			if len(pos) == 0 {
				return nil, r.fail(ErrType, "attribute expected")
			}
			by, pos = pos[0], pos[1:]
		}
		check := func(_ *run, v value, _ []value) (bool, error) { return truth(v), nil }
		if len(pos) > 0 {
			n, _ := pos[0].(str)
			var ok bool
			if check, ok = r.tables.tests[n.s]; !ok {
				return nil, r.fail(ErrUnsupported, "test %.40q", n.s)
			}
			pos = pos[1:]
		}
		out := &list{}
		for _, e := range l {
			x := e
			if attr {
				if x, err = r.path(e, by); err != nil {
					return nil, err
				}
			}
			ok, err := check(r, x, pos)
			if err != nil {
				return nil, err
			}
			if ok == keep {
				out.items = append(out.items, e)
			}
		}
		return out, r.step(len(l))
	}
}

func sortFilter(r *run, v value, a *fArgs) (value, error) {
	l, err := r.iterate(v)
	if err != nil {
		return nil, err
	}
	by, hasBy := a.get(2, "attribute")
	down, _ := a.get(0, "reverse")
	out := &list{items: append([]value{}, l...)}
	keys := append([]value{}, l...)
	if hasBy {
		for i := range keys {
			if keys[i], err = r.path(keys[i], by); err != nil {
				return nil, err
			}
		}
	}
	order := make([]int, len(l))
	for i := range order {
		order[i] = i
		if s, ok := keys[i].(str); ok {
			keys[i] = str{s: strings.ToLower(s.s)}
		}
	}
	if err := r.step(20 * len(l)); err != nil {
		return nil, err
	}
	sort.SliceStable(order, func(i, j int) bool {
		c, e := r.order(keys[order[i]], keys[order[j]])
		if e != nil {
			err = e
		}
		if truth(down) {
			c = -c
		}
		return c < 0
	})
	for i, k := range order {
		out.items[i] = l[k]
	}
	return out, err
}

func intFilter(r *run, v value, a *fArgs) (value, error) {
	def, given := a.get(0, "default")
	if !given {
		def = int64(0)
	}
	switch v := v.(type) {
	case int64, literal.Number:
		return v, nil
	case bool:
		n, _ := integer(v)
		return n, nil
	case float64:
		if math.Abs(v) < 1<<62 {
			return int64(v), nil
		}
	case str:
		s := strings.TrimFunc(v.s, isPySpace)
		if n, err := strconv.ParseInt(s, 10, 64); err == nil {
			return n, nil
		}
		if f, err := strconv.ParseFloat(s, 64); err == nil && math.Abs(f) < 1<<62 {
			return int64(f), nil
		}
	}
	return def, nil
}

func floatFilter(r *run, v value, a *fArgs) (value, error) {
	if f, ok := number(v); ok {
		return f, nil
	}
	if s, ok := v.(str); ok {
		if f, err := strconv.ParseFloat(strings.TrimFunc(s.s, isPySpace), 64); err == nil {
			return f, nil
		}
	}
	if def, given := a.get(0, "default"); given {
		return def, nil
	}
	return 0.0, nil
}

func absFilter(r *run, v value, _ *fArgs) (value, error) {
	switch n := v.(type) {
	case int64:
		return max(n, -n), nil
	case float64:
		return math.Abs(n), nil
	}
	return nil, r.fail(ErrType, "abs of %s", typeName(v))
}

func indentFilter(r *run, v value, a *fArgs) (value, error) {
	s, err := r.text(v)
	if err != nil {
		return nil, err
	}
	width, given := a.get(0, "width")
	pad := "    "
	if given {
		if w, ok := width.(str); ok {
			pad = w.s
		} else if n, ok := integer(width); ok && n >= 0 && n <= 256 {
			pad = strings.Repeat(" ", int(n))
		} else {
			return nil, r.fail(ErrType, "indent by %s", typeName(width))
		}
	}
	first, _ := a.get(1, "first")
	blank, _ := a.get(2, "blank")
	var parts []str
	at := 0
	for n := 0; at <= len(s.s); n++ {
		i := strings.IndexByte(s.s[at:], '\n')
		end := len(s.s)
		if i >= 0 {
			end = at + i
		}
		if (n > 0 || truth(first)) && (end > at || truth(blank)) {
			parts = append(parts, str{s: pad})
		}
		parts = append(parts, s.slice(at, min(end+1, len(s.s))))
		at = end + 1
	}
	return r.concat(parts...)
}
