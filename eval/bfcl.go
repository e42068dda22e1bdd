package eval

import "strings"

// ErrorType names the first test a row failed, in the words of the original checker; "" means that it passed.
type ErrorType string

const (
	ErrDecoderFailed         ErrorType = "ast_decoder:decoder_failed"
	ErrDecoderShape          ErrorType = "ast_decoder:decoder_wrong_output_format"
	ErrIrrelevanceDecoded    ErrorType = "irrelevance_error:decoder_success"
	ErrRelevanceFailed       ErrorType = "relevance_error:decoder_failed"
	ErrSimpleCount           ErrorType = "simple_function_checker:wrong_count"
	ErrMultipleCount         ErrorType = "multiple_function_checker:wrong_count"
	ErrParallelCount         ErrorType = "parallel_function_checker_no_order:wrong_count"
	ErrParallelNoMatch       ErrorType = "parallel_function_checker_no_order:cannot_find_match"
	ErrWrongName             ErrorType = "simple_function_checker:wrong_func_name"
	ErrMissingRequired       ErrorType = "simple_function_checker:missing_required"
	ErrUnexpectedParam       ErrorType = "simple_function_checker:unexpected_param"
	ErrMissingOptional       ErrorType = "simple_function_checker:missing_optional"
	ErrTypeSimple            ErrorType = "type_error:simple"
	ErrTypeNested            ErrorType = "type_error:nested"
	ErrValueString           ErrorType = "value_error:string"
	ErrValueList             ErrorType = "value_error:list/tuple"
	ErrValueDictKey          ErrorType = "value_error:dict_key"
	ErrValueDictValue        ErrorType = "value_error:dict_value"
	ErrValueListOfDictsCount ErrorType = "value_error:list_dict_count"
	ErrValueOther            ErrorType = "value_error:others"
	ErrDictUnclear           ErrorType = "dict_checker:unclear"
	ErrListOfDictsUnclear    ErrorType = "list_dict_checker:unclear"
)

// Function is what the checker reads of a tool's schema.
type Function struct {
	Name     string
	Params   map[string]Param
	Required []string
}

// Param is a parameter's type; Items is the type of a list's elements.
type Param struct {
	Type  string
	Items string
}

// Answer is a call that a row expects, with the allowed values of each parameter. "" among them means that the
// parameter may be left out.
type Answer struct {
	Name   string
	Params []AnswerParam
}

// AnswerParam is one parameter of an Answer.
type AnswerParam struct {
	Name    string
	Allowed []any
}

func (a Answer) param(name string) ([]any, bool) {
	for _, p := range a.Params {
		if p.Name == name {
			return p.Allowed, true
		}
	}
	return nil, false
}

// Output is a model's answer after decoding. Decoded is false when the text could not be read as calls at all.
type Output struct {
	Decoded bool
	Calls   []Call
}

// CheckBFCL scores one row by the rules of the Berkeley function-calling leaderboard (v4, single turn, Python). The
// category's name chooses the rule, as it does there.
func CheckBFCL(category string, functions []Function, answers []Answer, out Output) ErrorType {
	switch {
	case strings.Contains(category, "irrelevance"):
		if out.Decoded && len(out.Calls) > 0 {
			return ErrIrrelevanceDecoded
		}
		return ""
	case strings.Contains(category, "relevance"):
		if !out.Decoded || len(out.Calls) == 0 {
			return ErrRelevanceFailed
		}
		return ""
	case !out.Decoded:
		return ErrDecoderFailed
	case strings.Contains(category, "parallel"):
		return checkParallel(functions, answers, out.Calls)
	}
	count, first := ErrSimpleCount, Function{}
	if len(functions) > 0 {
		first = functions[0]
	}
	if strings.Contains(category, "multiple") {
		count = ErrMultipleCount
		if len(answers) > 0 {
			first = functionNamed(functions, answers[0].Name)
		}
	}
	if len(answers) != 1 || len(out.Calls) != 1 {
		return count
	}
	return checkCall(first, answers[0], out.Calls[0])
}

// checkParallel lets each answer take the first free call that satisfies it; there is no going back.
func checkParallel(functions []Function, answers []Answer, calls []Call) ErrorType {
	if len(calls) != len(answers) {
		return ErrParallelCount
	}
	taken := make([]bool, len(calls))
	for _, answer := range answers {
		f := functionNamed(functions, answer.Name)
		match := -1
		for i, call := range calls {
			if !taken[i] && checkCall(f, answer, call) == "" {
				match = i
				break
			}
		}
		if match < 0 {
			return ErrParallelNoMatch
		}
		taken[match] = true
	}
	return ""
}

func functionNamed(functions []Function, name string) Function {
	for _, f := range functions {
		if f.Name == name {
			return f
		}
	}
	return Function{}
}

// checkCall compares one call with one answer; the first failing test decides.
func checkCall(f Function, answer Answer, call Call) ErrorType {
	if call.Name != f.Name {
		return ErrWrongName
	}
	for _, name := range f.Required {
		if _, ok := call.Args.Get(name); !ok {
			return ErrMissingRequired
		}
	}
	for _, name := range keys(call.Args) {
		param, inSchema := f.Params[name]
		allowed, inAnswer := answer.param(name)
		if !inSchema || !inAnswer {
			return ErrUnexpectedParam
		}
		if err := checkParam(param, get(call.Args, name), allowed); err != "" {
			return err
		}
	}
	for _, p := range answer.Params {
		if _, ok := call.Args.Get(p.Name); !ok && !mayBeLeftOut(p.Allowed) {
			return ErrMissingOptional
		}
	}
	return ""
}
