package data

import (
	"encoding/json"
	"errors"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"lapidary/tokenizer/literal"
)

// schema is a tool's parameters, compiled.
type schema struct {
	compiled   *jsonschema.Schema
	properties *literal.Dict // nil: anything goes
	open       bool          // the schema says itself what it takes besides its properties
	err        error
}

// schemaCache compiles each distinct schema once: data sets repeat their tools in row after row.
type schemaCache struct{ byText sync.Map }

func (c *schemaCache) of(function *literal.Dict) *schema {
	parameters := get(function, "parameters")
	key := literal.CompactJSON(parameters)
	if s, ok := c.byText.Load(key); ok {
		return s.(*schema)
	}
	s, _ := c.byText.LoadOrStore(key, compile(parameters))
	return s.(*schema)
}

var (
	errSchemaKind = errors.New("parameters are no object")
	errReference  = errors.New("a schema may refer to itself only")
)

// noLoader keeps a schema in a data file from opening files or addresses.
type noLoader struct{}

func (noLoader) Load(string) (any, error) { return nil, errReference }

func compile(parameters any) *schema {
	d, ok := parameters.(*literal.Dict)
	if parameters == nil {
		d, ok = &literal.Dict{}, true
	}
	if !ok {
		return &schema{err: errSchemaKind}
	}
	s := &schema{}
	s.properties, _ = get(d, "properties").(*literal.Dict)
	_, pattern := d.Get("patternProperties")
	additional := get(d, "additionalProperties")
	s.open = pattern || additional != nil && additional != false
	c := jsonschema.NewCompiler()
	c.UseLoader(noLoader{})
	const name = "mem:///parameters.json"
	if s.err = c.AddResource(name, normalizeSchema(d)); s.err == nil {
		s.compiled, s.err = c.Compile(name)
	}
	return s
}

// pythonTypes are the names that schemas made from Python signatures use for JSON's types.
var pythonTypes = map[string]string{
	"str": "string", "int": "integer", "float": "number", "bool": "boolean", "dict": "object", "list": "array",
	"tuple": "array", "set": "array", "None": "null", "NoneType": "null", "double": "number", "long": "integer",
}

// normalizeSchema makes a schema what the standard calls one: Python's type names become JSON's, "any" constrains
// nothing, and the old "required": true inside a property moves to its object.
func normalizeSchema(v any) any {
	switch v := v.(type) {
	case *literal.Dict:
		out := map[string]any{}
		for _, m := range v.Members {
			switch m.Key {
			case "type":
				if t := normalizeType(m.Value); t != nil {
					out["type"] = t
				}
			case "default", "example", "examples", "description", "title": // constrain nothing
			case "enum", "const":
				out[m.Key] = plain(m.Value)
			case "properties":
				out[m.Key] = normalizeProperties(m.Value)
			case "required":
				if _, isFlag := m.Value.(bool); !isFlag && m.Value != nil {
					out[m.Key] = plain(m.Value)
				}
			default:
				out[m.Key] = normalizeSchema(m.Value)
			}
		}
		return out
	case []any, literal.Tuple:
		list, _ := asList(v)
		out := make([]any, len(list))
		for i, e := range list {
			out[i] = normalizeSchema(e)
		}
		return out
	}
	return plain(v)
}

// normalizeProperties keeps the names: a parameter may be called "type" or "default".
func normalizeProperties(v any) any {
	d, ok := v.(*literal.Dict)
	if !ok {
		return plain(v)
	}
	out := map[string]any{}
	for _, m := range d.Members {
		out[m.Key] = normalizeSchema(m.Value)
	}
	return out
}

func normalizeType(v any) any {
	switch v := v.(type) {
	case string:
		if v == "any" {
			return nil
		}
		if name, ok := pythonTypes[v]; ok {
			return name
		}
		return v
	case []any, literal.Tuple:
		list, _ := asList(v)
		out := make([]any, 0, len(list))
		for _, e := range list {
			t := normalizeType(e)
			if t == nil {
				return nil
			}
			out = append(out, t)
		}
		return out
	}
	return plain(v)
}

// plain turns a value into what the schema library takes.
func plain(v any) any {
	switch v := v.(type) {
	case *literal.Dict:
		out := make(map[string]any, v.Len())
		for _, m := range v.Members {
			out[m.Key] = plain(m.Value)
		}
		return out
	case []any, literal.Tuple:
		list, _ := asList(v)
		out := make([]any, len(list))
		for i, e := range list {
			out[i] = plain(e)
		}
		return out
	case literal.Number:
		if v.Float() != v.Float() || v.Float() > 1e308 || v.Float() < -1e308 {
			return string(v)
		}
		return json.Number(v)
	}
	return v
}
