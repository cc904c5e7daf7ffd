package scanner

import (
	"strings"

	"plugforge/internal/pysyntax"
)

// class is what the scan makes of importing a module.
type class uint8

const (
	review    class = iota // known to nobody here: a finding that says how to get it allowed
	permitted              // may be imported; single members may be forbidden still
	refused                // no addition of the operator's permits it
)

// class judges a module by its dotted name. The closest name above it that is
// listed decides; the operator's additions lift review, never a refusal.
func (p Policy) class(module string) class {
	if by := listedClass(module); by != review || !p.Allows(module) {
		return by
	}
	return permitted
}

// listedClass is class by the tables of this package alone.
func listedClass(module string) class {
	for name := module; name != ""; name = parent(name) {
		switch {
		case forbidden[name] != "":
			return refused
		case reviewedModules[name]:
			return review
		case permittedModules[name]:
			return permitted
		}
	}
	if strings.HasPrefix(module, "_") || module == "builtins" {
		return refused
	}
	return review
}

func (c *checker) importNames(n *pysyntax.Import, s *pysyntax.Scope) {
	for _, a := range n.Names {
		origin := c.own.canon(a.Name, nil)
		if !c.imported(a, origin, a.Name, s) {
			c.reviewed(a, origin, a.Name)
		}
	}
}

// imported judges one imported origin; shown is how the file spells it. It
// tells whether there was a finding.
func (c *checker) imported(at pysyntax.Node, origin, shown string, s *pysyntax.Scope) bool {
	shown = strings.TrimPrefix(shown, pysyntax.OwnPrefix)
	rule := ruleFor(origin)
	c.ofTests(at, origin)
	switch {
	case origin == mockPatch && c.isTest(), makers[origin] && s.Kind != pysyntax.ClassScope:
		return false // judged where it is used
	case rule != "":
		c.forbid(at, rule, origin, shown)
	case origin == "builtins":
		c.forbid(at, namespaces, "builtins.__builtins__", shown)
	case isGuarded(origin) && strings.Contains(shown, "."):
		c.add(at, reached, shown)
	case (isGuarded(origin) || isModule(origin) || isLoaded(origin)) && s.Kind == pysyntax.ClassScope:
		c.add(at, passedOn, "importing "+origin+" inside a class")
		c.instead(passedOn, "move the import to the top of the file")
	default:
		return false
	}
	return true
}

// reviewed refuses a module that nobody has judged.
func (c *checker) reviewed(at pysyntax.Node, origin, shown string) bool {
	if origin == "" || strings.HasPrefix(origin, pysyntax.OwnPrefix) || c.own.policy.class(origin) == permitted {
		return false
	}
	c.add(at, reviewed, shown)
	f := &c.found[len(c.found)-1]
	f.Text = strings.Replace(f.Text, " is forbidden: ", " is not among the modules that plugins may import: ", 1)
	return true
}

func (c *checker) importFrom(f *pysyntax.ImportFrom, s *pysyntax.Scope) {
	module := c.names.ModuleOf(f)
	origin := c.own.canon(module, nil)
	where := &pysyntax.Alias{Span: f.Where}
	shown := strings.TrimPrefix(module, pysyntax.OwnPrefix)
	if rule := ruleFor(origin); rule != "" {
		c.forbid(where, rule, origin, shown)
		return
	}
	if len(f.Names) == 0 {
		c.ofTests(where, origin)
	}
	if isGuarded(origin) && strings.Contains(module, ".") {
		c.add(where, reached, shown)
		return
	}
	if f.Star && hasClosed(origin) {
		c.add(where, starImport, "from "+module+" import *")
		return
	}
	unknown := !c.isOwnPart(f, origin) && c.reviewed(where, origin, shown)
	for _, a := range f.Names {
		member := c.own.canon(pysyntax.Join(origin, a.Name), nil)
		if !c.imported(a, member, pysyntax.Join(module, a.Name), s) && !unknown && reviewedModules[member] {
			c.reviewed(a, member, pysyntax.Join(shown, a.Name))
		}
		c.dunder(a, a.Name, nil)
	}
}

// isOwnPart tells whether "from name import part" names a module of the plugin
// under the plugin's own name, whatever that is.
func (c *checker) isOwnPart(f *pysyntax.ImportFrom, origin string) bool {
	if strings.Contains(origin, ".") || len(f.Names) == 0 {
		return false
	}
	for _, a := range f.Names {
		if !strings.HasPrefix(c.own.canon(pysyntax.Join(origin, a.Name), nil), pysyntax.OwnPrefix) {
			return false
		}
	}
	return true
}

// hasClosed tells whether a module has members that plugins may not use.
func hasClosed(module string) bool {
	return isGuarded(module) || closedParents[module]
}

// closedParents are all names above those that forbidden lists.
var closedParents = func() map[string]bool {
	out := map[string]bool{}
	for name := range forbidden {
		for up := parent(name); up != ""; up = parent(up) {
			out[up] = true
		}
	}
	return out
}()
