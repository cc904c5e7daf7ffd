package scanner

import (
	"regexp"
	"slices"
	"strings"

	"plugforge/internal/pysyntax"
)

// plainType is what a quoted annotation may be: names, dots, brackets, | and
// strings of Literal.
var plainType = regexp.MustCompile(`^[\pL\pN_.,|\[\]\s'"]*$`)

// annotation judges the strings in a type: libraries evaluate them.
func (c *checker) annotation(t pysyntax.Expr, s *pysyntax.Scope) {
	if t == nil {
		return
	}
	pysyntax.Walk(t, func(n pysyntax.Node) bool {
		switch n := n.(type) {
		case *pysyntax.Name, *pysyntax.BinOp, *pysyntax.FString:
			c.typeText(n.(pysyntax.Expr), s)
		case *pysyntax.Call:
			c.typeText(n, s)
			if c.isComputed(n, s) {
				c.add(n, annotations, "a type that a call computes")
			}
			return false // Field(…) in Annotated: no type
		case *pysyntax.Subscript:
			c.typed[n] = true
			c.typeText(n, s)
			if c.isMade(n.X, s) {
				c.add(n, annotations, "a type that is looked up in what the file makes")
				return false
			}
			switch typeName(n.X) {
			case "Literal":
				return false
			case "Annotated":
				if args, ok := n.Index.(*pysyntax.Seq); ok && len(args.Items) > 0 {
					c.annotation(args.Items[0], s)
				}
				return false
			}
			return !c.isForeign(n.X, s)
		case *pysyntax.Const:
			if n.Kind == pysyntax.Str && (!plainType.MatchString(n.Text) || strings.Contains(n.Text, "__")) {
				c.add(n, annotations, "code in a quoted annotation")
			}
		}
		return true
	})
}

// isComputed tells of calls in annotations that could give any text: those of
// the file's own functions, and of the standard library beside typing.
func (c *checker) isComputed(call *pysyntax.Call, s *pysyntax.Scope) bool {
	origins := c.names.Origins(call.Fun, s)
	return len(origins) == 0 || slices.ContainsFunc(origins, func(o string) bool {
		root, _, _ := strings.Cut(o, ".")
		return root[0] == '?' || stdlib[root] && root != "typing" && root != "builtins" && root != "dataclasses"
	})
}

// isMade tells of what type[…] can't start with: what a call gives, or an
// object of a class of the file.
func (c *checker) isMade(e pysyntax.Expr, s *pysyntax.Scope) bool {
	switch e := e.(type) {
	case *pysyntax.Call, *pysyntax.Dict, *pysyntax.Comp:
		return true
	case *pysyntax.Name:
		value, where := c.names.Constant(e, s)
		call, ok := value.(*pysyntax.Call)
		if !ok {
			return false
		}
		class, ok := call.Fun.(*pysyntax.Name)
		if !ok {
			return false
		}
		variables, _ := c.names.Lookup(where, class.ID, class.Start())
		return slices.ContainsFunc(variables, func(v *pysyntax.Variable) bool {
			return slices.ContainsFunc(v.Bindings, func(b *pysyntax.Binding) bool { _, ok := b.Def.(*pysyntax.Class); return ok })
		})
	}
	return false
}

// typeText judges a type that is a constant string, or the parameter of a
// function that is given such.
func (c *checker) typeText(e pysyntax.Expr, s *pysyntax.Scope) {
	if name, ok := e.(*pysyntax.Name); ok {
		for _, text := range c.given(name, s) {
			if !plainType.MatchString(text) || strings.Contains(text, "__") {
				c.add(e, annotations, "code in a quoted annotation")
				return
			}
		}
	}
	text, ok := c.names.FoldString(e, s)
	if ok && (!plainType.MatchString(text) || strings.Contains(text, "__")) {
		c.add(e, annotations, "code in a quoted annotation")
	}
}

// isForeign tells of a generic type of a third party, whose strings are its own
// language: the shapes of jaxtyping.
func (c *checker) isForeign(e pysyntax.Expr, s *pysyntax.Scope) bool {
	origins := c.names.Origins(e, s)
	return len(origins) > 0 && !slices.ContainsFunc(origins, func(o string) bool {
		root, _, _ := strings.Cut(o, ".")
		return stdlib[root] || root == "typing_extensions" || root == pysyntax.Untold || strings.HasPrefix(root, "pydantic")
	})
}

// typeName is the last name of a dotted one.
func typeName(e pysyntax.Expr) string {
	switch e := e.(type) {
	case *pysyntax.Name:
		return e.ID
	case *pysyntax.Attr:
		return e.Name
	}
	return ""
}

// generic judges a type that stands where no annotation does:
// Optional["code"].
func (c *checker) generic(n *pysyntax.Subscript, s *pysyntax.Scope) {
	if c.typed[n] {
		return
	}
	if slices.ContainsFunc(c.names.Origins(n.X, s), func(o string) bool {
		return strings.HasPrefix(o, "typing.") || strings.HasPrefix(o, "typing_extensions.") || strings.HasPrefix(o, "pydantic.") || containers[o]
	}) {
		c.annotation(n, s)
	}
}

// containers are classes whose items have types.
var containers = setOf(`builtins.list builtins.dict builtins.tuple builtins.set builtins.frozenset builtins.type collections.deque
	collections.defaultdict collections.OrderedDict collections.Counter collections.ChainMap`)

// model judges the types that a call makes a class of: create_model("M",
// x=("code", ...)).
func (c *checker) model(call *pysyntax.Call, s *pysyntax.Scope) {
	for _, a := range call.Args {
		c.fields(a, s, 0)
	}
	for _, k := range call.Keywords {
		c.fields(k.Value, s, 0)
		if comp, ok := k.Value.(*pysyntax.Comp); ok {
			c.called(comp.Clauses[0].Iter, s)
		}
	}
}

// called refuses strings that call, in what a comprehension makes fields of.
func (c *checker) called(e pysyntax.Expr, s *pysyntax.Scope) {
	if name, ok := e.(*pysyntax.Name); ok {
		if value, _ := c.names.Constant(name, s); value != nil {
			e = value
		}
	}
	pysyntax.Walk(e, func(n pysyntax.Node) bool {
		if k, ok := n.(*pysyntax.Const); ok && k.Kind == pysyntax.Str && callText.MatchString(k.Text) {
			c.add(k, annotations, "code in a quoted annotation")
		}
		return true
	})
}

var callText = regexp.MustCompile(`[\pL\pN_\])]\(`)

// fields judges names and types of fields: "x", ("x", type), {"x": type}.
func (c *checker) fields(e pysyntax.Expr, s *pysyntax.Scope, depth int) {
	if depth > 5 {
		return
	}
	switch e := e.(type) {
	case *pysyntax.Name:
		if value, where := c.names.Constant(e, s); value != nil {
			c.fields(value, where, depth+1)
		}
	case *pysyntax.Seq:
		for i, item := range e.Items {
			if call, ok := item.(*pysyntax.Call); ok && i == 0 && !slices.Contains(c.names.Origins(call.Fun, s), "builtins.str") {
				c.add(item, annotations, "a field of a computed name")
			} else if i == 0 || e.Kind == pysyntax.ListSeq {
				c.typeText(item, s)
			}
			c.fields(item, s, depth+1)
		}
	case *pysyntax.Dict:
		for i, v := range e.Values {
			if e.Keys[i] != nil {
				c.typeText(e.Keys[i], s)
			}
			c.fields(v, s, depth+1)
		}
	}
}
