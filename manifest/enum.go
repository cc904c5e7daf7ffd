package manifest

import (
	"encoding/json"
	"strings"

	"plugforge/internal/pysyntax"
)

// enumMember is one member of an enum.
type enumMember struct {
	name  string
	value any
}

// enum is the schema of an enum of the file.
func (b *builder) enum(c *pysyntax.Class) object {
	values, types := []any{}, []string{}
	for _, m := range b.enumMembers(c) {
		values = append(values, m.value)
		kind := jsonType(m.value)
		if kind == "null" {
			kind = ""
		}
		types = append(types, kind)
	}
	if len(values) == 0 {
		b.add(c, "unknown-type", "the enum ", c.Name, " has no members: give it some")
	}
	o := object{{"title", c.Name}}
	if text, ok := docstring(c.Body); ok {
		o = o.with("description", text)
	}
	return withType(o.with("enum", values), types)
}

// enumMembers reads the members of an enum, and finds what is not read of it.
func (b *builder) enumMembers(c *pysyntax.Class) []enumMember {
	if members, ok := b.enums[c]; ok {
		return members
	}
	b.enums[c] = nil
	mixin := b.mixin(c)
	var out []enumMember
	for i, stmt := range c.Body {
		target, value := plainAssignment(stmt)
		switch s := stmt.(type) {
		case *pysyntax.Func:
			if s.Name == "__new__" || s.Name == "__init__" || s.Name == "_generate_next_value_" {
				b.add(stmt, "unknown-type", "the function ", s.Name, " of the enum ", c.Name, " decides its values, and is not run: write the values")
			}
			continue
		case *pysyntax.Simple:
			continue
		}
		if stringStatement(stmt) != nil {
			continue
		}
		if target == nil || strings.HasPrefix(target.ID, "_") {
			b.add(stmt, "unknown-field", pysyntax.Describe(stmt), " in the enum ", c.Name, " is not read: write members as NAME = value")
			continue
		}
		v, ok := b.enumValue(c, target.ID, value, out, mixin)
		if !ok {
			continue
		}
		if kind := jsonType(v); mixin != "" && kind != mixin {
			b.add(c.Body[i], "unknown-type", "the member ", target.ID, " of ", c.Name, " must be of the type that the enum is derived from")
		}
		out = append(out, enumMember{target.ID, v})
	}
	b.enums[c] = out
	return out
}

// mixin is the JSON type that all values of an enum must have; "" for any.
func (b *builder) mixin(c *pysyntax.Class) string {
	out := ""
	for _, base := range c.Bases {
		switch b.originOf(base) {
		case "str", "enum.StrEnum":
			out = "string"
		case "int", "enum.IntEnum":
			out = "integer"
		case "enum.Enum":
		default:
			if inner := b.class(base); inner != nil && b.family(inner) == enumClass && len(inner.Body) > 0 {
				if from := b.mixin(inner); from != "" {
					out = from
				}
				continue
			}
			b.add(base, "unknown-type", "the base ", b.shown(base), " of the enum ", c.Name, " is not followed: use Enum, StrEnum, IntEnum, str or int")
		}
	}
	for _, d := range c.Decorators {
		if b.originOf(d) != "enum.unique" {
			b.add(d, "unknown-type", "this decorator of the enum ", c.Name, " is not read: remove it")
		}
	}
	for _, k := range c.Keywords {
		b.add(k, "unknown-type", "the keyword ", k.Name, " of the enum ", c.Name, " is not read: remove it")
	}
	return out
}

// enumValue is a member's value; auto() counts on.
func (b *builder) enumValue(c *pysyntax.Class, name string, e pysyntax.Expr, before []enumMember, mixin string) (any, bool) {
	call, isCall := e.(*pysyntax.Call)
	if !isCall || b.originOf(call.Fun) != "enum.auto" || len(call.Args)+len(call.Keywords) > 0 {
		v, ok := b.jsonValue("the member "+name+" of "+c.Name, e, 0)
		return v, ok
	}
	if mixin == "string" {
		for _, base := range c.Bases {
			if b.originOf(base) == "enum.StrEnum" {
				return strings.ToLower(name), true
			}
		}
		b.add(e, "unknown-type", "auto() in an enum of strings is a number in quotes: write the value of ", name)
		return nil, false
	}
	next := 0
	for i, m := range before {
		var n int
		if jsonType(m.value) != "integer" || json.Unmarshal(m.value.(json.RawMessage), &n) != nil {
			b.add(e, "unknown-type", "auto() after a value that is no whole number is not read: write the value of ", name)
			return nil, false
		}
		if i == 0 || n > next {
			next = n
		}
	}
	return json.RawMessage(itoa(next + 1)), true
}

// memberOf is the value of Color.RED, or of Color.RED.value, for an enum of
// the file.
func (b *builder) memberOf(e pysyntax.Expr) (any, bool) {
	attr, ok := e.(*pysyntax.Attr)
	if !ok {
		return nil, false
	}
	if inner, ok := attr.X.(*pysyntax.Attr); ok && attr.Name == "value" {
		return b.memberOf(inner)
	}
	c := b.class(attr.X)
	if c == nil || b.family(c) != enumClass {
		return nil, false
	}
	for _, m := range b.enumMembers(c) {
		if m.name == attr.Name {
			return m.value, true
		}
	}
	return nil, false
}
