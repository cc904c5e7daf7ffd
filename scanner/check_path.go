package scanner

import (
	"slices"
	"strings"

	"plugforge/internal/pysyntax"
)

// searchPath refuses every use of sys.path but to look at it, and to add a
// folder of the plugin's own: elsewhere, other modules could take the names of
// those that are permitted.
func (c *checker) searchPath(e pysyntax.Expr, s *pysyntax.Scope, parents []pysyntax.Node) {
	if !slices.Contains(c.names.Origins(e, s), "sys.path") {
		return
	}
	switch p := last(parents).(type) {
	case *pysyntax.Compare, *pysyntax.For, *pysyntax.Clause, *pysyntax.ExprStmt:
		return
	case *pysyntax.Attr:
		if len(parents) > 1 && c.addsOwn(p, parents[len(parents)-2], s) {
			return
		}
	}
	c.add(e, imports, "sys.path, which may only be given a folder made of __file__,")
	c.instead(imports, "put the code into the plugin and import it as from .name import x, or write sys.path.append(os.path.dirname(__file__))")
}

func (c *checker) addsOwn(method *pysyntax.Attr, parent pysyntax.Node, s *pysyntax.Scope) bool {
	call, ok := parent.(*pysyntax.Call)
	if !ok || call.Fun != pysyntax.Expr(method) || len(call.Keywords) > 0 || len(call.Args) == 0 {
		return false
	}
	switch method.Name {
	case "append":
		return len(call.Args) == 1 && c.ofFile(call.Args[0], s, 0)
	case "insert":
		return len(call.Args) == 2 && c.ofFile(call.Args[1], s, 0)
	}
	return false
}

// pathSteps are functions that lead from a path of the plugin to another.
var pathSteps = setOf(`posixpath.dirname posixpath.abspath posixpath.realpath posixpath.normpath posixpath.join builtins.str
	os.path.dirname os.path.abspath os.path.realpath os.path.normpath os.path.join
	os.fspath pathlib.Path pathlib.PurePath`)

// ofFile tells whether an expression is __file__, a folder above it, or one
// with Python of the plugin.
func (c *checker) ofFile(e pysyntax.Expr, s *pysyntax.Scope, depth int) bool {
	if depth > 20 {
		return false
	}
	switch e := e.(type) {
	case *pysyntax.Name:
		if value, where := c.names.Constant(e, s); value != nil {
			return c.ofFile(value, where, depth+1)
		}
		variables, _ := c.names.Lookup(s, e.ID, e.Start())
		return e.ID == "__file__" && len(variables) == 0
	case *pysyntax.Attr:
		return e.Name == "parent" && c.ofFile(e.X, s, depth+1)
	case *pysyntax.Subscript:
		a, ok := e.X.(*pysyntax.Attr)
		return ok && a.Name == "parents" && c.ofFile(a.X, s, depth+1)
	case *pysyntax.BinOp:
		return e.Op == "/" && c.ofFile(e.L, s, depth+1) && c.isFolder(e.R, s)
	case *pysyntax.Call:
		return c.isStep(e, s, depth)
	}
	return false
}

func (c *checker) isStep(call *pysyntax.Call, s *pysyntax.Scope, depth int) bool {
	if len(call.Keywords) > 0 {
		return false
	}
	if a, ok := call.Fun.(*pysyntax.Attr); ok && len(call.Args) == 0 && (a.Name == "resolve" || a.Name == "absolute" || a.Name == "as_posix") {
		return c.ofFile(a.X, s, depth+1)
	}
	origins := c.names.Origins(call.Fun, s)
	if len(origins) == 0 || len(call.Args) == 0 || slices.ContainsFunc(origins, func(o string) bool { return !pathSteps[o] }) {
		return false
	}
	return c.ofFile(call.Args[0], s, depth+1) &&
		!slices.ContainsFunc(call.Args[1:], func(a pysyntax.Expr) bool { return !c.isFolder(a, s) })
}

// isFolder tells whether a constant names a folder that has Python of the
// plugin's, or leads upwards.
func (c *checker) isFolder(e pysyntax.Expr, s *pysyntax.Scope) bool {
	text, ok := c.names.FoldString(e, s)
	if !ok {
		return false
	}
	for _, part := range strings.Split(text, "/") {
		if part != ".." && part != "." && !c.own.folders[part] {
			return false
		}
	}
	return true
}
