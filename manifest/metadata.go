package manifest

import (
	"encoding/json"
	"slices"
	"strings"

	"plugforge/internal/pysyntax"
)

// metadataOf reads one part of Annotated behind the type.
func (b *builder) metadataOf(e pysyntax.Expr) *metadata {
	m := &metadata{info: info{}}
	if name, ok := e.(*pysyntax.Name); ok {
		if value, _ := b.names.Constant(name, b.names.Module); value != nil && !isName(value) {
			return b.metadataOf(value)
		}
	}
	call, ok := e.(*pysyntax.Call)
	if !ok {
		switch b.originOf(e) {
		case "pydantic.Strict", "pydantic.FailFast":
			return m
		}
		if _, bad := b.constantOf(e); bad != nil {
			b.unknownMetadata(e)
		}
		return m // a constant means nothing to pydantic
	}
	if b.fieldCall(call) != nil {
		b.fieldArguments(call, m)
		return m
	}
	origin := b.originOf(call.Fun)
	if one := annotatedTypes()[origin]; one != "" && len(call.Args)+len(call.Keywords) == 1 {
		value := pysyntax.Expr(nil)
		if len(call.Args) == 1 {
			value = call.Args[0]
		} else {
			value = call.Keywords[0].Value
		}
		b.addBound(m, call, one, value)
		return m
	}
	switch origin {
	case "pydantic.StringConstraints":
		b.boundsOf(call, nil, m, "strict", "min_length", "max_length", "strip_whitespace", "to_upper", "to_lower", "pattern", "ascii_only")
	case "annotated_types.Len":
		b.length(call, call.Args, m)
	case "annotated_types.Interval":
		b.boundsOf(call, nil, m, "gt", "ge", "lt", "le")
	case "pydantic.BeforeValidator", "pydantic.AfterValidator", "pydantic.WrapValidator":
		if len(call.Keywords) > 0 {
			b.unknownMetadata(e)
		}
		m.wrapped = true
	case "pydantic.PlainSerializer", "pydantic.WrapSerializer", "typing.Doc", "pydantic.Strict", "pydantic.FailFast", "annotated_types.Timezone", "annotated_types.Predicate":
	case "typing.deprecated", "warnings.deprecated":
		m.info["deprecated"] = true
	case "pydantic.Discriminator":
		if len(call.Args) == 1 {
			b.textWord(&pysyntax.Keyword{Span: pysyntax.Span{From: int32(call.Start()), To: int32(call.End())}, Name: "discriminator", Value: call.Args[0]}, m.info)
		}
	case "pydantic.WithJsonSchema":
		var v any
		if len(call.Args) == 1 && len(call.Keywords) == 0 {
			v, _ = b.constant("WithJsonSchema", call.Args[0])
		}
		isObject := false
		if m.replaced, isObject = v.(object); !isObject {
			b.unknownMetadata(e)
		}
		b.noRefs(e, v)
	default:
		b.unknownMetadata(e)
	}
	return m
}

func (b *builder) unknownMetadata(e pysyntax.Expr) {
	b.add(e, "unknown-type", "this part of Annotated is not read: use Field(…) or StringConstraints(…)")
}

func isName(e pysyntax.Expr) bool { _, ok := e.(*pysyntax.Name); return ok }

// annotatedTypes are the classes that are one bound each.
func annotatedTypes() map[string]string {
	return map[string]string{"annotated_types.Gt": "gt", "annotated_types.Ge": "ge", "annotated_types.Lt": "lt", "annotated_types.Le": "le",
		"annotated_types.MultipleOf": "multiple_of", "annotated_types.MinLen": "min_length", "annotated_types.MaxLen": "max_length",
		"pydantic.AllowInfNan": "allow_inf_nan"}
}

// boundsOf reads keyword arguments that are bounds, in the order of keys; a
// call's arguments that come before them are in skip.
func (b *builder) boundsOf(call *pysyntax.Call, skip []string, m *metadata, keys ...string) {
	for _, key := range keys {
		for _, k := range call.Keywords {
			if k.Name == key {
				b.addBound(m, k, key, k.Value)
			}
		}
	}
	for _, k := range call.Keywords {
		if !slices.Contains(keys, k.Name) && !slices.Contains(skip, k.Name) {
			b.add(k, "unknown-type", "the argument ", k.Name, " of ", b.shown(call.Fun), " is not read: its arguments are ", strings.Join(keys, ", "))
		}
	}
	if len(call.Args) > len(skip) {
		b.add(call.Args[len(skip)], "unknown-type", "give this argument of ", b.shown(call.Fun), " by its name")
	}
}

// length reads min_length and max_length; a least length of 0 is none.
func (b *builder) length(call *pysyntax.Call, args []pysyntax.Expr, m *metadata) {
	values := map[string]pysyntax.Expr{}
	for i, a := range args {
		values[[]string{"min_length", "max_length", ""}[min(i, 2)]] = a
	}
	for _, k := range call.Keywords {
		values[k.Name] = k.Value
	}
	for _, key := range []string{"min_length", "max_length"} {
		if values[key] == nil {
			continue
		}
		b.addBound(m, call, key, values[key])
		if last := len(m.bounds) - 1; last >= 0 && key == "min_length" && m.bounds[last].key == key && jsonText(m.bounds[last].value) == "0" {
			m.bounds = m.bounds[:last]
		}
	}
}

// constrained reads what makes an annotated type: conint(ge=1), conlist(int),
// PositiveInt.
func (b *builder) constrained(e pysyntax.Expr) (base pysyntax.Expr, m *metadata, ok bool) {
	builtin := func(name string) pysyntax.Expr {
		return &typeName{Const: pysyntax.Const{Span: pysyntax.Span{From: int32(e.Start()), To: int32(e.End())}}, origin: name}
	}
	m = &metadata{info: info{}}
	if name, key := bounded(b.originOf(e)); name != "" {
		m.bounds = []bound{{e, key, json.RawMessage("0")}}
		return builtin(name), m, true
	}
	call, isCall := e.(*pysyntax.Call)
	if !isCall {
		return nil, nil, false
	}
	numbers := []string{"strict", "gt", "ge", "lt", "le", "multiple_of", "allow_inf_nan"}
	switch b.originOf(call.Fun) {
	case "pydantic.constr":
		b.boundsOf(call, nil, m, "strict", "min_length", "max_length", "strip_whitespace", "to_upper", "to_lower", "pattern", "ascii_only")
		return builtin("str"), m, true
	case "pydantic.conbytes":
		b.boundsOf(call, nil, m, "strict", "min_length", "max_length")
		return builtin("bytes"), m, true
	case "pydantic.conint":
		b.boundsOf(call, nil, m, numbers[:6]...)
		return builtin("int"), m, true
	case "pydantic.confloat":
		b.boundsOf(call, nil, m, numbers...)
		return builtin("float"), m, true
	case "pydantic.condecimal":
		b.boundsOf(call, nil, m, append(numbers, "max_digits", "decimal_places")...)
		return builtin("decimal.Decimal"), m, true
	case "pydantic.condate":
		b.boundsOf(call, nil, m, "strict", "gt", "ge", "lt", "le")
		return builtin("datetime.date"), m, true
	case "pydantic.conlist", "pydantic.conset", "pydantic.confrozenset":
		if len(call.Args) != 1 {
			return nil, nil, false
		}
		allowed := &metadata{info: info{}}
		b.boundsOf(call, []string{"item_type"}, allowed, "min_length", "max_length", "fail_fast")
		b.length(call, nil, m)
		name := map[string]string{"pydantic.conlist": "list", "pydantic.conset": "set", "pydantic.confrozenset": "frozenset"}[b.originOf(call.Fun)]
		span := pysyntax.Span{From: int32(call.Start()), To: int32(call.End())}
		return &pysyntax.Subscript{Span: span, X: builtin(name), Index: call.Args[0]}, m, true
	}
	return nil, nil, false
}

// typeName is an expression that stands for a type which the author named in
// another way.
type typeName struct {
	pysyntax.Const
	origin string
}
