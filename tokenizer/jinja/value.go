package jinja

import (
	"strconv"
	"strings"

	"lapidary/tokenizer/literal"
)

// value is undefined, nil, bool, int64, float64, literal.Number (an integer beyond int64), str, *list, *dict,
// *namespace, *loop, *macro or builtin.
type value any

// undefined is what a name or key without a value gives.
type undefined struct{ name string }

// str is a string whose stretches know their origin; no segments means all from the template.
type str struct {
	s    string
	segs []Segment
}

func newStr(s string, origin int32) str {
	if origin == 0 || s == "" {
		return str{s: s}
	}
	return str{s, []Segment{{Len: len(s), Origin: origin}}}
}

// each visits the stretches.
func (s str) each(f func(n int, origin int32, gen bool)) {
	if s.segs == nil {
		if s.s != "" {
			f(len(s.s), 0, false)
		}
		return
	}
	for _, g := range s.segs {
		f(g.Len, g.Origin, g.Generation)
	}
}

// slice takes bytes i to j.
func (s str) slice(i, j int) str {
	out := str{s: s.s[i:j]}
	if s.segs == nil || i == j {
		return out
	}
	at := 0
	for _, g := range s.segs {
		lo, hi := max(at, i), min(at+g.Len, j)
		if lo < hi {
			out.segs = append(out.segs, Segment{hi - lo, g.Origin, g.Generation})
		}
		at += g.Len
	}
	return out
}

func concat(parts ...str) str {
	w := &output{}
	for _, p := range parts {
		w.add(p)
	}
	return w.str()
}

// origin is the one origin of a value's characters, 0 when there are several; what is computed from the value as a whole
// carries it.
func originOf(v value) int32 {
	found, ok := int32(0), true
	var visit func(v value, depth int)
	visit = func(v value, depth int) {
		if depth > maxNest {
			return
		}
		switch v := v.(type) {
		case str:
			v.each(func(_ int, o int32, _ bool) {
				if o != 0 && found != 0 && o != found {
					ok = false
				}
				if o != 0 {
					found = o
				}
			})
		case *list:
			for _, e := range v.items {
				visit(e, depth+1)
			}
		case *dict:
			for i := range v.keys {
				visit(v.keys[i], depth+1)
				visit(v.vals[i], depth+1)
			}
		}
	}
	visit(v, 0)
	if !ok {
		return 0
	}
	return found
}

type list struct {
	items []value
	tuple bool
}

// dict keeps the order of its keys, which are strings.
type dict struct {
	keys  []str
	vals  []value
	index map[string]int
}

func newDict() *dict { return &dict{index: map[string]int{}} }

func (d *dict) set(k str, v value) {
	if i, ok := d.index[k.s]; ok {
		d.vals[i] = v
		return
	}
	d.index[k.s] = len(d.keys)
	d.keys, d.vals = append(d.keys, k), append(d.vals, v)
}

func (d *dict) get(k string) (value, bool) {
	if i, ok := d.index[k]; ok {
		return d.vals[i], true
	}
	return nil, false
}

// namespace is the one value that a template can change.
type namespace struct{ d *dict }

// loop is the variable of that name.
type loop struct {
	items []value
	at    int
}

type macro struct {
	name   string
	params []param
	body   []statement
	scope  *scope
}

// builtin is a function or a method bound to its value.
type builtin func(r *run, args []value, kw map[string]value) (value, error)

func fromNumber(n literal.Number) value {
	if !n.IsInt() {
		return n.Float()
	}
	if i, err := strconv.ParseInt(string(n), 10, 64); err == nil {
		return i
	}
	return n
}

// toLiteral turns a value into data; functions and loops have no such form.
func toLiteral(v value) (any, bool) {
	switch v := v.(type) {
	case nil, bool, literal.Number:
		return v, true
	case int64:
		return literal.Number(strconv.FormatInt(v, 10)), true
	case float64:
		return literal.Number(literal.FloatRepr(v)), true
	case str:
		return v.s, true
	case *list:
		out := make([]any, len(v.items))
		for i, e := range v.items {
			var ok bool
			if out[i], ok = toLiteral(e); !ok {
				return nil, false
			}
		}
		if v.tuple {
			return literal.Tuple(out), true
		}
		return out, true
	case *dict:
		d := &literal.Dict{}
		for i, k := range v.keys {
			e, ok := toLiteral(v.vals[i])
			if !ok {
				return nil, false
			}
			d.Set(k.s, e)
		}
		return d, true
	}
	return nil, false
}

// text is Python's str of a value.
func text(v value) (str, bool) {
	switch v := v.(type) {
	case str:
		return v, true
	case undefined:
		return str{}, true
	case int64:
		return str{s: strconv.FormatInt(v, 10)}, true
	}
	l, ok := toLiteral(v)
	if !ok {
		return str{}, false
	}
	return newStr(literal.Str(l), originOf(v)), true
}

func truth(v value) bool {
	switch v := v.(type) {
	case nil, undefined:
		return false
	case bool:
		return v
	case int64:
		return v != 0
	case float64:
		return v != 0
	case str:
		return v.s != ""
	case *list:
		return len(v.items) > 0
	case *dict:
		return len(v.keys) > 0
	}
	return true
}

// typeName is Python's name of a value's type, for messages.
func typeName(v value) string {
	switch v := v.(type) {
	case nil:
		return "NoneType"
	case undefined:
		return "undefined " + strconv.Quote(v.name)
	case bool:
		return "bool"
	case int64, literal.Number:
		return "int"
	case float64:
		return "float"
	case str:
		return "str"
	case *list:
		if v.tuple {
			return "tuple"
		}
		return "list"
	case *dict:
		return "dict"
	}
	return "object"
}

func equal(a, b value) bool {
	switch x := a.(type) {
	case str:
		y, ok := b.(str)
		return ok && x.s == y.s
	case nil:
		return b == nil
	case undefined:
		_, ok := b.(undefined)
		return ok
	case *list:
		y, ok := b.(*list)
		if !ok || len(x.items) != len(y.items) || x.tuple != y.tuple {
			return false
		}
		for i := range x.items {
			if !equal(x.items[i], y.items[i]) {
				return false
			}
		}
		return true
	case *dict:
		y, ok := b.(*dict)
		if !ok || len(x.keys) != len(y.keys) {
			return false
		}
		for i, k := range x.keys {
			if v, ok := y.get(k.s); !ok || !equal(x.vals[i], v) {
				return false
			}
		}
		return true
	case literal.Number:
		y, ok := b.(literal.Number)
		return ok && x == y
	case bool, int64, float64:
		x1, ok1 := number(a)
		y1, ok2 := number(b)
		return ok1 && ok2 && x1 == y1
	case *namespace, *macro, *loop:
		return a == b
	}
	return false
}

// number is a value as a float, bools counting as 0 and 1 as in Python.
func number(v value) (float64, bool) {
	switch v := v.(type) {
	case bool:
		if v {
			return 1, true
		}
		return 0, true
	case int64:
		return float64(v), true
	case float64:
		return v, true
	case literal.Number:
		return v.Float(), true
	}
	return 0, false
}

// integer is a value as an int.
func integer(v value) (int64, bool) {
	switch v := v.(type) {
	case bool:
		if v {
			return 1, true
		}
		return 0, true
	case int64:
		return v, true
	}
	return 0, false
}

func isPySpace(r rune) bool {
	return strings.ContainsRune("\t\n\v\f\r\x1c\x1d\x1e\x1f \u0085\u00a0\u1680\u2028\u2029\u202f\u205f\u3000", r) || r >= 0x2000 && r <= 0x200a
}
