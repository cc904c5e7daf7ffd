package manifest

import (
	"slices"
	"strings"

	"plugforge/internal/pysyntax"
)

// family tells what a class of the file is, in the end.
type family uint8

const (
	plainClass family = iota
	modelClass
	enumClass
)

// family looks through the bases. A class that is derived from itself is plain.
func (b *builder) family(c *pysyntax.Class) family {
	return b.familyOf(c, map[*pysyntax.Class]bool{})
}

func (b *builder) familyOf(c *pysyntax.Class, seen map[*pysyntax.Class]bool) family {
	if seen[c] {
		return plainClass
	}
	seen[c] = true
	for _, base := range c.Bases {
		if sub, ok := base.(*pysyntax.Subscript); ok {
			base = sub.X
		}
		if inner := b.class(base); inner != nil {
			if kind := b.familyOf(inner, seen); kind != plainClass {
				return kind
			}
			continue
		}
		switch b.originOf(base) {
		case "pydantic.BaseModel", "pydantic.RootModel":
			return modelClass
		case "enum.Enum", "enum.StrEnum", "enum.IntEnum":
			return enumClass
		}
	}
	return plainClass
}

// originOf is the one thing that an expression denotes, under the name that
// people import it by; "" if there is none or more than one.
func (b *builder) originOf(e pysyntax.Expr) string {
	if t, ok := e.(*typeName); ok {
		return t.origin
	}
	origins := b.names.Origins(e, b.names.Module)
	if len(origins) != 1 {
		return ""
	}
	origin := strings.Replace(origins[0], "typing_extensions.", "typing.", 1)
	if rest, ok := strings.CutPrefix(origin, "pydantic."); ok {
		if module, name, ok := strings.Cut(rest, "."); ok && slices.Contains([]string{"main", "types", "networks", "fields", "config",
			"root_model", "functional_validators", "functional_serializers", "json_schema", "aliases"}, module) {
			return "pydantic." + name
		}
	}
	return strings.TrimPrefix(origin, "builtins.")
}

// instanceOf is the class of the file that an expression names, with what
// stands in brackets behind it; nil for everything else.
func (b *builder) instanceOf(e pysyntax.Expr, env map[string]*node) *instance {
	if c := b.class(e); c != nil {
		return &instance{class: c, name: c.Name}
	}
	sub, ok := e.(*pysyntax.Subscript)
	if !ok {
		return nil
	}
	c := b.class(sub.X)
	if c == nil || b.family(c) != modelClass {
		return nil
	}
	return b.parametrized(c, sub, env)
}

// parametrized is a generic class with its type variables filled in.
func (b *builder) parametrized(c *pysyntax.Class, sub *pysyntax.Subscript, env map[string]*node) *instance {
	variables := b.variables(c)
	args := arguments(sub)
	in := &instance{class: c, env: map[string]*node{}}
	if len(variables) != len(args) {
		b.add(sub, "unknown-type", c.Name, " takes ", itoa(len(variables)), " types in brackets, which its base Generic[…] names")
		return &instance{class: c, name: c.Name}
	}
	var names []string
	own := 0 // arguments that are the class's own variables, still open
	for i, a := range args {
		if name, ok := a.(*pysyntax.Name); ok && name.ID == variables[i] && env[name.ID] == nil {
			own++
		}
	}
	if own == len(args) {
		return &instance{class: c, name: c.Name}
	}
	for i, a := range args {
		n := b.typeOf(a, env)
		in.env[variables[i]] = n
		name := b.displayed(a, n)
		if name == "" {
			b.add(a, "unknown-type", "the type ", b.shown(a), " in the brackets of ", c.Name,
				" is not read: use str, int, float, bool, or a class of this file")
		}
		names = append(names, name)
	}
	if in.name = c.Name + "[" + strings.Join(names, ", ") + "]"; len(in.name) > 300 {
		b.add(sub, "unknown-type", c.Name, " fills itself in without end, or with too many classes within each other: write the class that is meant")
		return &instance{class: c, name: c.Name}
	}
	return in
}

// displayed is how pydantic writes a type into the name of a generic class.
func (b *builder) displayed(e pysyntax.Expr, n *node) string {
	if n.kind == refNode {
		return n.class.name
	}
	origin := b.originOf(e)
	if name, ok := e.(*pysyntax.Name); ok && b.typeVar(name) != nil {
		origin = ""
	}
	if name := map[kind]string{strNode: "str", intNode: "int", floatNode: "float", boolNode: "bool", bytesNode: "bytes"}[n.kind]; name != "" &&
		len(n.limits) == 0 && (origin == name || origin == "") {
		return name
	}
	return ""
}

// variables are the type variables of a generic class, in their order.
func (b *builder) variables(c *pysyntax.Class) []string {
	var out []string
	add := func(e pysyntax.Expr) {
		if name, ok := e.(*pysyntax.Name); ok && b.typeVar(name) != nil && !slices.Contains(out, name.ID) {
			out = append(out, name.ID)
		}
	}
	for _, base := range c.Bases {
		if sub, ok := base.(*pysyntax.Subscript); ok && b.originOf(sub.X) == "typing.Generic" {
			for _, a := range arguments(sub) {
				add(a)
			}
			return out
		}
	}
	for _, base := range c.Bases {
		if sub, ok := base.(*pysyntax.Subscript); ok {
			for _, a := range arguments(sub) {
				add(a)
			}
		}
	}
	return out
}

// typeVar is the call that makes a type variable; nil if the name is none.
func (b *builder) typeVar(name *pysyntax.Name) *pysyntax.Call {
	value, _ := b.names.Constant(name, b.names.Module)
	call, ok := value.(*pysyntax.Call)
	if !ok || b.originOf(call.Fun) != "typing.TypeVar" {
		return nil
	}
	return call
}

// bases are the classes of the file that a model derives from, in their order.
// Others are BaseModel and its like, or refused.
func (b *builder) bases(in *instance) []*instance {
	var out []*instance
	if in.env != nil { // Box[int] is derived from Box
		return []*instance{{class: in.class, name: in.class.Name}}
	}
	for _, base := range in.class.Bases {
		if inner := b.instanceOf(base, in.env); inner != nil {
			if b.family(inner.class) == modelClass {
				out = append(out, inner)
			} else if hasAnnotations(inner.class) || len(inner.class.Bases) > 0 {
				b.add(base, "unknown-type", "the base ", inner.name, " of ", in.name, " is not followed: derive it from pydantic.BaseModel")
			}
			continue
		}
		name := base
		if sub, ok := base.(*pysyntax.Subscript); ok {
			name = sub.X
		}
		switch b.originOf(name) {
		case "pydantic.BaseModel", "pydantic.RootModel", "typing.Generic", "abc.ABC", "object":
		default:
			b.add(base, "unknown-type", "the base ", b.shown(base), " of ", in.name, " is not followed: define its fields here")
		}
	}
	return out
}

func hasAnnotations(c *pysyntax.Class) bool { return len(annotated(c)) > 0 }

// annotated are the names that a class's body annotates, in their order.
func annotated(c *pysyntax.Class) []string {
	var out []string
	seen := map[string]bool{}
	for _, stmt := range c.Body {
		if s, ok := stmt.(*pysyntax.AnnAssign); ok {
			if name, ok := s.Target.(*pysyntax.Name); ok && !seen[name.ID] {
				seen[name.ID] = true
				out = append(out, name.ID)
			}
		}
	}
	return out
}

// linear is Python's order of a class and all it derives from, the class
// first; nil if the bases contradict each other.
func (b *builder) linear(in *instance, depth int) []*instance {
	if depth > 20 {
		b.add(in.class, "unknown-type", "the class ", in.name, " has too many bases in a row, or derives from itself")
		return nil
	}
	bases := b.bases(in)
	if len(bases) > 20 {
		b.add(in.class, "unknown-type", "the class ", in.name, " has more than 20 bases, which is not read: write its fields in it")
		return nil
	}
	lists := [][]*instance{}
	for _, base := range bases {
		lists = append(lists, b.linear(base, depth+1))
	}
	lists = append(lists, bases)
	out := []*instance{in}
	for {
		lists = slices.DeleteFunc(lists, func(l []*instance) bool { return len(l) == 0 })
		if len(lists) == 0 {
			return out
		}
		next := firstFree(lists)
		if next == nil {
			b.add(in.class, "unknown-type", "Python finds no order for the bases of ", in.name, ": change their order")
			return nil
		}
		out = append(out, next)
		for i, l := range lists {
			lists[i] = slices.DeleteFunc(slices.Clone(l), func(o *instance) bool { return o.name == next.name })
		}
	}
}

// firstFree is the first head that stands in no list's tail.
func firstFree(lists [][]*instance) *instance {
	for _, l := range lists {
		head := l[0]
		if !slices.ContainsFunc(lists, func(o []*instance) bool {
			return slices.ContainsFunc(o[1:], func(x *instance) bool { return x.name == head.name })
		}) {
			return head
		}
	}
	return nil
}
