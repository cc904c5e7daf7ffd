package scanner

import (
	"cmp"
	"slices"
	"strings"

	"plugforge/internal/pysyntax"
)

// lookup judges getattr(x, name) and hasattr(x, name).
func (c *checker) lookup(call *pysyntax.Call, s *pysyntax.Scope, parents []pysyntax.Node) {
	x, name := call.Args[0], call.Args[1]
	inner := c.names.Origins(x, s)
	if text, ok := c.names.FoldString(name, s); ok {
		for _, origin := range c.names.Origins(call, s) {
			if rule := ruleFor(origin); rule != "" && !c.known(inner) {
				c.forbid(call, rule, origin, c.shown(call, origin))
				return
			} else if isGuarded(origin) {
				c.add(call, reached, c.file.Text(call))
				return
			}
		}
		c.lookupOf(call, name, text, x, inner)
		return
	}
	if _, param := name.(*pysyntax.Name); param {
		values, in := c.names.Given(name.(*pysyntax.Name), s)
		for i, v := range values {
			if text, ok := c.names.FoldString(v, in[i]); ok {
				c.lookupOf(call, name, text, x, inner)
			} else if c.isBuilt(v, in[i], 0) {
				c.computed(call, inner)
				return
			}
		}
	}
	if texts := c.choices(name, s, 0); texts != nil {
		for _, text := range texts {
			for _, on := range inner {
				origin := c.own.canon(pysyntax.Join(on, text), c.unit)
				if rule := ruleFor(origin); rule != "" || isGuarded(origin) {
					c.forbid(call, cmp.Or(rule, reached), origin, c.shown(call, origin))
					return
				}
			}
			c.lookupOf(call, name, text, x, inner)
		}
		return
	}
	onModule := slices.ContainsFunc(inner, func(o string) bool { return !strings.Contains(o, "()") && !c.isHarmless(o, name, s) })
	if onModule || c.listed(name, s, parents, 0) || c.climbable(x) || c.isFunction(x, s, 0) || c.isBuilt(name, s, 0) {
		c.computed(call, inner)
	}
}

// computed refuses a lookup by computed name, with the way out that there is.
func (c *checker) computed(call *pysyntax.Call, inner []string) {
	c.add(call, dynamicAttr, "looking up a computed attribute")
	if isSelf(call.Args[0]) {
		c.instead(dynamicAttr, "begin the name with a word of two letters or more, as in f\"handle_{kind}\", or write a table of functions")
	}
	for _, o := range inner {
		for module, text := range map[string]string{
			"logging":            "use logging.getLevelName(name), or give setLevel the name itself",
			"torchvision.models": "use torchvision.models.get_model(name)",
			"torch":              "write a table: {\"float16\": torch.float16, \"float32\": torch.float32}[name]",
			"os":                 "write the member's name",
		} {
			if o == module {
				c.instead(dynamicAttr, text)
			}
		}
	}
}

// listed tells whether a name was picked out of dir(x), other than by leaving
// out those that start with an underscore.
func (c *checker) listed(name pysyntax.Expr, s *pysyntax.Scope, parents []pysyntax.Node, depth int) bool {
	if depth > 5 {
		return true
	}
	if n, ok := name.(*pysyntax.Name); ok {
		if c.isPublic(n.ID, parents) {
			return false
		}
		variables, _ := c.names.Lookup(s, n.ID, n.Start())
		for _, v := range variables {
			for _, b := range v.Bindings {
				from := b.Value
				if from == nil {
					from = b.Item
				}
				if from != nil && from != name && c.listed(from, s, nil, depth+1) {
					return true
				}
			}
		}
		return false
	}
	found := false
	pysyntax.Walk(name, func(n pysyntax.Node) bool {
		if call, ok := n.(*pysyntax.Call); ok && !found {
			found = slices.Contains(c.names.Origins(call.Fun, s), "builtins.dir")
		}
		return !found
	})
	return found
}

// isPublic tells whether a condition around leaves out names with underscores:
// "if not name.startswith("_")", or the same with continue.
func (c *checker) isPublic(name string, parents []pysyntax.Node) bool {
	for _, p := range parents {
		switch p := p.(type) {
		case *pysyntax.Comp:
			for _, clause := range p.Clauses {
				if slices.ContainsFunc(clause.Ifs, func(e pysyntax.Expr) bool { return leavesOut(e, name, false) }) {
					return true
				}
			}
		case *pysyntax.Branch:
			if leavesOut(p.Test, name, false) {
				return true
			}
		case *pysyntax.For:
			for _, stmt := range p.Body {
				if f, ok := stmt.(*pysyntax.If); ok && len(f.Branches) == 1 && leavesOut(f.Branches[0].Test, name, true) {
					end, ok := f.Branches[0].Body[len(f.Branches[0].Body)-1].(*pysyntax.Simple)
					if ok && end.Word == "continue" {
						return true
					}
				}
			}
		}
	}
	return false
}

// leavesOut tells whether a condition is sure to be false for names with
// underscores, or, turned, to be true.
func leavesOut(e pysyntax.Expr, name string, turned bool) bool {
	switch e := e.(type) {
	case *pysyntax.Unary:
		return e.Op == "not" && leavesOut(e.X, name, !turned)
	case *pysyntax.BoolOp:
		return e.Op == map[bool]string{false: "and", true: "or"}[turned] && (leavesOut(e.L, name, turned) || leavesOut(e.R, name, turned))
	case *pysyntax.Call:
		attr, ok := e.Fun.(*pysyntax.Attr)
		if !ok || attr.Name != "startswith" || len(e.Args) != 1 || typeName(attr.X) != name {
			return false
		}
		start, ok := e.Args[0].(*pysyntax.Const)
		if turned {
			return ok && (start.Text == "_" || start.Text == "__")
		}
		return ok && len(start.Text) > 2 && start.Text[0] != '_' && !startsAny(start.Text, climbing) && !startsAny(start.Text, strong)
	}
	return false
}

func startsAny(start string, names map[string]bool) bool {
	for name := range names {
		if strings.HasPrefix(name, start) {
			return true
		}
	}
	return false
}

// lookupOf judges one constant name that is looked up.
func (c *checker) lookupOf(call, at pysyntax.Expr, text string, x pysyntax.Expr, inner []string) {
	c.dunder(at, text, x)
	c.ofStream(call, text, inner)
	switch {
	case isUnknown(inner) && isStrong(text) && !isSelf(x):
		c.add(call, reached, "the attribute "+text)
	case fileMethods[text], text == "open" && isUnknown(inner) && !isSelf(x) && c.imports("pathlib"):
		c.add(call, files, "the method "+text)
	case processMethods[text]:
		c.add(call, processes, "the method "+text)
	}
}

// choices are the constants that an expression chooses from; nil if it is not
// such a one.
func (c *checker) choices(e pysyntax.Expr, s *pysyntax.Scope, depth int) []string {
	if text, ok := c.names.FoldString(e, s); ok {
		return []string{text}
	}
	if depth > 10 {
		return nil
	}
	var l, r pysyntax.Expr
	switch e := e.(type) {
	case *pysyntax.Cond:
		l, r = e.Then, e.Else
	case *pysyntax.BoolOp:
		l, r = e.L, e.R
	case *pysyntax.Name:
		if value, where := c.names.Constant(e, s); value != nil {
			return c.choices(value, where, depth+1)
		}
		texts, _ := c.texts(e, s)
		return texts
	default:
		return nil
	}
	left, right := c.choices(l, s, depth+1), c.choices(r, s, depth+1)
	if left == nil || right == nil {
		return nil
	}
	return slices.Concat(left, right)
}

// given are the constants that the file's own calls give a parameter.
func (c *checker) given(name *pysyntax.Name, s *pysyntax.Scope) (texts []string) {
	values, in := c.names.Given(name, s)
	for i, v := range values {
		if text, ok := c.names.FoldString(v, in[i]); ok {
			texts = append(texts, text)
		}
	}
	return texts
}

// isHarmless tells of computed names that can only be those of constants
// (logging.INFO, by name.upper()), or whose start no forbidden member has
// (cv2.INTER_…).
func (c *checker) isHarmless(module string, name pysyntax.Expr, s *pysyntax.Scope) bool {
	if call, ok := name.(*pysyntax.Call); ok {
		attr, ok := call.Fun.(*pysyntax.Attr)
		return ok && attr.Name == "upper" && len(call.Args) == 0
	}
	root, _, _ := strings.Cut(module, ".")
	if stdlib[root] || strings.HasPrefix(module, "?") || strings.HasPrefix(module, pysyntax.OwnPrefix) {
		return false
	}
	start := c.start(name, s)
	if len(start) < 3 || start[0] == '_' {
		return false
	}
	if startsAny(start, strong) {
		return false
	}
	for origin := range forbidden {
		if strings.HasPrefix(origin, module+"."+start) {
			return false
		}
	}
	return !strings.HasPrefix("load", start)
}

// start is the constant that a computed string starts with.
func (c *checker) start(e pysyntax.Expr, s *pysyntax.Scope) string {
	switch e := e.(type) {
	case *pysyntax.FString:
		if len(e.Parts) > 0 {
			return c.start(e.Parts[0], s)
		}
	case *pysyntax.BinOp:
		if e.Op == "+" {
			return c.start(e.L, s)
		}
	case *pysyntax.Const:
		if e.Kind == pysyntax.Str {
			return e.Text
		}
	}
	return ""
}

// climbable are things of which only the insides are worth a computed name.
func (c *checker) climbable(x pysyntax.Expr) bool {
	switch x := x.(type) {
	case *pysyntax.Const, *pysyntax.FString, *pysyntax.Seq, *pysyntax.Dict, *pysyntax.Lambda, *pysyntax.Comp:
		return true
	case *pysyntax.Call:
		name, ok := x.Fun.(*pysyntax.Name)
		return ok && (name.ID == "type" || name.ID == "getattr")
	case *pysyntax.Attr:
		return isDunder(x.Name)
	}
	return false
}

// isFunction tells of functions of the file, and of parameters that are given
// one: their attributes are few, and known.
func (c *checker) isFunction(x pysyntax.Expr, s *pysyntax.Scope, depth int) bool {
	name, ok := x.(*pysyntax.Name)
	if !ok || depth > 3 {
		return false
	}
	variables, _ := c.names.Lookup(s, name.ID, name.Start())
	for _, v := range variables {
		for _, b := range v.Bindings {
			if _, ok := b.Def.(*pysyntax.Func); ok {
				return true
			}
			if _, ok := b.Value.(*pysyntax.Lambda); ok {
				return true
			}
		}
	}
	values, in := c.names.Given(name, s)
	for i, v := range values {
		if given, ok := v.(*pysyntax.Name); ok && c.isFunction(given, in[i], depth+1) {
			return true
		}
	}
	return false
}

// isBuilt tells whether a string is put together in a way that hides how it
// starts. A constant start that is not an underscore hides nothing that
// matters: "on_" + name, f"run_{mode}".
func (c *checker) isBuilt(e pysyntax.Expr, s *pysyntax.Scope, depth int) bool {
	if depth > 20 {
		return true
	}
	switch e := e.(type) {
	case *pysyntax.Name:
		variables, _ := c.names.Lookup(s, e.ID, e.Start())
		for _, v := range variables {
			for _, b := range v.Bindings {
				if b.Value != nil && b.Value != pysyntax.Expr(e) && c.isBuilt(b.Value, s, depth+5) {
					return true
				}
			}
		}
		return false
	case *pysyntax.BinOp:
		return !c.safeStart(e.L, s)
	case *pysyntax.FString:
		return len(e.Parts) == 0 || !c.safeStart(e.Parts[0], s)
	case *pysyntax.Subscript:
		_, slice := e.Index.(*pysyntax.Slice)
		return slice
	case *pysyntax.Call:
		if attr, ok := e.Fun.(*pysyntax.Attr); ok {
			return stringMakers[attr.Name]
		}
		name, ok := e.Fun.(*pysyntax.Name)
		return ok && (name.ID == "chr" || name.ID == "next" || name.ID == "bytes")
	case *pysyntax.Cond:
		return c.isBuilt(e.Then, s, depth+1) || c.isBuilt(e.Else, s, depth+1)
	case *pysyntax.Walrus:
		return c.isBuilt(e.Value, s, depth+1)
	}
	return false
}

var stringMakers = setOf(`join format format_map replace decode translate fromhex b64decode swapcase ljust rjust zfill strip lstrip rstrip
	removeprefix removesuffix pop getvalue`)

func (c *checker) safeStart(e pysyntax.Expr, s *pysyntax.Scope) bool {
	if b, ok := e.(*pysyntax.BinOp); ok {
		return c.safeStart(b.L, s)
	}
	text, ok := c.names.FoldString(e, s)
	return ok && len(strings.TrimLeft(text, "_")) > 0 && !strings.HasPrefix(text, "__")
}
