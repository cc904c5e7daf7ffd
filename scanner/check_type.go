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
		case *pysyntax.Call:
			return false // Field(…) in Annotated: no type
		case *pysyntax.Subscript:
			c.typed[n] = true
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
		return strings.HasPrefix(o, "typing.") || strings.HasPrefix(o, "typing_extensions.")
	}) {
		c.annotation(n, s)
	}
}

// model judges the types that a call makes a class of: create_model("M",
// x=("code", ...)).
func (c *checker) model(call *pysyntax.Call, s *pysyntax.Scope) {
	var walk func(e pysyntax.Expr)
	walk = func(e pysyntax.Expr) {
		switch e := e.(type) {
		case *pysyntax.Seq:
			if e.Kind == pysyntax.TupleSeq && len(e.Items) > 0 {
				c.annotation(e.Items[0], s)
			}
			if len(e.Items) > 1 {
				if _, computed := e.Items[0].(*pysyntax.Call); computed {
					c.add(e.Items[0], annotations, "a field of a computed name")
				}
			}
			for _, item := range e.Items {
				if _, nested := item.(*pysyntax.Seq); nested {
					walk(item)
				}
			}
		case *pysyntax.Dict:
			for _, v := range e.Values {
				walk(v)
			}
		}
	}
	for _, a := range call.Args {
		walk(a)
	}
	for _, k := range call.Keywords {
		walk(k.Value)
	}
}
