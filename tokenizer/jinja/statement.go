package jinja

import (
	"fmt"
	"slices"
)

// statement is part of a template's body; signal tells loops what to do next.
type statement interface {
	exec(r *run, s *scope, w *output) (signal, error)
}

type signal uint8

const (
	proceed signal = iota
	breakLoop
	continueLoop
)

type (
	textStatement struct{ text str }
	printing      struct {
		e    expr
		line int
	}
	setting struct {
		targets []target
		e       expr
		body    []statement // {% set x %}…{% endset %}
		line    int
	}
	branch struct {
		conds  []expr
		bodies [][]statement // one more than conds when there is an else
		line   int
	}
	looping struct {
		targets    []target
		over, cond expr
		body, none []statement
		line       int
	}
	macroStatement struct {
		name   string
		params []param
		body   []statement
		line   int
	}
	generation struct{ body []statement }
	jump       struct{ sig signal }
)

// target is a name, or an attribute of a namespace.
type target struct{ name, attr string }

// body reads statements up to one of the ending keywords, which it leaves to be read.
func (p *parser) body(ends []string) ([]statement, error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer func() { p.nest-- }()
	var out []statement
	for {
		t := p.next()
		switch {
		case t.kind == tokEnd:
			if ends == nil {
				return out, nil
			}
			return nil, p.fail("%q expected", ends[len(ends)-1])
		case t.kind == tokData:
			out = append(out, textStatement{str{s: t.val}})
		case t.val == "{{":
			e, err := p.tupleOrExpression()
			if err != nil {
				return nil, err
			}
			if !p.accept(tokClose, "}}") {
				return nil, p.fail("'}}' expected, found %.20q", p.cur().val)
			}
			out = append(out, printing{e, t.line})
		default:
			if c := p.cur(); c.kind == tokName && slices.Contains(ends, c.val) {
				return out, nil
			}
			st, err := p.statement()
			if err != nil {
				return nil, err
			}
			out = append(out, st)
		}
	}
}

func (p *parser) close() error {
	if !p.accept(tokClose, "%}") {
		return p.fail("'%%}' expected, found %.20q", p.cur().val)
	}
	return nil
}

func (p *parser) tupleOrExpression() (expr, error) {
	e, err := p.expression()
	if err != nil || !p.is(tokOp, ",") {
		return e, err
	}
	t := listExpr{items: []expr{e}, tuple: true}
	for p.op(",") {
		if p.cur().kind == tokClose {
			break
		}
		if e, err = p.expression(); err != nil {
			return nil, err
		}
		t.items = append(t.items, e)
	}
	return t, nil
}

// block reads the close of a tag, a body, and the keyword that ends it.
func (p *parser) block(ends ...string) (body []statement, end string, err error) {
	if err = p.close(); err != nil {
		return
	}
	if body, err = p.body(ends); err != nil {
		return
	}
	return body, p.next().val, nil
}

func (p *parser) statement() (statement, error) {
	t := p.next()
	line := t.line
	switch t.val {
	case "if":
		return p.branch(line)
	case "for":
		return p.loop(line)
	case "set":
		return p.set(line)
	case "macro":
		return p.macro(line)
	case "generation":
		body, _, err := p.block("endgeneration")
		if err == nil {
			err = p.close()
		}
		return generation{body}, err
	case "break":
		return jump{breakLoop}, p.close()
	case "continue":
		return jump{continueLoop}, p.close()
	}
	if t.kind == tokName {
		return nil, &Error{line, fmt.Sprintf("statement %.40q", t.val), ErrUnsupported}
	}
	return nil, p.fail("statement expected")
}

func (p *parser) branch(line int) (statement, error) {
	b := branch{line: line}
	for n := 0; ; {
		if err := p.chain(&n); err != nil {
			return nil, err
		}
		c, err := p.tupleOrExpression()
		if err != nil {
			return nil, err
		}
		body, end, err := p.block("elif", "else", "endif")
		if err != nil {
			return nil, err
		}
		b.conds, b.bodies = append(b.conds, c), append(b.bodies, body)
		if end == "else" {
			if body, _, err = p.block("endif"); err != nil {
				return nil, err
			}
			b.bodies = append(b.bodies, body)
		}
		if end != "elif" {
			return b, p.close()
		}
	}
}

// names reads the targets of a for loop.
func (p *parser) names() ([]target, error) {
	paren := p.op("(")
	var out []target
	for {
		t := p.next()
		if t.kind != tokName {
			return nil, p.fail("name expected")
		}
		out = append(out, target{name: t.val})
		if !p.op(",") {
			break
		}
	}
	if paren {
		return out, p.expectOp(")")
	}
	return out, nil
}

func (p *parser) loop(line int) (statement, error) {
	l := looping{line: line}
	var err error
	if l.targets, err = p.names(); err != nil {
		return nil, err
	}
	if !p.keyword("in") {
		return nil, p.fail("\"in\" expected")
	}
	if l.over, err = p.or(); err != nil { // no ternary here: "if" begins the condition
		return nil, err
	}
	if p.keyword("if") {
		if l.cond, err = p.expression(); err != nil {
			return nil, err
		}
	}
	if p.is(tokName, "recursive") {
		return nil, &Error{line, "recursive loops", ErrUnsupported}
	}
	body, end, err := p.block("else", "endfor")
	if err != nil {
		return nil, err
	}
	l.body = body
	if end == "else" {
		if l.none, _, err = p.block("endfor"); err != nil {
			return nil, err
		}
	}
	return l, p.close()
}

func (p *parser) set(line int) (statement, error) {
	s := setting{line: line}
	for {
		t := p.next()
		if t.kind != tokName {
			return nil, p.fail("name expected")
		}
		tg := target{name: t.val}
		if p.op(".") {
			a := p.next()
			if a.kind != tokName {
				return nil, p.fail("name expected after '.'")
			}
			tg.attr = a.val
		}
		s.targets = append(s.targets, tg)
		if !p.op(",") {
			break
		}
	}
	var err error
	if p.op("=") {
		if s.e, err = p.tupleOrExpression(); err != nil {
			return nil, err
		}
		return s, p.close()
	}
	if len(s.targets) != 1 {
		return nil, p.fail("'=' expected")
	}
	if p.is(tokOp, "|") {
		return nil, &Error{line, "filter on a set block", ErrUnsupported}
	}
	if s.body, _, err = p.block("endset"); err != nil {
		return nil, err
	}
	if s.body == nil {
		s.body = []statement{}
	}
	return s, p.close()
}

func (p *parser) macro(line int) (statement, error) {
	t := p.next()
	if t.kind != tokName {
		return nil, p.fail("macro name expected")
	}
	m := macroStatement{name: t.val, line: line}
	if err := p.expectOp("("); err != nil {
		return nil, err
	}
	for !p.op(")") {
		a := p.next()
		if a.kind != tokName {
			return nil, p.fail("parameter name expected")
		}
		prm := param{name: a.val}
		if p.op("=") {
			var err error
			if prm.def, err = p.expression(); err != nil {
				return nil, err
			}
		}
		m.params = append(m.params, prm)
		if !p.op(",") && !p.is(tokOp, ")") {
			return nil, p.fail("')' expected")
		}
	}
	var err error
	if m.body, _, err = p.block("endmacro"); err != nil {
		return nil, err
	}
	return m, p.close()
}
