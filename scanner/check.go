package scanner

import (
	"context"
	"slices"
	"strings"

	"plugforge/internal/pysyntax"
)

// checker walks one file.
type checker struct {
	*unit
	own    *own
	stores map[pysyntax.Node]bool // names that are assigned to, not read
	quiet  map[pysyntax.Node]bool // strings that are no code: docstrings, Literal
	folded map[pysyntax.Node]bool // parts of an expression that was folded
}

func check(ctx context.Context, u *unit, o *own) {
	if u.names == nil {
		return
	}
	c := &checker{unit: u, own: o, stores: map[pysyntax.Node]bool{}, quiet: map[pysyntax.Node]bool{}, folded: map[pysyntax.Node]bool{}}
	seen := 0
	u.names.Walk(func(n pysyntax.Node, s *pysyntax.Scope, parents []pysyntax.Node) bool {
		if seen++; seen%4096 == 0 && ctx.Err() != nil {
			return false // each reports the deadline
		}
		c.node(n, s, parents)
		return true
	})
}

func (c *checker) node(n pysyntax.Node, s *pysyntax.Scope, parents []pysyntax.Node) {
	switch n := n.(type) {
	case *pysyntax.Import:
		for _, a := range n.Names {
			c.imported(a, c.own.canon(a.Name, nil), a.Name, s)
		}
	case *pysyntax.ImportFrom:
		c.importFrom(n, s)
	case *pysyntax.Name:
		c.name(n, s, parents)
	case *pysyntax.Attr:
		c.attr(n, s, parents)
	case *pysyntax.Call:
		c.call(n, s, parents)
	case *pysyntax.Const:
		c.text(n)
	case *pysyntax.BinOp, *pysyntax.FString, *pysyntax.Subscript:
		c.built(n.(pysyntax.Expr), s)
	case *pysyntax.Walrus, *pysyntax.Cond, *pysyntax.BoolOp:
		c.handedOn(n.(pysyntax.Expr), s, parents)
	case *pysyntax.Pattern:
		c.pattern(n)
	case *pysyntax.ExprStmt:
		if k, ok := n.X.(*pysyntax.Const); ok {
			c.quiet[k] = true
		}
	case *pysyntax.Param:
		c.annotation(n.Type)
	default:
		c.targets(n)
	}
}

// targets marks what a statement assigns to, and looks at annotations.
func (c *checker) targets(n pysyntax.Node) {
	switch n := n.(type) {
	case *pysyntax.Assign:
		for _, t := range n.Targets {
			c.store(t)
		}
	case *pysyntax.AnnAssign:
		c.annotation(n.Type)
		c.store(n.Target)
	case *pysyntax.For:
		c.store(n.Target)
	case *pysyntax.Clause:
		c.store(n.Target)
	case *pysyntax.WithItem:
		if n.Target != nil {
			c.store(n.Target)
		}
	case *pysyntax.Del:
		for _, t := range n.Targets {
			c.store(t)
		}
	case *pysyntax.Func:
		c.annotation(n.Returns)
	}
}

func (c *checker) store(t pysyntax.Expr) {
	switch t := t.(type) {
	case *pysyntax.Name:
		c.stores[t] = true
	case *pysyntax.Starred:
		c.store(t.X)
	case *pysyntax.Seq:
		for _, item := range t.Items {
			c.store(item)
		}
	case *pysyntax.Attr:
		if t.Name == "__class__" {
			c.add(t, objectGraph, "assigning __class__")
		}
	}
}

// imported judges one imported origin; shown is how the file spells it.
func (c *checker) imported(at pysyntax.Node, origin, shown string, s *pysyntax.Scope) {
	rule := ruleFor(origin)
	switch {
	case rule != "":
		c.add(at, rule, strings.TrimPrefix(shown, pysyntax.OwnPrefix))
	case isGuarded(origin) && strings.Contains(shown, "."):
		c.add(at, reached, strings.TrimPrefix(shown, pysyntax.OwnPrefix))
	case isGuarded(origin) && s.Kind == pysyntax.ClassScope:
		c.add(at, passedOn, "importing "+origin+" inside a class")
	}
}

func (c *checker) importFrom(f *pysyntax.ImportFrom, s *pysyntax.Scope) {
	module := c.names.ModuleOf(f)
	canon := c.own.canon(module, nil)
	where := &pysyntax.Alias{Span: f.Where}
	if rule := ruleFor(canon); rule != "" {
		c.add(where, rule, strings.TrimPrefix(module, pysyntax.OwnPrefix))
		return
	}
	if isGuarded(canon) && strings.Contains(module, ".") {
		c.add(where, reached, strings.TrimPrefix(module, pysyntax.OwnPrefix))
		return
	}
	if f.Star && isGuarded(canon) {
		c.add(where, starImport, "from "+module+" import *")
	}
	for _, a := range f.Names {
		origin := c.own.canon(pysyntax.Join(canon, a.Name), nil)
		c.imported(a, origin, pysyntax.Join(module, a.Name), s)
		c.dunder(a, a.Name, nil)
	}
}

// name judges a name that nothing in the file binds: a builtin.
func (c *checker) name(n *pysyntax.Name, s *pysyntax.Scope, parents []pysyntax.Node) {
	if c.stores[n] {
		return
	}
	variables, builtin := c.names.Lookup(s, n.ID, n.Start())
	if builtin {
		origin := c.own.canon("builtins."+n.ID, c.own.stars[c.unit])
		rule := ruleFor(origin)
		// A name that is bound elsewhere in the file, and not surely here, is
		// only suspect if the builtin is.
		if rule != "" && (len(variables) == 0 || forbidden[origin] != "") {
			c.add(n, rule, n.ID)
			return
		}
		if n.ID == "getattr" && len(variables) == 0 && !isCalled(n, parents) {
			c.add(n, passedOn, "handing on getattr")
		}
	}
	c.handedOn(n, s, parents)
}

func isCalled(e pysyntax.Expr, parents []pysyntax.Node) bool {
	call, ok := last(parents).(*pysyntax.Call)
	return ok && call.Fun == e
}

func last(parents []pysyntax.Node) pysyntax.Node {
	if len(parents) == 0 {
		return nil
	}
	return parents[len(parents)-1]
}

// attr judges X.name: by what it may denote, and by its name alone.
func (c *checker) attr(a *pysyntax.Attr, s *pysyntax.Scope, parents []pysyntax.Node) {
	inner := c.names.Origins(a.X, s)
	for _, origin := range c.names.Origins(a, s) {
		rule := ruleFor(origin)
		switch {
		case rule != "":
			if !c.known(inner) {
				c.add(a, rule, c.shown(a, origin))
			}
			return
		case isGuarded(origin):
			c.add(a, reached, c.file.Text(a))
			return
		}
	}
	c.dunder(a, a.Name, a.X)
	if len(inner) == 0 && strong[a.Name] && !isSelf(a.X) {
		c.add(a, reached, "the attribute "+a.Name)
	}
	if fileMethods[a.Name] {
		c.add(a, files, "the method "+a.Name)
	}
}

// known tells whether what an attribute hangs on is forbidden already: then
// that was reported.
func (c *checker) known(origins []string) bool {
	return slices.ContainsFunc(origins, func(o string) bool { return ruleFor(o) != "" })
}

// shown names an origin for people, with the file's own spelling where that
// differs.
func (c *checker) shown(n pysyntax.Node, origin string) string {
	origin = strings.TrimPrefix(origin, "builtins.")
	text := c.file.Text(n)
	if text == origin || strings.ContainsAny(text, "\n\r") || len(text) > 80 || origin == pysyntax.Untold {
		return text
	}
	return origin + " (" + text + ")"
}

func isSelf(e pysyntax.Expr) bool {
	n, ok := e.(*pysyntax.Name)
	return ok && (n.ID == "self" || n.ID == "cls")
}

// dunder judges the name of an attribute whatever it hangs on; x may be nil.
func (c *checker) dunder(at pysyntax.Node, name string, x pysyntax.Expr) {
	switch {
	case climbing[name]:
	case !isDunder(name) || allowedDunders[name]:
		return
	case x != nil && isSuper(x) && (name == "__setattr__" || name == "__delattr__" || name == "__getattr__"):
		return
	}
	c.add(at, objectGraph, "the attribute "+name)
}

// isSuper tells super() from everything else.
func isSuper(e pysyntax.Expr) bool {
	call, ok := e.(*pysyntax.Call)
	if !ok {
		return false
	}
	name, ok := call.Fun.(*pysyntax.Name)
	return ok && name.ID == "super"
}

// handedOn refuses a guarded module as a value, except where it can be
// followed: as what a name is assigned, or as what an attribute hangs on.
func (c *checker) handedOn(e pysyntax.Expr, s *pysyntax.Scope, parents []pysyntax.Node) {
	for _, origin := range c.names.Origins(e, s) {
		if isGuarded(origin) && !c.followed(e, s, parents) {
			c.add(e, passedOn, "handing on the module "+origin)
			return
		}
	}
}

func (c *checker) followed(e pysyntax.Expr, s *pysyntax.Scope, parents []pysyntax.Node) bool {
	switch p := last(parents).(type) {
	case *pysyntax.Attr, *pysyntax.Cond, *pysyntax.BoolOp, *pysyntax.ExprStmt, *pysyntax.Del, *pysyntax.Branch:
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

// isLookup tells getattr and hasattr.
func (c *checker) isLookup(call *pysyntax.Call, s *pysyntax.Scope) bool {
	return slices.ContainsFunc(c.names.Origins(call.Fun, s), func(o string) bool {
		return o == "builtins.getattr" || o == "builtins.hasattr"
	})
}

// pattern judges the attributes that a class pattern reads.
func (c *checker) pattern(p *pysyntax.Pattern) {
	for _, k := range p.Keywords {
		c.dunder(p, k, nil)
		if strong[k] || forbidden["os."+k] == processes {
			c.add(p, reached, "the attribute "+k+" in a pattern")
		}
	}
}
