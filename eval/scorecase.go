package eval

import (
	"fmt"
	"strings"

	"lapidary/data"
	"lapidary/tokenizer/chat"
	"lapidary/tokenizer/literal"
)

// Case is one question with what a right answer calls.
type Case struct {
	ID        string
	Category  string
	Source    data.Source
	Turns     int // messages before the answer: the prompt
	Functions []Function
	Answers   []Answer // none: the right answer calls nothing
}

// CallsNothing reports whether calling any function would be wrong.
func (c Case) CallsNothing() bool { return strings.Contains(c.Category, "irrelevance") }

// CaseOf makes a case of a conversation. A row with "ground_truth" is scored by it (BFCL's own form). Any other is
// scored by its first assistant turn that calls something, or, when none does, by its first assistant turn, which
// then must call nothing. Such a row's category is named as BFCL would name it, unless the row has one.
func CaseOf(row *data.Row) (Case, error) {
	c := Case{ID: row.ID, Category: row.Category, Source: row.Source}
	if c.ID == "" {
		c.ID = fmt.Sprint(row.Source.Line)
	}
	if row.Messages == nil {
		return c, &data.RowError{Source: row.Source, Err: fmt.Errorf("no conversation to score calls on"), Hint: "use --task loss, or rows with messages"}
	}
	var err error
	tools, ok := row.ToolList()
	if !ok {
		return c, &data.RowError{Source: row.Source, Field: "messages", Err: fmt.Errorf("the tools between <tools> tags cannot be read")}
	}
	if c.Functions, err = FunctionsOf(tools); err != nil {
		return c, &data.RowError{Source: row.Source, Field: "tools", Err: err}
	}
	if truth, ok := row.Raw.Get("ground_truth"); ok {
		c.Turns = len(row.Messages)
		if c.Answers, err = AnswersOf(truth); err != nil {
			return c, &data.RowError{Source: row.Source, Field: "ground_truth", Err: err}
		}
		c.Category = nameCategory(c)
		return c, nil
	}
	turn, calls, err := referenceTurn(row.Messages)
	if err != nil {
		return c, &data.RowError{Source: row.Source, Field: fmt.Sprintf("messages[%d].content", turn), Err: err, Hint: "lapidary data audit lists such rows"}
	}
	if turn < 0 && strings.Contains(c.Category, "relevance") { // there is nothing to compare with, only whether it calls
		c.Turns = len(row.Messages)
		return c, nil
	}
	if turn < 0 {
		return c, &data.RowError{Source: row.Source, Err: fmt.Errorf("no assistant turn to compare with"), Hint: "remove the row from the evaluation file"}
	}
	c.Turns = turn
	c.reference(calls)
	c.Category = nameCategory(c)
	return c, nil
}

func referenceTurn(messages []chat.Message) (turn int, calls []chat.ToolCall, err error) {
	first := -1
	for i := range messages {
		if chat.Canonical(messages[i].Role) != "assistant" {
			continue
		}
		calls, err := data.CallsOf(&messages[i])
		if err != nil || len(calls) > 0 {
			return i, calls, err
		}
		if first < 0 {
			first = i
		}
	}
	return first, nil, nil
}

// nameCategory keeps a row's own category; without one it names the kind of question as BFCL does.
func nameCategory(c Case) string {
	switch {
	case c.Category != "":
		return c.Category
	case len(c.Answers) == 0:
		return "irrelevance"
	case len(c.Answers) > 1 && len(c.Functions) > 1:
		return "parallel_multiple"
	case len(c.Answers) > 1:
		return "parallel"
	case len(c.Functions) > 1:
		return "multiple"
	}
	return "simple"
}

// reference turns the calls of a conversation into answers that allow nothing else. The schema serves for types only:
// where it contradicts the reference (a parameter it does not know, a required one left out), the reference is right.
func (c *Case) reference(calls []chat.ToolCall) {
	known := map[string]bool{}
	for _, call := range calls {
		answer := Answer{Name: call.Name}
		f := functionNamed(c.Functions, call.Name)
		params := map[string]Param{}
		var required []string
		arguments, _ := call.Arguments.(*literal.Dict)
		for _, name := range keys(arguments) {
			v := get(arguments, name)
			answer.Params = append(answer.Params, AnswerParam{Name: name, Allowed: []any{allowOnly(v)}})
			params[name] = reconcile(f.Params[name], v)
		}
		for name, p := range f.Params {
			if _, ok := params[name]; !ok {
				params[name] = p
			}
		}
		for _, name := range f.Required {
			if _, ok := arguments.Get(name); ok {
				required = append(required, name)
			}
		}
		c.Answers = append(c.Answers, answer)
		if !known[call.Name] {
			known[call.Name] = true
			c.replaceFunction(Function{Name: call.Name, Params: params, Required: required})
		}
	}
}

func (c *Case) replaceFunction(f Function) {
	for i := range c.Functions {
		if c.Functions[i].Name == f.Name {
			c.Functions[i] = f
			return
		}
	}
	c.Functions = append(c.Functions, f)
}

// allowOnly writes a value the way a ground truth does: the keys of a dict, one level down, have lists of values.
func allowOnly(v any) any {
	switch v := v.(type) {
	case *literal.Dict:
		out := &literal.Dict{}
		for _, k := range keys(v) {
			out.Set(k, []any{get(v, k)})
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = e
			if o, ok := e.(*literal.Dict); ok {
				out[i] = allowOnly(o)
			}
		}
		return out
	}
	return v
}

// reconcile gives a parameter the type of its value where the schema has none or another.
func reconcile(p Param, v any) Param {
	own := typeOf(v)
	want := kindOfType(p.Type)
	if want != kindOf(v) && !(want == kindFloat && kindOf(v) == kindInt) {
		p = Param{Type: own}
	}
	if list, ok := asList(v); ok {
		p.Items = ""
		for _, e := range list {
			if p.Items == "" {
				p.Items = typeOf(e)
			} else if p.Items != typeOf(e) {
				return Param{Type: "list"} // mixed elements: compared by value only
			}
		}
		if p.Items == "" {
			return Param{Type: "list"}
		}
	}
	return p
}

func typeOf(v any) string {
	switch kindOf(v) {
	case kindBool:
		return "boolean"
	case kindInt:
		return "integer"
	case kindFloat:
		return "number"
	case kindString:
		return "string"
	case kindList:
		return "array"
	case kindDict:
		return "object"
	}
	return "null"
}
