package jinja

import (
	"fmt"
	"time"

	"lapidary/tokenizer/literal"
)

// run is one rendering: its budgets.
type run struct {
	tables              *tables
	steps, bytes, depth int
	line                int
	date                time.Time
}

func (r *run) fail(kind error, format string, args ...any) error {
	return &Error{r.line, fmt.Sprintf(format, args...), kind}
}

func (r *run) step(n int) error {
	if r.steps += n; r.steps > maxSteps {
		return r.fail(ErrBudget, "more than %d steps", maxSteps)
	}
	return nil
}

// made accounts for bytes of a new string.
func (r *run) made(n int) error {
	if r.bytes += n; r.bytes > maxBytes || n > maxOutput {
		return r.fail(ErrBudget, "more than %d bytes made", maxBytes)
	}
	return nil
}

// scope holds variables; a loop and a macro have their own, blocks of if have not.
type scope struct {
	vars map[string]value
	up   *scope
}

func (s *scope) lookup(name string) (value, bool) {
	for ; s != nil; s = s.up {
		if v, ok := s.vars[name]; ok {
			return v, true
		}
	}
	return nil, false
}

func (c constant) eval(r *run, s *scope) (value, error) { return c.v, nil }

func (n name) eval(r *run, s *scope) (value, error) {
	if err := r.step(1); err != nil {
		return nil, err
	}
	if v, ok := s.lookup(n.name); ok {
		return v, nil
	}
	if f, ok := r.tables.globals[n.name]; ok {
		return f, nil
	}
	return undefined{n.name}, nil
}

func (c choice) eval(r *run, s *scope) (value, error) {
	v, err := c.cond.eval(r, s)
	switch {
	case err != nil:
		return nil, err
	case truth(v):
		return c.then.eval(r, s)
	case c.otherwise == nil:
		return undefined{"else"}, nil
	}
	return c.otherwise.eval(r, s)
}

func (l logic) eval(r *run, s *scope) (value, error) {
	v, err := l.a.eval(r, s)
	if err != nil || truth(v) == (l.op == "or") {
		return v, err
	}
	return l.b.eval(r, s)
}

func (l listExpr) eval(r *run, s *scope) (value, error) {
	out := &list{tuple: l.tuple, items: make([]value, len(l.items))}
	for i, e := range l.items {
		var err error
		if out.items[i], err = e.eval(r, s); err != nil {
			return nil, err
		}
	}
	return out, r.step(len(l.items))
}

func (d dictExpr) eval(r *run, s *scope) (value, error) {
	out := newDict()
	for i := range d.keys {
		k, err := d.keys[i].eval(r, s)
		if err != nil {
			return nil, err
		}
		key, ok := k.(str)
		if !ok {
			r.line = d.line
			return nil, r.fail(ErrUnsupported, "key of type %s", typeName(k))
		}
		v, err := d.vals[i].eval(r, s)
		if err != nil {
			return nil, err
		}
		out.set(key, v)
	}
	return out, r.step(len(d.keys))
}

func (a attribute) eval(r *run, s *scope) (value, error) {
	v, err := a.of.eval(r, s)
	if err != nil {
		return nil, err
	}
	r.line = a.line
	return r.attribute(v, a.name)
}

// attribute is v.name: a method first, then a key.
func (r *run) attribute(v value, name string) (value, error) {
	switch v := v.(type) {
	case undefined:
		return nil, r.fail(ErrUndefined, "%q is undefined", v.name)
	case *namespace:
		if x, ok := v.d.get(name); ok {
			return x, nil
		}
	case *loop:
		return v.attribute(name), nil
	case str:
		if m, ok := strMethods[name]; ok {
			return bindStr(v, m), nil
		}
	case *dict:
		if m, ok := dictMethods[name]; ok {
			return bindDict(v, m), nil
		}
		if x, ok := v.get(name); ok {
			return x, nil
		}
	}
	return undefined{name}, nil
}

func (x subscript) eval(r *run, s *scope) (value, error) {
	of, err := x.of.eval(r, s)
	if err != nil {
		return nil, err
	}
	key, err := x.key.eval(r, s)
	if err != nil {
		return nil, err
	}
	r.line = x.line
	if u, ok := of.(undefined); ok {
		return nil, r.fail(ErrUndefined, "%q is undefined", u.name)
	}
	if k, ok := key.(str); ok {
		if d, isDict := of.(*dict); isDict {
			if v, found := d.get(k.s); found {
				return v, nil
			}
		}
		return r.attribute(of, k.s)
	}
	i, ok := integer(key)
	if !ok {
		return undefined{"element"}, nil
	}
	switch of := of.(type) {
	case *list:
		if i < 0 {
			i += int64(len(of.items))
		}
		if i >= 0 && i < int64(len(of.items)) {
			return of.items[i], nil
		}
	case str:
		chars, err := r.iterate(of)
		if err != nil {
			return nil, err
		}
		if i < 0 {
			i += int64(len(chars))
		}
		if i >= 0 && i < int64(len(chars)) {
			return chars[i], nil
		}
	}
	return undefined{typeName(of) + " object has no element " + fmt.Sprint(i)}, nil
}

func (x slicing) eval(r *run, s *scope) (value, error) {
	of, err := x.of.eval(r, s)
	if err != nil {
		return nil, err
	}
	r.line = x.line
	switch of.(type) {
	case *list, str:
	case undefined:
		return nil, r.fail(ErrUndefined, "an undefined value is sliced")
	default:
		return nil, r.fail(ErrType, "%s cannot be sliced", typeName(of))
	}
	items, err := r.iterate(of)
	if err != nil {
		return nil, err
	}
	bound := [3]*int64{}
	for i, e := range []expr{x.lo, x.hi, x.step} {
		if e == nil {
			continue
		}
		v, err := e.eval(r, s)
		if err != nil {
			return nil, err
		}
		if v == nil {
			continue
		}
		n, ok := integer(v)
		if !ok {
			return nil, r.fail(ErrType, "slice with a bound of type %s", typeName(v))
		}
		bound[i] = &n
	}
	picked, err := r.slice(items, bound)
	if err != nil {
		return nil, err
	}
	if _, ok := of.(str); ok {
		parts := make([]str, len(picked))
		for i, c := range picked {
			parts[i] = c.(str)
		}
		out := concat(parts...)
		return out, r.made(len(out.s))
	}
	return &list{items: picked, tuple: of.(*list).tuple}, nil
}

// slice is Python's items[lo:hi:step].
func (r *run) slice(items []value, bound [3]*int64) ([]value, error) {
	n, step := int64(len(items)), int64(1)
	if bound[2] != nil {
		step = *bound[2]
	}
	if step == 0 {
		return nil, r.fail(ErrType, "slice with step 0")
	}
	low, high := int64(0), n
	if step < 0 {
		low, high = -1, n-1
	}
	clamp := func(p *int64, def int64) int64 {
		if p == nil {
			return def
		}
		v := *p
		if v < 0 {
			v += n
		}
		return min(max(v, low), high)
	}
	out := []value{}
	if step > 0 {
		for i, end := clamp(bound[0], low), clamp(bound[1], high); i < end; {
			out = append(out, items[i])
			if step >= n {
				break
			}
			i += step
		}
		return out, r.step(len(out))
	}
	for i, end := clamp(bound[0], high), clamp(bound[1], low); i > end; {
		out = append(out, items[i])
		if step <= -n {
			break
		}
		i += step
	}
	return out, r.step(len(out))
}

func (t test) eval(r *run, s *scope) (value, error) {
	v, err := t.of.eval(r, s)
	if err != nil {
		return nil, err
	}
	args := make([]value, len(t.args))
	for i, a := range t.args {
		if args[i], err = a.eval(r, s); err != nil {
			return nil, err
		}
	}
	r.line = t.line
	ok, err := r.tables.tests[t.name](r, v, args)
	return ok != t.not, err
}

func (u unary) eval(r *run, s *scope) (value, error) {
	v, err := u.of.eval(r, s)
	if err != nil {
		return nil, err
	}
	r.line = u.line
	if u.op == "not" {
		return !truth(v), nil
	}
	switch n := v.(type) {
	case int64:
		if u.op == "-" {
			return -n, nil
		}
		return n, nil
	case float64:
		if u.op == "-" {
			return -n, nil
		}
		return n, nil
	case literal.Number:
		if u.op == "-" && n[0] == '-' {
			return n[1:], nil
		} else if u.op == "-" {
			return "-" + n, nil
		}
		return n, nil
	}
	return nil, r.fail(ErrType, "bad operand for %s: %s", u.op, typeName(v))
}
