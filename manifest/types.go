package manifest

import (
	"encoding/json"
	"slices"

	"plugforge/internal/pysyntax"
)

// typeCost is what reading a type takes of the budget.
const typeCost = 50

// typeOf is the type of an annotation. env says what type variables stand for.
func (b *builder) typeOf(e pysyntax.Expr, env map[string]*node) *node {
	if b.depth++; b.depth > 100 {
		b.depth--
		return b.unknown(e)
	}
	defer func() { b.depth-- }()
	if !b.spend(e, typeCost) {
		return &node{kind: anyNode}
	}
	base, parts := b.unwrap(e)
	if len(parts) > 0 {
		return b.inner(e, env)
	}
	switch base := base.(type) {
	case *pysyntax.Const:
		if base.Kind == pysyntax.None {
			return &node{kind: noneNode}
		}
	case *pysyntax.BinOp:
		if base.Op == "|" {
			return b.union(flattenUnion(base, nil), env)
		}
	case *pysyntax.Subscript:
		return b.generic(base, env)
	case *pysyntax.Name, *pysyntax.Attr, *typeName:
		return b.named(base, env)
	case *pysyntax.Call: // type(None)
		if b.originOf(base.Fun) == "type" && len(base.Args) == 1 {
			if k, ok := base.Args[0].(*pysyntax.Const); ok && k.Kind == pysyntax.None {
				return &node{kind: noneNode}
			}
		}
	}
	return b.unknown(e)
}

// inner is an annotated type inside another: what a field would say goes into
// the type's schema.
func (b *builder) inner(e pysyntax.Expr, env map[string]*node) *node {
	typ, words := b.annotation(e, env)
	if text, ok := words["discriminator"].(string); ok {
		typ = b.discriminate(e, typ, text)
	}
	if notes := words.notes(); len(notes) > 0 {
		if typ.kind == refNode && b.family(typ.class.class) == enumClass {
			b.add(e, "unknown-type", "words of Field for an enum inside another type are not read: put them on the field")
		} else if typ.kind == refNode && typ.class.class.End() > e.Start() {
			// pydantic may give them to the class instead.
			b.add(e, "unknown-type", "words of Field for a class that is defined further down, inside another type, are not read: put them on the field")
		}
		typ = &node{kind: notedNode, inner: typ, object: notes, size: len(jsonText(notes))}
	}
	if v, ok := words["default"]; ok {
		typ = &node{kind: defaultedNode, inner: typ, value: v, size: len(jsonText(v))}
	}
	return typ
}

func (b *builder) unknown(e pysyntax.Expr) *node {
	b.add(e, "unknown-type", "the type ", b.shown(e), " is not read: use str, int, float, bool, list, dict, Optional, Literal, Any, or a model of this file")
	return &node{kind: anyNode}
}

// named is a type without brackets.
func (b *builder) named(e pysyntax.Expr, env map[string]*node) *node {
	if in := b.instanceOf(e, env); in != nil {
		if b.family(in.class) == plainClass {
			return b.unknown(e)
		}
		return &node{kind: refNode, class: in}
	}
	if name, ok := e.(*pysyntax.Name); ok {
		if n := env[name.ID]; n != nil {
			return n
		}
		if call := b.typeVar(name); call != nil {
			return b.freeVariable(name, call, env)
		}
	}
	if n := b.library(b.originOf(e)); n != nil {
		return n
	}
	return b.unknown(e)
}

// freeVariable is a type variable that nothing fills in: its bound, or one of
// its constraints, or anything.
func (b *builder) freeVariable(name *pysyntax.Name, call *pysyntax.Call, env map[string]*node) *node {
	for _, k := range call.Keywords {
		switch k.Name {
		case "bound":
			return b.typeOf(k.Value, env)
		case "covariant", "contravariant":
		default:
			b.add(name, "unknown-type", "the argument ", k.Name, " of TypeVar is not read: remove it")
		}
	}
	if len(call.Args) > 1 {
		return b.union(call.Args[1:], env)
	}
	return &node{kind: anyNode}
}

// flattenUnion lists the members of a | b | c.
func flattenUnion(e pysyntax.Expr, into []pysyntax.Expr) []pysyntax.Expr {
	if u, ok := e.(*pysyntax.BinOp); ok && u.Op == "|" {
		return flattenUnion(u.R, flattenUnion(u.L, into))
	}
	return append(into, e)
}

// members lists the members of a union, with those of unions inside it.
func (b *builder) members(es []pysyntax.Expr, depth int) []pysyntax.Expr {
	var out []pysyntax.Expr
	for _, e := range es {
		if !b.spend(e, typeCost) {
			return out
		}
		plain := b.unaliased(e)
		switch u := plain.(type) {
		case *pysyntax.BinOp:
			if u.Op == "|" && depth < 20 {
				out = append(out, b.members(flattenUnion(u, nil), depth+1)...)
				continue
			}
		case *pysyntax.Subscript:
			switch b.originOf(u.X) {
			case "typing.Union":
				if depth < 20 {
					out = append(out, b.members(arguments(u), depth+1)...)
					continue
				}
			case "typing.Optional":
				if depth < 20 {
					out = append(out, b.members(arguments(u), depth+1)...)
					out = append(out, &pysyntax.Const{Span: u.Span, Kind: pysyntax.None})
					continue
				}
			}
		}
		out = append(out, plain)
	}
	return out
}

// union is one of several types; None makes it nullable.
func (b *builder) union(es []pysyntax.Expr, env map[string]*node) *node {
	out := &node{kind: unionNode}
	nullable := false
	seen := map[string]bool{}
	for _, e := range b.members(es, 0) {
		n := b.typeOf(e, env)
		if n.kind == noneNode {
			nullable = true
			continue
		}
		if id := identity(n); !seen[id] && b.spend(e, len(id)) {
			seen[id] = true
			out.items = append(out.items, n)
		}
	}
	switch len(out.items) {
	case 0:
		return &node{kind: noneNode}
	case 1:
		out = out.items[0]
	}
	if nullable {
		return &node{kind: nullableNode, inner: out}
	}
	return out
}

// identity tells types apart as typing does when it drops those of a union
// that are there twice.
func identity(n *node) string {
	text, _ := json.Marshal(shape(n))
	return string(text)
}

// shape is a node as what json.Marshal writes.
func shape(n *node) any {
	if n == nil {
		return nil
	}
	name := ""
	if n.class != nil {
		name = n.class.name
	}
	items := []any{}
	for _, i := range n.items {
		items = append(items, shape(i))
	}
	limits := object{}
	for key, v := range n.limits {
		limits = append(limits, member{key, v})
	}
	limits.sort()
	return []any{n.kind, name, n.name, items, shape(n.inner), shape(n.key), limits, n.object, n.values, n.types, n.value}
}

// arguments are those between the brackets of a generic type.
func arguments(e *pysyntax.Subscript) []pysyntax.Expr {
	if t, ok := e.Index.(*pysyntax.Seq); ok && t.Kind == pysyntax.TupleSeq {
		return t.Items
	}
	return []pysyntax.Expr{e.Index}
}

// generic is a type with brackets.
func (b *builder) generic(e *pysyntax.Subscript, env map[string]*node) *node {
	if in := b.instanceOf(e, env); in != nil {
		return &node{kind: refNode, class: in}
	}
	args := arguments(e)
	origin := b.originOf(e.X)
	switch origin {
	case "typing.Optional":
		if len(args) == 1 {
			return b.union([]pysyntax.Expr{e}, env)
		}
		return b.unknown(e)
	case "typing.Union":
		return b.union(args, env)
	case "typing.Literal":
		return b.literal(args)
	case "typing.Tuple", "tuple":
		return b.tuple(e, args, env)
	case "typing.Type", "type":
		return b.unknown(e)
	case "pydantic.Json":
		if len(args) == 1 {
			inner := b.typeOf(args[0], env)
			return fixed("contentMediaType", "application/json", "contentSchema", b.write(inner), "type", "string")
		}
	case "typing.Pattern", "re.Pattern":
		return b.library(origin)
	}
	n := b.library(origin)
	if n == nil {
		return b.unknown(e)
	}
	switch n.kind {
	case listNode, sequenceNode, generatorNode, setNode:
		if len(args) == 1 || n.kind == generatorNode && len(args) == 3 {
			return n.with(func(c *node) { c.inner = b.typeOf(args[0], env) })
		}
	case dictNode, mappingNode:
		if n.inner != nil && len(args) == 1 { // Counter
			return n.with(func(c *node) { c.key = b.typeOf(args[0], env) })
		}
		if n.inner == nil && len(args) == 2 {
			return n.with(func(c *node) { c.key, c.inner = b.typeOf(args[0], env), b.typeOf(args[1], env) })
		}
	}
	return b.unknown(e)
}

func (b *builder) tuple(e pysyntax.Expr, args []pysyntax.Expr, env map[string]*node) *node {
	last, _ := args[len(args)-min(1, len(args)):], 0
	if len(last) == 1 {
		if k, ok := last[0].(*pysyntax.Const); ok && k.Kind == pysyntax.Ellipsis {
			if len(args) != 2 {
				return b.unknown(e)
			}
			return &node{kind: repeatNode, inner: b.typeOf(args[0], env)}
		}
	}
	out := &node{kind: tupleNode}
	for _, a := range args {
		out.items = append(out.items, b.typeOf(a, env))
	}
	return out
}

// literal is one of constants, or of members of an enum.
func (b *builder) literal(args []pysyntax.Expr) *node {
	out := &node{kind: literalNode}
	seen := map[string]bool{}
	for _, a := range b.literalArguments(args, 0) {
		v, ok := b.jsonValue("a value of Literal", a, 0)
		if !ok {
			continue
		}
		kind := jsonType(v)
		if !slices.Contains([]string{"string", "integer", "boolean", "null"}, kind) {
			b.add(a, "unknown-type", "Literal takes strings, whole numbers, booleans and None, not ", pysyntax.Describe(a))
			continue
		}
		id := jsonText(v)
		if _, member := a.(*pysyntax.Attr); member {
			id += "."
		}
		if !seen[id] {
			seen[id] = true
			out.values, out.types = append(out.values, v), append(out.types, kind)
			out.size += len(id)
		}
	}
	return out
}

// literalArguments takes apart Literal inside Literal.
func (b *builder) literalArguments(args []pysyntax.Expr, depth int) []pysyntax.Expr {
	var out []pysyntax.Expr
	for _, a := range args {
		if sub, ok := a.(*pysyntax.Subscript); ok && depth < 20 && b.originOf(sub.X) == "typing.Literal" {
			out = append(out, b.literalArguments(arguments(sub), depth+1)...)
			continue
		}
		if name, ok := a.(*pysyntax.Name); ok && depth < 20 {
			if value, _ := b.names.Constant(name, b.names.Module); value != nil {
				if _, isType := value.(*pysyntax.Subscript); isType {
					out = append(out, b.literalArguments([]pysyntax.Expr{value}, depth+1)...)
					continue
				}
			}
		}
		out = append(out, a)
	}
	return out
}

// jsonType is the name of a value's type in JSON Schema.
func jsonType(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case json.RawMessage:
		if slices.ContainsFunc(v, func(c byte) bool { return c == '.' || c == 'e' }) {
			return "number"
		}
		return "integer"
	case []any:
		return "array"
	}
	return ""
}
