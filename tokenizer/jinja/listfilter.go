package jinja

import (
	"lapidary/tokenizer/literal"
	"math"
	"sort"
	"strconv"
	"strings"
)

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
