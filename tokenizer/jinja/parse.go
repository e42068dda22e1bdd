package jinja

import (
	"fmt"
	"slices"
	"strconv"

	"lapidary/tokenizer/literal"
)

// expr is an expression; eval is in eval.go.
type expr interface {
	eval(r *run, s *scope) (value, error)
}

type (
	constant struct{ v value }
	name     struct {
		name string
		line int
	}
	attribute struct {
		of   expr
		name string
		line int
	}
	subscript struct {
		of, key expr
		line    int
	}
	slicing struct {
		of, lo, hi, step expr
		line             int
	}
	call struct {
		of     expr
		args   []expr
		kwargs []kwarg
		line   int
	}
	filter struct {
		name   string
		of     expr
		args   []expr
		kwargs []kwarg
		line   int
	}
	test struct {
		name string
		of   expr
		args []expr
		not  bool
		line int
	}
	unary struct {
		op   string
		of   expr
		line int
	}
	binary struct {
		op   string
		a, b expr
		line int
	}
	compare struct { // a op b op c …
		first expr
		ops   []string
		rest  []expr
		line  int
	}
	logic struct { // and, or
		op   string
		a, b expr
	}
	choice   struct{ then, cond, otherwise expr }
	listExpr struct {
		items []expr
		tuple bool
	}
	dictExpr struct {
		keys, vals []expr
		line       int
	}
)

type kwarg struct {
	name string
	v    expr
}

type param struct {
	name string
	def  expr
}

type parser struct {
	tables *tables
	tokens []token
	pos    int
	nest   int
}

func (p *parser) cur() token { return p.tokens[p.pos] }

func (p *parser) next() token {
	t := p.tokens[p.pos]
	if t.kind != tokEnd {
		p.pos++
	}
	return t
}

func (p *parser) is(kind int, val string) bool { return p.cur().kind == kind && p.cur().val == val }

func (p *parser) accept(kind int, val string) bool {
	if p.is(kind, val) {
		p.pos++
		return true
	}
	return false
}

func (p *parser) op(val string) bool      { return p.accept(tokOp, val) }
func (p *parser) keyword(val string) bool { return p.accept(tokName, val) }

func (p *parser) fail(format string, args ...any) error {
	return &Error{p.cur().line, fmt.Sprintf(format, args...), ErrSyntax}
}

func (p *parser) expectOp(val string) error {
	if !p.op(val) {
		return p.fail("%q expected, found %.20q", val, p.cur().val)
	}
	return nil
}

func (p *parser) enter() error {
	if p.nest++; p.nest > maxNest {
		return &Error{p.cur().line, fmt.Sprintf("nested deeper than %d", maxNest), ErrBudget}
	}
	return nil
}

// chain bounds how many operators follow each other: each makes the tree a level deeper.
func (p *parser) chain(n *int) error {
	if *n++; *n > maxChain {
		return &Error{p.cur().line, fmt.Sprintf("more than %d operators in a chain", maxChain), ErrBudget}
	}
	return nil
}

// expression parses a whole expression: a if b else c.
func (p *parser) expression() (expr, error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer func() { p.nest-- }()
	e, err := p.or()
	for n := 0; err == nil && p.keyword("if"); {
		if err := p.chain(&n); err != nil {
			return nil, err
		}
		c := choice{then: e}
		if c.cond, err = p.or(); err != nil {
			return nil, err
		}
		if p.keyword("else") {
			if c.otherwise, err = p.expression(); err != nil {
				return nil, err
			}
		}
		e = c
	}
	return e, err
}

// left parses a left-associative chain.
func (p *parser) left(operand func() (expr, error), match func() (string, bool), join func(op string, line int, a, b expr) expr) (expr, error) {
	a, err := operand()
	for n := 0; err == nil; {
		line := p.cur().line
		op, ok := match()
		if !ok {
			return a, nil
		}
		if err := p.chain(&n); err != nil {
			return nil, err
		}
		var b expr
		if b, err = operand(); err == nil {
			a = join(op, line, a, b)
		}
	}
	return nil, err
}

func (p *parser) word(w string) func() (string, bool) {
	return func() (string, bool) { return w, p.keyword(w) }
}

func (p *parser) oneOf(ops ...string) func() (string, bool) {
	return func() (string, bool) {
		if t := p.cur(); t.kind == tokOp && slices.Contains(ops, t.val) {
			p.pos++
			return t.val, true
		}
		return "", false
	}
}

func joinLogic(op string, _ int, a, b expr) expr     { return logic{op, a, b} }
func joinBinary(op string, line int, a, b expr) expr { return binary{op, a, b, line} }

func (p *parser) or() (expr, error)  { return p.left(p.and, p.word("or"), joinLogic) }
func (p *parser) and() (expr, error) { return p.left(p.not, p.word("and"), joinLogic) }

func (p *parser) not() (expr, error) {
	line := p.cur().line
	if !p.keyword("not") {
		return p.compare()
	}
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer func() { p.nest-- }()
	e, err := p.not()
	return unary{"not", e, line}, err
}

func (p *parser) compare() (expr, error) {
	line := p.cur().line
	first, err := p.sum()
	if err != nil {
		return nil, err
	}
	c := compare{first: first, line: line}
	for n := 0; ; {
		op, ok := p.oneOf("==", "!=", "<", ">", "<=", ">=")()
		switch {
		case ok:
		case p.keyword("in"):
			op = "in"
		case p.is(tokName, "not") && p.tokens[p.pos+1].kind == tokName && p.tokens[p.pos+1].val == "in":
			p.pos += 2
			op = "not in"
		case len(c.ops) == 0:
			return first, nil
		default:
			return c, nil
		}
		if err := p.chain(&n); err != nil {
			return nil, err
		}
		e, err := p.sum()
		if err != nil {
			return nil, err
		}
		c.ops, c.rest = append(c.ops, op), append(c.rest, e)
	}
}

func (p *parser) sum() (expr, error)   { return p.left(p.tilde, p.oneOf("+", "-"), joinBinary) }
func (p *parser) tilde() (expr, error) { return p.left(p.product, p.oneOf("~"), joinBinary) }
func (p *parser) product() (expr, error) {
	return p.left(p.power, p.oneOf("*", "/", "//", "%"), joinBinary)
}
func (p *parser) power() (expr, error) {
	return p.left(func() (expr, error) { return p.unary(true) }, p.oneOf("**"), joinBinary)
}

func (p *parser) unary(filters bool) (e expr, err error) {
	line := p.cur().line
	if op, ok := p.oneOf("-", "+")(); ok {
		if err := p.enter(); err != nil {
			return nil, err
		}
		defer func() { p.nest-- }()
		e, err = p.unary(false)
		e = unary{op, e, line}
	} else {
		e, err = p.primary()
	}
	if err != nil {
		return nil, err
	}
	return p.postfix(e, filters)
}

var constants = map[string]value{"true": true, "True": true, "false": false, "False": false, "none": nil, "None": nil}

func (p *parser) primary() (expr, error) {
	t := p.next()
	switch t.kind {
	case tokName:
		if v, ok := constants[t.val]; ok {
			return constant{v}, nil
		}
		return name{t.val, t.line}, nil
	case tokString:
		s := t.val
		for p.cur().kind == tokString {
			s += p.next().val
		}
		return constant{str{s: s}}, nil
	case tokInt:
		return constant{fromNumber(literal.Number(t.val))}, nil
	case tokFloat:
		f, _ := strconv.ParseFloat(t.val, 64)
		return constant{f}, nil
	case tokOp:
		switch t.val {
		case "(":
			return p.group()
		case "[":
			items, _, err := p.items("]")
			return listExpr{items: items}, err
		case "{":
			return p.dict(t.line)
		}
	}
	p.pos = max(0, p.pos-1)
	return nil, p.fail("unexpected %.20q", t.val)
}

// group reads what stands in parentheses: an expression or a tuple.
func (p *parser) group() (expr, error) {
	items, comma, err := p.items(")")
	if err != nil {
		return nil, err
	}
	if len(items) == 1 && !comma {
		return items[0], nil
	}
	return listExpr{items: items, tuple: true}, nil
}

func (p *parser) items(end string) (items []expr, comma bool, err error) {
	for !p.op(end) {
		e, err := p.expression()
		if err != nil {
			return nil, false, err
		}
		items = append(items, e)
		if p.op(",") {
			comma = true
		} else if !p.is(tokOp, end) {
			return nil, false, p.fail("%q expected", end)
		}
	}
	return items, comma, nil
}

func (p *parser) dict(line int) (expr, error) {
	d := dictExpr{line: line}
	for !p.op("}") {
		k, err := p.expression()
		if err != nil {
			return nil, err
		}
		if err := p.expectOp(":"); err != nil {
			return nil, err
		}
		v, err := p.expression()
		if err != nil {
			return nil, err
		}
		d.keys, d.vals = append(d.keys, k), append(d.vals, v)
		if !p.op(",") && !p.is(tokOp, "}") {
			return nil, p.fail("\"}\" expected")
		}
	}
	return d, nil
}
