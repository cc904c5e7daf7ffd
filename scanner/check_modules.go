package scanner

import (
	"slices"
	"strings"

	"plugforge/internal/pysyntax"
)

// handedOn refuses a module of the standard library as a value, except where
// it can be followed: as what a name is assigned, or as what an attribute hangs
// on.
func (c *checker) handedOn(e pysyntax.Expr, s *pysyntax.Scope, parents []pysyntax.Node) {
	for _, origin := range c.names.Origins(e, s) {
		if (isGuarded(origin) || isModule(origin) || isLoaded(origin)) && !c.stores[e] && !c.followed(e, s, parents) && !c.kept(e, s, parents) {
			c.add(e, passedOn, "handing on the module "+origin)
			switch up := last(parents).(type) {
			case *pysyntax.Call:
				if name, ok := up.Fun.(*pysyntax.Name); ok && name.ID == "dir" {
					c.instead(passedOn, "write the names that you need")
				}
			case *pysyntax.Param:
				c.instead(passedOn, "hand on the function that is needed, such as "+origin+".…, or an object")
			}
			return
		}
	}
}

// isLoaded tells of modules of third parties with members that plugins may not
// use, except those that are handed on as what numbers are made with.
func isLoaded(origin string) bool {
	root, _, _ := strings.Cut(origin, ".")
	return closedParents[origin] && !strings.Contains(origin, "()") && !inClass(origin) && !numeric[origin] && !stdlib[root] && permittedModules[root]
}

func (c *checker) followed(e pysyntax.Expr, s *pysyntax.Scope, parents []pysyntax.Node) bool {
	switch p := last(parents).(type) {
	case *pysyntax.Attr, *pysyntax.Cond, *pysyntax.BoolOp, *pysyntax.Unary, *pysyntax.ExprStmt, *pysyntax.Del, *pysyntax.Branch, *pysyntax.Assert:
		return true
	case *pysyntax.Walrus:
		return true
	case *pysyntax.Assign:
		if s.Kind == pysyntax.ClassScope {
			return false
		}
		return !slices.ContainsFunc(p.Targets, func(t pysyntax.Expr) bool { _, plain := t.(*pysyntax.Name); return !plain })
	case *pysyntax.AnnAssign:
		_, plain := p.Target.(*pysyntax.Name)
		return plain && s.Kind != pysyntax.ClassScope
	case *pysyntax.Compare:
		return slices.ContainsFunc(p.Ops, func(op string) bool { return strings.HasPrefix(op, "is") })
	case *pysyntax.Call:
		return len(p.Args) > 0 && p.Args[0] == e && c.isLookup(p, s) // judged by call
	}
	return false
}

// pure are modules of which programs keep one or another: a source of chance,
// a reader of JSON. What leads out of them has names that are refused on
// whatever they hang.
var pure = setOf(`random json math cmath time statistics`)

// kept tells whether one of those stands where it is followed: as the default
// of a parameter, or in what is assigned to self.x.
func (c *checker) kept(e pysyntax.Expr, s *pysyntax.Scope, parents []pysyntax.Node) bool {
	for _, o := range c.names.Origins(e, s) {
		if !pure[o] && (isGuarded(o) || isModule(o) || isLoaded(o)) {
			return false
		}
	}
	switch p := last(parents).(type) {
	case *pysyntax.Param:
		return p.Default == e
	case *pysyntax.Seq:
		if len(parents) > 1 && p.Kind == pysyntax.TupleSeq {
			_, ok := parents[len(parents)-2].(*pysyntax.Assign)
			return ok
		}
	case *pysyntax.Assign:
		return s.Kind != pysyntax.ClassScope && !slices.ContainsFunc(p.Targets, func(t pysyntax.Expr) bool { return !keeps(t) })
	}
	return false
}

// keeps tells of self.x, alone or in a tuple.
func keeps(t pysyntax.Expr) bool {
	switch t := t.(type) {
	case *pysyntax.Name:
		return true
	case *pysyntax.Attr:
		return isSelf(t.X)
	case *pysyntax.Seq:
		return !slices.ContainsFunc(t.Items, func(t pysyntax.Expr) bool { return !keeps(t) })
	}
	return false
}

// isLookup tells getattr and hasattr.
func (c *checker) isLookup(call *pysyntax.Call, s *pysyntax.Scope) bool {
	return slices.ContainsFunc(c.names.Origins(call.Fun, s), func(o string) bool {
		return o == "builtins.getattr" || o == "builtins.hasattr"
	})
}
