package manifest

import (
	"encoding/json"
	"strings"

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
	if class := r.class(e); class != nil {
		b := &builder{source: r.source, defs: object{}, state: map[*pysyntax.Class]int{}}
		if b.isModel(class) {
			*into = b.whole(class)
		} else {
			r.add(e, "not-a-model", key, ": the class ", class.Name, " is not a pydantic model: derive it from pydantic.BaseModel")
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

// builder makes one JSON Schema in the shape that pydantic 2 gives.
type builder struct {
	*source
	defs  object // $defs, by class name
	state map[*pysyntax.Class]int
	used  map[*pysyntax.Class]bool // classes that something refers to
}

// The states of a class in builder.state.
const (
	unseen = iota
	started
	done
)

// whole is the schema of a class with all it refers to.
func (b *builder) whole(c *pysyntax.Class) json.RawMessage {
	b.used = map[*pysyntax.Class]bool{}
	b.state[c] = started
	top := b.model(c)
	b.state[c] = done
	out := object{}
	if b.used[c] { // the model refers to itself
		b.defs = b.defs.with(c.Name, top)
		top = object{}.with("$ref", "#/$defs/"+c.Name)
	}
	if len(b.defs) > 0 {
		b.defs.sort()
		out = out.with("$defs", b.defs)
	}
	out = append(out, top...)
	text, err := json.Marshal(out)
	if err != nil {
		b.add(c, "not-json", "the class ", c.Name, " has no form in JSON")
		return json.RawMessage("{}")
	}
	return text
}

// reference is a $ref to a model or enum of the file, which is defined on the
// way.
func (b *builder) reference(c *pysyntax.Class) object {
	b.used[c] = true
	if b.state[c] == unseen {
		b.state[c] = started
		var o object
		if b.isModel(c) {
			o = b.model(c)
		} else {
			o = b.enum(c)
		}
		b.defs = b.defs.with(c.Name, o)
		b.state[c] = done
	}
	return object{}.with("$ref", "#/$defs/"+c.Name)
}

// baseOf tells what a class derives from, in the end: "model", "enum", or
// nothing that is known.
func (b *builder) baseOf(c *pysyntax.Class, seen map[*pysyntax.Class]bool) string {
	if seen[c] {
		return ""
	}
	seen[c] = true
	kind := ""
	for _, base := range c.Bases {
		if inner := b.class(base); inner != nil {
			kind = b.baseOf(inner, seen)
			continue
		}
		for _, o := range b.names.Origins(base, b.names.Module) {
			switch o {
			case "pydantic.BaseModel", "pydantic.main.BaseModel":
				kind = "model"
			case "enum.Enum", "enum.StrEnum", "enum.IntEnum":
				kind = "enum"
			}
		}
	}
	return kind
}

func (b *builder) isModel(c *pysyntax.Class) bool {
	return b.baseOf(c, map[*pysyntax.Class]bool{}) == "model"
}

func (b *builder) isEnum(c *pysyntax.Class) bool {
	return b.baseOf(c, map[*pysyntax.Class]bool{}) == "enum"
}

// model is the schema of one class without its $defs.
func (b *builder) model(c *pysyntax.Class) object {
	var body modelBody
	b.gather(c, &body, 0)
	o := object{}
	if body.extra != nil {
		o = o.with("additionalProperties", body.extra)
	}
	if text := docstring(c.Body); text != "" {
		o = o.with("description", text)
	}
	o = o.with("properties", body.properties)
	if len(body.required) > 0 {
		o = o.with("required", body.required)
	}
	title := c.Name
	if body.title != "" {
		title = body.title
	}
	return o.with("title", title).with("type", "object")
}

// modelBody collects the fields of a class and its bases.
type modelBody struct {
	properties object
	required   []string
	names      map[string]string // field name to property, for overriding
	extra      any               // of model_config: false, true or nil
	title      string
}

// gather adds the fields of the bases, then those of the class.
func (b *builder) gather(c *pysyntax.Class, body *modelBody, depth int) {
	if body.properties == nil {
		body.properties, body.names = object{}, map[string]string{}
	}
	if depth > 20 {
		b.add(c, "unknown-type", "the class ", c.Name, " has too many bases in a row, or derives from itself")
		return
	}
	for i := len(c.Bases) - 1; i >= 0; i-- {
		inner := b.class(c.Bases[i])
		switch {
		case inner != nil:
			b.gather(inner, body, depth+1)
		case !b.isPlainBase(c.Bases[i]):
			b.add(c.Bases[i], "unknown-type", "the base ", b.file.Text(c.Bases[i]), " of ", c.Name, " is not followed: define its fields here")
		}
	}
	body.title = ""
	for _, k := range c.Keywords {
		b.add(k, "unknown-type", "the class keyword ", k.Name, " is not read: use model_config")
	}
	for _, stmt := range c.Body {
		b.member(c, stmt, body)
	}
}

func (b *builder) isPlainBase(base pysyntax.Expr) bool {
	for _, o := range b.names.Origins(base, b.names.Module) {
		if o == "pydantic.BaseModel" || o == "pydantic.main.BaseModel" {
			return true
		}
	}
	return false
}

// member reads one statement of a model's body.
func (b *builder) member(c *pysyntax.Class, stmt pysyntax.Stmt, body *modelBody) {
	switch s := stmt.(type) {
	case *pysyntax.AnnAssign:
		if name, ok := s.Target.(*pysyntax.Name); ok {
			b.field(name, s, body)
			return
		}
	case *pysyntax.Assign:
		if name, ok := s.Targets[0].(*pysyntax.Name); ok && name.ID == "model_config" && len(s.Targets) == 1 {
			b.config(s.Value, body)
			return
		} else if ok && strings.HasPrefix(name.ID, "_") {
			return // private: no field
		}
	case *pysyntax.Class:
		if s.Name == "Config" {
			b.innerConfig(s, body)
			return
		}
	case *pysyntax.Func:
		if !b.changesSchema(s) {
			return // validators and methods
		}
	case *pysyntax.Simple:
		return
	case *pysyntax.ExprStmt:
		if k, ok := s.X.(*pysyntax.Const); ok && (k.Kind == pysyntax.Str || k.Kind == pysyntax.Ellipsis) {
			return
		}
	}
	b.add(stmt, "unknown-field", pysyntax.Describe(stmt), " in the model ", c.Name, " is not read: write fields as name: type = default")
}

// changesSchema tells the methods by which a model changes its own schema.
func (b *builder) changesSchema(f *pysyntax.Func) bool {
	return f.Name == "__get_pydantic_json_schema__" || f.Name == "__get_pydantic_core_schema__" || f.Name == "model_json_schema"
}

// config reads model_config.
func (b *builder) config(e pysyntax.Expr, body *modelBody) {
	if call, ok := e.(*pysyntax.Call); ok && len(call.Args) == 0 {
		for _, k := range call.Keywords {
			b.option(k.Name, k, k.Value, body)
		}
		return
	}
	if d, ok := e.(*pysyntax.Dict); ok {
		for i, key := range d.Keys {
			name, ok := "", false
			if key != nil {
				name, ok = b.names.FoldString(key, b.names.Module)
			}
			if !ok {
				b.add(d.Values[i], "unknown-config", "a key of model_config is not read: write it as a string")
				continue
			}
			b.option(name, d.Values[i], d.Values[i], body)
		}
		return
	}
	b.add(e, "unknown-config", "model_config must be ConfigDict(…) or a dictionary")
}

func (b *builder) innerConfig(c *pysyntax.Class, body *modelBody) {
	for _, stmt := range c.Body {
		switch s := stmt.(type) {
		case *pysyntax.Assign:
			if name, ok := s.Targets[0].(*pysyntax.Name); ok && len(s.Targets) == 1 {
				b.option(name.ID, s, s.Value, body)
				continue
			}
		case *pysyntax.Simple:
			continue
		case *pysyntax.ExprStmt:
			if k, ok := s.X.(*pysyntax.Const); ok && k.Kind == pysyntax.Str {
				continue
			}
		}
		b.add(stmt, "unknown-config", "this part of Config is not read: write options as name = value")
	}
}

// option reads one option of model_config. Those that do not show in the
// schema are let through by name; others are not guessed at.
func (b *builder) option(name string, at pysyntax.Node, e pysyntax.Expr, body *modelBody) {
	switch name {
	case "extra":
		v, bad := b.names.Fold(e, b.names.Module)
		text, _ := v.V.(string)
		switch {
		case bad == nil && text == "forbid":
			body.extra = false
		case bad == nil && text == "allow":
			body.extra = true
		case bad == nil && text == "ignore":
			body.extra = nil
		default:
			b.add(e, "unknown-config", "extra must be \"forbid\", \"allow\" or \"ignore\"")
		}
	case "title":
		v, bad := b.names.Fold(e, b.names.Module)
		text, ok := v.V.(string)
		if bad != nil || !ok {
			b.add(e, "unknown-config", "title must be a string")
		}
		body.title = text
	case "arbitrary_types_allowed", "validate_assignment", "validate_default", "populate_by_name", "validate_by_name",
		"frozen", "str_strip_whitespace", "protected_namespaces", "from_attributes", "strict", "revalidate_instances",
		"hide_input_in_errors", "str_to_lower", "str_to_upper", "orm_mode", "allow_population_by_field_name", "coerce_numbers_to_str":
	default:
		b.add(at, "unknown-config", "the option ", name, " of model_config is not read: remove it, or write the schema as a dictionary")
	}
}

// docstring is the cleaned first string of a body.
func docstring(body []pysyntax.Stmt) string {
	if len(body) == 0 {
		return ""
	}
	s, ok := body[0].(*pysyntax.ExprStmt)
	if !ok {
		return ""
	}
	k, ok := s.X.(*pysyntax.Const)
	if !ok || k.Kind != pysyntax.Str {
		return ""
	}
	return cleanDoc(k.Text)
}

// cleanDoc takes indentation off as inspect.cleandoc does.
func cleanDoc(text string) string {
	lines := strings.Split(strings.ReplaceAll(text, "\t", "        "), "\n")
	margin := -1
	for _, l := range lines[1:] {
		if body := strings.TrimLeft(l, " "); body != "" {
			if indent := len(l) - len(body); margin < 0 || indent < margin {
				margin = indent
			}
		}
	}
	lines[0] = strings.TrimLeft(lines[0], " ")
	for i := 1; i < len(lines) && margin > 0; i++ {
		lines[i] = lines[i][min(margin, len(lines[i])):]
	}
	for len(lines) > 0 && strings.TrimSpace(lines[len(lines)-1]) == "" {
		lines = lines[:len(lines)-1]
	}
	for len(lines) > 0 && strings.TrimSpace(lines[0]) == "" {
		lines = lines[1:]
	}
	return strings.Join(lines, "\n")
}
