package scanner

import (
	"path"
	"slices"
	"strings"

	"plugforge/internal/pysyntax"
)

// own knows the plugin's own modules and what they give out under other names.
type own struct {
	modules map[string]bool   // "processors.core"; packages too
	exports map[string]string // "~processors.core.runner" → "os"
	stars   map[*unit][]string
	policy  Policy
}

func newOwn(units []*unit, policy Policy) *own {
	o := &own{policy: policy, modules: map[string]bool{}, exports: map[string]string{}, stars: map[*unit][]string{}}
	for _, u := range units {
		name := moduleName(u.path)
		for ; name != ""; name = parent(name) {
			o.modules[name] = true
		}
	}
	return o
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
func (o *own) resolve(u *unit) {
	if u.file == nil {
		return
	}
	stars := o.stars[u]
	u.names = pysyntax.Resolve(u.file, packageOf(u.path), func(origin string) string { return o.canon(origin, stars) })
}

// canon maps an origin to what it really is: a module that hangs on another
// one, or what another file of the plugin gives out.
func (o *own) canon(origin string, stars []string) string {
	if name, ok := strings.CutPrefix(origin, "builtins."); ok && !strings.Contains(name, ".") {
		if strong[name] && name != "__builtins__" {
			return name // a star import brought it
		}
		for _, s := range stars {
			if got := o.exports[pysyntax.Join(s, name)]; got != "" {
				return got
			}
		}
		return origin
	}
	origin = o.ownOrigin(origin)
	if got := o.exports[origin]; got != "" {
		return got
	}
	return o.module(origin)
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
	case strong[last]:
		return last
	case strings.Contains(origin, "()"):
		return origin
	case isOwn:
		if moduleNames[last] || isGuarded(last) {
			return last
		}
		return origin
	case moduleNames[last] && forbidden[origin] == "":
		return last
	}
	root, _, _ := strings.Cut(origin, ".")
	if !stdlib[root] || forbidden[origin] != "" || submodules[origin] {
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
// ones: "processors.core.x", and "name.processors.core.x" under whatever name.
func (o *own) ownOrigin(origin string) string {
	root, rest, _ := strings.Cut(origin, ".")
	if strings.HasPrefix(origin, pysyntax.OwnPrefix) || listedClass(root) != review || forbidden[origin] != "" || stdlib[root] {
		return origin
	}
	if o.modules[root] {
		return pysyntax.OwnPrefix + origin
	}
	if second, _, _ := strings.Cut(rest, "."); second != "" && o.modules[second] {
		return pysyntax.OwnPrefix + rest
	}
	return origin
}

// learn collects what each file gives out under a name that does not tell:
// "import os as o" in one file is o in another. It tells whether there is
// something new.
func (o *own) learn(units []*unit) bool {
	news := false
	for _, u := range units {
		if u.names == nil {
			continue
		}
		module := pysyntax.OwnPrefix + moduleName(u.path)
		for name := range u.names.Module.Names() {
			for _, origin := range u.names.ModuleOrigins(name) {
				key := pysyntax.Join(module, name)
				if _, known := o.exports[key]; !known && origin != name && (isGuarded(origin) || ruleFor(origin) != "") {
					o.exports[key] = origin
					news = true
				}
			}
		}
		news = o.learnStars(u) || news
	}
	return news
}

func (o *own) learnStars(u *unit) bool {
	var stars []string
	u.names.Walk(func(n pysyntax.Node, _ *pysyntax.Scope, _ []pysyntax.Node) bool {
		if f, ok := n.(*pysyntax.ImportFrom); ok && f.Star {
			if origin := o.ownOrigin(u.names.ModuleOf(f)); strings.HasPrefix(origin, pysyntax.OwnPrefix) {
				stars = append(stars, origin)
			}
		}
		_, isExpr := n.(pysyntax.Expr)
		return !isExpr
	})
	if slices.Equal(stars, o.stars[u]) {
		return false
	}
	o.stars[u] = stars
	return len(o.exports) > 0
}
