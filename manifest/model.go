package manifest

import (
	"slices"
	"strings"

	"plugforge/internal/pysyntax"
)

// model is what is known of one pydantic class.
type model struct {
	in         *instance
	fields     []*field // the bases' first
	root       *field   // of a RootModel
	config     config
	doc        *string
	deprecated bool
}

func (m *model) field(name string) *field {
	for _, f := range m.fields {
		if f.name == name {
			return f
		}
	}
	return nil
}

// model reads a class, once.
func (b *builder) model(in *instance) *model {
	if m := b.models[in.name]; m != nil {
		return m
	}
	m := &model{in: in}
	b.models[in.name] = m
	order := b.linear(in, 0)
	if order == nil {
		return m
	}
	inherited := map[string]*field{}
	bases := b.bases(in)
	for _, base := range slices.Backward(bases) {
		parent := b.model(base)
		for _, f := range parent.fields {
			inherited[f.name] = f
		}
		if parent.root != nil {
			m.root = parent.root
		}
	}
	for _, base := range bases {
		m.config = m.config.under(b.model(base).config)
	}
	b.classWords(in, m)
	own := b.body(in, m)
	var names []string
	last := map[string]*instance{} // which class has annotated a name last
	for _, c := range slices.Backward(order) {
		for _, name := range annotated(c.class) {
			if last[name] == nil {
				names = append(names, name)
			}
			last[name] = c
		}
	}
	if !b.spend(in.class, typeCost*len(names)) {
		return m
	}
	for _, name := range names {
		f := own[name]
		if f == nil && last[name] != in {
			f = inherited[name]
		}
		if f != nil {
			m.fields = append(m.fields, f)
		}
	}
	b.rootOf(in, m)
	return m
}

// classWords reads docstring, decorators and keywords of a class.
func (b *builder) classWords(in *instance, m *model) {
	c := in.class
	if text, ok := docstring(c.Body); ok && in.env == nil {
		m.doc = &text
	}
	for _, d := range c.Decorators {
		e := d
		if call, ok := d.(*pysyntax.Call); ok {
			e = call.Fun
		}
		switch b.originOf(e) {
		case "typing.final":
		case "typing.deprecated", "warnings.deprecated":
			m.deprecated = true
		default:
			b.add(d, "unknown-config", "the decorator ", b.shown(e), " of ", c.Name, " is not read: remove it, or write the schema as a dictionary")
		}
	}
	if len(c.TypeParams) > 0 {
		b.add(c, "unknown-type", "type parameters of a class need Python 3.12: write class ", c.Name, "(BaseModel, Generic[T])")
	}
}

// rootOf finds the type of a RootModel: in its base's brackets, or the field
// root.
func (b *builder) rootOf(in *instance, m *model) {
	if f := m.field("root"); f != nil && b.isRoot(in.class, 0) {
		m.root = f
	}
	if in.env != nil {
		return
	}
	for _, base := range in.class.Bases {
		sub, ok := base.(*pysyntax.Subscript)
		if ok && b.originOf(sub.X) == "pydantic.RootModel" && m.field("root") == nil {
			typ, info := b.annotation(sub.Index, nil)
			m.root = b.discriminated(base, &field{name: "root", at: base, typ: typ, info: info})
		}
	}
	if m.root == nil && b.isRoot(in.class, 0) {
		b.add(in.class, "unknown-type", "the RootModel ", in.name, " has no type: write class ", in.name, "(RootModel[…])")
		m.root = &field{name: "root", at: in.class, typ: &node{kind: anyNode}, info: info{}}
	}
}

func (b *builder) isRoot(c *pysyntax.Class, depth int) bool {
	for _, base := range c.Bases {
		if sub, ok := base.(*pysyntax.Subscript); ok {
			base = sub.X
		}
		if b.originOf(base) == "pydantic.RootModel" {
			return true
		}
		if inner := b.class(base); inner != nil && depth < 20 && b.isRoot(inner, depth+1) {
			return true
		}
	}
	return false
}

// body reads the statements of a class: its fields by name, and its options.
func (b *builder) body(in *instance, m *model) map[string]*field {
	own := map[string]*field{}
	bound := map[string]bool{} // names that the body itself gives a value, and so hides
	var last *field
	for _, stmt := range in.class.Body {
		if s := stringStatement(stmt); s != nil && last != nil && last.doc == nil {
			text := cleanDoc(s.Text)
			last.doc = &text
			continue
		}
		last = nil
		if s, ok := stmt.(*pysyntax.AnnAssign); ok {
			if name, ok := s.Target.(*pysyntax.Name); ok {
				if s.Value != nil {
					bound[name.ID] = true
				}
				b.shadowed(s, bound)
				if f := b.field(name, s, in); f != nil {
					own[name.ID], last = f, f
				}
				continue
			}
		}
		b.member(in.class, stmt, m, bound)
	}
	for _, k := range in.class.Keywords { // these win over model_config
		b.option(k.Name, k, k.Value, &m.config)
	}
	return own
}

// shadowed refuses a name in a field that the class's body has given another
// meaning: Python would take that one.
func (b *builder) shadowed(s *pysyntax.AnnAssign, bound map[string]bool) {
	for _, part := range []pysyntax.Expr{s.Type, s.Value} {
		if part == nil {
			continue
		}
		pysyntax.Walk(part, func(n pysyntax.Node) bool {
			if name, ok := n.(*pysyntax.Name); ok && bound[name.ID] {
				b.add(n, "unknown-type", "the name ", name.ID, " is also given a value in this class, and Python would take that: rename one of the two")
			}
			return true
		})
	}
}

// member reads what is no field.
func (b *builder) member(c *pysyntax.Class, stmt pysyntax.Stmt, m *model, bound map[string]bool) {
	switch s := stmt.(type) {
	case *pysyntax.Assign:
		if name, ok := s.Targets[0].(*pysyntax.Name); ok && len(s.Targets) == 1 {
			bound[name.ID] = true
			if name.ID == "model_config" {
				b.modelConfig(s.Value, &m.config)
				return
			} else if strings.HasPrefix(name.ID, "_") {
				return // private: no field
			}
		}
	case *pysyntax.Class:
		bound[s.Name] = true
		if s.Name == "Config" {
			b.innerConfig(s, &m.config)
			return
		}
		b.add(stmt, "unknown-field", "the class ", s.Name, " inside the model ", c.Name, " is not read: move it to the top level")
		return
	case *pysyntax.Func:
		bound[s.Name] = true
		b.method(c, s)
		return
	case *pysyntax.Simple:
		return
	case *pysyntax.ExprStmt:
		if k, ok := s.X.(*pysyntax.Const); ok && (k.Kind == pysyntax.Str || k.Kind == pysyntax.Ellipsis) {
			return
		}
	}
	b.add(stmt, "unknown-field", pysyntax.Describe(stmt), " in the model ", c.Name, " is not read: write fields as name: type = default")
}

// method refuses what changes the schema: validators that replace a field's
// type, and the methods that make the schema themselves.
func (b *builder) method(c *pysyntax.Class, f *pysyntax.Func) {
	switch f.Name {
	case "__get_pydantic_json_schema__", "__get_pydantic_core_schema__", "model_json_schema", "schema", "__class_getitem__", "model_parametrized_name":
		b.add(f, "unknown-field", "the function ", f.Name, " in the model ", c.Name, " makes a schema of its own, which is not run: write the schema as a dictionary")
	}
	for _, d := range f.Decorators {
		call, ok := d.(*pysyntax.Call)
		if !ok || b.originOf(call.Fun) != "pydantic.field_validator" {
			continue
		}
		for _, k := range call.Keywords {
			mode, _ := b.constantText(k.Value)
			if k.Name == "json_schema_input_type" || k.Name == "" || k.Name == "mode" && mode != "before" && mode != "after" && mode != "wrap" {
				b.add(k, "unknown-field", "this validator takes another type than the field's, which is not read: use mode=\"before\" or mode=\"after\" alone")
			}
		}
	}
}
