package scanner

import (
	"context"
	"path"
	"slices"
	"strings"

	"plugforge/internal/pysyntax"
)

// own knows the plugin's own modules and what they give out under other names.
type own struct {
	modules map[string]bool     // "processors.core"; packages too
	folders map[string]bool     // their names that have Python in them
	exports map[string]string   // "~processors.core.runner" → "os"
	below   map[string][]string // names that a module gives out, by module: "~processors.core" → "runner"
	stars   map[*unit][]string  // modules that a file imports all of
	policy  Policy
	name    string // of the plugin, as its manifest tells it; empty if it does not
}

// mostRounds is how many files a name may be handed on through.
const mostRounds = 12

func newOwn(units []*unit, policy Policy) *own {
	o := &own{policy: policy, name: manifestName(units), modules: map[string]bool{}, folders: map[string]bool{}, exports: map[string]string{}, below: map[string][]string{}, stars: map[*unit][]string{}}
	for _, u := range units {
		for _, folder := range strings.Split(path.Dir(u.path), "/") {
			o.folders[folder] = true
		}
		name := moduleName(u.path)
		for ; name != ""; name = parent(name) {
			o.modules[name] = true
		}
	}
	return o
}

// manifestName is the plugin's name, by which its modules import each other.
func manifestName(units []*unit) string {
	for _, u := range units {
		if u.path != "manifest.py" || u.file == nil {
			continue
		}
		names := pysyntax.Resolve(u.file, pysyntax.OwnPrefix, nil)
		for _, key := range []string{"feature_extractor_name", "metadata"} {
			v := names.Module.Names()[key]
			if v == nil || len(v.Bindings) != 1 || v.Bindings[0].Value == nil {
				continue
			}
			value, _ := names.Fold(v.Bindings[0].Value, names.Module)
			if name := nameIn(value); name != "" {
				return name
			}
		}
	}
	return ""
}

// nameIn is the name that a value is, or has under one of the keys for it.
func nameIn(v pysyntax.Value) string {
	entries, _ := v.V.([]pysyntax.Entry)
	for _, e := range entries {
		if e.Key.V == "feature_extractor_name" || e.Key.V == "name" {
			return nameIn(e.Value)
		}
	}
	name, _ := v.V.(string)
	return name
}

// settle resolves the names of all files, again those that ask for what
// another file turned out to give out.
func (o *own) settle(ctx context.Context, units []*unit) error {
	todo := units
	for round := 0; len(todo) > 0; round++ {
		if round == mostRounds {
			for _, u := range todo {
				u.add(u.file, tangled, "a name handed on through so many files")
			}
			return nil
		}
		if err := each(ctx, todo, func(u *unit) error { return o.resolve(ctx, u) }); err != nil {
			return err
		}
		if len(units) == 1 {
			return nil // nobody to learn from
		}
		if round == 0 {
			for _, u := range units {
				o.learnStars(u)
			}
		}
		news := o.learn(todo)
		news = append(news, o.handOn(units, news)...)
		todo = nil
		for _, u := range units {
			if slices.ContainsFunc(news, func(key string) bool { return u.asked[key] }) {
				todo = append(todo, u)
			}
		}
	}
	return nil
}

// moduleName is a file's dotted name; a package's for __init__.py.
func moduleName(file string) string {
	name := strings.TrimSuffix(file, path.Ext(file))
	if path.Base(name) == "__init__" {
		name = path.Dir(name)
	}
	if name == "." {
		return ""
	}
	return strings.ReplaceAll(name, "/", ".")
}

func parent(name string) string {
	at := strings.LastIndexByte(name, '.')
	return name[:max(at, 0)]
}

// packageOf is the package against which a file's relative imports are read.
func packageOf(file string) string {
	dir := path.Dir(file)
	if dir == "." {
		return pysyntax.OwnPrefix
	}
	return pysyntax.OwnPrefix + strings.ReplaceAll(dir, "/", ".")
}

// resolve finds what the names of a file mean.
func (o *own) resolve(ctx context.Context, u *unit) (err error) {
	if u.file == nil {
		return nil
	}
	u.asked = map[string]bool{}
	u.names, err = pysyntax.ResolveContext(ctx, u.file, packageOf(u.path), func(origin string) string { return o.canon(origin, u) })
	return err
}

// canon maps an origin to what it really is: a module that hangs on another
// one, or what another file of the plugin gives out. It notes in u what was
// asked for; u may be nil.
func (o *own) canon(origin string, u *unit) string {
	if strings.Contains(origin, "()") {
		return o.made(origin)
	}
	if name, ok := strings.CutPrefix(origin, "builtins."); ok && !strings.Contains(name, ".") {
		if strong[name] && name != "__builtins__" {
			return name // a star import brought it
		}
		if u != nil {
			for _, s := range o.stars[u] {
				if got := o.export(pysyntax.Join(s, name), u); got != "" {
					return got
				}
			}
		}
		return origin
	}
	origin = o.ownOrigin(origin)
	if strings.HasPrefix(origin, pysyntax.OwnPrefix) {
		if got := o.export(origin, u); got != "" {
			return got
		}
	}
	return o.module(origin)
}

// foreign is the origin of what calls of third parties give, which is no module
// whatever its attributes are called: the os of a parsed user agent.
const foreign = "*()"

// made is what a call gives, or a part of that: told only where a rule asks. A
// part of a path is a path.
func (o *own) made(origin string) string {
	at := strings.LastIndexByte(origin, '.')
	root, _, _ := strings.Cut(origin, ".")
	if root == foreign || listedClass(root) == permitted && !stdlib[root] {
		if last := origin[at+1:]; isStrong(last) && !modest[last] {
			return strings.TrimLeft(last, "_")
		} else if root != "PIL" {
			return foreign
		}
	}
	if last := origin[at+1:]; modest[last] {
		return maybe + last
	} else if isStrong(last) {
		return strings.TrimLeft(last, "_")
	}
	switch {
	case root == "pathlib" && !pathMethods[strings.TrimRight(origin[at+1:], "()")]:
		return "pathlib.Path()"
	case root == "asyncio" && loopMethods[strings.TrimRight(origin[at+1:], "()")] == "":
		return "asyncio.loop()"
	case askedRoots[root]:
		return origin
	case strings.HasPrefix(origin, pysyntax.OwnPrefix):
		return origin
	}
	return pysyntax.Result
}

// module finds the module that an origin names in truth: logging.os is os.
func (o *own) module(origin string) string {
	at := strings.LastIndexByte(origin, '.')
	last := strings.TrimPrefix(origin[at+1:], pysyntax.OwnPrefix)
	isOwn := strings.HasPrefix(origin, pysyntax.OwnPrefix)
	if isOwn && o.modules[origin[1:]] || at < 0 && !isOwn {
		return origin
	}
	switch {
	case isStrong(last):
		if !strong[last] {
			return strings.TrimLeft(last, "_")
		}
		return last
	case strings.Contains(origin, "()"):
		return origin
	case isOwn:
		if moduleNames[last] || isGuarded(last) {
			return last
		}
		return origin
	case moduleNames[last] && listedRule(origin) == "":
		return last
	}
	root, _, _ := strings.Cut(origin, ".")
	if !stdlib[root] || root == "builtins" || listedRule(origin) != "" || submodules[origin] {
		return origin
	}
	if name := otherNames[last]; name != "" {
		return name
	}
	if stdlib[last] && !inClass(origin[:at]) {
		return last
	}
	return origin
}

// inClass tells whether a dotted name leads through a class, where a name like
// a module's is a member like others.
func inClass(origin string) bool {
	for {
		at := strings.LastIndexByte(origin, '.')
		if c := origin[at+1:]; c != "" && c[0] >= 'A' && c[0] <= 'Z' {
			return true
		}
		if at < 0 {
			return false
		}
		origin = origin[:at]
	}
}

// ownOrigin turns absolute imports of the plugin's own modules into relative
// ones: "processors.core.x", and "name.processors.core.x" under the plugin's
// name, or under any if the tree does not tell it.
func (o *own) ownOrigin(origin string) string {
	root, rest, _ := strings.Cut(origin, ".")
	if strings.HasPrefix(origin, pysyntax.OwnPrefix) || listedClass(root) != review || forbidden[origin] != "" || stdlib[root] {
		return origin
	}
	if o.modules[root] {
		return pysyntax.OwnPrefix + origin
	}
	if root == o.name && !reviewedModules[root] {
		return pysyntax.OwnPrefix + rest
	}
	if o.name != "" {
		return origin
	}
	if second, _, _ := strings.Cut(rest, "."); second != "" && o.modules[second] {
		return pysyntax.OwnPrefix + rest
	}
	return origin
}

func (o *own) export(key string, u *unit) string {
	if u != nil && u.asked != nil {
		u.asked[key] = true
	}
	return o.exports[key]
}

// learn collects what files give out under names that do not tell: "import os
// as o" in one file is o in another. It gives what is new.
func (o *own) learn(units []*unit) (news []string) {
	for _, u := range units {
		if u.names == nil {
			continue
		}
		module := pysyntax.OwnPrefix + moduleName(u.path)
		for name := range u.names.Module.Names() {
			if origin := worst(u.names.ModuleOrigins(name)); o.give(module, name, origin) {
				news = append(news, pysyntax.Join(module, name))
			}
		}
	}
	return news
}

// give notes what a name of a module is, and tells whether that is new.
func (o *own) give(module, name, origin string) bool {
	key := pysyntax.Join(module, name)
	if origin == "" || origin == key || o.exports[key] == origin {
		return false
	}
	if o.exports[key] == "" {
		o.below[module] = append(o.below[module], name)
	}
	o.exports[key] = origin
	return true
}

// handOn gives out, from the files that import all of a module, what it gives
// out, where they have nothing of that name.
func (o *own) handOn(units []*unit, news []string) (more []string) {
	for grown := len(news) > 0; grown; {
		grown = false
		for _, u := range units {
			to := pysyntax.OwnPrefix + moduleName(u.path)
			for _, from := range o.stars[u] {
				for _, name := range o.below[from] {
					if u.names.Module.Names()[name] != nil || from == to {
						continue
					}
					key := pysyntax.Join(to, name)
					both := []string{o.exports[pysyntax.Join(from, name)], o.exports[key]}
					slices.Sort(both)
					if o.give(to, name, worst(slices.DeleteFunc(both, func(o string) bool { return o == "" }))) {
						more, grown = append(more, key), true
					}
				}
			}
		}
	}
	return more
}

// worst is the one of several origins that a name is known by elsewhere: what
// is forbidden or guarded before what has forbidden members before the rest. Of
// two that are forbidden or guarded it is neither.
func worst(origins []string) string {
	best, rank := "", -1
	for _, origin := range origins {
		r := 0
		switch {
		case isGuarded(origin) || ruleFor(origin) != "":
			r = 2
		case closedParents[origin]:
			r = 1
		}
		switch {
		case r > rank:
			best, rank = origin, r
		case r == 2 && origin != best:
			return pysyntax.Untold
		}
	}
	return best
}

// learnStars finds the modules of the plugin that a file imports all of.
func (o *own) learnStars(u *unit) {
	if u.names == nil {
		return
	}
	u.names.Walk(func(n pysyntax.Node, _ *pysyntax.Scope, _ []pysyntax.Node) bool {
		if f, ok := n.(*pysyntax.ImportFrom); ok && f.Star {
			if origin := o.ownOrigin(u.names.ModuleOf(f)); strings.HasPrefix(origin, pysyntax.OwnPrefix) {
				o.stars[u] = append(o.stars[u], origin)
			}
		}
		_, isExpr := n.(pysyntax.Expr)
		return !isExpr
	})
}
