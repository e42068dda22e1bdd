package data

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// A value of a row is nil, bool, json.Number (its spelling kept), string, []any or *Object.

// maxDepth bounds the nesting of a row; deeper input is refused before it can exhaust the stack.
const maxDepth = 128

// Object is a JSON object with its keys in the order of the file.
type Object struct {
	keys   []string
	values map[string]any
}

// NewObject makes an object of alternating keys and values.
func NewObject(pairs ...any) *Object {
	o := &Object{}
	for i := 0; i+1 < len(pairs); i += 2 {
		o.Set(pairs[i].(string), pairs[i+1])
	}
	return o
}

// Keys are the keys in order.
func (o *Object) Keys() []string {
	if o == nil {
		return nil
	}
	return o.keys
}

// Get returns the value of a key, or nil and false.
func (o *Object) Get(key string) (any, bool) {
	if o == nil {
		return nil, false
	}
	v, ok := o.values[key]
	return v, ok
}

// Value returns the value of a key, nil when there is none.
func (o *Object) Value(key string) any {
	v, _ := o.Get(key)
	return v
}

// Has reports whether the key is there with a value other than null.
func (o *Object) Has(key string) bool { return o.Value(key) != nil }

// Set adds a key at the end or replaces its value.
func (o *Object) Set(key string, value any) {
	if o.values == nil {
		o.values = map[string]any{}
	}
	if _, ok := o.values[key]; !ok {
		o.keys = append(o.keys, key)
	}
	o.values[key] = value
}

// MarshalJSON writes the keys in order, without escaping HTML.
func (o *Object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, k := range o.Keys() {
		if i > 0 {
			b.WriteByte(',')
		}
		if err := appendJSON(&b, k); err != nil {
			return nil, err
		}
		b.WriteByte(':')
		if err := appendJSON(&b, o.values[k]); err != nil {
			return nil, err
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

func appendJSON(b *bytes.Buffer, v any) error {
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return err
	}
	b.Truncate(b.Len() - 1) // the encoder's newline
	return nil
}

var (
	errDepth     = fmt.Errorf("nested deeper than %d", maxDepth)
	errTrailing  = errors.New("more text after the JSON value")
	errNotObject = errors.New("a row must be a JSON object")
)

// duplicateKeyError refuses an object in which a key stands twice: readers disagree on which one counts.
type duplicateKeyError string

func (e duplicateKeyError) Error() string { return fmt.Sprintf("key %q stands twice", string(e)) }

// ParseJSON reads one JSON value and nothing after it.
func ParseJSON(raw []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	v, err := parseValue(d, 0)
	if err != nil {
		return nil, located(err, d)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, errTrailing
	}
	return v, nil
}

func located(err error, d *json.Decoder) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("the JSON value ends too early, at byte %d", d.InputOffset())
	}
	return fmt.Errorf("%w (at byte %d)", err, d.InputOffset())
}

func parseValue(d *json.Decoder, depth int) (any, error) {
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	delim, ok := t.(json.Delim)
	if !ok {
		return t, nil
	}
	if depth >= maxDepth {
		return nil, errDepth
	}
	if delim == '[' {
		return parseList(d, depth)
	}
	return parseObject(d, depth)
}

func parseList(d *json.Decoder, depth int) (any, error) {
	list := []any{}
	for d.More() {
		v, err := parseValue(d, depth+1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	_, err := d.Token()
	return list, err
}

func parseObject(d *json.Decoder, depth int) (any, error) {
	o := &Object{}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return nil, err
		}
		key := t.(string) // the decoder accepts nothing else here
		if _, ok := o.Get(key); ok {
			return nil, duplicateKeyError(key)
		}
		v, err := parseValue(d, depth+1)
		if err != nil {
			return nil, err
		}
		o.Set(key, v)
	}
	_, err := d.Token()
	return o, err
}

// describe names a value's kind in a message.
func describe(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return "true or false"
	case json.Number:
		return "a number"
	case string:
		if v == "" {
			return "an empty string"
		}
		return "a string"
	case []any:
		return "a list"
	case *Object:
		return "an object"
	}
	return fmt.Sprintf("%T", v)
}
