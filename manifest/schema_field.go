package manifest

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode"

	"plugforge/internal/pysyntax"
)

func jsonText(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}

// spec is what Field(…) and a default say of a field.
type spec struct {
	required bool
	alias    string
	title    string
	limits   object // constraints, still under pydantic's names
	notes    object // description, examples, default, deprecated, extra keys
}

// field adds one field to a model.
func (b *builder) field(name *pysyntax.Name, s *pysyntax.AnnAssign, body *modelBody) {
	if strings.HasPrefix(name.ID, "_") || b.isClassVar(s.Type) {
		return
	}
	f := spec{required: true}
	t := s.Type
	if sub, ok := t.(*pysyntax.Subscript); ok && b.isOrigin(sub.X, "typing.Annotated", "typing_extensions.Annotated") {
		args := arguments(sub)
		t = args[0]
		for _, a := range args[1:] {
			if call := b.fieldCall(a); call != nil {
				b.fieldArguments(call, &f)
			} else {
				b.add(a, "unknown-type", "this part of Annotated is not read: use Field(…)")
			}
		}
	}
	if s.Value != nil {
		b.value(s.Value, &f)
	}
	k := b.typeOf(t)
	o := b.limit(name, k.schema, f.limits)
	for _, m := range f.notes {
		o = o.with(m.key, m.value)
	}
	property := name.ID
	if f.alias != "" {
		property = f.alias
	}
	if f.title != "" {
		o = o.with("title", f.title)
	} else if k.titled && !o.has("title") {
		o = o.with("title", titleOf(property))
	}
	o = slices.Clone(o)
	o.sort()
	if old, ok := body.names[name.ID]; ok && old != property { // overridden under another alias
		body.properties = body.properties.without(old)
	}
	body.names[name.ID] = property
	body.properties = body.properties.with(property, o)
	body.required = slices.DeleteFunc(body.required, func(s string) bool { return s == property })
	if f.required {
		body.required = append(body.required, property)
	}
}

func (b *builder) isOrigin(e pysyntax.Expr, want ...string) bool {
	return slices.ContainsFunc(b.names.Origins(e, b.names.Module), func(o string) bool { return slices.Contains(want, o) })
}

func (b *builder) isClassVar(t pysyntax.Expr) bool {
	if sub, ok := t.(*pysyntax.Subscript); ok {
		t = sub.X
	}
	return b.isOrigin(t, "typing.ClassVar", "typing_extensions.ClassVar")
}

// fieldCall is e if it is a call of pydantic's Field.
func (b *builder) fieldCall(e pysyntax.Expr) *pysyntax.Call {
	call, ok := e.(*pysyntax.Call)
	if !ok || !b.isOrigin(call.Fun, "pydantic.Field", "pydantic.fields.Field") {
		return nil
	}
	return call
}

// value reads what stands behind the = of a field.
func (b *builder) value(e pysyntax.Expr, f *spec) {
	if call := b.fieldCall(e); call != nil {
		b.fieldArguments(call, f)
		return
	}
	b.defaultValue(e, f)
}

func (b *builder) defaultValue(e pysyntax.Expr, f *spec) {
	if k, ok := e.(*pysyntax.Const); ok && k.Kind == pysyntax.Ellipsis {
		f.required = true
		return
	}
	f.required = false
	if v, ok := b.enumMember(e); ok {
		f.notes = f.notes.with("default", v)
		return
	}
	v, bad := b.names.Fold(e, b.names.Module)
	if bad != nil {
		b.add(bad.At, "unknown-value", "a default: ", bad.Why, " cannot be read without running the file: write a literal")
		return
	}
	f.notes = f.notes.with("default", b.toJSON(v))
}

// enumMember is the value of Color.RED for an enum of the file.
func (b *builder) enumMember(e pysyntax.Expr) (any, bool) {
	attr, ok := e.(*pysyntax.Attr)
	if !ok {
		return nil, false
	}
	if inner, ok := attr.X.(*pysyntax.Attr); ok && attr.Name == "value" {
		return b.enumMember(inner)
	}
	c := b.class(attr.X)
	if c == nil || !b.isEnum(c) {
		return nil, false
	}
	for _, stmt := range c.Body {
		if target, value := plainAssignment(stmt); target != nil && target.ID == attr.Name {
			v, bad := b.names.Fold(value, b.names.Module)
			return b.toJSON(v), bad == nil
		}
	}
	return nil, false
}

// fieldArguments reads Field(…).
func (b *builder) fieldArguments(call *pysyntax.Call, f *spec) {
	for i, a := range call.Args {
		if i > 0 {
			b.add(a, "unknown-field", "Field takes one positional argument, the default")
			break
		}
		b.defaultValue(a, f)
	}
	for _, k := range call.Keywords {
		switch k.Name {
		case "default":
			b.defaultValue(k.Value, f)
		case "default_factory":
			f.required = false
			if !b.isOrigin(k.Value, "builtins.list", "builtins.dict", "builtins.set", "builtins.tuple") && !isLambda(k.Value) {
				b.add(k.Value, "unknown-field", "default_factory must be list, dict, set, tuple or a lambda here")
			}
		case "ge", "gt", "le", "lt", "multiple_of", "min_length", "max_length", "pattern":
			if v, ok := b.constant(k); ok {
				f.limits = f.limits.with(k.Name, v)
			}
		case "description", "examples", "deprecated":
			if v, ok := b.constant(k); ok && v != nil && v != false {
				if text, isText := v.(string); isText && k.Name == "description" {
					v = cleanDoc(text)
				}
				f.notes = f.notes.with(k.Name, v)
			}
		case "title", "alias", "validation_alias":
			v, ok := b.constant(k)
			text, isText := v.(string)
			if ok && !isText {
				b.add(k.Value, "wrong-type", k.Name, " must be a string")
			}
			if k.Name == "title" {
				f.title = text
			} else if f.alias == "" || k.Name == "validation_alias" {
				f.alias = text
			}
		case "json_schema_extra":
			v, ok := b.constant(k)
			extra, isObject := v.(object)
			if ok && !isObject {
				b.add(k.Value, "wrong-type", "json_schema_extra must be a dictionary")
			}
			for _, m := range extra {
				f.notes = f.notes.with(m.key, m.value)
			}
		case "frozen", "exclude", "repr", "strict", "init", "kw_only", "validate_default", "serialization_alias", "allow_inf_nan", "alias_priority":
			// None of these shows in the schema of what goes in.
		default:
			name := k.Name
			if name == "" {
				name = "**"
			}
			b.add(k, "unknown-field", "the argument ", name, " of Field is not read: remove it, or write the schema as a dictionary")
		}
	}
}

func isLambda(e pysyntax.Expr) bool { _, ok := e.(*pysyntax.Lambda); return ok }

func (b *builder) constant(k *pysyntax.Keyword) (any, bool) {
	v, bad := b.names.Fold(k.Value, b.names.Module)
	if bad != nil {
		b.add(bad.At, "unknown-value", k.Name, ": ", bad.Why, " cannot be read without running the file: write a literal")
		return nil, false
	}
	return b.toJSON(v), true
}

// limit puts constraints on a schema; on the one member that is not null of a
// nullable one.
func (b *builder) limit(at pysyntax.Node, o object, limits object) object {
	o = slices.Clone(o)
	if len(limits) == 0 {
		return o
	}
	if members, ok := o.get("anyOf").([]object); ok {
		if len(members) == 2 && members[1].get("type") == "null" {
			return o.with("anyOf", []object{b.limit(at, members[0], limits), members[1]})
		}
		b.add(at, "unknown-field", "bounds on a union are not read: put them on its members with Annotated")
		return o
	}
	lengths := map[any][2]string{"string": {"minLength", "maxLength"}, "array": {"minItems", "maxItems"}, "object": {"minProperties", "maxProperties"}}
	numbers := map[string]string{"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum", "multiple_of": "multipleOf"}
	kind := o.get("type")
	for _, m := range limits {
		names, long := lengths[kind]
		switch {
		case numbers[m.key] != "" && (kind == "integer" || kind == "number"):
			o = o.with(numbers[m.key], m.value)
		case m.key == "min_length" && long:
			o = o.with(names[0], m.value)
		case m.key == "max_length" && long:
			o = o.with(names[1], m.value)
		case m.key == "pattern" && kind == "string":
			o = o.with("pattern", m.value)
		default:
			b.add(at, "unknown-field", "the bound ", m.key, " does not fit the type of this field")
		}
	}
	o.sort()
	return o
}

// titleOf is the title that pydantic gives a field: the words of its name.
func titleOf(name string) string {
	words := strings.ReplaceAll(name, "_", " ")
	var out strings.Builder
	start := true
	for _, r := range words {
		if unicode.IsLetter(r) {
			if start {
				r = unicode.ToUpper(r)
			} else {
				r = unicode.ToLower(r)
			}
			start = false
		} else {
			start = true
		}
		out.WriteRune(r)
	}
	return strings.TrimSpace(out.String())
}
