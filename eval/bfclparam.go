package eval

import (
	"slices"

	"lapidary/tokenizer/literal"
)

// mayBeLeftOut reports whether an answer's list of allowed values holds the mark "" for an optional parameter.
func mayBeLeftOut(allowed []any) bool { return contains(allowed, "") }

// checkParam applies the type test and then the value test to one argument; "" means it passed.
func checkParam(p Param, value any, allowed []any) ErrorType {
	want := kindOfType(p.Type)
	item := kindNone
	if want == kindList && p.Type != "list" {
		item = kindOfType(p.Items)
	}
	if want == kindFloat && kindOf(value) == kindInt {
		value = value.(literal.Number) + ".0" // the one conversion the rules allow
	}
	loose, err := checkType(value, allowed, want, item)
	if err != "" {
		return err
	}
	switch {
	case loose:
	case want == kindDict:
		return checkDict(value, allowed)
	case want == kindList && item == kindDict:
		return checkListOfDicts(elements(value), allowed)
	case want == kindString:
		return checkString(value.(string), allowed)
	case want == kindList:
		return checkList(elements(value), allowed)
	}
	if !contains(allowed, value) {
		return ErrValueOther
	}
	return ""
}

// answerKind is the type of the first allowed value that is not the optional mark.
func answerKind(allowed []any) kind {
	for _, a := range allowed {
		if !equal(a, "") {
			return kindOf(a)
		}
	}
	return kindNone
}

// checkType tests a value's type. A parameter is loose when the answer's own type differs from the schema's and
// the value follows it: its raw value is then compared.
func checkType(value any, allowed []any, want, item kind) (loose bool, err ErrorType) {
	answer := answerKind(allowed)
	failure := ErrTypeSimple
	if kindOf(value) == want {
		differs := answer != kindNone && answer != want
		if item == kindNone || itemsHaveType(value, allowed, item) {
			return differs, ""
		}
		failure = ErrTypeNested
	}
	if answer != kindNone && kindOf(value) == answer {
		if failure == ErrTypeNested {
			return true, ErrTypeNested
		}
		return true, ""
	}
	return false, ErrTypeSimple
}

// itemsHaveType asks that some alternative accept the type of every element. An alternative that is no list asks
// nothing.
func itemsHaveType(value any, allowed []any, item kind) bool {
	list, ok := asList(value)
	if !ok {
		return true
	}
	for _, alternative := range allowed {
		accepted, isList := asList(alternative)
		if !isList || allElementsPass(list, accepted, item) {
			return true
		}
	}
	return false
}

func allElementsPass(list, accepted []any, item kind) bool {
	for _, v := range list {
		if _, err := checkType(v, accepted, item, kindNone); err != "" {
			return false
		}
	}
	return true
}

func checkString(value string, allowed []any) ErrorType {
	want := normalizeString(value)
	for _, a := range allowed {
		if s, ok := a.(string); ok && normalizeString(s) == want {
			return ""
		}
	}
	return ErrValueString
}

func checkList(value []any, allowed []any) ErrorType {
	want := normalizeStrings(value)
	for _, a := range allowed {
		if equalLists(want, normalizeStrings(elements(a))) {
			return ""
		}
	}
	return ErrValueList
}

// elements reads an alternative as a sequence, the way the original does: a string is its characters, so that the
// optional mark stands for the empty list.
func elements(alternative any) []any {
	switch a := alternative.(type) {
	case []any:
		return a
	case literal.Tuple:
		return a
	case string:
		out := make([]any, 0, len(a))
		for _, r := range a {
			out = append(out, string(r))
		}
		return out
	}
	return []any{alternative}
}

func checkDict(value any, allowed []any) ErrorType {
	given, ok := value.(*literal.Dict)
	if !ok {
		return ErrValueDictKey
	}
	err := ErrDictUnclear
	for _, a := range allowed {
		if equal(a, "") {
			continue
		}
		answer, ok := a.(*literal.Dict)
		if !ok {
			err = ErrValueDictKey
			continue
		}
		if err = checkDictAgainst(given, answer); err == "" {
			return ""
		}
	}
	return err
}

func checkDictAgainst(given, answer *literal.Dict) ErrorType {
	var err ErrorType
	for _, key := range keys(given) {
		allowed, ok := answer.Get(key)
		if !ok {
			err = ErrValueDictKey
			break
		}
		if !contains(normalizeStrings(elements(allowed)), normalizeIfString(get(given, key))) {
			err = ErrValueDictValue
			break
		}
	}
	for _, key := range keys(answer) {
		if !slices.Contains(keys(given), key) && !mayBeLeftOut(elements(get(answer, key))) {
			return ErrValueDictKey
		}
	}
	return err
}

// checkListOfDicts compares by place: the order of the dicts counts.
func checkListOfDicts(value []any, allowed []any) ErrorType {
	err := ErrListOfDictsUnclear
	for _, a := range allowed {
		alternative := elements(a)
		if len(value) != len(alternative) {
			err = ErrValueListOfDictsCount
			continue
		}
		err = ""
		for i, v := range value {
			if err = checkDict(v, alternative[i:i+1]); err != "" {
				break
			}
		}
		if err == "" {
			return ""
		}
	}
	return err
}
