package pysyntax

import (
	"context"
	"slices"
	"strings"
)

// ScopeKind tells scopes apart, for Python looks names up differently in each.
type ScopeKind uint8

// The kinds of Scope.
const (
	ModuleScope ScopeKind = iota
	ClassScope
	FuncScope // a function, lambda or comprehension
)

// Scope is where names are bound.
type Scope struct {
	Kind    ScopeKind
	Parent  *Scope
	owner   Node
	names   map[string]*Variable
	global  map[string]bool // declared global here
	outer   map[string]bool // declared nonlocal here
	deleted map[string]bool
	inOrder []*Variable // as met
	class   string      // around it, whose private names are its own
}

// Variable is a name in one scope.
type Variable struct {
	Bindings []*Binding

	passed  []*Binding // what calls give a parameter
	origins []string   // of all bindings together
	users   []*Variable
	uses    map[*Variable]bool
	sure    int  // offset after which something surely has bound it; -1 for never
	queued  bool // waits to be computed
	lost    bool // that is so: there were more
	loose   bool // more origins than are followed are told as none
}

// Binding is one of the ways in which a name gets its value. At most one of
// Origin, Value and Item is set; none for parameters and others of which the
// file does not say what they hold.
type Binding struct {
	Node   Node
	Origin string // of an import: "os.path"
	Value  Expr   // of a plain assignment
	Item   Expr   // what it is an item of: in a loop, or in a with statement
	Def    Stmt   // *Func or *Class
	Param  *Param
	Type   Expr   // of what is annotated, beside Value
	scope  *Scope // where Value is evaluated
}

// Names holds the scopes of one file.
type Names struct {
	File   *File
	Module *Scope

	pkg     string
	canon   func(string) string
	scopes  map[Node]*Scope
	memo    map[Expr][]string
	joined  map[[2]string]string
	order   []*Scope // as met
	flow    flow
	folds   folds
	stop    func() bool // whether whoever asked has gone
	tick    int
	stopped bool
	settled bool
	user    *Variable // whose origins are being computed; nil once all are
}

// OwnPrefix starts the origin of what a file imports relatively: of
// "from .core import x" in a root module it is "~core.x".
const OwnPrefix = "~"

// Resolve finds the scopes and bindings of f. pkg is the package that holds
// the file, OwnPrefix and a dotted path ("~" for root modules), against which
// relative imports are read. canon maps each origin to the one to use in its
// place, to see through re-exports, or to Result what it does not tell apart;
// nil maps none.
func Resolve(f *File, pkg string, canon func(string) string) *Names {
	n, _ := ResolveContext(context.Background(), f, pkg, canon)
	return n
}

// ResolveContext is Resolve for who may lose patience. The error is ctx's.
func ResolveContext(ctx context.Context, f *File, pkg string, canon func(string) string) (*Names, error) {
	if canon == nil {
		canon = func(s string) string { return s }
	}
	n := &Names{File: f, pkg: pkg, canon: canon, stop: func() bool { return ctx.Err() != nil },
		scopes: map[Node]*Scope{}, memo: map[Expr][]string{}, joined: map[[2]string]string{}, flow: newFlow(), folds: folds{known: map[Expr]folded{}}}
	n.Module = n.scope(ModuleScope, nil, f)
	n.Walk(func(node Node, s *Scope, parents []Node) bool {
		n.bind(node, s, parents)
		n.meet(node, s, parents)
		return !n.late()
	})
	n.settleOuter()
	n.settleLambdas()
	n.settleCalls()
	n.settleOrigins()
	n.settled = true
	if n.stopped {
		return nil, context.Cause(ctx)
	}
	return n, nil
}

// late tells, now and then asking, whether whoever asked has gone.
func (n *Names) late() bool {
	if n.tick++; n.tick%64 == 0 && !n.stopped {
		n.stopped = n.stop()
	}
	return n.stopped
}

func (n *Names) scope(kind ScopeKind, parent *Scope, owner Node) *Scope {
	if s := n.scopes[owner]; s != nil {
		return s
	}
	s := &Scope{Kind: kind, Parent: parent, owner: owner, names: map[string]*Variable{},
		global: map[string]bool{}, outer: map[string]bool{}, deleted: map[string]bool{}}
	if class, ok := owner.(*Class); ok {
		s.class = strings.TrimLeft(class.Name, "_")
	} else if parent != nil {
		s.class = parent.class
	}
	n.scopes[owner] = s
	n.order = append(n.order, s)
	return s
}

// Names gives the names bound in s.
func (s *Scope) Names() map[string]*Variable { return s.names }

// AnyBinding tells whether a binding of any scope is such.
func (n *Names) AnyBinding(such func(*Binding) bool) bool {
	for _, s := range n.order {
		for _, v := range s.inOrder {
			if slices.ContainsFunc(v.Bindings, such) {
				return true
			}
		}
	}
	return false
}

// private is how Python spells a name that starts with two underscores inside
// a class: __x of class C is _C__x.
func (s *Scope) private(name string) string {
	if s.class == "" || len(name) < 3 || name[:2] != "__" || strings.HasSuffix(name, "__") {
		return name
	}
	return "_" + s.class + name
}

func (s *Scope) add(name string, b *Binding, sure int) {
	if b.scope != nil {
		name = b.scope.private(name)
	}
	v := s.names[name]
	if v == nil {
		v = &Variable{sure: -1}
		s.names[name] = v
		s.inOrder = append(s.inOrder, v)
	}
	v.Bindings = append(v.Bindings, b)
	v.loose = v.loose || b.Item != nil
	if sure >= 0 && (v.sure < 0 || sure < v.sure) {
		v.sure = sure
	}
}

// Walk visits every node of the file with the scope it is evaluated in and its
// ancestors, outermost first. The slice of ancestors is reused between calls.
// Where visit gives false, Walk does not go further down.
func (n *Names) Walk(visit func(node Node, s *Scope, parents []Node) bool) {
	w := &scopeWalk{n: n, visit: visit}
	for _, stmt := range n.File.Body {
		w.node(stmt, n.Module)
	}
}

type scopeWalk struct {
	n       *Names
	visit   func(Node, *Scope, []Node) bool
	parents []Node
}

func (w *scopeWalk) node(node Node, s *Scope) {
	if !w.visit(node, s, w.parents) {
		return
	}
	w.parents = append(w.parents, node)
	switch node := node.(type) {
	case *Func:
		w.function(node, s)
	case *Class:
		inner := w.n.scope(ClassScope, s, node)
		w.list(s, node.Decorators, node.TypeParams, node.Bases)
		for _, k := range node.Keywords {
			w.node(k, s)
		}
		for _, b := range node.Body {
			w.node(b, inner)
		}
	case *Lambda:
		inner := w.n.scope(FuncScope, s, node)
		w.params(node.Params, s, inner)
		w.node(node.Body, inner)
	case *Comp:
		w.comp(node, s)
	default:
		Children(node, func(c Node) { w.node(c, s) })
	}
	w.parents = w.parents[:len(w.parents)-1]
}

func (w *scopeWalk) list(s *Scope, lists ...[]Expr) {
	for _, l := range lists {
		for _, e := range l {
			w.node(e, s)
		}
	}
}

func (w *scopeWalk) function(f *Func, s *Scope) {
	inner := w.n.scope(FuncScope, s, f)
	w.list(s, f.Decorators, f.TypeParams)
	w.params(f.Params, s, inner)
	if f.Returns != nil {
		w.node(f.Returns, s)
	}
	for _, b := range f.Body {
		w.node(b, inner)
	}
}

// params are bound inside, but their defaults and types evaluated outside. A
// Param itself is visited in the inner scope, without its parts.
func (w *scopeWalk) params(ps []*Param, s, inner *Scope) {
	for _, p := range ps {
		if !w.visit(p, inner, w.parents) {
			continue
		}
		w.parents = append(w.parents, p)
		if p.Type != nil {
			w.node(p.Type, s)
		}
		if p.Default != nil {
			w.node(p.Default, s)
		}
		w.parents = w.parents[:len(w.parents)-1]
	}
}

// comp evaluates the first iterable outside and the rest inside.
func (w *scopeWalk) comp(c *Comp, s *Scope) {
	inner := w.n.scope(FuncScope, s, c)
	for i, clause := range c.Clauses {
		if i == 0 {
			w.node(clause.Iter, s)
		}
		if !w.visit(clause, inner, w.parents) {
			continue
		}
		w.parents = append(w.parents, clause)
		if i > 0 {
			w.node(clause.Iter, inner)
		}
		w.node(clause.Target, inner)
		w.list(inner, clause.Ifs)
		w.parents = w.parents[:len(w.parents)-1]
	}
	w.node(c.Elt, inner)
	if c.Value != nil {
		w.node(c.Value, inner)
	}
}
