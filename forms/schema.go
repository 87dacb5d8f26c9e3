package forms

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// DecodeSchema reads a schema from JSON and keeps the order its properties are
// written in, as x-order where there is none: a Go map has no order.
func DecodeSchema(raw []byte) (map[string]any, error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	v, _, err := readSchema(dec, isSchema)
	if err != nil {
		return nil, err
	}
	m, ok := v.(map[string]any)
	if !ok {
		return nil, errors.New("expected the schema of an object")
	}
	return m, nil
}

// position is what a value in a schema document stands for.
type position int

const (
	isSchema  position = iota
	isSchemas          // a map of names to schemas
	isData             // a value that is no schema: enum, const, default
)

func (p position) under(key string) position {
	if p != isSchema {
		return map[position]position{isSchemas: isSchema, isData: isData}[p]
	}
	switch key {
	case "properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies":
		return isSchemas
	case "const", "enum", "default", "examples":
		return isData
	}
	return isSchema
}

func readSchema(dec *json.Decoder, at position) (v any, keys []any, err error) {
	token, err := dec.Token()
	if err != nil {
		return nil, nil, err
	}
	switch token {
	case json.Delim('{'):
		m := map[string]any{}
		var order []any
		for dec.More() {
			token, err := dec.Token()
			if err != nil {
				return nil, nil, err
			}
			key := token.(string) // encoding/json gives nothing else here
			value, inner, err := readSchema(dec, at.under(key))
			if err != nil {
				return nil, nil, fmt.Errorf("%s: %w", key, err)
			}
			m[key] = value
			keys = append(keys, key)
			if key == "properties" && at == isSchema {
				order = inner
			}
		}
		if _, told := m["x-order"]; !told && len(order) > 0 {
			m["x-order"] = order
		}
		_, err = dec.Token()
		return m, keys, err
	case json.Delim('['):
		list := []any{}
		for dec.More() {
			value, _, err := readSchema(dec, at)
			if err != nil {
				return nil, nil, err
			}
			list = append(list, value)
		}
		_, err = dec.Token()
		return list, nil, err
	}
	return token, nil, nil
}
