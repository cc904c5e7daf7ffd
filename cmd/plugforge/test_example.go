package main

import (
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strings"
)

// exampleMaker makes values that fit a JSON Schema, as far as they can be told
// from it; whoever uses them validates them.
type exampleMaker struct {
	root any
	made int // values so far
}

// deepest and most bound schemas that contain themselves.
const (
	deepest = 12
	most    = 10_000
)

// of gives the schema's own example or default, else the plainest value of its
// type. nil where there is none.
func (e *exampleMaker) of(schema any, depth int) any {
	s, ok := schema.(map[string]any)
	if e.made++; !ok || depth > deepest || e.made > most {
		return nil
	}
	if list, ok := s["examples"].([]any); ok && len(list) > 0 {
		return list[0]
	}
	for _, key := range []string{"example", "const", "default"} {
		if value, ok := s[key]; ok && value != nil {
			return value
		}
	}
	if list, ok := s["enum"].([]any); ok && len(list) > 0 {
		return list[0]
	}
	if ref, ok := s["$ref"].(string); ok {
		return e.of(e.resolve(ref), depth+1)
	}
	for _, key := range []string{"anyOf", "oneOf", "allOf"} {
		if list, ok := s[key].([]any); ok && len(list) > 0 {
			return e.of(list[0], depth+1)
		}
	}
	switch kindOf(s) {
	case "object":
		return e.object(s, depth)
	case "array":
		return e.array(s, depth)
	case "string":
		return exampleText(s)
	case "integer", "number":
		return exampleNumber(s)
	case "boolean":
		return true
	}
	return nil
}

// kindOf is the schema's type; of several the first that is not null.
func kindOf(s map[string]any) string {
	switch kind := s["type"].(type) {
	case string:
		return kind
	case []any:
		for _, one := range kind {
			if name, ok := one.(string); ok && name != "null" {
				return name
			}
		}
	}
	if s["properties"] != nil {
		return "object"
	}
	return ""
}

func (e *exampleMaker) resolve(ref string) any {
	path, local := strings.CutPrefix(ref, "#")
	if !local {
		return nil
	}
	at := e.root
	for step := range strings.SplitSeq(strings.Trim(path, "/"), "/") {
		object, ok := at.(map[string]any)
		if step == "" || !ok {
			break
		}
		at = object[strings.NewReplacer("~1", "/", "~0", "~").Replace(step)]
	}
	return at
}

// object has what is required, and what has an example of its own.
func (e *exampleMaker) object(s map[string]any, depth int) map[string]any {
	object := map[string]any{}
	properties, _ := s["properties"].(map[string]any)
	required, _ := s["required"].([]any)
	for _, name := range slices.Sorted(maps.Keys(properties)) {
		property, _ := properties[name].(map[string]any)
		if slices.Contains(required, any(name)) || property["examples"] != nil {
			object[name] = e.of(property, depth+1)
		}
	}
	return object
}

func (e *exampleMaker) array(s map[string]any, depth int) []any {
	list := []any{}
	for range min(max(1, int(numberIn(s, "minItems", 1))), most) {
		item := e.of(s["items"], depth+1)
		if item == nil {
			break
		}
		list = append(list, item)
	}
	return list
}

func exampleText(s map[string]any) string {
	switch s["format"] {
	case "uri", "url":
		return "https://example.com/"
	case "date":
		return "2026-01-31"
	case "date-time":
		return "2026-01-31T12:00:00Z"
	case "email":
		return "author@example.com"
	case "uuid":
		return "00000000-0000-4000-8000-000000000000"
	}
	text := "an example"
	if least := int(numberIn(s, "minLength", 0)); least > len(text) && least < 1<<20 {
		text = strings.Repeat(text+" ", least/len(text)+1)[:least]
	}
	if limit := int(numberIn(s, "maxLength", math.MaxInt32)); limit >= 0 && limit < len(text) {
		text = text[:limit]
	}
	return text
}

func exampleNumber(s map[string]any) any {
	value := numberIn(s, "minimum", numberIn(s, "exclusiveMinimum", 0)+1)
	if limit := numberIn(s, "maximum", value); limit < value {
		value = limit
	}
	if limit := numberIn(s, "exclusiveMaximum", value+1); limit <= value {
		value = (numberIn(s, "exclusiveMinimum", limit-2) + limit) / 2
	}
	if step := numberIn(s, "multipleOf", 0); step > 0 {
		value = math.Ceil(value/step) * step
	}
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return 0
	}
	if kindOf(s) == "integer" {
		return int64(value)
	}
	return value
}

func numberIn(s map[string]any, key string, otherwise float64) float64 {
	number, ok := s[key].(json.Number)
	if !ok {
		return otherwise
	}
	value, err := number.Float64()
	if err != nil {
		return otherwise
	}
	return value
}
