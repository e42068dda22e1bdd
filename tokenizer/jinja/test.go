package jinja

import (
	"strings"

	"lapidary/tokenizer/literal"
)

// testFunc is what stands after "is".
type testFunc func(r *run, v value, args []value) (bool, error)

func plainTest(f func(v value) bool) testFunc {
	return func(_ *run, v value, _ []value) (bool, error) { return f(v), nil }
}

func compareTest(op string) testFunc {
	return func(r *run, v value, args []value) (bool, error) {
		if len(args) != 1 {
			return false, r.fail(ErrType, "test takes one argument")
		}
		return r.compare(op, v, args[0])
	}
}

func intTest(f func(v, arg int64) bool, args int) testFunc {
	return func(r *run, v value, a []value) (bool, error) {
		n, ok := integer(v)
		arg := int64(2)
		if args == 1 && len(a) == 1 {
			arg, ok = integer(a[0])
		}
		if !ok || arg == 0 {
			return false, r.fail(ErrType, "integer expected")
		}
		return f(n, arg), nil
	}
}

func newTests() map[string]testFunc {
	isUndefined := func(v value) bool { _, ok := v.(undefined); return ok }
	isStr := func(v value) bool { _, ok := v.(str); return ok }
	isBool := func(v value) bool { _, ok := v.(bool); return ok }
	isFloat := func(v value) bool { _, ok := v.(float64); return ok }
	isDict := func(v value) bool { _, ok := v.(*dict); return ok }
	isInt := func(v value) bool {
		switch v.(type) {
		case int64, literal.Number:
			return true
		}
		return false
	}
	isSequence := func(v value) bool {
		switch v.(type) {
		case *list, str, *dict:
			return true
		}
		return false
	}
	mod := func(v, n int64) int64 { return (v%n + n) % n }
	tests := map[string]testFunc{
		"defined":   plainTest(func(v value) bool { return !isUndefined(v) }),
		"undefined": plainTest(isUndefined),
		"none":      plainTest(func(v value) bool { return v == nil }),
		"string":    plainTest(isStr),
		"boolean":   plainTest(isBool),
		"integer":   plainTest(isInt),
		"float":     plainTest(isFloat),
		"number":    plainTest(func(v value) bool { return isInt(v) || isFloat(v) || isBool(v) }),
		"mapping":   plainTest(isDict),
		"sequence":  plainTest(isSequence),
		"iterable":  plainTest(func(v value) bool { return isSequence(v) || isUndefined(v) }),
		"callable": plainTest(func(v value) bool {
			switch v.(type) {
			case builtin, *macro:
				return true
			}
			return false
		}),
		"true":        plainTest(func(v value) bool { return v == true }),
		"false":       plainTest(func(v value) bool { return v == false }),
		"odd":         intTest(func(v, _ int64) bool { return v%2 != 0 }, 0),
		"even":        intTest(func(v, _ int64) bool { return v%2 == 0 }, 0),
		"divisibleby": intTest(func(v, n int64) bool { return mod(v, n) == 0 }, 1),
		"upper":       plainTest(func(v value) bool { s, _ := v.(str); return s.s != strings.ToLower(s.s) && s.s == strings.ToUpper(s.s) }),
		"lower":       plainTest(func(v value) bool { s, _ := v.(str); return s.s != strings.ToUpper(s.s) && s.s == strings.ToLower(s.s) }),
		"sameas": func(r *run, v value, a []value) (bool, error) {
			return len(a) == 1 && typeName(v) == typeName(a[0]) && equal(v, a[0]), nil
		},
	}
	for op, names := range map[string][]string{"==": {"eq", "equalto"}, "!=": {"ne"}, "<": {"lt", "lessthan"}, "<=": {"le"},
		">": {"gt", "greaterthan"}, ">=": {"ge"}, "in": {"in"}} {
		for _, n := range names {
			tests[n] = compareTest(op)
		}
	}
	return tests
}
