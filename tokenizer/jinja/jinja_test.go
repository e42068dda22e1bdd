package jinja_test

import (
	"bufio"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lapidary/tokenizer/jinja"
	"lapidary/tokenizer/literal"
)

func readRows(t testing.TB) []*literal.Dict {
	f, err := os.Open("testdata/probes.jsonl")
	require.NoError(t, err)
	defer f.Close()
	var rows []*literal.Dict
	for sc := bufio.NewScanner(f); sc.Scan(); {
		v, err := literal.ParseJSON(sc.Text())
		require.NoError(t, err)
		rows = append(rows, v.(*literal.Dict))
	}
	return rows
}

func renderWith(source string, messages any) (string, error) {
	tmpl, err := jinja.Parse(source)
	if err != nil {
		return "", err
	}
	out, err := tmpl.Render(map[string]any{"messages": messages, "tools": nil, "documents": nil, "add_generation_prompt": false, "bos_token": "<bos>"})
	if err != nil {
		return "", err
	}
	return out.Text, nil
}

// asKnown lists where this package differs from jinja2, and why.
var asKnown = map[string]string{
	"{{ 'abc'.upper }}": "printing a method is an error here",
	"{{ {1: 2} }}":      "keys are strings here",
	"{{ [1, 2, 3] | first, [1, 2, 3] | last, [] | first }}": "an undefined value inside a tuple is printed as Undefined by jinja2",
}

func TestAgainstJinja2(t *testing.T) {
	rows := readRows(t)
	messages, _ := rows[0].Get("messages")
	n := 0
	for _, row := range rows[1:] {
		source, _ := row.Str("template")
		if asKnown[source] != "" {
			continue
		}
		n++
		got, err := renderWith(source, messages)
		want, ok := row.Str("text")
		if !ok {
			kind, _ := row.Str("error")
			assert.Error(t, err, "%q: %s expected, got %q", source, kind, got)
			continue
		}
		if assert.NoError(t, err, "%q", source) {
			assert.Equal(t, want, got, "%q", source)
		}
	}
	t.Logf("%d probes", n)
}

// Templates that would hang or kill a process end with an error, soon.
func TestHostileTemplates(t *testing.T) {
	deep := func(open, end string, n int) string { return strings.Repeat(open, n) + "1" + strings.Repeat(end, n) }
	for name, c := range map[string]struct {
		source string
		kind   error
	}{
		"nested ranges":        {"{% for a in range(99999) %}{% for b in range(99999) %}{% for c in range(99999) %}{% endfor %}{% endfor %}{% endfor %}", jinja.ErrBudget},
		"long range":           {"{{ range(1000000000) }}", jinja.ErrBudget},
		"range overflow":       {"{{ range(9223372036854775806, 9223372036854775807, 9223372036854775807) | length }}{{ range(-9223372036854775807, 9223372036854775807, 1) }}", jinja.ErrBudget},
		"doubling":             {"{% set ns = namespace(s='ab') %}{% for i in range(40) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}", jinja.ErrBudget},
		"doubling a list":      {"{% set ns = namespace(s=[1]) %}{% for i in range(40) %}{% set ns.s = ns.s + ns.s %}{% endfor %}", jinja.ErrBudget},
		"multiplied":           {"{{ 'a' * 1000000000000 }}", jinja.ErrBudget},
		"multiplied list":      {"{{ [0] * 1000000000000 }}", jinja.ErrBudget},
		"multiplied integers":  {"{% set ns = namespace(n=3) %}{% for i in range(99999) %}{% set ns.n = ns.n * ns.n %}{% endfor %}", jinja.ErrBudget},
		"recursive macro":      {"{% macro f(x) %}{{ f(x) }}{% endmacro %}{{ f(1) }}", jinja.ErrBudget},
		"mutual macros":        {"{% macro f() %}{{ g() }}{% endmacro %}{% macro g() %}{{ f() }}{% endmacro %}{{ f() }}", jinja.ErrBudget},
		"macro as value":       {"{% macro f(g) %}{{ g(g) }}{% endmacro %}{{ f(f) }}", jinja.ErrBudget},
		"parentheses":          {"{{ " + deep("(", ")", 100000) + " }}", jinja.ErrBudget},
		"lists":                {"{{ " + deep("[", "]", 100000) + " }}", jinja.ErrBudget},
		"minuses":              {"{{ " + strings.Repeat("- ", 100000) + "1 }}", jinja.ErrBudget},
		"nots":                 {"{{ " + strings.Repeat("not ", 100000) + "1 }}", jinja.ErrBudget},
		"ifs":                  {strings.Repeat("{% if 1 %}", 50000) + strings.Repeat("{% endif %}", 40000), jinja.ErrBudget},
		"elifs":                {"{% if 0 %}" + strings.Repeat("{% elif 0 %}", 50000) + "{% endif %}", jinja.ErrBudget},
		"filter chain":         {"{{ 1" + strings.Repeat("|abs", 100000) + " }}", jinja.ErrBudget},
		"plus chain":           {"{{ 1" + strings.Repeat("+1", 100000) + " }}", jinja.ErrBudget},
		"attribute chain":      {"{{ a" + strings.Repeat(".b", 100000) + " }}", jinja.ErrBudget},
		"ternaries":            {"{{ 1" + strings.Repeat(" if 1 else 1", 50000) + " }}", jinja.ErrBudget},
		"large template":       {strings.Repeat("x", 1<<20+1), jinja.ErrBudget},
		"long output":          {"{% for i in range(99999) %}" + strings.Repeat("x", 1000) + "{% endfor %}", jinja.ErrBudget},
		"join":                 {"{% set l = range(99999) | list %}{% for i in range(1000) %}{% set x = l | join('aaaaaaaaaaaaaaaa') %}{% endfor %}", jinja.ErrBudget},
		"replace":              {"{% set s = 'a' * 4000000 %}{{ s.replace('a', s) }}", jinja.ErrBudget},
		"include":              {"{% include '/etc/passwd' %}", jinja.ErrUnsupported},
		"import":               {"{% import 'x' as y %}", jinja.ErrUnsupported},
		"extends":              {"{% extends 'x' %}", jinja.ErrUnsupported},
		"attributes of Python": {"{{ ''.__class__.__mro__[1].__subclasses__() }}", jinja.ErrUndefined},
		"argument shadowing":   {"{% macro f(a) %}{% endmacro %}{{ f(1, a=2) }}", jinja.ErrType},
		"time":                 {"{{ strftime_now('%Y') }}", jinja.ErrUnsupported},
		"own raise":            {"{{ raise_exception('x') }}", jinja.ErrRaised},
		"division":             {"{{ 1 % 0 }}", jinja.ErrType},
		"smallest integer":     {"{{ (-9223372036854775807 - 1) // -1 }}{{ ((-9223372036854775807 - 1) | abs)[0:1] }}", jinja.ErrType},
	} {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			_, err := renderWith(c.source, []any{})
			t.Logf("%v: %v", time.Since(start), err)
			require.ErrorIs(t, err, c.kind)
			var je *jinja.Error
			require.True(t, errors.As(err, &je))
			assert.Less(t, len(err.Error()), 300)
			if strings.Contains(c.source, "macro f(") && c.kind == jinja.ErrBudget {
				assert.Contains(t, err.Error(), "nested deeper", "the depth is what must end it, not the steps")
			}
		})
	}
}

// Every end of a template cut off is an error or a rendering, never a panic.
func TestCutTemplates(t *testing.T) {
	rows := readRows(t)
	messages, _ := rows[0].Get("messages")
	for _, row := range rows[1:] {
		source, _ := row.Str("template")
		for i := range source {
			_, err := renderWith(source[:i], messages)
			var je *jinja.Error
			require.True(t, err == nil || errors.As(err, &je))
			if err != nil {
				require.NotContains(t, err.Error(), "runtime error", "%q", source[:i])
			}
		}
	}
}

func TestSegments(t *testing.T) {
	tmpl, err := jinja.Parse("<{{ a | trim ~ '!' }}>{% generation %}{{ b[1:] }}{% endgeneration %}")
	require.NoError(t, err)
	out, err := tmpl.Render(map[string]any{"a": jinja.Tagged{Value: " é ", Origin: 3}, "b": jinja.Tagged{Value: "xyz", Origin: 4}})
	require.NoError(t, err)
	assert.Equal(t, "<é!>yz", out.Text)
	assert.Equal(t, []jinja.Segment{{Len: 1}, {Len: 2, Origin: 3}, {Len: 2}, {Len: 2, Origin: 4, Generation: true}}, out.Segments)
}

func FuzzRender(f *testing.F) {
	rows := readRows(f)
	messages, _ := rows[0].Get("messages")
	for _, row := range rows[1:] {
		source, _ := row.Str("template")
		f.Add(source)
	}
	f.Fuzz(func(t *testing.T, source string) {
		_, err := renderWith(source, messages)
		if err != nil && strings.Contains(err.Error(), "runtime error") {
			t.Fatalf("%q: %v", source, err)
		}
	})
}
