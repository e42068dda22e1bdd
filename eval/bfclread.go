package eval

import (
	"fmt"

	"lapidary/tokenizer/literal"
)

// FunctionsOf reads the parts of a tool list that the checker looks at. Tools may be bare or wrapped in
// {"type":"function","function":…}.
func FunctionsOf(tools any) ([]Function, error) {
	list, ok := asList(tools)
	if !ok && tools != nil {
		return nil, fmt.Errorf("tools: want a list, got %s", describe(tools))
	}
	out := make([]Function, 0, len(list))
	for i, tool := range list {
		f, err := functionOf(tool)
		if err != nil {
			return nil, fmt.Errorf("tools[%d]: %w", i, err)
		}
		out = append(out, f)
	}
	return out, nil
}

func functionOf(tool any) (Function, error) {
	d, ok := tool.(*literal.Dict)
	if !ok {
		return Function{}, fmt.Errorf("want an object, got %s", describe(tool))
	}
	if inner, ok := d.Get("function"); ok {
		if d, ok = inner.(*literal.Dict); !ok {
			return Function{}, fmt.Errorf("function: want an object, got %s", describe(inner))
		}
	}
	name, _ := d.Get("name")
	f := Function{Params: map[string]Param{}}
	if f.Name, ok = name.(string); !ok {
		return Function{}, fmt.Errorf("name: want a string, got %s", describe(name))
	}
	schema := dictAt(d, "parameters")
	properties := dictAt(schema, "properties")
	for _, key := range keys(properties) {
		property := dictAt(properties, key)
		f.Params[key] = Param{Type: typeName(property), Items: typeName(dictAt(property, "items"))}
	}
	required, _ := schema.Get("required")
	if list, ok := asList(required); ok {
		for _, r := range list {
			if s, ok := r.(string); ok {
				f.Required = append(f.Required, s)
			}
		}
	}
	return f, nil
}

func dictAt(d *literal.Dict, key string) *literal.Dict {
	v, _ := d.Get(key)
	inner, _ := v.(*literal.Dict)
	return inner
}

// typeName is a schema's type; of a union such as ["string","null"] the first that is not null.
func typeName(schema *literal.Dict) string {
	t, _ := schema.Get("type")
	if list, ok := asList(t); ok {
		for _, v := range list {
			if s, ok := v.(string); ok && s != "null" {
				return s
			}
		}
	}
	s, _ := t.(string)
	return s
}

// AnswersOf reads a ground truth: a list of {name: {param: [allowed values]}}.
func AnswersOf(truth any) ([]Answer, error) {
	list, ok := asList(truth)
	if !ok && truth != nil {
		return nil, fmt.Errorf("ground_truth: want a list, got %s", describe(truth))
	}
	out := make([]Answer, 0, len(list))
	for i, item := range list {
		d, ok := item.(*literal.Dict)
		if !ok || d.Len() != 1 {
			return nil, fmt.Errorf("ground_truth[%d]: want an object with one function name, got %s", i, describe(item))
		}
		name := keys(d)[0]
		params, ok := get(d, name).(*literal.Dict)
		if !ok {
			return nil, fmt.Errorf("ground_truth[%d].%s: want an object, got %s", i, name, describe(get(d, name)))
		}
		answer := Answer{Name: name}
		for _, key := range keys(params) {
			allowed, ok := get(params, key).([]any)
			if !ok {
				return nil, fmt.Errorf("ground_truth[%d].%s.%s: want a list of allowed values, got %s", i, name, key, describe(get(params, key)))
			}
			answer.Params = append(answer.Params, AnswerParam{Name: key, Allowed: allowed})
		}
		out = append(out, answer)
	}
	return out, nil
}

// OutputOf reads decoded calls: a list of {"name":…,"arguments":{…}}. Any other shape counts as not decoded.
func OutputOf(calls any) Output {
	list, ok := asList(calls)
	if !ok {
		return Output{}
	}
	out := Output{Decoded: true}
	for _, item := range list {
		d, _ := item.(*literal.Dict)
		name, _ := d.Get("name")
		s, isString := name.(string)
		arguments, present := d.Get("arguments")
		if text, ok := arguments.(string); ok {
			arguments, _ = literal.ParseJSON(text)
		}
		args, isDict := arguments.(*literal.Dict)
		if !isString || present && !isDict {
			return Output{}
		}
		if !present {
			args = &literal.Dict{}
		}
		out.Calls = append(out.Calls, Call{Name: s, Args: args})
	}
	return out
}

func describe(v any) string {
	switch kindOf(v) {
	case kindBool:
		return "true or false"
	case kindInt, kindFloat:
		return "a number"
	case kindString:
		return "a string"
	case kindList:
		return "a list"
	case kindDict:
		return "an object"
	}
	return "null or nothing"
}
