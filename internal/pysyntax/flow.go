package pysyntax

import "slices"

// Values flow through a file by more than names: through attributes of self,
// what functions return and what they are called with. All of it is followed
// without regard to order or instance: a field is one variable for all classes
// of the file.
type flow struct {
	fields  map[string]*Variable // of self.NAME and names in class bodies
	returns map[Node]*Variable   // of *Func and *Lambda
	calls   []callSite
	inOrder []*Variable
}

type callSite struct {
	call  *Call
	scope *Scope
}

func newFlow() flow {
	return flow{fields: map[string]*Variable{}, returns: map[Node]*Variable{}}
}

// meet records what node lets flow, as the file is walked the first time.
func (n *Names) meet(node Node, s *Scope, parents []Node) {
	switch node := node.(type) {
	case *Assign:
		for _, t := range node.Targets {
			n.meetTarget(t, &Binding{Node: node, Value: node.Value}, s)
		}
	case *AnnAssign:
		n.meetTarget(node.Target, &Binding{Node: node, Value: node.Value, Type: node.Type}, s)
	case *Func:
		if s.Kind == ClassScope {
			n.field(node.Name).Bindings = append(n.field(node.Name).Bindings, &Binding{Node: node, Def: node, scope: s})
		}
		if node.Returns != nil {
			n.result(node, &Binding{Node: node, Type: node.Returns, scope: s})
		}
	case *Return:
		if f := within(parents); f != nil && node.X != nil {
			n.result(f, &Binding{Node: node, Value: node.X, scope: s})
		}
	case *Yield:
		if f := within(parents); f != nil && node.X != nil && node.From {
			n.result(f, &Binding{Node: node, Item: node.X, scope: s})
		} else if f != nil && node.X != nil {
			n.result(f, &Binding{Node: node, Value: node.X, scope: s})
		}
	case *Call:
		if len(node.Args)+len(node.Keywords) > 0 {
			n.flow.calls = append(n.flow.calls, callSite{node, s})
		}
	}
}

// within is the function around the innermost parent.
func within(parents []Node) Node {
	for i := len(parents) - 1; i >= 0; i-- {
		switch f := parents[i].(type) {
		case *Func:
			return f
		case *Lambda, *Class:
			return nil
		}
	}
	return nil
}

func (n *Names) meetTarget(t Expr, b *Binding, s *Scope) {
	b.scope = s
	name := ""
	switch t := t.(type) {
	case *Name:
		if s.Kind == ClassScope {
			name = t.ID
		}
	case *Attr:
		if isSelf(t.X) {
			name = t.Name
		}
	case *Seq:
		values, _ := b.Value.(*Seq)
		for i, item := range t.Items {
			if values != nil && len(values.Items) == len(t.Items) && !anyStarred(values.Items) {
				n.meetTarget(item, &Binding{Node: b.Node, Value: values.Items[i]}, s)
			}
		}
	}
	if name != "" {
		v := n.field(name)
		v.Bindings = append(v.Bindings, b)
	}
}

func isSelf(e Expr) bool {
	name, ok := e.(*Name)
	return ok && (name.ID == "self" || name.ID == "cls")
}

func (n *Names) field(name string) *Variable {
	v := n.flow.fields[name]
	if v == nil {
		v = &Variable{sure: -1, loose: true}
		n.flow.fields[name] = v
		n.flow.inOrder = append(n.flow.inOrder, v)
	}
	return v
}

func (n *Names) result(f Node, b *Binding) {
	v := n.flow.returns[f]
	if v == nil {
		v = &Variable{sure: -1, loose: true}
		n.flow.returns[f] = v
		n.flow.inOrder = append(n.flow.inOrder, v)
	}
	v.Bindings = append(v.Bindings, b)
}

// settleLambdas makes what a lambda gives a variable, as a function's returns
// are: followed where it is called, a lambda that calls itself had no end.
func (n *Names) settleLambdas() {
	for _, s := range n.order {
		if l, ok := s.owner.(*Lambda); ok {
			n.result(l, &Binding{Node: l, Value: l.Body, scope: s})
		}
	}
}

// settleCalls binds the parameters of the file's own functions to what they
// are called with.
func (n *Names) settleCalls() {
	for _, site := range n.flow.calls {
		if n.late() {
			break
		}
		site.call = n.Expanded(site.call, site.scope)
		for _, def := range n.callees(site.call.Fun, site.scope) {
			n.pass(def, site)
		}
	}
	n.flow.calls = nil
}

// callees are the functions of this file that an expression may be.
func (n *Names) callees(e Expr, s *Scope) []Node { return n.calleesBy(e, s, 0) }

// calleesBy follows names for names, but not far.
func (n *Names) calleesBy(e Expr, s *Scope, depth int) []Node {
	var out []Node
	var from []*Variable
	switch e := e.(type) {
	case *Lambda:
		return []Node{e}
	case *Name:
		from, _ = n.Lookup(s, e.ID, e.Start())
	case *Attr:
		if v := n.flow.fields[e.Name]; v != nil {
			from = []*Variable{v}
		}
	}
	for _, v := range from {
		for _, b := range v.Bindings {
			if f, ok := b.Def.(*Func); ok {
				out = append(out, f)
			} else if class, ok := b.Def.(*Class); ok {
				for _, stmt := range class.Body {
					if f, ok := stmt.(*Func); ok && f.Name == "__init__" {
						out = append(out, f)
					}
				}
			} else if l, ok := b.Value.(*Lambda); ok {
				out = append(out, l)
			} else if name, ok := b.Value.(*Name); ok && depth < 3 && b.scope != nil {
				out = append(out, n.calleesBy(name, b.scope, depth+1)...)
			}
			if len(out) > mostOrigins {
				return nil
			}
		}
	}
	return out
}

func (n *Names) pass(def Node, site callSite) {
	inner := n.scopes[def]
	var params []*Param
	switch def := def.(type) {
	case *Func:
		params = def.Params
		_, plain := site.call.Fun.(*Name)
		bare := plain && site.scope.Kind == ClassScope && !isInit(def) // called in the class's body
		if inner != nil && inner.Parent != nil && inner.Parent.Kind == ClassScope && len(params) > 0 && !bare {
			params = params[1:] // self
		}
	case *Lambda:
		params = def.Params
	}
	if inner == nil {
		return
	}
	bind := func(name string, value Expr) {
		if v := inner.names[name]; v != nil && len(v.passed) < mostCalls {
			v.loose = true
			v.passed = append(v.passed, &Binding{Node: site.call, Value: value, scope: site.scope})
		}
	}
	for i, a := range site.call.Args {
		if _, star := a.(*Starred); star || i >= len(params) || params[i].Stars > 0 {
			break
		}
		bind(params[i].Name, a)
	}
	for _, k := range site.call.Keywords {
		if slices.ContainsFunc(params, func(p *Param) bool { return p.Name == k.Name && p.Stars == 0 }) {
			bind(k.Name, k.Value)
		}
	}
}

// mostCalls is how many calls a parameter is followed to.
const mostCalls = 200

// returned is what a call of the file's own function may give.
func (n *Names) returned(call *Call, s *Scope) []string {
	var out []string
	for _, def := range n.callees(call.Fun, s) {
		if v := n.flow.returns[def]; v != nil {
			n.use(v)
			out = append(out, v.origins...)
		}
	}
	return out
}

// Expanded is call with those of its *[…] and **{…} spelled out whose items the
// file tells; call itself if it has none.
func (n *Names) Expanded(call *Call, s *Scope) *Call {
	spread := false
	for _, a := range call.Args {
		_, star := a.(*Starred)
		spread = spread || star
	}
	for _, k := range call.Keywords {
		spread = spread || k.Name == ""
	}
	if !spread {
		return call
	}
	out := &Call{Span: call.Span, Fun: call.Fun}
	for _, a := range call.Args {
		star, _ := a.(*Starred)
		if star != nil {
			if seq, ok := n.display(star.X, s).(*Seq); ok && seq.Kind != SetSeq && !anyStarred(seq.Items) {
				out.Args = append(out.Args, seq.Items...)
				continue
			}
		}
		out.Args = append(out.Args, a)
	}
	for _, k := range call.Keywords {
		d, ok := n.display(k.Value, s).(*Dict)
		if k.Name != "" || !ok {
			out.Keywords = append(out.Keywords, k)
			continue
		}
		for i, key := range d.Keys {
			name := ""
			if key != nil {
				name, _ = n.FoldString(key, s)
			}
			out.Keywords = append(out.Keywords, &Keyword{Span: k.Span, Name: name, Value: d.Values[i]})
		}
	}
	return out
}

// display is the expression that a name stands for, if it has just one.
func (n *Names) display(e Expr, s *Scope) Expr {
	if name, ok := e.(*Name); ok {
		if value, _ := n.Constant(name, s); value != nil {
			return value
		}
	}
	return e
}

func isInit(def Node) bool {
	f, ok := def.(*Func)
	return ok && f.Name == "__init__"
}

// Members are the bindings of that name in the classes of the file, and of
// self.name.
func (n *Names) Members(name string) []*Binding {
	if v := n.flow.fields[name]; v != nil {
		return v.Bindings
	}
	return nil
}
