package jinja

import "unicode/utf8"

func (r *run) exec(body []statement, s *scope, w *output) (signal, error) {
	for _, st := range body {
		if err := r.step(1); err != nil {
			return proceed, err
		}
		sig, err := st.exec(r, s, w)
		if err != nil || sig != proceed {
			return sig, err
		}
		if len(w.text) > maxOutput {
			return proceed, r.fail(ErrBudget, "more than %d bytes of output", maxOutput)
		}
	}
	return proceed, nil
}

func (t textStatement) exec(r *run, s *scope, w *output) (signal, error) {
	w.add(t.text)
	return proceed, nil
}

func (p printing) exec(r *run, s *scope, w *output) (signal, error) {
	r.line = p.line
	v, err := p.e.eval(r, s)
	if err != nil {
		return proceed, err
	}
	out, ok := text(v)
	if !ok {
		return proceed, r.fail(ErrType, "a value of type %s is printed", typeName(v))
	}
	w.add(out)
	return proceed, r.made(len(out.s))
}

func (g generation) exec(r *run, s *scope, w *output) (signal, error) {
	before := w.gen
	w.gen = true
	defer func() { w.gen = before }()
	return r.exec(g.body, s, w)
}

func (j jump) exec(r *run, s *scope, w *output) (signal, error) { return j.sig, nil }

func (b branch) exec(r *run, s *scope, w *output) (signal, error) {
	for i, c := range b.conds {
		r.line = b.line
		v, err := c.eval(r, s)
		if err != nil {
			return proceed, err
		}
		if truth(v) {
			return r.exec(b.bodies[i], s, w)
		}
	}
	if len(b.bodies) > len(b.conds) {
		return r.exec(b.bodies[len(b.conds)], s, w)
	}
	return proceed, nil
}

func (m macroStatement) exec(r *run, s *scope, w *output) (signal, error) {
	s.vars[m.name] = &macro{m.name, m.params, m.body, s}
	return proceed, nil
}

func (st setting) exec(r *run, s *scope, w *output) (signal, error) {
	r.line = st.line
	if st.body != nil {
		inner := &output{}
		if sig, err := r.exec(st.body, &scope{vars: map[string]value{}, up: s}, inner); err != nil || sig != proceed {
			return sig, err
		}
		if err := r.made(len(inner.text)); err != nil {
			return proceed, err
		}
		return proceed, r.assign(s, st.targets, inner.str())
	}
	v, err := st.e.eval(r, s)
	if err != nil {
		return proceed, err
	}
	return proceed, r.assign(s, st.targets, v)
}

func (r *run) assign(s *scope, targets []target, v value) error {
	if len(targets) == 1 {
		return r.assignOne(s, targets[0], v)
	}
	items, err := r.iterate(v)
	if err != nil {
		return err
	}
	if len(items) != len(targets) {
		return r.fail(ErrType, "%d values for %d names", len(items), len(targets))
	}
	for i, t := range targets {
		if err := r.assignOne(s, t, items[i]); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) assignOne(s *scope, t target, v value) error {
	if t.attr == "" {
		s.vars[t.name] = v
		return nil
	}
	of, _ := s.lookup(t.name)
	ns, ok := of.(*namespace)
	if !ok {
		return r.fail(ErrType, "only attributes of a namespace can be set")
	}
	ns.d.set(str{s: t.attr}, v)
	return nil
}

func (l looping) exec(r *run, s *scope, w *output) (signal, error) {
	r.line = l.line
	v, err := l.over.eval(r, s)
	if err != nil {
		return proceed, err
	}
	items, err := r.iterate(v)
	if err != nil {
		return proceed, err
	}
	if l.cond != nil {
		var kept []value
		for _, item := range items {
			inner := &scope{vars: map[string]value{}, up: s}
			if err := r.step(stepsPerScope); err != nil {
				return proceed, err
			}
			if err := r.assign(inner, l.targets, item); err != nil {
				return proceed, err
			}
			c, err := l.cond.eval(r, inner)
			if err != nil {
				return proceed, err
			}
			if truth(c) {
				kept = append(kept, item)
			}
		}
		items = kept
	}
	if len(items) == 0 {
		return r.exec(l.none, s, w)
	}
	state := &loop{items: items}
	for i, item := range items {
		state.at = i
		inner := &scope{vars: map[string]value{"loop": state}, up: s}
		if err := r.step(stepsPerScope); err != nil {
			return proceed, err
		}
		if err := r.assign(inner, l.targets, item); err != nil {
			return proceed, err
		}
		sig, err := r.exec(l.body, inner, w)
		if err != nil {
			return proceed, err
		}
		if sig == breakLoop {
			break
		}
	}
	return proceed, nil
}

// iterate gives what a for loop walks over.
func (r *run) iterate(v value) ([]value, error) {
	switch v := v.(type) {
	case *list:
		return v.items, r.step(len(v.items) / 16)
	case *dict:
		out := make([]value, len(v.keys))
		for i, k := range v.keys {
			out[i] = k
		}
		return out, r.step(len(out))
	case str:
		if err := r.step(len(v.s)); err != nil {
			return nil, err
		}
		var out []value
		for i := 0; i < len(v.s); {
			_, n := utf8.DecodeRuneInString(v.s[i:])
			out = append(out, v.slice(i, i+n))
			i += n
		}
		return out, nil
	case undefined:
		return nil, nil
	}
	return nil, r.fail(ErrType, "%s is not iterable", typeName(v))
}
