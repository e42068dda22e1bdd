package lora

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// What encoding/json lacks: objects in the order of the file with their repeated keys refused, and numbers and text
// as Python writes them.

// member is one key of an object and its value, as JSON.
type member struct {
	key   string
	value json.RawMessage
}

// object reads one JSON object and nothing after it.
func object(data []byte) ([]member, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	first, err := dec.Token()
	if err != nil {
		return nil, fmt.Errorf("is not JSON: %w", err)
	}
	if first != json.Delim('{') {
		return nil, errors.New("is not an object")
	}
	var list []member
	seen := map[string]bool{}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return nil, fmt.Errorf("is not JSON: %w", err)
		}
		m := member{key: key.(string)} // a key can be nothing else
		if seen[m.key] {
			return nil, fmt.Errorf("has the key %s twice", quote(m.key))
		}
		seen[m.key] = true
		if err := dec.Decode(&m.value); err != nil {
			return nil, fmt.Errorf("is not JSON after the key %s: %w", quote(m.key), err)
		}
		list = append(list, m)
	}
	if _, err := dec.Token(); err != nil {
		return nil, fmt.Errorf("is not JSON: %w", err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, errors.New("has more after its end")
	}
	return list, nil
}

// orderedObject is an object whose keys keep their order.
type orderedObject []entry

type entry struct {
	key   string
	value any
}

func (o orderedObject) MarshalJSON() ([]byte, error) {
	b := []byte{'{'}
	for i, e := range o {
		if i > 0 {
			b = append(b, ',')
		}
		v, err := marshal(e.value)
		if err != nil {
			return nil, err
		}
		key, err := marshal(e.key)
		if err != nil {
			return nil, err
		}
		b = append(append(append(b, key...), ':'), v...)
	}
	return append(b, '}'), nil
}

// marshal writes JSON without the escapes that only a web page needs.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// indent lays JSON out as Python's json.dumps(indent=2) does: text in ASCII, no line break at the end.
func indent(data []byte) ([]byte, error) {
	var b bytes.Buffer
	if err := json.Indent(&b, data, "", "  "); err != nil {
		return nil, err
	}
	var ascii bytes.Buffer
	for _, r := range b.String() {
		switch {
		case r < 0x80:
			ascii.WriteByte(byte(r))
		case r < 0x10000:
			fmt.Fprintf(&ascii, `\u%04x`, r)
		default:
			r -= 0x10000
			fmt.Fprintf(&ascii, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		}
	}
	return ascii.Bytes(), nil
}

// pythonFloat writes a float so that Python reads a float: with a point or an exponent.
func pythonFloat(f float64) json.RawMessage {
	format := byte('f')
	if a := math.Abs(f); a != 0 && (a < 1e-4 || a >= 1e16) {
		format = 'e'
	}
	s := strconv.FormatFloat(f, format, -1, 64)
	if !strings.ContainsAny(s, ".e") {
		s += ".0"
	}
	return json.RawMessage(s)
}
