package manifest

import (
	"strings"

	"plugforge/internal/pysyntax"
)

// fieldCall is e if it is a call of pydantic's Field.
func (b *builder) fieldCall(e pysyntax.Expr) *pysyntax.Call {
	call, ok := e.(*pysyntax.Call)
	if !ok || b.originOf(call.Fun) != "pydantic.Field" {
		return nil
	}
	return call
}

// boundKeys are the arguments that are bounds, in the order in which pydantic
// applies them.
func boundKeys() []string {
	return []string{"strict", "gt", "ge", "lt", "le", "multiple_of", "min_length", "max_length", "allow_inf_nan", "fail_fast",
		"pattern", "coerce_numbers_to_str", "max_digits", "decimal_places", "union_mode"}
}

// fieldArguments reads Field(…).
func (b *builder) fieldArguments(call *pysyntax.Call, m *metadata) {
	for i, a := range call.Args {
		if i > 0 {
			b.add(a, "unknown-field", "Field takes one positional argument, the default")
			break
		}
		b.defaultArgument(a, m.info)
	}
	bounds := map[string]*pysyntax.Keyword{}
	for _, k := range call.Keywords {
		switch k.Name {
		case "strict", "gt", "ge", "lt", "le", "multiple_of", "min_length", "max_length", "allow_inf_nan", "fail_fast",
			"pattern", "coerce_numbers_to_str", "max_digits", "decimal_places", "union_mode":
			bounds[k.Name] = k
		case "min_items":
			bounds["min_length"] = k
		case "max_items":
			bounds["max_length"] = k
		default:
			b.fieldWord(k, m.info)
		}
	}
	for _, key := range boundKeys() {
		if k := bounds[key]; k != nil {
			b.addBound(m, k, key, k.Value)
		}
	}
}

// addBound records a bound. One of a date, which is no constant, does not show
// in the schema; whether it may stand there is seen when it is applied.
func (b *builder) addBound(m *metadata, at pysyntax.Node, key string, e pysyntax.Expr) {
	if call, ok := e.(*pysyntax.Call); ok && strings.HasPrefix(b.originOf(call.Fun), "datetime.") {
		m.bounds = append(m.bounds, bound{at, key, datetimeBound{}})
		return
	}
	if v, ok := b.constant(key, e); ok && v != nil {
		m.bounds = append(m.bounds, bound{at, key, v})
	}
}

// datetimeBound stands for a date or time as a bound.
type datetimeBound struct{}

// fieldWord reads an argument of Field that is no bound.
func (b *builder) fieldWord(k *pysyntax.Keyword, into info) {
	switch k.Name {
	case "default":
		b.defaultArgument(k.Value, into)
	case "default_factory":
		into["default_factory"] = nil
		if c, ok := k.Value.(*pysyntax.Const); !ok || c.Kind != pysyntax.None {
			into["default_factory"] = true // its value does not show
		}
	case "title", "description", "alias", "discriminator", "serialization_alias":
		b.textWord(k, into)
	case "validation_alias":
		b.validationAlias(k, into)
	case "examples":
		if v, ok := b.constant(k.Name, k.Value); ok {
			if _, isList := v.([]any); !isList && v != nil {
				b.add(k.Value, "wrong-type", "examples must be a list")
			}
			into[k.Name] = v
		}
	case "deprecated":
		into[k.Name] = true
		if call, ok := k.Value.(*pysyntax.Call); ok && b.isDeprecated(call) {
			return
		}
		into[k.Name], _ = b.constant(k.Name, k.Value)
	case "json_schema_extra":
		v, ok := b.constant(k.Name, k.Value)
		if _, isObject := v.(object); ok && !isObject && v != nil {
			b.add(k.Value, "wrong-type", "json_schema_extra must be a dictionary")
		}
		b.noRefs(k, v)
		into[k.Name] = v
	case "frozen", "exclude", "exclude_if", "repr", "init", "init_var", "kw_only", "validate_default", "alias_priority", "allow_mutation", "include":
		// None of these shows in the schema of what goes in.
	case "const", "unique_items", "regex":
		right := map[string]string{"const": "the type Literal[…]", "unique_items": "the type Set[…]", "regex": "pattern"}[k.Name]
		b.add(k, "unknown-field", "pydantic 2 has no ", k.Name, ": write ", right)
	case "", "field_title_generator":
		name := k.Name
		if name == "" {
			name = "**"
		}
		b.add(k, "unknown-field", "the argument ", name, " of Field is not read: remove it, or write the schema as a dictionary")
	default:
		b.add(k, "unknown-field", "Field has no argument ", k.Name, b.near(k.Name, append(fieldWords(), boundKeys()...)),
			": remove it, or put it into json_schema_extra={…}")
	}
}

func fieldWords() []string {
	return []string{"default", "default_factory", "title", "description", "alias", "validation_alias", "serialization_alias",
		"examples", "deprecated", "json_schema_extra", "discriminator", "frozen", "exclude"}
}

func (b *builder) isDeprecated(call *pysyntax.Call) bool {
	o := b.originOf(call.Fun)
	return o == "typing.deprecated" || o == "warnings.deprecated"
}

// textWord reads an argument that is a string or None.
func (b *builder) textWord(k *pysyntax.Keyword, into info) {
	e := k.Value
	if call, ok := e.(*pysyntax.Call); ok && k.Name == "discriminator" && b.originOf(call.Fun) == "pydantic.Discriminator" && len(call.Args) == 1 {
		e = call.Args[0]
	}
	v, ok := b.constant(k.Name, e)
	if _, isText := v.(string); ok && !isText && v != nil {
		b.add(e, "wrong-type", k.Name, " must be a string")
		return
	}
	into[k.Name] = v
}

// validationAlias reads a string, or AliasChoices("a", …): the first name that
// stands alone is the one that shows.
func (b *builder) validationAlias(k *pysyntax.Keyword, into info) {
	call, ok := k.Value.(*pysyntax.Call)
	if !ok {
		b.textWord(k, into)
		return
	}
	args := call.Args
	switch b.originOf(call.Fun) {
	case "pydantic.AliasPath": // the property keeps the field's own name
		args = nil
	case "pydantic.AliasChoices":
	default:
		b.textWord(k, into)
		return
	}
	for _, a := range args {
		if path, ok := a.(*pysyntax.Call); ok && b.originOf(path.Fun) == "pydantic.AliasPath" {
			if len(path.Args) != 1 {
				continue
			}
			a = path.Args[0]
		}
		v, ok := b.constant(k.Name, a)
		if text, isText := v.(string); ok && isText {
			into[k.Name] = text
			return
		}
	}
	// No choice is a name alone: the property keeps the field's own.
	into[k.Name] = nil
	into["alias"] = nil
}

// constant is an argument's value as JSON.
func (b *builder) constant(name string, e pysyntax.Expr) (any, bool) {
	found := len(b.found)
	v, ok := b.jsonValue(name, e, 0)
	return v, ok && len(b.found) == found
}
