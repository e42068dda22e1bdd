package eval

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
)

// Dict is an object that keeps the order of its keys: the first failing argument decides a row's error type.
type Dict struct {
	keys   []string
	values []any
}

// Len is the number of keys; a nil Dict is empty.
func (d *Dict) Len() int {
	if d == nil {
		return 0
	}
	return len(d.keys)
}

// Keys are the keys in order.
func (d *Dict) Keys() []string {
	if d == nil {
		return nil
	}
	return d.keys
}

// Get returns the value of a key.
func (d *Dict) Get(key string) (any, bool) {
	for i, k := range d.Keys() {
		if k == key {
			return d.values[i], true
		}
	}
	return nil, false
}

// Set adds a key or replaces its value, as a Python dict does.
func (d *Dict) Set(key string, value any) {
	for i, k := range d.keys {
		if k == key {
			d.values[i] = value
			return
		}
	}
	d.keys, d.values = append(d.keys, key), append(d.values, value)
}

// Call is one function call. Argument values are nil, bool, json.Number, string, []any and *Dict.
type Call struct {
	Name string
	Args *Dict
}

const maxDepth = 128

// decodeValue reads one JSON value, keeping key order and the spelling of numbers.
func decodeValue(raw []byte) (any, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	v, err := nextValue(d, 0)
	if err != nil {
		return nil, err
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("data after the JSON value")
	}
	return v, nil
}

func nextValue(d *json.Decoder, depth int) (any, error) {
	if depth > maxDepth {
		return nil, fmt.Errorf("JSON nested deeper than %d", maxDepth)
	}
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	delim, ok := t.(json.Delim)
	if !ok {
		return t, nil
	}
	if delim == '[' {
		list := []any{}
		for d.More() {
			v, err := nextValue(d, depth+1)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		_, err := d.Token()
		return list, err
	}
	dict := &Dict{}
	for d.More() {
		k, err := d.Token()
		if err != nil {
			return nil, err
		}
		v, err := nextValue(d, depth+1)
		if err != nil {
			return nil, err
		}
		dict.Set(k.(string), v)
	}
	_, err = d.Token()
	return dict, err
}
