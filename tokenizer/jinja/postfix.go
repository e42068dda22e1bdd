package jinja

import (
	"fmt"
	"lapidary/tokenizer/literal"
	"slices"
)

// postfix reads attributes, subscripts and calls, and filters and tests.
func (p *parser) postfix(e expr, filters bool) (expr, error) {
	var err error
	for n := 0; err == nil; {
		if err := p.chain(&n); err != nil {
			return nil, err
		}
		line := p.cur().line
		switch {
		case p.op("."):
			t := p.next()
			switch t.kind {
			case tokName:
				e = attribute{e, t.val, line}
			case tokInt:
				e = subscript{e, constant{fromNumber(literal.Number(t.val))}, line}
			default:
				return nil, p.fail("name expected after '.'")
			}
		case p.op("["):
			e, err = p.subscript(e, line)
		case p.op("("):
			c := call{of: e, line: line}
			c.args, c.kwargs, err = p.arguments()
			e = c
		case filters && p.op("|"):
			e, err = p.filter(e)
		case filters && p.keyword("is"):
			e, err = p.test(e, line)
		default:
			return e, nil
		}
	}
	return nil, err
}

func (p *parser) subscript(of expr, line int) (expr, error) {
	s := slicing{of: of, line: line}
	parts := []*expr{&s.lo, &s.hi, &s.step}
	colons := 0
	for !p.op("]") {
		if p.op(":") {
			if colons++; colons > 2 {
				return nil, p.fail("more than two ':'")
			}
			continue
		}
		e, err := p.expression()
		if err != nil {
			return nil, err
		}
		if *parts[colons] != nil {
			return nil, p.fail("']' expected")
		}
		*parts[colons] = e
	}
	if colons == 0 {
		if s.lo == nil {
			return nil, p.fail("subscript expected")
		}
		return subscript{of, s.lo, line}, nil
	}
	return s, nil
}

func (p *parser) arguments() (args []expr, kwargs []kwarg, err error) {
	for !p.op(")") {
		if p.is(tokOp, "*") || p.is(tokOp, "**") {
			return nil, nil, &Error{p.cur().line, "argument lists with * or **", ErrUnsupported}
		}
		if t := p.cur(); t.kind == tokName && p.tokens[p.pos+1].kind == tokOp && p.tokens[p.pos+1].val == "=" {
			p.pos += 2
			v, err := p.expression()
			if err != nil {
				return nil, nil, err
			}
			kwargs = append(kwargs, kwarg{t.val, v})
		} else {
			v, err := p.expression()
			if err != nil {
				return nil, nil, err
			}
			args = append(args, v)
		}
		if !p.op(",") && !p.is(tokOp, ")") {
			return nil, nil, p.fail("')' expected")
		}
	}
	return args, kwargs, nil
}

func (p *parser) filter(of expr) (expr, error) {
	t := p.next()
	if t.kind != tokName {
		return nil, p.fail("filter name expected")
	}
	if _, ok := p.tables.filters[t.val]; !ok {
		return nil, &Error{t.line, fmt.Sprintf("filter %.40q", t.val), ErrUnsupported}
	}
	f := filter{name: t.val, of: of, line: t.line}
	var err error
	if p.op("(") {
		f.args, f.kwargs, err = p.arguments()
	}
	return f, err
}

func (p *parser) test(of expr, line int) (expr, error) {
	t := test{of: of, line: line, not: p.keyword("not")}
	n := p.next()
	if n.kind != tokName {
		return nil, p.fail("test name expected")
	}
	t.name = n.val
	if _, ok := p.tables.tests[t.name]; !ok {
		return nil, &Error{n.line, fmt.Sprintf("test %.40q", t.name), ErrUnsupported}
	}
	c := p.cur()
	var err error
	switch {
	case p.op("("):
		t.args, _, err = p.arguments()
	case c.kind == tokString || c.kind == tokInt || c.kind == tokFloat || c.kind == tokOp && (c.val == "[" || c.val == "{"),
		c.kind == tokName && !slices.Contains([]string{"else", "or", "and", "is", "if", "in", "not", "recursive"}, c.val):
		var arg expr
		if arg, err = p.primary(); err == nil {
			arg, err = p.postfix(arg, false)
		}
		t.args = []expr{arg}
	}
	return t, err
}
