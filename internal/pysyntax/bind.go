package pysyntax

import (
	"maps"
	"slices"
	"strings"
)

// bind records what node binds in s.
func (n *Names) bind(node Node, s *Scope, parents []Node) {
	definite := len(parents) == 0 || s.owner == parents[len(parents)-1]
	add := func(name string, b *Binding) {
		if name == "" {
			return
		}
		sure := -1
		if definite {
			sure = node.End()
			if f, ok := node.(*Func); ok && len(f.Decorators) == 0 && len(f.Body) > 0 {
				sure = f.Body[0].Start() // its body runs once it is bound
			}
		}
		b.scope, b.Node = s, node
		s.add(name, b, sure)
	}
	switch node := node.(type) {
	case *Import:
		for _, a := range node.Names {
			first, _, _ := strings.Cut(a.Name, ".")
			if a.As != "" {
				add(a.As, &Binding{Origin: n.canon(a.Name)})
			} else {
				add(first, &Binding{Origin: n.canon(first)})
			}
		}
	case *ImportFrom:
		for _, a := range node.Names {
			name := a.As
			if name == "" {
				name = a.Name
			}
			add(name, &Binding{Origin: n.canon(Join(n.ModuleOf(node), a.Name))})
		}
	case *Assign:
		for _, t := range node.Targets {
			n.bindTarget(t, node.Value, add)
		}
	case *AnnAssign:
		if node.Value != nil || s.Kind == FuncScope {
			n.bindTarget(node.Target, node.Value, add)
		}
	case *AugAssign:
		n.bindTarget(node.Target, nil, add)
	case *For:
		definite = false // a loop may run no times
		n.bindItems(node.Target, node.Iter, add)
	case *Clause:
		n.bindItems(node.Target, node.Iter, add)
	case *WithItem:
		if node.Target != nil {
			n.bindItems(node.Target, node.X, add)
		}
	case *Handler:
		add(node.Name, &Binding{})
		if node.Name != "" {
			s.deleted[s.private(node.Name)] = true // unbound when the clause ends
		}
	case *Func:
		add(node.Name, &Binding{Def: node})
	case *Class:
		add(node.Name, &Binding{Def: node})
	case *Param:
		add(node.Name, &Binding{Param: node})
	case *Pattern:
		add(node.Name, captured(parents))
	case *TypeAlias:
		n.bindTarget(node.Target, nil, add)
	case *Walrus:
		n.bindWalrus(node, s)
	default:
		declare(node, s)
	}
}

// captured is the binding of a name in a pattern: all of what is matched, or
// something in it.
func captured(parents []Node) *Binding {
	for i := len(parents) - 1; i >= 0; i-- {
		if m, ok := parents[i].(*Match); ok {
			if i == len(parents)-2 {
				return &Binding{Value: m.Subject}
			}
			return &Binding{Item: m.Subject}
		}
	}
	return &Binding{}
}

// declare records global, nonlocal and del.
func declare(node Node, s *Scope) {
	switch node := node.(type) {
	case *Outer:
		for _, name := range node.Names {
			if name = s.private(name); node.Global {
				s.global[name] = true
			} else {
				s.outer[name] = true
			}
		}
	case *Del:
		for _, t := range node.Targets {
			Walk(t, func(x Node) bool {
				name, ok := x.(*Name)
				if ok {
					s.deleted[s.private(name.ID)] = true
				}
				_, display := x.(*Seq)
				return display
			})
		}
	}
}

// bindWalrus binds in the nearest scope that is not a comprehension.
func (n *Names) bindWalrus(w *Walrus, s *Scope) {
	to := s
	for {
		if _, ok := to.owner.(*Comp); !ok || to.Parent == nil {
			break
		}
		to = to.Parent
	}
	to.add(w.Target.ID, &Binding{Node: w, Value: w.Value, scope: s}, -1)
}

// bindTarget binds the names in a target; value is nil if it is not known.
// Displays of equal length on both sides are matched item by item.
func (n *Names) bindTarget(t, value Expr, add func(string, *Binding)) {
	switch t := t.(type) {
	case *Name:
		add(t.ID, &Binding{Value: value})
	case *Starred:
		n.bindTarget(t.X, nil, add)
	case *Seq:
		values, _ := value.(*Seq)
		aligned := values != nil && values.Kind != SetSeq && len(values.Items) == len(t.Items) &&
			!anyStarred(values.Items) && !anyStarred(t.Items)
		for i, item := range t.Items {
			switch {
			case aligned:
				n.bindTarget(item, values.Items[i], add)
			case value != nil:
				n.bindItems(item, value, add)
			default:
				n.bindTarget(item, nil, add)
			}
		}
	}
}

// bindItems binds the names in a target to what a value holds, or lets out.
func (n *Names) bindItems(t, of Expr, add func(string, *Binding)) {
	switch t := t.(type) {
	case *Name:
		add(t.ID, &Binding{Item: of})
	case *Starred:
		n.bindItems(t.X, of, add)
	case *Seq:
		for _, item := range t.Items {
			n.bindItems(item, of, add)
		}
	}
}

func anyStarred(es []Expr) bool {
	for _, e := range es {
		if _, ok := e.(*Starred); ok {
			return true
		}
	}
	return false
}

// settleOuter moves what a function binds under global or nonlocal to the
// scope it means. When that runs nobody knows, so such bindings are never
// definite.
func (n *Names) settleOuter() {
	for _, s := range n.order {
		for _, name := range slices.Sorted(maps.Keys(s.names)) {
			v := s.names[name]
			to := n.meant(s, name)
			if to == s {
				continue
			}
			for _, b := range v.Bindings {
				to.add(name, b, -1)
			}
			delete(s.names, name)
		}
		for name := range s.deleted {
			n.meant(s, name).deleted[name] = true
		}
	}
}

// meant is the scope in which s binds a name.
func (n *Names) meant(s *Scope, name string) *Scope {
	switch {
	case s.global[name]:
		return n.Module
	case s.outer[name]:
		for p := s.Parent; p != nil; p = p.Parent {
			if p.Kind == FuncScope && p.names[name] != nil && !p.outer[name] {
				return p
			}
		}
	}
	return s
}

// ModuleOf is the origin of the module that an import names: "os.path", or
// "~core" for a relative one.
func (n *Names) ModuleOf(f *ImportFrom) string {
	if f.Level == 0 {
		return f.Module
	}
	path := strings.TrimPrefix(n.pkg, OwnPrefix)
	for range f.Level - 1 {
		at := strings.LastIndexByte(path, '.')
		path = path[:max(at, 0)]
	}
	return Join(OwnPrefix+path, f.Module)
}

// Join puts a name under an origin.
func Join(origin, name string) string {
	switch {
	case name == "":
		return origin
	case origin == OwnPrefix:
		return OwnPrefix + name
	}
	return origin + "." + name
}
