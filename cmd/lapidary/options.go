package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v4"
)

// Options are plain structs, the library's own among them: a field's json tag is its name in a run file, the same name
// with dashes is the flag, and help.go describes it. Struct fields without a json name are groups and are walked into.

// optionFields calls f for every option of a struct pointer.
func optionFields(opts any, f func(name string, field reflect.Value)) {
	v := reflect.ValueOf(opts).Elem()
	for i := range v.NumField() {
		sf := v.Type().Field(i)
		name, _, _ := strings.Cut(sf.Tag.Get("json"), ",")
		if sf.Type.Kind() == reflect.Struct && (sf.Anonymous || name == "") {
			optionFields(v.Field(i).Addr().Interface(), f)
			continue
		}
		if name != "" && name != "-" {
			f(name, v.Field(i))
		}
	}
}

// bindFlags makes a flag of every option; the struct's present values are the defaults.
func bindFlags(fs *pflag.FlagSet, opts any) {
	optionFields(opts, func(name string, field reflect.Value) {
		flag := strings.ReplaceAll(name, "_", "-")
		fs.Var(&optionValue{field}, flag, help[name])
		if kind(field) == reflect.Bool {
			fs.Lookup(flag).NoOptDefVal = "true"
		}
	})
}

// readRunFile fills options from a YAML file and then applies the flags given on the command line once more, since
// they take precedence.
func readRunFile(fs *pflag.FlagSet, path string, opts any) error {
	type given struct{ name, value string }
	var flags []given
	fs.Visit(func(f *pflag.Flag) { flags = append(flags, given{f.Name, f.Value.String()}) })
	raw, err := os.ReadFile(path)
	if err != nil {
		return coded{exitInput, err}
	}
	if err := decodeRunFile(raw, path, opts); err != nil {
		return err
	}
	for _, g := range flags {
		if err := fs.Set(g.name, g.value); err != nil {
			return usagef("--%s: %v", g.name, err)
		}
	}
	return nil
}

// decodeRunFile sets the options that a YAML mapping names. The names are those of TRL's and PEFT's configurations.
func decodeRunFile(raw []byte, path string, opts any) error {
	var doc map[string]yaml.Node
	if err := yaml.Unmarshal(raw, &doc); err != nil {
		return coded{exitInput, fmt.Errorf("%s: %w", path, err)}
	}
	fields := map[string]reflect.Value{}
	var known []string
	optionFields(opts, func(name string, field reflect.Value) {
		fields[name] = field
		known = append(known, name)
	})
	var problems, aside []string
	lines := func(a, b string) int { return doc[a].Line - doc[b].Line } // of two keys for one option the later one wins
	for _, key := range slices.SortedFunc(maps.Keys(doc), lines) {
		node := doc[key]
		name := strings.ReplaceAll(string(flagName(nil, key)), "-", "_")
		if alias, ok := runFileAliases[name]; ok {
			name = alias
		}
		field, own := fields[name]
		foreign, isForeign := foreignKeys[name]
		var err error
		switch {
		case own:
			err = setNode(field, &node)
		case isForeign:
			err = setForeign(fields, foreign, &node)
		case slices.Contains(meaningless, name):
			aside = append(aside, key)
		default:
			problems = append(problems, fmt.Sprintf("line %d: unknown key %q%s", node.Line, key, didYouMean(name, known)))
		}
		if err != nil {
			problems = append(problems, fmt.Sprintf("line %d: %s: %v", node.Line, key, err))
		}
	}
	if len(problems) > 0 {
		slices.Sort(problems)
		return usagef("%s: %s", path, strings.Join(problems, "; "))
	}
	if len(aside) > 0 {
		slices.Sort(aside)
		say("note: %s: set aside, since they mean nothing here: %s", path, strings.Join(aside, ", "))
	}
	return nil
}

// setForeign sets the option that a foreign key stands for.
func setForeign(fields map[string]reflect.Value, key foreignKey, node *yaml.Node) error {
	if node.Kind != yaml.ScalarNode {
		return fmt.Errorf("one value expected")
	}
	option, setting, err := key(node.Value)
	if err != nil || option == "" {
		return err
	}
	field, ok := fields[option]
	if !ok {
		return fmt.Errorf("is about %s, which is no option here", option)
	}
	return (&optionValue{field}).Set(setting)
}

// runFileAliases are the names under which TRL's and PEFT's YAML files have the same settings.
var runFileAliases = map[string]string{
	"model_name_or_path":   "model",
	"dataset_name":         "data",
	"r":                    "lora_r",
	"target_modules":       "lora_target_modules",
	"rank_pattern":         "lora_rank_pattern",
	"alpha_pattern":        "lora_alpha_pattern",
	"lora_modules":         "lora_target_modules",
	"lora_modules_to_save": "modules_to_save",
}

func setNode(field reflect.Value, node *yaml.Node) error {
	v := &optionValue{field}
	switch node.Kind {
	case yaml.ScalarNode:
		if node.Tag == "!!null" {
			return nil
		}
		return v.Set(node.Value)
	case yaml.SequenceNode:
		if field.Kind() != reflect.Slice {
			return fmt.Errorf("a list where one value is expected")
		}
		var items []string
		for _, n := range node.Content {
			items = append(items, n.Value)
		}
		return v.Set(strings.Join(items, ","))
	case yaml.MappingNode:
		if field.Kind() == reflect.Struct {
			return node.Decode(field.Addr().Interface())
		}
		if field.Kind() != reflect.Map {
			return fmt.Errorf("a mapping where one value is expected")
		}
		var items []string
		for i := 0; i+1 < len(node.Content); i += 2 {
			items = append(items, node.Content[i].Value+"="+node.Content[i+1].Value)
		}
		return v.Set(strings.Join(items, ","))
	}
	return fmt.Errorf("cannot be read")
}

// optionValue sets one option from its spelling on the command line.
type optionValue struct{ field reflect.Value }

// kind is the field's kind, or that of what it points to: a nil pointer is an option that was not given.
func kind(field reflect.Value) reflect.Kind {
	if field.Kind() == reflect.Pointer {
		return field.Type().Elem().Kind()
	}
	return field.Kind()
}

// Type names the option's kind in the help text.
func (o *optionValue) Type() string {
	switch kind(o.field) {
	case reflect.Int, reflect.Int64, reflect.Uint64:
		return "int"
	case reflect.Float64:
		return "float"
	case reflect.Bool:
		return "bool"
	case reflect.Slice:
		return "list"
	case reflect.Map:
		return "key=value,…"
	case reflect.Struct:
		return "json"
	}
	return "string"
}

func (o *optionValue) String() string {
	if !o.field.IsValid() {
		return ""
	}
	switch o.field.Kind() {
	case reflect.Pointer:
		if o.field.IsNil() {
			return ""
		}
		return fmt.Sprint(o.field.Elem())
	case reflect.Struct:
		raw, _ := json.Marshal(o.field.Interface())
		return string(raw)
	case reflect.Slice:
		var items []string
		for i := range o.field.Len() {
			items = append(items, fmt.Sprint(o.field.Index(i)))
		}
		return strings.Join(items, ",")
	case reflect.Map:
		var items []string
		for _, k := range o.field.MapKeys() {
			items = append(items, fmt.Sprintf("%v=%v", k, o.field.MapIndex(k)))
		}
		slices.Sort(items)
		return strings.Join(items, ",")
	}
	return fmt.Sprint(o.field)
}

// Set implements pflag.Value.
func (o *optionValue) Set(s string) error {
	switch f := o.field; f.Kind() {
	case reflect.Slice:
		out := reflect.MakeSlice(f.Type(), 0, 4)
		for _, item := range splitList(s) {
			e := reflect.New(f.Type().Elem()).Elem()
			if err := setScalar(e, item); err != nil {
				return err
			}
			out = reflect.Append(out, e)
		}
		f.Set(out)
		return nil
	case reflect.Map:
		out := reflect.MakeMap(f.Type())
		for _, item := range splitList(s) {
			i := strings.LastIndexByte(item, '=')
			if i <= 0 {
				return fmt.Errorf("%q is not key=value", item)
			}
			e := reflect.New(f.Type().Elem()).Elem()
			if err := setScalar(e, item[i+1:]); err != nil {
				return err
			}
			out.SetMapIndex(reflect.ValueOf(item[:i]), e)
		}
		f.Set(out)
		return nil
	default:
		return setScalar(f, s)
	}
}

func splitList(s string) []string {
	if strings.TrimSpace(s) == "" {
		return nil
	}
	return strings.Split(s, ",")
}

func setScalar(f reflect.Value, s string) error {
	switch f.Kind() {
	case reflect.Pointer:
		e := reflect.New(f.Type().Elem())
		if err := setScalar(e.Elem(), s); err != nil {
			return err
		}
		f.Set(e)
	case reflect.Struct:
		dec := json.NewDecoder(strings.NewReader(s))
		dec.DisallowUnknownFields()
		return dec.Decode(f.Addr().Interface())
	case reflect.Uint64:
		n, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			return fmt.Errorf("%q is not a whole number from 0", s)
		}
		f.SetUint(n)
	case reflect.String:
		f.SetString(s)
	case reflect.Int, reflect.Int32, reflect.Int64:
		n, err := strconv.ParseInt(s, 10, 64)
		if err != nil {
			return fmt.Errorf("%q is not a whole number", s)
		}
		f.SetInt(n)
	case reflect.Float64:
		x, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return fmt.Errorf("%q is not a number", s)
		}
		f.SetFloat(x)
	case reflect.Bool:
		b, err := strconv.ParseBool(s)
		if err != nil {
			return fmt.Errorf("%q is neither true nor false", s)
		}
		f.SetBool(b)
	default:
		panic("options of kind " + f.Kind().String() + " are not supported")
	}
	return nil
}
