package scanner

import (
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
		switch origin {
		case "operator.attrgetter":
			for _, a := range call.Args {
				if _, ok := c.names.FoldString(a, s); !ok {
					c.add(a, dynamicAttr, "attrgetter of a computed name")
				}
			}
		case "numpy.load", "numpy.lib.npyio.load":
			c.refuseTrue(call, s, "allow_pickle")
		}
	}
	c.built(call, s)
}

// refuseTrue refuses a keyword unless it is surely false.
func (c *checker) refuseTrue(call *pysyntax.Call, s *pysyntax.Scope, keyword string) {
	for _, k := range call.Keywords {
		if k.Name != keyword {
			continue
		}
		if v, bad := c.names.Fold(k.Value, s); bad != nil || v.V != false {
			c.add(k, unpickling, keyword+"=True")
		}
	}
}

// lookup judges getattr(x, name) and hasattr(x, name).
func (c *checker) lookup(call *pysyntax.Call, s *pysyntax.Scope, parents []pysyntax.Node) {
	x, name := call.Args[0], call.Args[1]
	inner := c.names.Origins(x, s)
	if text, ok := c.names.FoldString(name, s); ok {
		c.dunder(name, text, x)
		for _, origin := range c.names.Origins(call, s) {
			if rule := ruleFor(origin); rule != "" && !c.known(inner) {
				c.add(call, rule, c.shown(call, origin))
				return
			} else if isGuarded(origin) {
				c.add(call, reached, c.file.Text(call))
				return
			}
		}
		if len(inner) == 0 && strong[text] && !isSelf(x) {
			c.add(call, reached, "the attribute "+text)
		}
		if fileMethods[text] {
			c.add(call, files, "the method "+text)
		}
		return
	}
	onModule := slices.ContainsFunc(inner, func(o string) bool { return !strings.Contains(o, "()") })
	if onModule || c.climbable(x) || c.isBuilt(name, s, 0) {
		c.add(call, dynamicAttr, "looking up a computed attribute")
	}
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
func (c *checker) text(k *pysyntax.Const) {
	if k.Kind != pysyntax.Str && k.Kind != pysyntax.Bytes || c.quiet[k] || c.folded[k] {
		return
	}
	if word := badText(k.Text); word != "" {
		c.add(k, objectGraph, "a string that spells "+word)
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
			if (at == 0 || !isWord(rest[at-1])) && (end == len(rest) || !isWord(rest[end])) {
				return word
			}
			rest = rest[end:]
		}
	}
	return ""
}

func isWord(b byte) bool {
	return b == '_' || b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= 0x80
}

// plainType is what a quoted annotation may be: names, dots, brackets, | and
// strings of Literal.
var plainType = regexp.MustCompile(`^[\pL\pN_.,|\[\]\s'"]*$`)

// annotation judges the strings in a type: libraries evaluate them.
func (c *checker) annotation(t pysyntax.Expr) {
	if t == nil {
		return
	}
	pysyntax.Walk(t, func(n pysyntax.Node) bool {
		switch n := n.(type) {
		case *pysyntax.Call:
			return false // Field(…) in Annotated: no type
		case *pysyntax.Subscript:
			if isLiteralType(n.X) {
				return false
			}
		case *pysyntax.Const:
			if n.Kind == pysyntax.Str && (!plainType.MatchString(n.Text) || strings.Contains(n.Text, "__")) {
				c.add(n, annotations, "code in a quoted annotation")
			}
		}
		return true
	})
}

func isLiteralType(e pysyntax.Expr) bool {
	switch e := e.(type) {
	case *pysyntax.Name:
		return e.ID == "Literal"
	case *pysyntax.Attr:
		return e.Name == "Literal"
	}
	return false
}
