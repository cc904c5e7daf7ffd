package manifest

import (
	"math/big"
	"slices"
	"strings"

	"plugforge/internal/pysyntax"
)

// kind is a type's schema, and whether pydantic titles fields of it.
type kind struct {
	schema object
	titled bool
}

func simple(o object) kind { return kind{o, true} }

func typed(name string, more ...string) kind {
	o := object{}
	for i := 0; i+1 < len(more); i += 2 {
		o = o.with(more[i], more[i+1])
	}
	return simple(o.with("type", name))
}

// typeOf is the schema of an annotation.
func (b *builder) typeOf(e pysyntax.Expr) kind {
	switch e := e.(type) {
	case *pysyntax.Const:
		if e.Kind == pysyntax.None {
			return typed("null")
		}
		if e.Kind == pysyntax.Str {
			return b.quoted(e)
		}
	case *pysyntax.BinOp:
		if e.Op == "|" {
			return b.union(e, flattenUnion(e, nil))
		}
	case *pysyntax.Subscript:
		return b.generic(e)
	case *pysyntax.Name, *pysyntax.Attr:
		return b.named(e)
	}
	return b.unknown(e)
}

func (b *builder) unknown(e pysyntax.Expr) kind {
	b.add(e, "unknown-type", "the type ", b.file.Text(e), " is not read: use str, int, float, bool, list, dict, Optional, Literal, Any, or a model of this file")
	return simple(object{})
}

// quoted is a forward reference: the name of a class of the file.
func (b *builder) quoted(e *pysyntax.Const) kind {
	if c := b.class(&pysyntax.Name{Span: e.Span, ID: e.Text}); c != nil {
		return b.classKind(e, c)
	}
	return b.unknown(e)
}

func (b *builder) classKind(e pysyntax.Expr, c *pysyntax.Class) kind {
	if b.isModel(c) || b.isEnum(c) {
		return kind{b.reference(c), false}
	}
	return b.unknown(e)
}

func (b *builder) named(e pysyntax.Expr) kind {
	if c := b.class(e); c != nil {
		return b.classKind(e, c)
	}
	origins := b.names.Origins(e, b.names.Module)
	if len(origins) != 1 {
		if name, ok := e.(*pysyntax.Name); ok { // an alias: Vector = List[float]
			if value, _ := b.names.Constant(name, b.names.Module); value != nil && !isName(value) {
				return b.typeOf(value)
			}
		}
		return b.unknown(e)
	}
	switch strings.TrimPrefix(origins[0], "builtins.") {
	case "str", "typing.Text":
		return typed("string")
	case "int":
		return typed("integer")
	case "float":
		return typed("number")
	case "bool":
		return typed("boolean")
	case "bytes":
		return typed("string", "format", "binary")
	case "typing.Any", "object", "typing_extensions.Any":
		return simple(object{})
	case "list", "typing.List", "typing.Sequence", "collections.abc.Sequence":
		return simple(object{}.with("items", object{}).with("type", "array"))
	case "dict", "typing.Dict", "typing.Mapping", "collections.abc.Mapping":
		return simple(object{}.with("additionalProperties", true).with("type", "object"))
	case "set", "typing.Set", "frozenset", "typing.FrozenSet":
		return simple(object{}.with("items", object{}).with("type", "array").with("uniqueItems", true))
	case "tuple", "typing.Tuple":
		return simple(object{}.with("items", object{}).with("type", "array"))
	}
	return b.library(e, origins[0])
}

func isName(e pysyntax.Expr) bool { _, ok := e.(*pysyntax.Name); return ok }

// library is a type of another module that has a plain schema.
func (b *builder) library(e pysyntax.Expr, origin string) kind {
	formats := map[string]string{
		"datetime.datetime": "date-time", "datetime.date": "date", "datetime.time": "time", "datetime.timedelta": "duration",
		"uuid.UUID": "uuid", "pathlib.Path": "path", "pydantic.EmailStr": "email",
	}
	if format := formats[origin]; format != "" {
		return typed("string", "format", format)
	}
	positive := func(t, key string) kind { return simple(object{}.with(key, zero()).with("type", t)) }
	switch origin {
	case "pydantic.AnyUrl":
		return simple(object{}.with("format", "uri").with("minLength", 1).with("type", "string"))
	case "pydantic.HttpUrl":
		return simple(object{}.with("format", "uri").with("maxLength", 2083).with("minLength", 1).with("type", "string"))
	case "pydantic.PositiveInt":
		return positive("integer", "exclusiveMinimum")
	case "pydantic.NonNegativeInt":
		return positive("integer", "minimum")
	case "pydantic.PositiveFloat":
		return positive("number", "exclusiveMinimum")
	case "pydantic.NonNegativeFloat":
		return positive("number", "minimum")
	case "pydantic.StrictStr":
		return typed("string")
	case "pydantic.StrictInt":
		return typed("integer")
	case "pydantic.StrictFloat":
		return typed("number")
	case "pydantic.StrictBool":
		return typed("boolean")
	}
	return b.unknown(e)
}

func zero() any { return 0 }

// flattenUnion lists the members of a | b | c.
func flattenUnion(e pysyntax.Expr, into []pysyntax.Expr) []pysyntax.Expr {
	if u, ok := e.(*pysyntax.BinOp); ok && u.Op == "|" {
		return flattenUnion(u.R, flattenUnion(u.L, into))
	}
	return append(into, e)
}

// union is anyOf its members, null last if it is there.
func (b *builder) union(e pysyntax.Expr, members []pysyntax.Expr) kind {
	var schemas []object
	seen := map[string]bool{}
	optional, titled := false, true
	for _, m := range members {
		if k, ok := m.(*pysyntax.Const); ok && k.Kind == pysyntax.None {
			optional = true
			continue
		}
		one := b.typeOf(m)
		list := []object{one.schema}
		if inner, ok := one.schema.get("anyOf").([]object); ok && len(one.schema) == 1 {
			list = inner // Optional inside a union
		}
		for _, o := range list {
			if o.get("type") == "null" {
				optional = true
				continue
			}
			text := jsonText(o)
			if !seen[text] {
				seen[text] = true
				schemas = append(schemas, o)
			}
		}
		titled = one.titled
	}
	if len(schemas) != 1 {
		titled = true
	}
	if optional {
		schemas = append(schemas, object{}.with("type", "null"))
	}
	if len(schemas) == 1 {
		return kind{schemas[0], titled}
	}
	return kind{object{}.with("anyOf", schemas), titled}
}

// arguments are those between the brackets of a generic type.
func arguments(e *pysyntax.Subscript) []pysyntax.Expr {
	if t, ok := e.Index.(*pysyntax.Seq); ok && t.Kind == pysyntax.TupleSeq {
		return t.Items
	}
	return []pysyntax.Expr{e.Index}
}

func (b *builder) generic(e *pysyntax.Subscript) kind {
	origins := b.names.Origins(e.X, b.names.Module)
	args := arguments(e)
	if len(origins) != 1 {
		return b.unknown(e)
	}
	origin := strings.TrimPrefix(strings.Replace(origins[0], "typing_extensions.", "typing.", 1), "builtins.")
	switch origin {
	case "typing.Optional":
		if len(args) == 1 {
			return b.union(e, append(slices.Clone(args), &pysyntax.Const{Span: e.Span, Kind: pysyntax.None}))
		}
	case "typing.Union":
		return b.union(e, args)
	case "typing.Literal":
		return b.literal(e, args)
	case "typing.List", "list", "typing.Sequence", "collections.abc.Sequence":
		if len(args) == 1 {
			return simple(object{}.with("items", b.typeOf(args[0]).schema).with("type", "array"))
		}
	case "typing.Set", "set", "typing.FrozenSet", "frozenset":
		if len(args) == 1 {
			return simple(object{}.with("items", b.typeOf(args[0]).schema).with("type", "array").with("uniqueItems", true))
		}
	case "typing.Dict", "dict", "typing.Mapping", "collections.abc.Mapping":
		if len(args) == 2 {
			return b.mapping(args)
		}
	case "typing.Tuple", "tuple":
		return b.tuple(args)
	}
	return b.unknown(e)
}

func (b *builder) mapping(args []pysyntax.Expr) kind {
	if key := b.typeOf(args[0]); key.schema.get("type") != "string" || len(key.schema) != 1 {
		b.add(args[0], "unknown-type", "the keys of a dictionary must be str here")
	}
	var values any = b.typeOf(args[1]).schema
	if o := values.(object); len(o) == 0 {
		values = true // Any
	}
	return simple(object{}.with("additionalProperties", values).with("type", "object"))
}

func (b *builder) tuple(args []pysyntax.Expr) kind {
	if k, ok := args[len(args)-1].(*pysyntax.Const); ok && k.Kind == pysyntax.Ellipsis && len(args) == 2 {
		return simple(object{}.with("items", b.typeOf(args[0]).schema).with("type", "array"))
	}
	var items []object
	for _, a := range args {
		items = append(items, b.typeOf(a).schema)
	}
	return simple(object{}.with("maxItems", len(items)).with("minItems", len(items)).with("prefixItems", items).with("type", "array"))
}

// literal is an enum of constants; one alone is a const.
func (b *builder) literal(e pysyntax.Expr, args []pysyntax.Expr) kind {
	var values []any
	types := map[string]bool{}
	for _, a := range args {
		v, bad := b.names.Fold(a, b.names.Module)
		if bad != nil {
			b.add(bad.At, "unknown-type", "a value of Literal: ", bad.Why, ": write a literal")
			continue
		}
		values = append(values, b.toJSON(v))
		types[jsonType(v)] = true
	}
	o := object{}
	if len(values) == 1 {
		o = o.with("const", values[0])
	} else {
		o = o.with("enum", values)
	}
	return simple(withType(o, types))
}

// withType adds the type if all values have the same.
func withType(o object, types map[string]bool) object {
	if len(types) == 1 {
		for t := range types {
			if t != "" {
				return o.with("type", t)
			}
		}
	}
	return o
}

func jsonType(v pysyntax.Value) string {
	switch v.V.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case *big.Int:
		return "integer"
	case float64:
		return "number"
	case []pysyntax.Value:
		return "array"
	}
	return ""
}

// enum is the schema of an Enum class of plain members.
func (b *builder) enum(c *pysyntax.Class) object {
	var values []any
	types := map[string]bool{}
	for _, stmt := range c.Body {
		target, value := plainAssignment(stmt)
		switch {
		case target != nil && !strings.HasPrefix(target.ID, "_"):
			v, bad := b.names.Fold(value, b.names.Module)
			if bad != nil {
				b.add(bad.At, "unknown-type", "the member ", target.ID, " of ", c.Name, ": ", bad.Why, ": write a literal")
				continue
			}
			values = append(values, b.toJSON(v))
			types[jsonType(v)] = true
		case isDocOrMethod(stmt):
		default:
			b.add(stmt, "unknown-field", pysyntax.Describe(stmt), " in the enum ", c.Name, " is not read")
		}
	}
	o := object{}
	if text := docstring(c.Body); text != "" {
		o = o.with("description", text)
	}
	if len(values) == 1 {
		o = o.with("const", values[0])
	} else {
		o = o.with("enum", values)
	}
	return withType(o.with("title", c.Name), types)
}

func isDocOrMethod(stmt pysyntax.Stmt) bool {
	switch s := stmt.(type) {
	case *pysyntax.Func, *pysyntax.Simple:
		return true
	case *pysyntax.ExprStmt:
		k, ok := s.X.(*pysyntax.Const)
		return ok && k.Kind == pysyntax.Str
	}
	return false
}
