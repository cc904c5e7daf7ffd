package manifest

import (
	"context"
	"encoding/json"
	"regexp"
	"slices"

	"plugforge/internal/pysyntax"
)

// schema reads a key that holds a schema: a pydantic class of the file, what
// its model_json_schema() gives, or a dictionary that is a schema already.
func (r *reader) schema(key string, into *json.RawMessage) {
	g, ok := r.values[key]
	if !ok {
		return
	}
	e := g.value
	if call, ok := e.(*pysyntax.Call); ok && len(call.Args) == 0 && len(call.Keywords) == 0 {
		if attr, ok := call.Fun.(*pysyntax.Attr); ok && (attr.Name == "model_json_schema" || attr.Name == "schema") {
			e = attr.X
		}
	}
	b := newBuilder(r.ctx, r.source)
	e = b.unaliased(e)
	if in := b.instanceOf(e, nil); in != nil {
		if b.family(in.class) == modelClass {
			*into = b.whole(in)
		} else {
			r.add(e, "not-a-model", key, ": the class ", in.name, " is not a pydantic model: derive it from pydantic.BaseModel")
		}
		return
	}
	if name, ok := e.(*pysyntax.Name); ok {
		if value, _ := r.names.Constant(name, r.names.Module); value == nil {
			r.add(e, "unknown-value", key, ": ", name.ID, " is neither a pydantic class nor a constant of this file: define the class in manifest.py")
			return
		}
	}
	v, ok := r.fold(key, e)
	if !ok || v.V == nil {
		return
	}
	if _, isDict := v.V.([]pysyntax.Entry); !isDict {
		r.add(v.At, "wrong-type", key, " must be a pydantic class or a dictionary, not ", pysyntax.Describe(v.At))
		return
	}
	*into = r.raw(v)
}

// builder makes one JSON Schema, equal to what model_json_schema() of pydantic
// 2.14 gives for the class.
type builder struct {
	*source
	ctx    context.Context
	models map[string]*model // by the instance's name
	defs   object            // $defs
	begun  map[string]*pysyntax.Class
	config config // of the model that is being written
	top    *pysyntax.Class
	enums  map[*pysyntax.Class][]enumMember
	depth  int // of types within each other

	notedRefs []notedRef
}

func newBuilder(ctx context.Context, s *source) *builder {
	return &builder{source: s, ctx: ctx, models: map[string]*model{}, begun: map[string]*pysyntax.Class{},
		enums: map[*pysyntax.Class][]enumMember{}}
}

// whole is the schema of a class with all it refers to.
func (b *builder) whole(in *instance) json.RawMessage {
	b.top = in.class
	top := b.reference(in)
	name := in.definition()
	recursive := b.countRefs(top)[name] > 1
	b.unsureRefs(name, recursive)
	if !recursive {
		top, _ = b.defs.get(name).(object)
	}
	out := slices.Clone(top)
	used := b.countRefs(top)
	defs := object{}
	for _, m := range b.defs {
		if used[m.key] > 0 {
			defs = append(defs, m)
		}
	}
	if len(defs) > 0 {
		out = out.with("$defs", defs)
	}
	text, err := json.Marshal(sorted(out, ""))
	if err != nil {
		b.add(in.class, "not-json", "the class ", in.name, " has no form in JSON")
		return json.RawMessage("{}")
	}
	return text
}

const refPrefix = "#/$defs/"

// reference is a $ref to a model or enum of the file, which is defined on the
// way.
func (b *builder) reference(in *instance) object {
	name := in.definition()
	ref := object{{"$ref", refPrefix + name}}
	if other, ok := b.begun[name]; ok {
		if other != in.class {
			b.add(in.class, "unknown-type", "the classes ", in.name, " and ", other.Name, " get the same name in the schema: rename one")
		}
		return ref
	}
	b.begun[name] = in.class
	outer := b.config
	var o object
	if b.family(in.class) == enumClass {
		o = b.enum(in.class)
	} else {
		o = b.writeModel(b.model(in))
	}
	b.config = outer
	b.defs = b.defs.with(name, o)
	return ref
}

// countRefs counts how often a schema, and what it refers to, refers to each
// definition.
func (b *builder) countRefs(top object) map[string]int {
	counts := map[string]int{}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case object:
			for _, m := range v {
				if text, ok := m.value.(string); ok && m.key == "$ref" && len(text) > len(refPrefix) {
					name := text[len(refPrefix):]
					if counts[name]++; counts[name] == 1 {
						walk(b.defs.get(name))
					}
				}
				if _, list := m.value.([]any); m.key != "examples" || !list {
					walk(m.value)
				}
			}
		case []object:
			for _, o := range v {
				walk(o)
			}
		case []any:
			for _, o := range v {
				walk(o)
			}
		}
	}
	walk(top)
	return counts
}

// instance is a class, and for a generic one with what it is made of.
type instance struct {
	class *pysyntax.Class
	name  string           // Box[int]
	env   map[string]*node // what its type variables stand for
}

var notInNames = regexp.MustCompile(`[^a-zA-Z0-9.\-_]+`)

// definition is the class's name below $defs.
func (in *instance) definition() string { return notInNames.ReplaceAllString(in.name, "_") }

// writeModel is the schema of one model without its $defs.
func (b *builder) writeModel(m *model) object {
	b.config = m.config
	var o object
	if m.root != nil {
		o = b.writeRoot(m)
	} else {
		o = object{{"type", "object"}}
		properties, required, index := object{}, []any{}, map[string]int{}
		for _, f := range m.fields {
			name := f.property(m.config)
			properties = properties.put(index, name, b.writeField(m, f, name))
			if f.required() {
				required = append(required, name)
			}
		}
		o = o.with("properties", properties)
		if len(required) > 0 {
			o = o.with("required", required)
		}
	}
	o = b.aboutClass(m, o)
	if m.root != nil {
		for _, n := range m.root.notes() {
			if n.key != "description" || m.doc == nil {
				o = o.with(n.key, n.value)
			}
		}
	}
	return o
}

// aboutClass adds what the class says beside its fields.
func (b *builder) aboutClass(m *model, o object) object {
	if !o.has("title") {
		o = o.with("title", m.in.name)
		if m.config.title != nil {
			o = o.with("title", m.config.title)
		}
	}
	if m.doc != nil && !o.has("description") {
		o = o.with("description", *m.doc)
	}
	if m.config.extra != nil && !o.has("additionalProperties") {
		o = o.with("additionalProperties", *m.config.extra)
	}
	for _, e := range m.config.schemaExtra {
		o = o.with(e.key, e.value)
	}
	if m.deprecated {
		o = o.with("deprecated", true)
	}
	return o
}

func (b *builder) writeRoot(m *model) object {
	f := m.root
	o := b.write(f.typ)
	if v, ok := f.info["default"]; ok {
		o = o.with("default", v)
	}
	return o
}

// writeField is a property's schema.
func (b *builder) writeField(m *model, f *field, name string) object {
	o := b.write(f.typ)
	if v, ok := f.info["default"]; ok {
		o = o.with("default", v)
	}
	for _, n := range f.notes() {
		o = o.with(n.key, n.value)
	}
	if f.typ.titled() && !o.has("title") {
		o = o.with("title", titleOf(name))
	}
	ref, isRef := o.get("$ref").(string)
	if !isRef || len(ref) <= len(refPrefix) {
		return o
	}
	b.notedRefs = append(b.notedRefs, notedRef{m.in.definition(), ref[len(refPrefix):], f, o})
	// What repeats the definition's words is left out.
	def, _ := b.defs.get(ref[len(refPrefix):]).(object)
	return slices.DeleteFunc(slices.Clone(o), func(m member) bool { return repeats(m, def) })
}

func repeats(m member, def object) bool {
	return m.key != "$ref" && def.has(m.key) && jsonText(def.get(m.key)) == jsonText(m.value)
}

// notedRef is a field that refers to a definition and says more.
type notedRef struct {
	in, to string // definitions
	field  *field
	schema object
}

// unsureRefs refuses a field that repeats what its class says where it hangs on
// the order in which pydantic writes definitions whether the words are kept:
// it is told only for fields of the class itself and for classes that are
// written before it.
func (b *builder) unsureRefs(top string, recursive bool) {
	for _, r := range b.notedRefs {
		if r.in == r.to || r.in == top && !recursive {
			continue
		}
		def, _ := b.defs.get(r.to).(object)
		for _, m := range r.schema {
			if repeats(m, def) {
				b.add(r.field.at, "unknown-field", "the ", m.key, " of the field ", r.field.name, " repeats that of its class ", r.to, ": leave it out, or change it")
			}
		}
	}
}
