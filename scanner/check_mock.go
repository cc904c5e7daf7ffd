package scanner

import (
	"cmp"
	"strings"

	"plugforge/internal/pysyntax"
)

const mockPatch = "unittest.mock.patch"

// isDouble tells of unittest.mock.patch and its like in tests/, where their
// targets are judged: nothing outside may import what lies there.
func (c *checker) isDouble(origin string, e pysyntax.Expr, parents []pysyntax.Node) bool {
	rest, ok := strings.CutPrefix(origin, mockPatch)
	if !ok || !c.isTest() {
		return false
	}
	if rest == ".stopall" {
		return true
	}
	switch up := last(parents).(type) {
	case *pysyntax.Attr:
		return rest == ""
	case *pysyntax.Call:
		return up.Fun == e && (rest == "" || rest == ".object" || rest == ".dict" || rest == ".multiple")
	}
	return false
}

// isTest tells of files that the server never imports.
func (u *unit) isTest() bool { return strings.HasPrefix(u.path, testFolder+"/") }

const testFolder = "tests"

// ofTests refuses to import from tests/ elsewhere.
func (c *checker) ofTests(at pysyntax.Node, origin string) {
	rest, ok := strings.CutPrefix(origin, pysyntax.OwnPrefix+testFolder)
	if ok && (rest == "" || rest[0] == '.') && !c.isTest() {
		c.add(at, imports, "importing from "+testFolder+"/, where other rules hold,")
		c.instead(imports, "move what both need out of "+testFolder+"/")
	}
}

// double judges what patch, patch.object and the others replace.
func (c *checker) double(origin string, call *pysyntax.Call, s *pysyntax.Scope) {
	if !c.isTest() || len(call.Args) == 0 && len(call.Keywords) == 0 {
		return
	}
	target := first(call, 0, "target")
	if origin == mockPatch+".dict" {
		target = first(call, 0, "in_dict")
	}
	if target == nil {
		c.add(call, imports, "a target that the file does not tell")
		return
	}
	text, isText := c.names.FoldString(target, s)
	switch {
	case isText:
		found := len(c.found)
		module := c.own.canon(text, nil)
		if !c.imported(target, module, text, s) {
			c.reviewed(target, module, text)
		}
		if len(c.found) > found {
			return
		}
	case origin == mockPatch:
		c.add(target, imports, "replacing a computed target")
		c.instead(imports, "write the target as a constant string, or use patch.object")
	}
	if origin != mockPatch+".object" {
		return
	}
	name := first(call, 1, "attribute")
	if text, ok := "", name != nil; ok {
		if text, ok = c.names.FoldString(name, s); ok {
			inner := c.names.Origins(target, s)
			for _, on := range inner {
				member := c.own.canon(pysyntax.Join(on, text), c.unit)
				if rule := cmp.Or(ruleFor(member), map[bool]string{true: reached}[isGuarded(member)]); rule != "" {
					c.forbid(name, rule, member, member)
					return
				}
			}
			c.lookupOf(name, name, text, target, inner)
			return
		}
	}
	c.add(call, dynamicAttr, "replacing a computed attribute")
}

// first is the argument at that place or of that name; nil if there is none.
func first(call *pysyntax.Call, at int, name string) pysyntax.Expr {
	if k := keyword(call, name); k != nil {
		return k.Value
	}
	if at < len(call.Args) {
		return call.Args[at]
	}
	return nil
}
