package jinja

import (
	"sort"
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
		"trim":   trimFilter,
		"string": func(r *run, v value, _ *fArgs) (value, error) { return r.textValue(v) },
		"safe":   func(r *run, v value, _ *fArgs) (value, error) { return r.textValue(v) },
		"upper":  caseFilter(strings.ToUpper), "lower": caseFilter(strings.ToLower), "title": caseFilter(title),
		"capitalize": caseFilter(capitalize),
		"length":     length, "count": length,
		"default": defaultFilter, "d": defaultFilter,
		"tojson":     tojson,
		"first":      firstFilter,
		"last":       lastFilter,
		"list":       listFilter,
		"items":      itemsFilter,
		"dictsort":   dictsortFilter,
		"join":       joinFilter,
		"replace":    replaceFilter,
		"map":        mapFilter,
		"select":     selectFilter(false, true),
		"reject":     selectFilter(false, false),
		"selectattr": selectFilter(true, true),
		"rejectattr": selectFilter(true, false),
		"reverse":    reverseFilter,
		"unique":     uniqueFilter,
		"sort":       sortFilter,
		"int":        intFilter,
		"float":      floatFilter,
		"abs":        absFilter,
		"indent":     indentFilter,
	}
}

func trimFilter(r *run, v value, a *fArgs) (value, error) {
	s, err := r.text(v)
	set, given := a.get(0, "chars")
	c, _ := set.(str)
	return strip(s, c.s, true, true, given && set != nil), err
}

func firstFilter(r *run, v value, _ *fArgs) (value, error) {
	l, err := r.iterate(v)
	if err != nil || len(l) == 0 {
		return undefined{"first"}, err
	}
	return l[0], nil
}

func lastFilter(r *run, v value, _ *fArgs) (value, error) {
	l, err := r.iterate(v)
	if err != nil || len(l) == 0 {
		return undefined{"last"}, err
	}
	return l[len(l)-1], nil
}

func listFilter(r *run, v value, _ *fArgs) (value, error) {
	l, err := r.iterate(v)
	return &list{items: append([]value{}, l...)}, err
}

func itemsFilter(r *run, v value, _ *fArgs) (value, error) {
	switch v := v.(type) {
	case *dict:
		return items(r, v)
	case undefined:
		return &list{}, nil
	}
	return nil, r.fail(ErrType, "items of %s", typeName(v))
}

func dictsortFilter(r *run, v value, _ *fArgs) (value, error) {
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
}

func joinFilter(r *run, v value, a *fArgs) (value, error) {
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
}

func replaceFilter(r *run, v value, a *fArgs) (value, error) {
	s, err := r.text(v)
	if err != nil {
		return nil, err
	}
	return replaceMethod(r, s, a.pos)
}

func reverseFilter(r *run, v value, _ *fArgs) (value, error) {
	l, err := r.iterate(v)
	out := &list{items: make([]value, len(l))}
	for i, e := range l {
		out.items[len(l)-1-i] = e
	}
	if _, ok := v.(str); ok && err == nil {
		return r.join(out, str{})
	}
	return out, err
}

func uniqueFilter(r *run, v value, _ *fArgs) (value, error) {
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
