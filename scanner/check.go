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
	typed  map[pysyntax.Node]bool // types that were judged as annotations
}

func check(ctx context.Context, u *unit, o *own) {
	if u.names == nil {
		return
	}
	c := &checker{unit: u, own: o, stores: map[pysyntax.Node]bool{}, quiet: map[pysyntax.Node]bool{}, folded: map[pysyntax.Node]bool{},
		typed: map[pysyntax.Node]bool{}}
	c.special()
	seen, late := 0, false
	u.names.Walk(func(n pysyntax.Node, s *pysyntax.Scope, parents []pysyntax.Node) bool {
		if seen++; seen%64 == 0 && ctx.Err() != nil {
			late = true // each reports the deadline
		}
		if !late {
			c.node(n, s, parents)
		}
		return !late
	})
	if u.names.Spent() {
		c.add(u.file, tooLarge, "putting so much constant text together")
	}
}

func (c *checker) node(n pysyntax.Node, s *pysyntax.Scope, parents []pysyntax.Node) {
	switch n := n.(type) {
	case *pysyntax.Import:
		c.importNames(n, s)
	case *pysyntax.ImportFrom:
		c.importFrom(n, s)
	case *pysyntax.Name:
		c.name(n, s, parents)
	case *pysyntax.Attr:
		c.attr(n, s, parents)
	case *pysyntax.Call:
		c.call(n, s, parents)
	case *pysyntax.Const:
		c.text(n, s, parents)
	case *pysyntax.BinOp, *pysyntax.FString:
		c.built(n.(pysyntax.Expr), s)
	case *pysyntax.Subscript:
		c.built(n, s)
		c.generic(n, s)
	case *pysyntax.Dict:
		c.dict(n, s)
	case *pysyntax.Walrus, *pysyntax.Cond, *pysyntax.BoolOp:
		c.handedOn(n.(pysyntax.Expr), s, parents)
	case *pysyntax.Pattern:
		c.pattern(n)
	case *pysyntax.ExprStmt:
		if k, ok := n.X.(*pysyntax.Const); ok {
			c.quiet[k] = true
		}
	case *pysyntax.Param:
		c.annotation(n.Type, s)
	default:
		c.targets(n, s)
	}
}

// name judges a name that nothing in the file binds: a builtin.
func (c *checker) name(n *pysyntax.Name, s *pysyntax.Scope, parents []pysyntax.Node) {
	switch n.ID {
	case "__annotations__":
		c.add(n, annotations, "__annotations__ by its name")
	case "__path__":
		c.add(n, imports, "__path__")
		c.instead(imports, advised["__path__"])
	}
	if c.stores[n] {
		return
	}
	variables, builtin := c.names.Lookup(s, n.ID, n.Start())
	if builtin {
		origin := c.own.canon("builtins."+n.ID, c.unit)
		rule := ruleFor(origin)
		// A name that is bound elsewhere in the file, and not surely here, is
		// only suspect if the builtin is.
		if rule != "" && (len(variables) == 0 || forbidden[origin] != "") {
			c.forbid(n, rule, origin, n.ID)
			return
		}
		if n.ID == "getattr" && len(variables) == 0 && !isCalled(n, parents) {
			c.add(n, passedOn, "handing on getattr")
			c.instead(passedOn, "call getattr itself, with a constant name")
		}
	}
	for _, origin := range c.names.Origins(n, s) {
		if makers[origin] && !c.onlyNamed(n, s, parents) || origin == mockPatch && c.isTest() && !c.isDouble(origin, n, parents) {
			c.forbid(n, ruleFor(origin), origin, c.shown(n, origin))
			return
		}
	}
	c.handedOn(n, s, parents)
	c.uncalled(n, s, parents)
	c.searchPath(n, s, parents)
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
		case makers[origin] && c.onlyNamed(a, s, parents), c.isDouble(origin, a, parents), c.setsOwn(origin, a, s, parents):
			return
		case rule != "":
			if !c.known(inner) || c.isTest() && strings.HasPrefix(origin, mockPatch) {
				c.forbid(a, rule, origin, c.shown(a, origin))
			}
			return
		case isGuarded(origin):
			c.add(a, reached, c.file.Text(a))
			return
		}
	}
	if (a.Name != "__dict__" || !c.isInstance(a.X, s, parents)) && !c.extends(a, parents) {
		c.dunder(a, a.Name, a.X)
	}
	c.ofStream(a, a.Name, inner)
	if isUnknown(inner) && isStrong(a.Name) && !modest[a.Name] && !isSelf(a.X) {
		c.add(a, reached, "the attribute "+a.Name)
	}
	switch {
	case a.Name == "raw" && isAttr(a.X, "buffer"), c.opens(a, inner, s, parents):
		c.add(a, files, c.file.Text(a))
	case a.Name == "system" && isUnknown(inner) && c.runs(a, parents):
		c.add(a, processes, "system(…) of what may be the module os")
		c.instead(processes, "give the method another name")
	case unsafeNames[a.Name] != "" && isUnknown(inner):
		c.add(a, unsafeNames[a.Name], "the member "+a.Name)
	case fileMethods[a.Name]:
		c.add(a, files, "the method "+a.Name)
		c.instead(files, advised[a.Name])
	case processMethods[a.Name]:
		c.add(a, processes, "the method "+a.Name)
	}
	c.uncalled(a, s, parents)
	c.handedOn(a, s, parents)
	c.searchPath(a, s, parents)
}

// special refuses names at the top of the file that steer imports.
func (c *checker) special() {
	for name, v := range c.names.Module.Names() {
		if !steeringNames[name] {
			continue
		}
		for _, b := range v.Bindings {
			c.add(b.Node, imports, "binding "+name)
		}
	}
}

// uncalled refuses a function whose arguments decide what it does where it is
// not called, for then they cannot be seen.
func (c *checker) uncalled(e pysyntax.Expr, s *pysyntax.Scope, parents []pysyntax.Node) {
	if isCalled(e, parents) || c.stores[e] {
		return
	}
	for _, origin := range c.names.Origins(e, s) {
		if call, argument := last(parents).(*pysyntax.Call); argument && remakes[origin] && !slices.Contains(c.names.Origins(call.Fun, s), "functools.partial") {
			c.forbid(e, passedOn, origin, "handing on "+origin)
			c.instead(passedOn, "write it as a decorator")
			return
		}
		if loadsWeights[origin] || isYAMLLoad(origin) || seenCalled[origin] {
			c.forbid(e, unpickling, origin, "handing on "+origin)
			return
		}
	}
}

func isUnknown(origins []string) bool {
	return !slices.ContainsFunc(origins, func(o string) bool { return o[0] != '?' })
}

// forbid is add for an origin, with the advice that it may have of its own.
func (c *checker) forbid(at pysyntax.Node, rule, origin, what string) {
	c.add(at, rule, what)
	c.instead(rule, better(rule, origin))
}

// instead gives the last finding, of that rule, a better way out than its rule
// has.
func (u *unit) instead(rule, better string) {
	if f := &u.found[len(u.found)-1]; better != "" {
		f.Text = strings.TrimSuffix(f.Text, ruleOf(rule).Instead) + better
	}
}

// isInstance tells of objects that are surely neither module nor builtin class,
// whose __dict__ holds fields and no more. A parameter counts where its
// __dict__ is only read.
func (c *checker) isInstance(x pysyntax.Expr, s *pysyntax.Scope, parents []pysyntax.Node) bool {
	origins := c.names.Origins(x, s)
	for _, o := range origins {
		made, called := strings.CutSuffix(o, "()")
		class := made[strings.LastIndexByte(made, '.')+1:]
		if !called || class == "" || class != "makeLogRecord" && (class[0] < 'A' || class[0] > 'Z') {
			return false
		}
	}
	if len(origins) > 0 || isSelf(x) {
		return true
	}
	switch x := x.(type) {
	case *pysyntax.Call:
		return c.isOwnClass(x.Fun, s)
	case *pysyntax.Name:
		if value, where := c.names.Constant(x, s); value != nil {
			call, ok := value.(*pysyntax.Call)
			return ok && c.isOwnClass(call.Fun, where)
		}
		variables, _ := c.names.Lookup(s, x.ID, x.Start())
		return len(variables) == 1 && len(variables[0].Bindings) == 1 && isRead(parents) &&
			(variables[0].Bindings[0].Param != nil || variables[0].Bindings[0].Item != nil)
	}
	return false
}

// isRead tells whether x.__dict__ stands where all of it is read and no item is
// picked out: rows of a table, what a function gives out as JSON.
func isRead(parents []pysyntax.Node) bool {
	switch up := last(parents).(type) {
	case *pysyntax.Attr:
		return readsOnly[up.Name]
	case *pysyntax.Lambda, *pysyntax.Return, *pysyntax.Comp, *pysyntax.Compare, *pysyntax.Formatted:
		return true
	}
	return false
}

// isOwnClass tells whether a name is a class of this file and nothing else.
func (c *checker) isOwnClass(e pysyntax.Expr, s *pysyntax.Scope) bool {
	name, ok := e.(*pysyntax.Name)
	if !ok {
		return false
	}
	variables, builtin := c.names.Lookup(s, name.ID, name.Start())
	if builtin || len(variables) != 1 || len(variables[0].Bindings) != 1 {
		return false
	}
	_, ok = variables[0].Bindings[0].Def.(*pysyntax.Class)
	return ok
}

func isAttr(e pysyntax.Expr, name string) bool {
	a, ok := e.(*pysyntax.Attr)
	return ok && a.Name == name
}

// opens tells of x.open("w"), where nothing tells what x is, in a file that
// uses paths.
func (c *checker) opens(a *pysyntax.Attr, inner []string, s *pysyntax.Scope, parents []pysyntax.Node) bool {
	call, ok := last(parents).(*pysyntax.Call)
	if !ok || a.Name != "open" || !isUnknown(inner) || call.Fun != pysyntax.Expr(a) {
		return false
	}
	if module, ok := a.X.(*pysyntax.Attr); ok && (module.Name == "codecs" || module.Name == "io" && !isSelf(module.X)) {
		return true
	}
	if isSelf(a.X) || !c.imports("pathlib") {
		return false
	}
	call = c.names.Expanded(call, s)
	if len(call.Args) > 0 {
		mode, ok := call.Args[0].(*pysyntax.Const)
		return ok && len(mode.Text) < 4 && strings.Trim(mode.Text, "rwaxbt+") == ""
	}
	return keyword(call, "mode") != nil || keyword(call, "encoding") != nil
}

// imports tells whether a name of the file is a module, or comes of it.
func (c *checker) imports(module string) bool {
	return c.names.AnyBinding(func(b *pysyntax.Binding) bool {
		return b.Origin == module || strings.HasPrefix(b.Origin, module+".")
	})
}

// ofStream refuses the class of an open file, which opens others.
func (c *checker) ofStream(at pysyntax.Node, name string, origins []string) {
	if name != "__class__" && name != "raw" {
		return
	}
	if e, ok := at.(*pysyntax.Attr); ok && name == "__class__" && isAttr(e.X, "raw") {
		c.add(at, files, c.file.Text(at))
		return
	}
	for _, o := range origins {
		if root, rest, _ := strings.Cut(o, "."); streams[root] && rest != "" && (name == "__class__" || strings.HasSuffix(o, ".buffer") || strings.Contains(o, "()")) {
			c.add(at, files, c.file.Text(at))
			return
		}
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
	case !closedDunders[name], x != nil && isSuper(x) && (name == "__setattr__" || name == "__delattr__" || name == "__getattr__"):
		return
	}
	c.add(at, objectGraph, "the attribute "+name)
	c.instead(objectGraph, advised[name])
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

// pattern judges the attributes that a class pattern reads.
func (c *checker) pattern(p *pysyntax.Pattern) {
	for _, k := range p.Keywords {
		c.dunder(p, k, nil)
		if isStrong(k) || forbidden["os."+k] == processes {
			c.add(p, reached, "the attribute "+k+" in a pattern")
		}
	}
}
