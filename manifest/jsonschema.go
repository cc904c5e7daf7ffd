package manifest

import (
	"encoding/json"
	"slices"
	"strings"
)

// write is the JSON Schema of a type, in pydantic's words. The object is the
// caller's.
func (b *builder) write(n *node) object {
	if !b.spend(b.top, 20+n.size) {
		return object{}
	}
	switch n.kind {
	case anyNode:
		return object{}
	case noneNode:
		return object{{"type", "null"}}
	case boolNode:
		return object{{"type", "boolean"}}
	case intNode:
		return numeric("integer", n.limits)
	case floatNode:
		return numeric("number", n.limits)
	case decimalNode:
		limits := map[string]any{}
		for key, v := range n.limits {
			limits[key] = asFloat(v)
		}
		return object{{"anyOf", []object{numeric("number", limits), b.text(nil)}}}
	case strNode:
		return b.text(n.limits)
	case bytesNode:
		return lengths(object{{"type", "string"}, {"format", "binary"}}, n.limits, "Length")
	case textNode:
		o := b.text(nil)
		for _, m := range n.object {
			o = o.with(m.key, m.value)
		}
		return o
	case fixedNode, urlNode, temporalNode:
		return slices.Clone(n.object)
	case literalNode:
		return literal(n)
	case refNode:
		return b.reference(n.class)
	}
	return b.writeContainer(n)
}

func (b *builder) writeContainer(n *node) object {
	switch n.kind {
	case listNode, sequenceNode, generatorNode:
		return lengths(object{{"type", "array"}, {"items", b.write(n.inner)}}, n.limits, "Items")
	case setNode:
		return lengths(object{{"type", "array"}, {"uniqueItems", true}, {"items", b.write(n.inner)}}, n.limits, "Items")
	case repeatNode:
		return lengths(object{{"type", "array"}, {"items", b.write(n.inner)}}, n.limits, "Items")
	case tupleNode:
		o := object{{"type", "array"}, {"minItems", len(n.items)}, {"maxItems", len(n.items)}}
		if len(n.items) > 0 {
			o = o.with("prefixItems", b.writeAll(n.items))
		}
		return lengths(o, n.limits, "Items")
	case dictNode, mappingNode:
		return b.dictionaryOf(n)
	case nullableNode:
		inner := b.write(n.inner)
		null := object{{"type", "null"}}
		if jsonText(inner) == jsonText(null) {
			return null
		}
		return anyOf([]object{inner, null})
	case unionNode:
		if all := b.writeAll(n.items); len(all) > 1 {
			return anyOf(all)
		}
		return b.write(n.items[0])
	case taggedNode:
		return b.tagged(n)
	}
	return b.writeWrapper(n)
}

func (b *builder) writeWrapper(n *node) object {
	o := b.write(n.inner)
	switch n.kind {
	case checkNode, notedNode:
		for _, m := range n.object {
			o = o.with(m.key, m.value)
		}
	case replacedNode:
		return slices.Clone(n.object)
	case defaultedNode:
		o = o.with("default", n.value)
	}
	return o
}

func (b *builder) writeAll(nodes []*node) []object {
	out := make([]object, 0, len(nodes))
	for _, n := range nodes {
		out = append(out, b.write(n))
	}
	return out
}

func numeric(name string, limits map[string]any) object {
	o := object{{"type", name}}
	for key, word := range map[string]string{"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum", "multiple_of": "multipleOf"} {
		if v, ok := limits[key]; ok {
			o = o.with(word, v)
		}
	}
	return o
}

// text is the schema of a string, under the model's own bounds for strings.
func (b *builder) text(limits map[string]any) object {
	o := lengths(object{{"type", "string"}}, limits, "Length")
	if v, ok := limits["pattern"]; ok {
		o = o.with("pattern", v)
	}
	if v := b.config.strMin; v != nil && jsonText(v) != "0" && !o.has("minLength") {
		o = o.with("minLength", v)
	}
	if v := b.config.strMax; v != nil && !o.has("maxLength") {
		o = o.with("maxLength", v)
	}
	return o
}

func lengths(o object, limits map[string]any, what string) object {
	if v, ok := limits["min_length"]; ok {
		o = o.with("min"+what, v)
	}
	if v, ok := limits["max_length"]; ok {
		o = o.with("max"+what, v)
	}
	return o
}

func literal(n *node) object {
	o := object{}
	if len(n.values) == 1 {
		o = o.with("const", n.values[0])
	} else {
		o = o.with("enum", n.values)
	}
	return withType(o, n.types)
}

// withType adds the type if all values have the same.
func withType(o object, types []string) object {
	types = slices.Compact(slices.Sorted(slices.Values(types)))
	if len(types) == 1 && types[0] != "" {
		return o.with("type", types[0])
	}
	return o
}

func (b *builder) dictionaryOf(n *node) object {
	o := object{{"type", "object"}}
	keys, values := object{}, object{}
	var pattern any
	if n.key != nil {
		keys = b.write(n.key)
		if !keys.has("$ref") {
			pattern = keys.get("pattern")
			keys = keys.without("pattern").without("title")
		}
	}
	if n.inner != nil {
		values = b.write(n.inner).without("title")
	}
	switch {
	case pattern != nil:
		o = o.with("patternProperties", object{{pattern.(string), values}})
	case len(values) > 0:
		o = o.with("additionalProperties", values)
	default:
		o = o.with("additionalProperties", true)
	}
	if keys.get("type") == "string" && len(keys) > 1 || keys.has("$ref") {
		o = o.with("propertyNames", keys.without("type"))
	}
	return lengths(o, n.limits, "Properties")
}

// anyOf joins schemas: what is any of others already is taken apart, and what
// is there twice is kept once.
func anyOf(schemas []object) object {
	var all []object
	for _, o := range schemas {
		if inner, ok := o.get("anyOf").([]object); ok && len(o) == 1 {
			all = append(all, inner...)
		} else {
			all = append(all, o)
		}
	}
	if all = distinct(all); len(all) == 1 {
		return all[0]
	}
	return object{{"anyOf", all}}
}

func distinct(schemas []object) []object {
	var out []object
	seen := map[string]bool{}
	for _, o := range schemas {
		if text := jsonText(sorted(o, "")); !seen[text] {
			seen[text] = true
			out = append(out, o)
		}
	}
	return out
}

func (b *builder) tagged(n *node) object {
	mapping := object{}
	schemas := b.writeAll(n.items)
	for i, o := range schemas {
		for _, v := range n.values[i].([]any) {
			to := o.get("$ref")
			if to == nil {
				to = o
			}
			mapping = mapping.with(tagText(v), to)
		}
	}
	return object{{"oneOf", distinct(schemas)}, {"discriminator", object{{"mapping", mapping}, {"propertyName", n.name}}}}
}

// tagText is a discriminator's value as a key.
func tagText(v any) string {
	if text, ok := v.(string); ok {
		return text
	}
	return jsonText(v)
}

func jsonText(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}

// sorted orders keys as pydantic does: by name, but for properties and
// defaults, whose order is the author's.
func sorted(v any, under string) any {
	switch v := v.(type) {
	case object:
		out := make(object, 0, len(v))
		for _, m := range v {
			out = append(out, member{m.key, sorted(m.value, m.key)})
		}
		if under != "properties" && under != "default" {
			out.sort()
		}
		return out
	case []object:
		out := make([]any, 0, len(v))
		for _, o := range v {
			out = append(out, sorted(o, under))
		}
		return out
	case []any:
		out := make([]any, 0, len(v))
		for _, o := range v {
			out = append(out, sorted(o, under))
		}
		return out
	}
	return v
}

// asFloat writes a whole number as Python writes it as a float.
func asFloat(v any) any {
	number, ok := v.(json.RawMessage)
	var x float64
	if !ok || strings.ContainsAny(string(number), ".e") || json.Unmarshal(number, &x) != nil {
		return v
	}
	return floatJSON(x)
}
