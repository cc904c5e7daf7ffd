package scanner

import (
	"slices"
	"strings"

	"plugforge/internal/pysyntax"
)

// targets looks at what a statement assigns to, and at annotations.
func (c *checker) targets(n pysyntax.Node, s *pysyntax.Scope) {
	switch n := n.(type) {
	case *pysyntax.Assign:
		for _, t := range n.Targets {
			c.store(t, n.Value, s)
		}
	case *pysyntax.AnnAssign:
		c.annotation(n.Type, s)
		if n.Value != nil {
			c.store(n.Target, n.Value, s)
		} else if name, ok := n.Target.(*pysyntax.Name); ok {
			c.stores[name] = true
		}
	case *pysyntax.AugAssign:
		if _, plain := n.Target.(*pysyntax.Name); !plain {
			c.store(n.Target, n.Value, s)
		}
		c.merge(n, s)
	case *pysyntax.For:
		c.store(n.Target, n.Iter, s)
	case *pysyntax.Clause:
		c.store(n.Target, n.Iter, s)
	case *pysyntax.WithItem:
		if n.Target != nil {
			c.store(n.Target, n.X, s)
		}
	case *pysyntax.Del:
		for _, t := range n.Targets {
			c.store(t, nil, s)
		}
	case *pysyntax.Func:
		c.annotation(n.Returns, s)
	}
}

// store judges a target; value is what it gets, or nil for del.
func (c *checker) store(t, value pysyntax.Expr, s *pysyntax.Scope) {
	switch t := t.(type) {
	case *pysyntax.Name:
		c.stores[t] = true
	case *pysyntax.Starred:
		c.store(t.X, value, s)
	case *pysyntax.Seq:
		for _, item := range t.Items {
			c.store(item, value, s)
		}
	case *pysyntax.Attr:
		if t.Name == "__class__" {
			c.add(t, objectGraph, "assigning __class__")
			return
		}
		c.storeAttr(t, value, s)
		c.annotates(t)
	case *pysyntax.Subscript:
		c.annotates(t.X)
		if value != nil {
			c.storeItem(t, value, s)
		}
	}
}

// annotates refuses to write x.__annotations__, whose keys become code in
// dataclasses.
func (c *checker) annotates(e pysyntax.Expr) {
	if a, ok := e.(*pysyntax.Attr); ok && a.Name == "__annotations__" {
		c.add(a, annotations, "changing __annotations__")
	}
}

// settable are members of the standard library that programs are meant to set.
var settable = setOf(`sys.argv sys.dont_write_bytecode sys.tracebacklimit logging.raiseExceptions csv.field_size_limit
	mimetypes.knownfiles socket.timeout random.seed decimal.DefaultContext warnings.filters`)

// storeAttr refuses to change the standard library, and to put code into
// anybody's.
func (c *checker) storeAttr(a *pysyntax.Attr, value pysyntax.Expr, s *pysyntax.Scope) {
	made, isCall := rootOf(a.X).(*pysyntax.Call)
	if c.ofClass(a.X, s) || isCaught(a.X) && value != nil && c.isCode(value, s) || isCall && value != nil && !isSuper(made) && c.isCode(value, s) {
		c.add(a, patching, "changing "+c.file.Text(a))
		return
	}
	for _, on := range c.names.Origins(a.X, s) {
		if strings.HasPrefix(on, "dataclasses.fields()") {
			c.add(a, patching, "changing a field's "+a.Name)
			return
		}
		origin := c.own.canon(pysyntax.Join(on, a.Name), c.unit)
		if strings.Contains(origin, "()") || strings.HasPrefix(origin, pysyntax.OwnPrefix) || settable[origin] ||
			ruleFor(origin) != "" || isGuarded(origin) {
			continue // judged by attr, or harmless
		}
		root, _, _ := strings.Cut(origin, ".")
		if stdlib[root] || value == nil || c.isCode(value, s) {
			c.add(a, patching, "changing "+c.shown(a, origin))
			return
		}
	}
}

// isCaught tells of e.args[0], by which an exception brings anything.
func isCaught(e pysyntax.Expr) bool {
	item, ok := e.(*pysyntax.Subscript)
	return ok && isAttr(item.X, "args")
}

// rootOf is what a chain of attributes hangs on.
func rootOf(e pysyntax.Expr) pysyntax.Expr {
	for {
		a, ok := e.(*pysyntax.Attr)
		if !ok {
			return e
		}
		e = a.X
	}
}

// ofClass tells whether an expression is the class of what comes from a
// library: type(x), x.__class__.
func (c *checker) ofClass(e pysyntax.Expr, s *pysyntax.Scope) bool {
	var of pysyntax.Expr
	switch e := e.(type) {
	case *pysyntax.Call:
		if len(e.Args) == 2 && c.isLookup(e, s) {
			name, _ := c.names.FoldString(e.Args[1], s)
			return name == "__class__" && len(c.names.Origins(e.Args[0], s)) > 0
		}
		if len(e.Args) != 1 || !slices.Contains(c.names.Origins(e.Fun, s), "builtins.type") {
			return false
		}
		of = e.Args[0]
	case *pysyntax.Attr:
		if e.Name != "__class__" {
			return false
		}
		of = e.X
	default:
		return false
	}
	return slices.ContainsFunc(c.names.Origins(of, s), func(o string) bool { return strings.Contains(o, "()") })
}

// isCode tells whether a value is a function or class, as far as the file
// tells.
func (c *checker) isCode(e pysyntax.Expr, s *pysyntax.Scope) bool {
	switch e := e.(type) {
	case *pysyntax.Lambda:
		return true
	case *pysyntax.Name:
		variables, _ := c.names.Lookup(s, e.ID, e.Start())
		for _, v := range variables {
			if slices.ContainsFunc(v.Bindings, func(b *pysyntax.Binding) bool { return b.Def != nil }) {
				return true
			}
		}
	}
	return slices.ContainsFunc(c.names.Origins(e, s), func(o string) bool { return !strings.Contains(o, "()") })
}

// storeItem judges x[key] = value.
func (c *checker) storeItem(t *pysyntax.Subscript, value pysyntax.Expr, s *pysyntax.Scope) {
	if c.isEnvironment(t.X, s) {
		c.environKey(t.Index, s)
	}
	if k, ok := t.Index.(*pysyntax.Const); ok && mustBeFalse[k.Text] != "" {
		c.flag(t, k.Text, value, s)
	}
}

func (c *checker) isEnvironment(e pysyntax.Expr, s *pysyntax.Scope) bool {
	return slices.ContainsFunc(c.names.Origins(e, s), func(o string) bool { return o == "os.environ" || o == "os.environb" })
}

// merge judges os.environ |= {…}.
func (c *checker) merge(n *pysyntax.AugAssign, s *pysyntax.Scope) {
	if c.isEnvironment(n.Target, s) {
		c.environFrom(n.Value, s)
	}
}

// environKey judges a variable that is set.
func (c *checker) environKey(key pysyntax.Expr, s *pysyntax.Scope) {
	names, known := c.texts(key, s)
	if !known {
		c.add(key, environ, "setting a variable of the environment by a computed name")
		return
	}
	for _, name := range names {
		if steering[strings.ToUpper(name)] {
			c.add(key, environ, "setting "+name)
		}
	}
}

// environFrom judges the keys of what is merged into the environment.
func (c *checker) environFrom(e pysyntax.Expr, s *pysyntax.Scope) {
	v, bad := c.names.Fold(e, s)
	if entries, ok := v.V.([]pysyntax.Entry); ok && bad == nil {
		for _, entry := range entries {
			if name, ok := entry.Key.V.(string); ok && steering[strings.ToUpper(name)] {
				c.add(e, environ, "setting "+name)
			}
		}
		return
	}
	if d, ok := e.(*pysyntax.Dict); ok && !slices.Contains(d.Keys, nil) {
		for _, k := range d.Keys {
			c.environKey(k, s)
		}
		return
	}
	c.add(e, environ, "setting variables of the environment from what the file does not tell")
}

// texts are the strings that a key may be: a constant, or each of those that a
// loop goes over.
func (c *checker) texts(e pysyntax.Expr, s *pysyntax.Scope) ([]string, bool) {
	if v, bad := c.names.Fold(e, s); bad == nil {
		switch text := v.V.(type) {
		case string:
			return []string{text}, true
		case pysyntax.ByteString:
			return []string{string(text)}, true
		}
		return nil, false
	}
	name, ok := e.(*pysyntax.Name)
	if !ok {
		return nil, false
	}
	var out []string
	variables, _ := c.names.Lookup(s, name.ID, name.Start())
	for _, v := range variables {
		for _, b := range v.Bindings {
			if b.Item == nil {
				return nil, false
			}
			got, bad := c.names.Fold(b.Item, s)
			if bad != nil {
				return nil, false
			}
			out = allTexts(got, out)
		}
	}
	return out, len(out) > 0
}

// allTexts collects the strings in a value.
func allTexts(v pysyntax.Value, out []string) []string {
	switch v := v.V.(type) {
	case string:
		out = append(out, v)
	case []pysyntax.Value:
		for _, item := range v {
			out = allTexts(item, out)
		}
	case []pysyntax.Entry:
		for _, e := range v {
			out = allTexts(e.Key, out)
		}
	}
	return out
}
