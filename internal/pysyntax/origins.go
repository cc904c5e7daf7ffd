package pysyntax

import (
	"slices"
	"strings"
)

// Untold is the origin of an expression that may denote more things than are
// followed. Whoever decides on origins must take it for the worst.
const Untold = "?"

// Result is the origin of what calls give, where nobody asks what was called
// or it is of more kinds than are followed: neither a module nor a member of
// one.
const Result = "?()"

// many stands for more results of calls than are followed. It takes the place
// of them all and stays, so that what depends on itself settles.
const many = "??()"

const (
	mostOrigins = 16
	mostParts   = 10 // names in an origin; what lies deeper is written "…"
	mostSteps   = 5_000_000
)

// Origins tells which dotted things e may denote when it is evaluated in s:
// "os.system" for o.system after "import os as o", "builtins.eval" for a name
// that nothing else binds, "pathlib.Path()" for what a call of that gives. It
// is empty for what the file does not tell. All bindings of a name count, in
// whatever order they run.
func (n *Names) Origins(e Expr, s *Scope) []string {
	if n.user != nil {
		return n.origins(e, s) // not yet what it will be
	}
	if got, ok := n.memo[e]; ok {
		return got
	}
	got := n.origins(e, s)
	n.memo[e] = got
	return got
}

// settleOrigins computes every variable's origins, again whenever one that it
// depends on has got more, until nothing changes.
func (n *Names) settleOrigins() {
	var queue []*Variable
	for _, s := range n.order {
		for _, v := range s.inOrder {
			queue, v.queued = append(queue, v), true
		}
	}
	for _, v := range n.flow.inOrder {
		queue, v.queued = append(queue, v), true
	}
	for steps := 0; len(queue) > 0 && !n.late(); {
		v := queue[0]
		queue, v.queued = queue[1:], false
		if steps += len(v.Bindings) + len(v.passed); steps > mostSteps {
			v.origins = []string{Untold}
			continue
		}
		now := n.variable(v)
		if slices.Equal(now, v.origins) {
			continue
		}
		v.origins = now
		for _, u := range v.users {
			if !u.queued {
				u.queued = true
				queue = append(queue, u)
			}
		}
	}
	n.user = nil
}

func (n *Names) variable(v *Variable) []string {
	if v.lost {
		return v.origins
	}
	n.user = v
	out := slices.Clone(v.origins)
	add := func(origins ...string) {
		for _, o := range origins {
			if !slices.Contains(out, o) {
				out = append(out, o)
			}
		}
	}
	for _, b := range v.Bindings {
		switch {
		case b.Origin != "":
			add(b.Origin)
		case b.Value != nil:
			add(n.origins(b.Value, b.scope)...)
		case b.Item != nil:
			add(n.items(b.Item, b.scope)...)
		case b.Param != nil && b.Param.Stars == 0:
			if b.Param.Default != nil {
				add(n.origins(b.Param.Default, b.scope.Parent)...)
			}
			if b.Param.Type != nil {
				add(n.instances(b.Param.Type, b.scope.Parent)...)
			}
		}
		if b.Type != nil {
			add(n.instances(b.Type, b.scope)...)
		}
		if len(out) > mostOrigins {
			break
		}
	}
	for _, b := range v.passed {
		if len(out) > mostOrigins {
			break
		}
		add(n.origins(b.Value, b.scope)...)
	}
	out = tidy(out)
	if v.loose && slices.Contains(out, Untold) {
		v.lost = true
		return []string{many}
	}
	return out
}

// tidy sorts origins. Past the most that are followed, results of calls are
// told as one, for what made them was met where it stands; if more than that
// are left, nothing is told.
func tidy(origins []string) []string {
	if len(origins) <= 1 {
		return origins
	}
	slices.Sort(origins)
	origins = slices.Compact(origins)
	if len(origins) > mostOrigins || slices.Contains(origins, many) {
		origins = slices.DeleteFunc(origins, func(o string) bool { return strings.Contains(o, "()") })
		origins = append(origins, many)
		slices.Sort(origins)
	}
	if len(origins) > mostOrigins || slices.Contains(origins, Untold) {
		return []string{Untold}
	}
	return origins
}

func (n *Names) origins(e Expr, s *Scope) []string {
	switch e := e.(type) {
	case *Name:
		return n.nameOrigins(e, s)
	case *Attr:
		return n.member(e.X, e.Name, s)
	case *Walrus:
		return n.Origins(e.Value, s)
	case *Cond:
		return tidy(slices.Concat(n.Origins(e.Then, s), n.Origins(e.Else, s)))
	case *BoolOp:
		return tidy(slices.Concat(n.Origins(e.L, s), n.Origins(e.R, s)))
	case *BinOp:
		if e.Op == "/" { // paths
			return results(slices.Concat(n.Origins(e.L, s), n.Origins(e.R, s)))
		}
	case *Call:
		return n.callOrigins(e, s)
	case *Await:
		return n.Origins(e.X, s)
	case *Subscript:
		if _, slice := e.Index.(*Slice); slice {
			return results(n.Origins(e.X, s))
		}
		return n.items(e.X, s)
	}
	return nil
}

// member is what the attribute of a value may be. If the file tells nothing
// about either, canon may still have an origin for the name alone, which then
// starts with "?".
func (n *Names) member(x Expr, name string, s *Scope) []string {
	out := n.under(n.Origins(x, s), name)
	if v := n.flow.fields[name]; v != nil && (len(out) == 0 || isSelf(x)) {
		n.use(v)
		out = tidy(append(out, v.origins...))
	}
	if len(out) == 0 && !isSelf(x) {
		if o := n.join(Result, name); o[0] == '?' && o != Result {
			return []string{o}
		}
	}
	return out
}

// items is what the items of a value may be, as far as the file tells.
func (n *Names) items(e Expr, s *Scope) []string {
	var out []string
	switch e := e.(type) {
	case *Seq:
		for _, item := range e.Items {
			out = append(out, n.Origins(item, s)...)
		}
	case *Dict:
		for _, v := range e.Values {
			out = append(out, n.Origins(v, s)...)
		}
	case *Comp:
		out = slices.Clone(n.Origins(e.Elt, n.scopes[e]))
	case *Call:
		out = append(n.under(results(n.Origins(e, s)), "[]"), n.lets(e, s)...)
	default:
		out = n.under(results(n.Origins(e, s)), "[]")
		if name, ok := e.(*Name); ok {
			switch value, where := n.Constant(name, s); value.(type) {
			case *Seq, *Dict:
				out = append(out, n.items(value, where)...)
			}
		}
	}
	if out = tidy(out); slices.Contains(out, Untold) {
		return []string{many} // each was met where it stands
	}
	return out
}

// lets is what a call lets out item by item: a generator of the file, or a
// builtin that goes through its arguments.
func (n *Names) lets(call *Call, s *Scope) []string {
	call = n.Expanded(call, s)
	out := n.returned(call, s)
	for _, o := range n.Origins(call.Fun, s) {
		switch {
		case len(call.Args) == 0:
		case passesAll[o]:
			for _, a := range call.Args {
				out = append(out, n.items(a, s)...)
			}
		case o == "builtins.map":
			for _, f := range n.Origins(call.Args[0], s) {
				if f[0] != '?' {
					out = append(out, n.call(f))
				}
			}
		case o == "contextlib.nullcontext" || o == "contextlib.closing":
			out = append(out, n.Origins(call.Args[0], s)...)
		}
	}
	return out
}

// results keeps what calls give.
func results(origins []string) []string {
	return slices.DeleteFunc(slices.Clone(origins), func(o string) bool { return !strings.Contains(o, "()") })
}

// instances is what a parameter of that type may be: of pathlib.Path,
// Optional[Path] and "Path | None" it is pathlib.Path().
func (n *Names) instances(t Expr, s *Scope) []string {
	var out []string
	switch t := t.(type) {
	case *Name, *Attr:
		for _, o := range n.Origins(t, s) {
			if o != Untold && !strings.HasPrefix(o, "builtins.") && !strings.Contains(o, "()") {
				out = append(out, n.call(o))
			}
		}
	case *BinOp:
		out = append(n.instances(t.L, s), n.instances(t.R, s)...)
	case *Subscript:
		return n.instances(t.Index, s)
	case *Seq:
		for _, item := range t.Items {
			out = append(out, n.instances(item, s)...)
		}
	}
	return tidy(out)
}

// under is attr below each of the origins.
func (n *Names) under(origins []string, attr string) []string {
	out := make([]string, 0, len(origins))
	for _, o := range origins {
		switch {
		case o == Untold:
			return origins
		default:
			out = append(out, n.join(o, attr))
		}
	}
	return tidy(out)
}

// join is canon of attr below an origin, remembered.
func (n *Names) join(origin, attr string) string {
	key := [2]string{origin, attr}
	if got, ok := n.joined[key]; ok {
		return got
	}
	if strings.Count(origin, ".") >= mostParts {
		root, _, _ := strings.Cut(origin, ".")
		origin = root + ".…"
	}
	got := n.canon(Join(origin, attr))
	if _, below, called := strings.Cut(got, "()"); called && strings.Count(below, ".") > 2 {
		got = Result
	}
	if (origin == Result || origin == many) && strings.HasPrefix(got, origin) {
		got = origin
	}
	n.joined[key] = got
	return got
}

// call is canon of what a call of an origin gives, remembered. What comes of
// two calls is not followed, unless canon has a name for it.
func (n *Names) call(origin string) string {
	key := [2]string{origin, "()"}
	if got, ok := n.joined[key]; ok {
		return got
	}
	got := n.canon(origin + "()")
	if strings.Count(got, "()") > 1 || strings.Count(got, ".") >= mostParts {
		got = Result
	}
	n.joined[key] = got
	return got
}

func (n *Names) callOrigins(e *Call, s *Scope) []string {
	e = n.Expanded(e, s)
	out := n.returned(e, s)
	for _, o := range n.Origins(e.Fun, s) {
		switch {
		case o == "builtins.getattr" && len(e.Args) >= 2:
			if name, ok := n.FoldString(e.Args[1], s); ok {
				out = append(out, n.member(e.Args[0], name, s)...)
				if v := n.flow.fields[name]; v != nil && len(out) == 0 {
					n.use(v)
					out = append(out, v.origins...)
				}
			}
			if len(e.Args) > 2 {
				out = append(out, n.Origins(e.Args[2], s)...)
			}
		case o == "builtins.__import__" || o == "importlib.import_module" || o == "importlib.__import__":
			if len(e.Args) > 0 {
				if name, ok := n.FoldString(e.Args[0], s); ok {
					out = append(out, n.canon(name))
				}
			}
		case o == Untold:
			return []string{Untold}
		case o == Result || o == many:
			out = append(out, o)
		case passesItem[o] && len(e.Args) > 0:
			out = append(out, n.items(e.Args[0], s)...)
		case passesAll[o] && len(e.Args) > 0:
			for _, a := range e.Args {
				out = append(out, n.contents(a, s)...)
			}
		default:
			out = append(out, n.call(o))
		}
	}
	return tidy(out)
}

// passesItem are builtins that give an item of their argument, passesAll those
// that give a container of the items of their arguments.
var (
	passesItem = map[string]bool{"builtins.next": true, "builtins.min": true, "builtins.max": true}
	passesAll  = map[string]bool{"builtins.sorted": true, "builtins.list": true, "builtins.tuple": true, "builtins.set": true,
		"builtins.reversed": true, "builtins.iter": true, "builtins.enumerate": true, "builtins.zip": true, "builtins.filter": true}
)

// contents is like origins of a container, so that items of it are right.
func (n *Names) contents(e Expr, s *Scope) []string {
	switch e.(type) {
	case *Seq, *Dict, *Comp:
		return n.items(e, s)
	}
	return results(n.Origins(e, s))
}

func (n *Names) nameOrigins(e *Name, s *Scope) []string {
	var out []string
	variables, builtin := n.Lookup(s, e.ID, e.Start())
	for _, v := range variables {
		out = append(out, v.origins...)
		n.use(v)
	}
	if builtin {
		out = append(out, n.canon("builtins."+e.ID))
	}
	return tidy(out)
}

// use notes that the variable that is being computed depends on v.
func (n *Names) use(v *Variable) {
	if n.user == nil || n.user.uses[v] {
		return
	}
	if n.user.uses == nil {
		n.user.uses = map[*Variable]bool{}
	}
	n.user.uses[v] = true
	v.users = append(v.users, n.user)
}

// Lookup finds the variables that a name used at that offset in s may be, and
// whether it may be the builtin: only what surely ran before can hide that.
func (n *Names) Lookup(s *Scope, name string, at int) (variables []*Variable, builtin bool) {
	name = s.private(name)
	for cur := s; cur != nil; cur = cur.Parent {
		if cur.global[name] {
			cur = n.Module
		}
		if cur.Kind == ClassScope && cur != s {
			continue // functions do not see their class's names
		}
		v := cur.names[name]
		if v == nil {
			continue
		}
		variables = append(variables, v)
		if cur.Kind == FuncScope || v.sure >= 0 && v.sure <= at && !cur.deleted[name] {
			return variables, false
		}
	}
	return variables, true
}

// Constant is the value of the one plain assignment that a name has, and the
// scope to read it in; nil if it has another binding or none.
func (n *Names) Constant(name *Name, s *Scope) (Expr, *Scope) {
	variables, _ := n.Lookup(s, name.ID, name.Start())
	if len(variables) != 1 || len(variables[0].Bindings) != 1 || variables[0].Bindings[0].Value == nil {
		return nil, nil
	}
	b := variables[0].Bindings[0]
	return b.Value, b.scope
}

// Given are the arguments that the file's own calls give a parameter, each
// with the scope to read it in.
func (n *Names) Given(name *Name, s *Scope) (values []Expr, in []*Scope) {
	variables, _ := n.Lookup(s, name.ID, name.Start())
	for _, v := range variables {
		for _, b := range v.passed {
			values, in = append(values, b.Value), append(in, b.scope)
		}
	}
	return values, in
}

// ModuleOrigins is what a name at the top level of the file may denote.
func (n *Names) ModuleOrigins(name string) []string {
	if v := n.Module.names[name]; v != nil {
		return v.origins
	}
	return nil
}
