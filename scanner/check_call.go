package scanner

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"plugforge/internal/pysyntax"
)

// call judges calls whose arguments decide what they do.
func (c *checker) call(call *pysyntax.Call, s *pysyntax.Scope, parents []pysyntax.Node) {
	if c.isLookup(call, s) && len(call.Args) >= 2 {
		c.lookup(call, s, parents)
	}
	for _, origin := range c.names.Origins(call.Fun, s) {
		c.callOf(origin, call, s)
	}
	c.keywords(call, s)
	c.query(call, s)
	c.decorated(call, s)
	c.built(call, s)
	c.searchPath(call, s, parents)
}

// callOf judges the arguments of a function by what it is.
func (c *checker) callOf(origin string, call *pysyntax.Call, s *pysyntax.Scope) {
	root, _, _ := strings.Cut(origin, ".")
	switch {
	case origin == "operator.attrgetter":
		c.attrgetter(call.Args, s)
	case origin == "operator.methodcaller" && len(call.Args) > 0:
		c.attrgetter(call.Args[:1], s)
	case needsTrue[origin] != "":
		c.mustHave(call, needsTrue[origin], origin, s)
	case isYAMLLoad(origin):
		c.yaml(call, origin, s)
	case origin == "os.environ.setdefault" || origin == "os.environ.__setitem__":
		if len(call.Args) > 0 {
			c.environKey(call.Args[0], s)
		}
	case origin == "os.environ.update" || origin == "os.environ.__ior__":
		for _, a := range call.Args {
			c.environFrom(a, s)
		}
		for _, k := range call.Keywords {
			if k.Name == "" {
				c.environFrom(k.Value, s)
			} else if steering[strings.ToUpper(k.Name)] {
				c.add(k, environ, "setting "+k.Name)
			}
		}
	case strings.HasSuffix(origin, ".create_model") && root == "pydantic", origin == "dataclasses.make_dataclass",
		origin == "typing.NamedTuple", origin == "typing.TypedDict":
		c.model(call, s)
	case strings.HasPrefix(origin, "urllib.request.") && len(call.Args) > 0:
		if url, ok := c.names.FoldString(call.Args[0], s); ok && localURL.MatchString(url) {
			c.add(call.Args[0], files, "a file: address")
		}
	case origin == "builtins.type" && len(call.Args) == 1:
		c.ofStream(call, "__class__", c.names.Origins(call.Args[0], s))
	case origin == "builtins.map" && len(call.Args) > 1 && slices.Contains(c.names.Origins(call.Args[0], s), "builtins.type"):
		pysyntax.Walk(call.Args[1], func(n pysyntax.Node) bool {
			if e, ok := n.(*pysyntax.Call); ok {
				c.ofStream(call, "__class__", c.names.Origins(e, s))
			}
			return true
		})
	case origin == "argparse.ArgumentParser":
		if k := keyword(call, "fromfile_prefix_chars"); k != nil {
			c.add(k, files, "fromfile_prefix_chars")
		}
	case origin == "functools.update_wrapper" || origin == "functools.wraps":
		if len(call.Args) > 0 && slices.ContainsFunc(c.names.Origins(call.Args[0], s), isModule) {
			c.add(call, patching, "wrapping a module")
		}
	case origin == "unittest.main":
		if k := cmp.Or(keyword(call, "module"), keyword(call, "argv")); len(call.Args) > 0 || k != nil {
			c.add(call, imports, "unittest.main of other tests")
		}
	case origin == "attr.make_class" || origin == "attrs.make_class":
		c.model(call, s)
	case strings.HasPrefix(origin, "tempfile."):
		if k := keyword(call, "buffering"); k != nil {
			c.add(k, files, "an unbuffered file")
		} else if len(call.Args) > 1 && origin != "tempfile.mkstemp" && origin != "tempfile.mkdtemp" {
			if _, isInt := call.Args[1].(*pysyntax.Const); isInt {
				c.add(call.Args[1], files, "an unbuffered file")
			}
		}
	case origin == "logging.basicConfig":
		if k := keyword(call, "filename"); k != nil {
			c.forbid(k, files, "logging.FileHandler", "logging to a file")
		}
	case root == "ffmpeg":
		if k := keyword(call, "cmd"); k != nil {
			c.add(k, processes, "cmd="+c.file.Text(k.Value))
		}
	case origin == "ruamel.yaml.YAML":
		c.ruamel(call, s)
	}
	if at, ok := positional[origin]; ok && len(call.Args) > at {
		c.flag(call.Args[at], "allow_pickle", call.Args[at], s)
	}
}

var localURL = regexp.MustCompile(`(?i)^\s*(url:)?\s*(file|local_file|local-file|ftp):`)

func keyword(call *pysyntax.Call, name string) *pysyntax.Keyword {
	for _, k := range call.Keywords {
		if k.Name == name {
			return k
		}
	}
	return nil
}

// attrgetter judges the dotted names that it is given.
func (c *checker) attrgetter(names []pysyntax.Expr, s *pysyntax.Scope) {
	for _, a := range names {
		text, ok := c.names.FoldString(a, s)
		if !ok {
			c.add(a, dynamicAttr, "looking up a computed attribute")
			continue
		}
		for _, name := range strings.Split(text, ".") {
			c.dunder(a, name, nil)
			switch {
			case isStrong(name):
				c.add(a, reached, "the attribute "+name)
			case fileMethods[name]:
				c.add(a, files, "the method "+name)
			case processMethods[name] || forbidden["os."+name] == processes:
				c.add(a, processes, "the method "+name)
			}
		}
	}
}

// mustHave refuses a call without a keyword that is surely true.
func (c *checker) mustHave(call *pysyntax.Call, name, origin string, s *pysyntax.Scope) {
	if k := keyword(call, name); k != nil {
		if v, bad := c.names.Fold(k.Value, s); bad == nil && v.V == true {
			return
		}
	}
	c.forbid(call, unpickling, origin, origin+" without "+name+"=True")
}

// remakes are functions that write methods into the class that they are given.
var remakes = setOf(`dataclasses.dataclass attr.s attr.attrs attr.attributes attr.dataclass attr.define attr.mutable attr.frozen attrs.define
	attrs.mutable attrs.frozen functools.total_ordering enum.unique pydantic.dataclasses.dataclass dataclasses_json.dataclass_json`)

// decorated refuses to remake a class of a library: dataclass(json.JSONEncoder),
// dataclass(init=True)(json.JSONEncoder).
func (c *checker) decorated(call *pysyntax.Call, s *pysyntax.Scope) {
	fun := call.Fun
	if made, ok := fun.(*pysyntax.Call); ok {
		fun = made.Fun
	}
	if !slices.ContainsFunc(c.names.Origins(fun, s), func(o string) bool { return remakes[o] }) {
		return
	}
	if k := keyword(call, "these"); k != nil {
		c.fields(k.Value, s, 0)
	}
	if len(call.Args) == 0 {
		return
	}
	for _, o := range c.names.Origins(call.Args[0], s) {
		if !strings.Contains(o, "()") && !strings.HasPrefix(o, pysyntax.OwnPrefix) {
			c.add(call, patching, "changing "+o)
			return
		}
	}
}

// isModule tells of origins that are modules of the standard library.
func isModule(origin string) bool { return stdlib[origin] || stdlibParts[origin] }

// keywords refuses, on whatever is called, those that must be false.
func (c *checker) keywords(call *pysyntax.Call, s *pysyntax.Scope) {
	for _, k := range call.Keywords {
		if mustBeFalse[k.Name] != "" && !c.saves(call, s) {
			c.flag(k, k.Name, k.Value, s)
		}
		if k.Name == "__annotations__" {
			c.add(k, annotations, "setting __annotations__")
		}
	}
}

// saves tells of functions that only write: numpy.save(…, allow_pickle=True).
func (c *checker) saves(call *pysyntax.Call, s *pysyntax.Scope) bool {
	return slices.ContainsFunc(c.names.Origins(call.Fun, s), func(o string) bool { return strings.HasPrefix(o, "numpy.save") })
}

// flag refuses a keyword unless its value is surely false.
func (c *checker) flag(at pysyntax.Node, name string, value pysyntax.Expr, s *pysyntax.Scope) {
	if v, bad := c.names.Fold(value, s); bad != nil || v.V != false && v.V != nil {
		c.add(at, mustBeFalse[name], name+"="+c.file.Text(value))
	}
}

// dict judges {"trust_remote_code": True}, which may become keywords.
func (c *checker) dict(d *pysyntax.Dict, s *pysyntax.Scope) {
	for i, key := range d.Keys {
		if k, ok := key.(*pysyntax.Const); ok && mustBeFalse[k.Text] != "" {
			c.flag(k, k.Text, d.Values[i], s)
		}
	}
}

func isYAMLLoad(origin string) bool { return origin == "yaml.load" || origin == "yaml.load_all" }

// yaml refuses yaml.load unless its loader is surely a safe one.
func (c *checker) yaml(call *pysyntax.Call, origin string, s *pysyntax.Scope) {
	var loader pysyntax.Expr
	if k := keyword(call, "Loader"); k != nil {
		loader = k.Value
	} else if len(call.Args) > 1 {
		loader = call.Args[1]
	}
	if loader == nil || !c.isSafeLoader(loader, s, 0) {
		c.forbid(call, unpickling, origin, origin+" without a safe loader")
	}
}

func (c *checker) isSafeLoader(e pysyntax.Expr, s *pysyntax.Scope, depth int) bool {
	if name, ok := e.(*pysyntax.Name); ok && depth < 5 {
		variables, _ := c.names.Lookup(s, name.ID, name.Start())
		if len(variables) == 1 && len(variables[0].Bindings) == 1 {
			if class, ok := variables[0].Bindings[0].Def.(*pysyntax.Class); ok {
				return len(class.Bases) == 1 && c.isSafeLoader(class.Bases[0], s, depth+1)
			}
		}
	}
	origins := c.names.Origins(e, s)
	return len(origins) > 0 && !slices.ContainsFunc(origins, func(o string) bool {
		module, name, _ := strings.Cut(o, ".")
		return module != "yaml" || name != "SafeLoader" && name != "CSafeLoader" && name != "BaseLoader" && name != "CBaseLoader"
	})
}

// ruamel refuses YAML(typ="unsafe").
func (c *checker) ruamel(call *pysyntax.Call, s *pysyntax.Scope) {
	values := call.Args
	if k := keyword(call, "typ"); k != nil {
		values = append(slices.Clone(values), k.Value)
	}
	for _, v := range values {
		if text, ok := c.names.FoldString(v, s); !ok || text == "unsafe" {
			c.add(v, unpickling, "ruamel.yaml's typ="+c.file.Text(v))
		}
	}
}

// readsOnly are methods of dictionaries that change nothing.
var readsOnly = setOf(`get items keys values copy __contains__ __getitem__ __len__`)

// queried finds members in the text of DataFrame.query and eval, where @name
// reaches the variables of the program.
var queried = regexp.MustCompile(`@\s*[\pL_][\pL\pN_]*\s*[.(\[]|__`)

func (c *checker) query(call *pysyntax.Call, s *pysyntax.Scope) {
	attr, ok := call.Fun.(*pysyntax.Attr)
	if ok && !readsOnly[attr.Name] {
		c.annotates(attr.X)
	}
	if !ok || attr.Name != "query" && attr.Name != "eval" || len(call.Args)+len(call.Keywords) == 0 {
		return
	}
	args := call.Args
	if k := keyword(call, "expr"); k != nil {
		args = append(slices.Clone(args), k.Value)
	}
	for _, a := range args {
		if text, ok := c.names.FoldString(a, s); ok && queried.MatchString(text) {
			c.add(a, codeOfText, "a query that calls or climbs")
		}
	}
}

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
		for _, text := range c.given(name.(*pysyntax.Name), s) {
			c.lookupOf(call, name, text, x, inner)
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
	if onModule || c.listed(name, s, parents, 0) || c.climbable(x) || c.isBuilt(name, s, 0) {
		c.add(call, dynamicAttr, "looking up a computed attribute")
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
	case fileMethods[text]:
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

// built folds an expression that makes a string, and judges the string as if
// it stood there.
func (c *checker) built(e pysyntax.Expr, s *pysyntax.Scope) {
	if c.folded[e] || !foldable(e) {
		return
	}
	text, ok := c.names.FoldString(e, s)
	if !ok {
		return
	}
	pysyntax.Walk(e, func(n pysyntax.Node) bool { c.folded[n] = true; return true })
	if word := badText(text); word != "" {
		c.add(e, objectGraph, "a string that spells "+word)
	}
	if text == "__annotations__" {
		c.add(e, annotations, "a string that spells __annotations__")
	}
	c.literal(e, text)
}

// foldable leaves out what gives no string, for speed.
func foldable(e pysyntax.Expr) bool {
	switch e := e.(type) {
	case *pysyntax.BinOp:
		return e.Op == "+" || e.Op == "%" || e.Op == "*"
	case *pysyntax.Call:
		_, ok := e.Fun.(*pysyntax.Attr)
		return ok
	}
	return true
}

// text judges a string constant.
func (c *checker) text(k *pysyntax.Const, s *pysyntax.Scope, parents []pysyntax.Node) {
	if k.Kind != pysyntax.Str && k.Kind != pysyntax.Bytes || c.quiet[k] || c.folded[k] {
		return
	}
	c.literal(k, k.Text)
	if k.Text == "__annotations__" {
		if call, ok := last(parents).(*pysyntax.Call); !ok || !c.isLookup(call, s) {
			c.add(k, annotations, "a string that spells __annotations__")
		}
	}
	if word := badText(k.Text); word != "" {
		c.add(k, objectGraph, "a string that spells "+word)
	}
}

var (
	// queryCall is what a query of pandas looks like that calls a function.
	queryCall = regexp.MustCompile(`(?:^|[^\w.])@\w+(?:\.\w+)*\.\w+\(`)
	fileURL   = regexp.MustCompile(`(?i)^\s*(?:url:)?(?:file|local_file|local-file):/`)
)

// literal judges strings by what the libraries that the file imports make of
// them.
func (c *checker) literal(k pysyntax.Expr, text string) {
	switch {
	case strings.Contains(text, "@") && queryCall.MatchString(text) && c.imports("pandas"):
		c.add(k, codeOfText, "a query that calls")
	case strings.Contains(text, ":/") && fileURL.MatchString(text) && c.imports("urllib"):
		c.add(k, files, "a file: address")
	}
}

// badText is the first of texts that stands in s as a word.
func badText(s string) string {
	if strings.IndexByte(s, '_') < 0 {
		return ""
	}
	for _, word := range texts {
		for rest := s; ; {
			at := strings.Index(rest, word)
			if at < 0 {
				break
			}
			end := at + len(word)
			if (at == 0 || !isWord(rest[at-1])) && (end == len(rest) || !isWord(rest[end])) && (word != "__import__" || s == word) {
				return word // calls of __import__ in prose are that: what runs text is found where it stands
			}
			rest = rest[end:]
		}
	}
	return ""
}

func isWord(b byte) bool {
	return b == '_' || b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= 0x80
}
