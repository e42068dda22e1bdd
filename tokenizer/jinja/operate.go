package jinja

import (
	"math"
	"math/big"
	"strings"

	"lapidary/tokenizer/literal"
)

func (b binary) eval(r *run, s *scope) (value, error) {
	x, err := b.a.eval(r, s)
	if err != nil {
		return nil, err
	}
	y, err := b.b.eval(r, s)
	if err != nil {
		return nil, err
	}
	r.line = b.line
	if err := r.step(1); err != nil {
		return nil, err
	}
	if b.op == "~" {
		p, ok1 := text(x)
		q, ok2 := text(y)
		if !ok1 || !ok2 {
			return nil, r.fail(ErrType, "%s ~ %s", typeName(x), typeName(y))
		}
		return r.concat(p, q)
	}
	for _, v := range []value{x, y} {
		if u, ok := v.(undefined); ok {
			return nil, r.fail(ErrUndefined, "%q is undefined", u.name)
		}
	}
	if v, ok, err := r.sequence(b.op, x, y); ok || err != nil {
		return v, err
	}
	v, ok, err := r.arithmetic(b.op, x, y)
	if !ok && err == nil {
		err = r.fail(ErrType, "unsupported operands: %s %s %s", typeName(x), b.op, typeName(y))
	}
	return v, err
}

func (r *run) concat(parts ...str) (str, error) {
	n := 0
	for _, p := range parts {
		n += len(p.s)
	}
	if err := r.made(n); err != nil {
		return str{}, err
	}
	return concat(parts...), nil
}

// sequence does + and * of strings and lists, and % of a string.
func (r *run) sequence(op string, x, y value) (value, bool, error) {
	switch a := x.(type) {
	case str:
		if b, ok := y.(str); ok && op == "+" {
			v, err := r.concat(a, b)
			return v, true, err
		}
		if op == "%" {
			v, err := r.format(a, y)
			return v, true, err
		}
		if n, ok := integer(y); ok && op == "*" {
			v, err := r.repeat(a, n)
			return v, true, err
		}
	case *list:
		if b, ok := y.(*list); ok && op == "+" {
			if err := r.step(len(a.items) + len(b.items)); err != nil {
				return nil, true, err
			}
			if len(a.items)+len(b.items) > maxList {
				return nil, true, r.fail(ErrBudget, "list of more than %d", maxList)
			}
			return &list{items: append(append([]value{}, a.items...), b.items...), tuple: a.tuple}, true, nil
		}
		if n, ok := integer(y); ok && op == "*" {
			if n < 0 || len(a.items) == 0 {
				n = 0
			}
			if n > maxList || int(n)*len(a.items) > maxList {
				return nil, true, r.fail(ErrBudget, "list of more than %d", maxList)
			}
			out := &list{tuple: a.tuple}
			for range n {
				out.items = append(out.items, a.items...)
			}
			return out, true, r.step(len(out.items))
		}
	}
	if n, ok := integer(x); ok && op == "*" {
		if s, isStr := y.(str); isStr {
			v, err := r.repeat(s, n)
			return v, true, err
		}
	}
	return nil, false, nil
}

func (r *run) repeat(s str, n int64) (value, error) {
	if n <= 0 || s.s == "" {
		return str{}, nil
	}
	if n > maxOutput || int(n)*len(s.s) > maxOutput {
		return nil, r.fail(ErrBudget, "string of more than %d bytes", maxOutput)
	}
	if err := r.made(int(n) * len(s.s)); err != nil {
		return nil, err
	}
	return newStr(strings.Repeat(s.s, int(n)), originOf(s)), nil
}

// bigInt is an integer value without a limit.
func bigInt(v value) (*big.Int, bool) {
	if n, ok := v.(literal.Number); ok {
		return new(big.Int).SetString(string(n), 10)
	}
	i, ok := integer(v)
	return big.NewInt(i), ok
}

func (r *run) arithmetic(op string, x, y value) (value, bool, error) {
	a, okA := bigInt(x)
	b, okB := bigInt(y)
	if okA && okB && op != "/" && op != "**" {
		return r.integers(op, a, b)
	}
	f, okF := number(x)
	g, okG := number(y)
	if !okF || !okG {
		return nil, false, nil
	}
	if g == 0 && (op == "/" || op == "//" || op == "%") {
		return nil, false, r.fail(ErrType, "division by zero")
	}
	switch op {
	case "+":
		return f + g, true, nil
	case "-":
		return f - g, true, nil
	case "*":
		return f * g, true, nil
	case "/":
		return f / g, true, nil
	case "//":
		return math.Floor(f / g), true, nil
	case "%":
		m := math.Mod(f, g)
		if m != 0 && (m < 0) != (g < 0) {
			m += g
		}
		return m, true, nil
	}
	p := math.Pow(f, g) // "**"
	if okA && okB && g >= 0 && math.Abs(p) < 1<<53 {
		return int64(p), true, nil
	}
	return p, true, nil
}

func (r *run) integers(op string, a, b *big.Int) (value, bool, error) {
	if a.BitLen()+b.BitLen() > 1<<14 {
		return nil, false, r.fail(ErrBudget, "integer too long")
	}
	out := new(big.Int)
	switch op {
	case "+":
		out.Add(a, b)
	case "-":
		out.Sub(a, b)
	case "*":
		out.Mul(a, b)
	case "//", "%":
		if b.Sign() == 0 {
			return nil, false, r.fail(ErrType, "division by zero")
		}
		m := new(big.Int)
		out.QuoRem(a, b, m)
		if m.Sign() != 0 && m.Sign() != b.Sign() { // Python floors
			out.Sub(out, big.NewInt(1))
			m.Add(m, b)
		}
		if op == "%" {
			out = m
		}
	}
	return fromNumber(literal.Number(out.String())), true, nil
}

func (c compare) eval(r *run, s *scope) (value, error) {
	a, err := c.first.eval(r, s)
	if err != nil {
		return nil, err
	}
	for i, op := range c.ops {
		b, err := c.rest[i].eval(r, s)
		if err != nil {
			return nil, err
		}
		r.line = c.line
		if err := r.step(1); err != nil {
			return nil, err
		}
		ok, err := r.compare(op, a, b)
		if err != nil || !ok {
			return false, err
		}
		a = b
	}
	return true, nil
}

func (r *run) compare(op string, a, b value) (bool, error) {
	switch op {
	case "==":
		return equal(a, b), nil
	case "!=":
		return !equal(a, b), nil
	case "in":
		return r.contains(b, a)
	case "not in":
		ok, err := r.contains(b, a)
		return !ok, err
	}
	sign, err := r.order(a, b)
	if err != nil {
		return false, err
	}
	switch op {
	case "<":
		return sign < 0, nil
	case ">":
		return sign > 0, nil
	case "<=":
		return sign <= 0, nil
	}
	return sign >= 0, nil
}

// order compares two numbers or two strings.
func (r *run) order(a, b value) (int, error) {
	if x, ok := a.(str); ok {
		if y, ok := b.(str); ok {
			return strings.Compare(x.s, y.s), nil
		}
	}
	x, okX := number(a)
	y, okY := number(b)
	switch {
	case !okX || !okY:
		return 0, r.fail(ErrType, "%s and %s have no order", typeName(a), typeName(b))
	case x < y:
		return -1, nil
	case x > y:
		return 1, nil
	}
	return 0, nil
}

func (r *run) contains(in, v value) (bool, error) {
	switch c := in.(type) {
	case str:
		s, ok := v.(str)
		if !ok {
			return false, r.fail(ErrType, "%s in a string", typeName(v))
		}
		return strings.Contains(c.s, s.s), r.step(len(c.s) / 64)
	case *dict:
		s, ok := v.(str)
		if !ok {
			return false, nil
		}
		_, found := c.get(s.s)
		return found, nil
	case *list:
		for _, e := range c.items {
			if equal(e, v) {
				return true, nil
			}
		}
		return false, r.step(len(c.items) / 16)
	case undefined:
		return false, nil
	}
	return false, r.fail(ErrType, "%s is not a container", typeName(in))
}

// format is Python's % of a string: %s, %r, %d, %i, %f with an optional precision, %%.
func (r *run) format(f str, arg value) (value, error) {
	args := []value{arg}
	if t, ok := arg.(*list); ok && t.tuple {
		args = t.items
	}
	var parts []str
	at := 0
	for i := 0; i < len(f.s); i++ {
		if f.s[i] != '%' {
			continue
		}
		parts = append(parts, f.slice(at, i))
		i++
		if i < len(f.s) && f.s[i] == '%' {
			parts = append(parts, str{s: "%"})
			at = i + 1
			continue
		}
		precision := 6
		if i+2 < len(f.s) && f.s[i] == '.' && f.s[i+1] >= '0' && f.s[i+1] <= '9' {
			precision = int(f.s[i+1] - '0')
			i += 2
		}
		if i >= len(f.s) || len(args) == 0 {
			return nil, r.fail(ErrType, "not enough arguments for format string")
		}
		part, err := r.formatOne(f.s[i], precision, args[0])
		if err != nil {
			return nil, err
		}
		parts, args, at = append(parts, part), args[1:], i+1
	}
	if len(args) > 0 {
		if _, isDict := arg.(*dict); !isDict {
			return nil, r.fail(ErrType, "not all arguments converted during string formatting")
		}
	}
	return r.concat(append(parts, f.slice(at, len(f.s)))...)
}
