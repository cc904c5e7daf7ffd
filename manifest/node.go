package manifest

import (
	"encoding/json"
	"maps"
	"slices"

	"plugforge/internal/pysyntax"
)

// node is what pydantic makes of an annotation before it writes JSON Schema.
// Which bounds a type takes itself, and which become a check around it, shows
// in the schema, so the tree is kept as pydantic keeps it. Nodes do not change
// once they are made.
type node struct {
	kind   kind
	inner  *node          // of wrappers, lists and sets
	items  []*node        // of tuples, unions and tagged unions
	key    *node          // of dictionaries; inner is the value
	limits map[string]any // bounds that the type takes itself, by pydantic's names
	object object         // fixed: the schema; check, noted: what is added to the inner's
	values []any          // literal: the values; tagged: those of the discriminator, in a list for each item
	types  []string       // literal: the values' types
	class  *instance      // ref
	name   string         // tagged: the property that discriminates
	value  any            // defaulted: the value
	size   int            // of literal, noted and defaulted: about the bytes of what is written for it
}

type kind uint8

const (
	anyNode kind = iota
	noneNode
	boolNode
	intNode
	floatNode
	decimalNode
	strNode
	bytesNode
	fixedNode     // a library's type whose schema is always the same
	textNode      // a string of a format, which the model's bounds for strings hold for
	urlNode       // fixed, in a check of its own
	temporalNode  // fixed, with bounds that do not show
	literalNode   // one of values
	refNode       // a model or enum of the file
	listNode      // also deques
	sequenceNode  // a list to JSON only
	generatorNode // Iterable
	setNode
	tupleNode   // items
	repeatNode  // tuple[inner, ...]
	dictNode    // key and inner may be nil
	mappingNode // the same, in a check of its own
	nullableNode
	unionNode
	taggedNode    // a union told apart by a property
	checkNode     // a check around inner: a bound that its type does not take itself
	chainNode     // inner, then another type
	notedNode     // inner with a title, a description …
	replacedNode  // inner with a schema that the author wrote
	defaultedNode // inner with a default value
)

func fixed(pairs ...any) *node {
	o := object{}
	for i := 0; i+1 < len(pairs); i += 2 {
		o = o.with(pairs[i].(string), pairs[i+1])
	}
	return &node{kind: fixedNode, object: o}
}

func (n *node) with(change func(*node)) *node {
	c := *n
	change(&c)
	return &c
}

func (n *node) limited(key string, v any) *node {
	return n.with(func(c *node) {
		c.limits = maps.Clone(c.limits)
		if c.limits == nil {
			c.limits = map[string]any{}
		}
		c.limits[key] = v
	})
}

// titled tells whether pydantic gives a field of this type a title: not to
// what has a title of its own.
func (n *node) titled() bool {
	switch n.kind {
	case refNode:
		return false
	case nullableNode, checkNode, notedNode, replacedNode, defaultedNode:
		return n.inner.titled()
	}
	return true
}

// bound is one constraint: ge=1.
type bound struct {
	at    pysyntax.Node
	key   string
	value any
}

// takes tells which kinds take a bound themselves.
func (k kind) takes(key string) bool {
	switch key {
	case "gt", "ge", "lt", "le":
		return k == intNode || k == floatNode || k == decimalNode || k == temporalNode
	case "multiple_of":
		return k == intNode || k == floatNode || k == decimalNode
	case "min_length", "max_length":
		return k == strNode || k == bytesNode || k == listNode || k == setNode || k == tupleNode || k == repeatNode ||
			k == dictNode || k == generatorNode
	case "pattern", "strip_whitespace", "to_lower", "to_upper", "coerce_numbers_to_str", "ascii_only":
		return k == strNode
	case "max_digits", "decimal_places":
		return k == decimalNode
	case "allow_inf_nan":
		return k == floatNode || k == decimalNode
	case "strict":
		return k != anyNode && k != noneNode && k != literalNode && k != sequenceNode && k != generatorNode &&
			k != unionNode && k != taggedNode && k != chainNode
	case "fail_fast":
		return k == listNode || k == setNode || k == tupleNode || k == repeatNode || k == dictNode
	case "union_mode":
		return k == unionNode
	}
	return false
}

// apply puts a bound on a type.
func (b *builder) apply(n *node, bd bound) *node {
	if n.kind == nullableNode || n.kind == notedNode || n.kind == replacedNode {
		return n.with(func(c *node) { c.inner = b.apply(n.inner, bd) })
	}
	if n.kind == refNode && bd.key != "strict" {
		b.add(bd.at, "unknown-field", "the bound ", bd.key, " on the class ", n.class.name, " is not read: put it on the fields of the class")
		return n
	}
	if n.kind.takes(bd.key) {
		b.checkBound(n.kind, bd)
		return n.limited(bd.key, bd.value)
	}
	switch bd.key {
	case "pattern", "strip_whitespace", "to_lower", "to_upper", "coerce_numbers_to_str", "ascii_only":
		return &node{kind: chainNode, inner: n}
	case "gt", "ge", "lt", "le", "multiple_of", "max_digits", "decimal_places":
		return &node{kind: checkNode, inner: n, object: object{{bd.key, bd.value}}}
	case "min_length", "max_length":
		inside := n
		for inside.kind == checkNode {
			inside = inside.inner
		}
		word := map[string]string{"min_length": "minLength", "max_length": "maxLength"}[bd.key]
		if inside.kind == listNode || inside.kind == sequenceNode {
			word = map[string]string{"min_length": "minItems", "max_length": "maxItems"}[bd.key]
		}
		return &node{kind: checkNode, inner: n, object: object{{word, bd.value}}}
	case "allow_inf_nan":
		if bd.value == false {
			return &node{kind: checkNode, inner: n}
		}
	}
	b.add(bd.at, "unknown-field", bd.key, " does not fit the type of this field, and pydantic refuses it: remove it")
	return n
}

// checkBound refuses values that pydantic refuses for a bound.
func (b *builder) checkBound(k kind, bd bound) {
	wrong := ""
	number, isNumber := bd.value.(json.RawMessage)
	whole := isNumber && !slices.ContainsFunc(number, func(c byte) bool { return c == '.' || c == 'e' })
	switch bd.key {
	case "min_length", "max_length":
		if !whole || number[0] == '-' {
			wrong = "a whole number that is not negative"
		}
	case "gt", "ge", "lt", "le", "multiple_of":
		switch {
		case k == temporalNode:
		case k == intNode && !whole:
			wrong = "a whole number, as the field's type is"
		case !isNumber:
			wrong = "a number"
		}
	case "pattern":
		if _, ok := bd.value.(string); !ok {
			wrong = "a string"
		}
	}
	if wrong != "" {
		b.add(bd.at, "unknown-field", bd.key, " must be ", wrong)
	}
}
