package manifest

import (
	"regexp"
	"slices"
	"strings"

	"plugforge/internal/pysyntax"
)

// info is what Field(…) says beside bounds, by the argument's name; nil for
// what is given as None. A later Field for the same field wins.
type info map[string]any

// field is one field of a model.
type field struct {
	name string
	at   pysyntax.Node
	typ  *node
	info info
	doc  *string // the string behind the field
}

func (f *field) required() bool {
	_, hasDefault := f.info["default"]
	return !hasDefault && f.info["default_factory"] == nil
}

// property is the name that the field has in JSON.
func (f *field) property(c config) string {
	for _, key := range []string{"validation_alias", "alias"} {
		if text, ok := f.info[key].(string); ok {
			return text
		}
	}
	return generatedAlias(c.alias, f.name)
}

// notes are the members that Field adds to the schema of the type.
func (f *field) notes() object { return f.info.notes() }

func (i info) notes() object {
	o := object{}
	for _, key := range []string{"title", "description", "examples"} {
		if v := i[key]; v != nil {
			o = o.with(key, v)
		}
	}
	if v := i["deprecated"]; v != nil && v != false {
		o = o.with("deprecated", true)
	}
	extra, _ := i["json_schema_extra"].(object)
	for _, m := range extra {
		o = o.with(m.key, m.value)
	}
	return o
}

// merge puts a later Field over i.
func (i info) merge(later info) {
	for key, v := range later {
		old, both := i[key].(object)
		if now, ok := v.(object); ok && both && key == "json_schema_extra" {
			v = slices.Clone(old)
			for _, m := range now {
				v = v.(object).with(m.key, m.value)
			}
		}
		i[key] = v
	}
}

// field reads one annotated name of a model; nil if it is no field.
func (b *builder) field(name *pysyntax.Name, s *pysyntax.AnnAssign, in *instance) *field {
	if strings.HasPrefix(name.ID, "_") || name.ID == "model_config" || b.isClassVar(s.Type) {
		if name.ID == "__pydantic_extra__" {
			b.add(s, "unknown-field", "the type of __pydantic_extra__ is not read: leave it out")
		}
		return nil
	}
	f := &field{name: name.ID, at: s, info: info{}}
	var assigned *metadata
	if s.Value != nil {
		assigned = &metadata{info: info{}}
		if call := b.fieldCall(s.Value); call != nil {
			b.fieldArguments(call, assigned)
		} else {
			b.defaultArgument(s.Value, assigned.info)
		}
	}
	f.typ, f.info = b.annotated(s.Type, in.env, assigned)
	if _, twice := f.info["default"]; twice && f.info["default_factory"] != nil {
		b.add(s, "unknown-field", "the field ", f.name, " has both default and default_factory, which pydantic refuses: keep one")
	}
	return b.discriminated(s, f)
}

// discriminated puts a field's discriminator on its type.
func (b *builder) discriminated(at pysyntax.Node, f *field) *field {
	if text, ok := f.info["discriminator"].(string); ok {
		f.typ = b.discriminate(at, f.typ, text)
	}
	return f
}

func (b *builder) isClassVar(t pysyntax.Expr) bool {
	if k, ok := t.(*pysyntax.Const); ok && k.Kind == pysyntax.Str {
		if inner := b.quoted(k); inner != nil {
			t = inner
		}
	}
	if sub, ok := t.(*pysyntax.Subscript); ok {
		t = sub.X
	}
	return b.originOf(t) == "typing.ClassVar"
}

// metadata is what stands beside a type: bounds in the order in which they
// apply, and what Field says.
type metadata struct {
	bounds   []bound
	info     info
	replaced object // of WithJsonSchema
	wrapped  bool   // a validator stands around the type
}

// annotation is the type of an annotation, Annotated or not, with nothing
// assigned.
func (b *builder) annotation(e pysyntax.Expr, env map[string]*node) (*node, info) {
	return b.annotated(e, env, nil)
}

// annotated is the type of a field: what is assigned applies its bounds first,
// and its words last.
func (b *builder) annotated(e pysyntax.Expr, env map[string]*node, assigned *metadata) (*node, info) {
	base, parts := b.unwrap(e)
	typ := b.typeOf(base, env)
	all := info{}
	if assigned != nil {
		for _, bd := range assigned.bounds {
			typ = b.apply(typ, bd)
		}
	}
	var replaced object
	for _, part := range parts {
		if part.wrapped {
			typ = &node{kind: checkNode, inner: typ}
		}
		for _, bd := range part.bounds {
			typ = b.apply(typ, bd)
		}
		if part.replaced != nil {
			replaced = part.replaced
		}
		all.merge(part.info)
	}
	if assigned != nil {
		all.merge(assigned.info)
	}
	if replaced != nil {
		typ = &node{kind: replacedNode, inner: typ, object: replaced}
	}
	return typ, all
}

// unwrap takes Annotated off an annotation, and what makes one: conint(…),
// aliases, quotes.
func (b *builder) unwrap(e pysyntax.Expr) (pysyntax.Expr, []*metadata) {
	var parts []*metadata
	for range 20 {
		e = b.unaliased(e)
		if base, part, ok := b.constrained(e); ok {
			parts = append([]*metadata{part}, parts...)
			return base, parts
		}
		sub, ok := e.(*pysyntax.Subscript)
		if !ok || b.originOf(sub.X) != "typing.Annotated" {
			return e, parts
		}
		args := arguments(sub)
		var here []*metadata
		for _, a := range args[1:] {
			here = append(here, b.metadataOf(a))
		}
		e, parts = args[0], append(here, parts...)
	}
	return e, parts
}

// unaliased follows quotes, and names of the file that stand for a type.
func (b *builder) unaliased(e pysyntax.Expr) pysyntax.Expr {
	for range 20 {
		if k, ok := e.(*pysyntax.Const); ok && k.Kind == pysyntax.Str {
			inner := b.quoted(k)
			if inner == nil {
				return e
			}
			e = inner
			continue
		}
		name, ok := e.(*pysyntax.Name)
		if !ok || b.class(e) != nil {
			return e
		}
		value, where := b.names.Constant(name, b.names.Module)
		if value == nil || where != b.names.Module || b.typeVar(name) != nil {
			return e
		}
		if call, ok := value.(*pysyntax.Call); ok && b.originOf(call.Fun) == "typing.NewType" && len(call.Args) == 2 {
			value = call.Args[1]
		}
		e = value
	}
	return e
}

// discriminate makes a union into one that a property tells apart.
func (b *builder) discriminate(at pysyntax.Node, n *node, name string) *node {
	if n.kind == nullableNode || n.kind == checkNode || n.kind == notedNode {
		return n.with(func(c *node) { c.inner = b.discriminate(at, n.inner, name) })
	}
	items := []*node{n}
	if n.kind == unionNode {
		items = n.items
	}
	out := &node{kind: taggedNode, name: name, items: items}
	seen := map[string]bool{}
	for _, item := range items {
		var values []any
		if item.kind == refNode && b.family(item.class.class) == modelClass {
			m := b.model(item.class)
			if f := m.field(name); f != nil {
				values = b.tags(f.typ)
				if property := f.property(m.config); property != name {
					b.add(at, "unknown-field", "the discriminator ", name, " has the alias ", property, ", which is not read: name the field as its alias")
				}
			}
		}
		if len(values) == 0 {
			b.add(at, "unknown-field", "discriminator: each class of the union must have a field ", name, " whose type is Literal[…]")
		}
		for _, v := range values {
			if text := jsonText(v); seen[text] {
				b.add(at, "unknown-field", "discriminator: two classes of the union have the value ", text)
			} else {
				seen[text] = true
			}
		}
		out.values = append(out.values, any(values))
	}
	return out
}

// tags are the values by which a field can tell its class.
func (b *builder) tags(n *node) []any {
	switch n.kind {
	case literalNode:
		return n.values
	case checkNode, notedNode:
		return b.tags(n.inner)
	case refNode:
		if b.family(n.class.class) == enumClass {
			var out []any
			for _, m := range b.enumMembers(n.class.class) {
				out = append(out, m.value)
			}
			return out
		}
	}
	return nil
}

// generatedAlias is what the alias generators of pydantic make of a name.
func generatedAlias(generator, name string) string {
	switch generator {
	case "to_pascal":
		return pascal(name)
	case "to_camel":
		if camelRule.MatchString(name) && !digitLower.MatchString(name) {
			return name
		}
		return leadingUpper.ReplaceAllStringFunc(pascal(name), strings.ToLower)
	case "to_snake":
		for _, r := range snakeRules {
			name = r.ReplaceAllString(name, "${1}_${2}")
		}
		return strings.ToLower(strings.ReplaceAll(name, "-", "_"))
	}
	return name
}

var (
	camelRule    = regexp.MustCompile(`^[a-z]+[A-Za-z0-9]*$`)
	digitLower   = regexp.MustCompile(`[0-9][a-z]`)
	leadingUpper = regexp.MustCompile(`^_*[A-Z]`)
	snakeRules   = []*regexp.Regexp{regexp.MustCompile(`([A-Z]+)([A-Z][a-z])`), regexp.MustCompile(`([a-z])([A-Z])`),
		regexp.MustCompile(`([0-9])([A-Z])`), regexp.MustCompile(`([a-z])([0-9])`)}
)

// pascal takes out the underscores between words.
func pascal(name string) string {
	letters := []rune(pyTitle(name))
	var out strings.Builder
	for i, r := range letters {
		isWord := func(r rune) bool { return r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' }
		if r == '_' && i > 0 && i+1 < len(letters) && isWord(letters[i+1]) &&
			(isWord(letters[i-1]) || letters[i-1] >= 'a' && letters[i-1] <= 'z') {
			continue
		}
		out.WriteRune(r)
	}
	return out.String()
}
