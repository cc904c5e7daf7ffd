package pysyntax_test

import (
	"fmt"
	"strings"

	"plugforge/internal/pysyntax"
)

func form(head string, parts ...string) string {
	return "(" + strings.Join(append([]string{head}, parts...), " ") + ")"
}

func shapes[N pysyntax.Node](ns []N) []string {
	out := make([]string, 0, len(ns))
	for _, n := range ns {
		out = append(out, shape(n))
	}
	return out
}

func group[N pysyntax.Node](head string, ns []N) string { return form(head, shapes(ns)...) }

// shape is how a node is built, without names: to be equal to shape in
// testdata/facts.py.
func shape(n pysyntax.Node) string {
	switch n := n.(type) {
	case nil:
		return "_"
	case *pysyntax.Const:
		return [...]string{"None", "True", "False", "Ellipsis", "int", "float", "complex", "str", "bytes"}[n.Kind]
	case *pysyntax.FString:
		return form("f", formatted(n.Parts)...)
	case *pysyntax.Formatted:
		spec, conversion := "", -1
		if n.HasSpec {
			spec = form("spec", formatted(n.Spec)...)
		}
		if n.Conversion != 0 {
			conversion = int(n.Conversion)
		}
		return form("{}", shape(n.Value), fmt.Sprint(conversion), spec)
	case *pysyntax.Name:
		return "name"
	case *pysyntax.Attr:
		return form(".", shape(n.X))
	case *pysyntax.Subscript:
		return form("[]", shape(n.X), shape(n.Index))
	case *pysyntax.Slice:
		return form(":", shape(n.Lo), shape(n.Hi), shape(n.Step))
	case *pysyntax.Call:
		return form("call", append(append([]string{shape(n.Fun)}, shapes(n.Args)...), shapes(n.Keywords)...)...)
	case *pysyntax.Keyword:
		if n.Name == "" {
			return form("**", shape(n.Value))
		}
		return form("=", shape(n.Value))
	case *pysyntax.Starred:
		return form("*", shape(n.X))
	case *pysyntax.BinOp:
		return form(n.Op, shape(n.L), shape(n.R))
	case *pysyntax.BoolOp:
		return form(n.Op, shape(n.L), shape(n.R))
	case *pysyntax.Unary:
		return form("unary "+n.Op, shape(n.X))
	case *pysyntax.Compare:
		out := []string{shape(n.Operands[0])}
		for i, op := range n.Ops {
			out = append(out, op+" "+shape(n.Operands[i+1]))
		}
		return form("compare", out...)
	case *pysyntax.Cond:
		return form("?", shape(n.Test), shape(n.Then), shape(n.Else))
	case *pysyntax.Lambda:
		return form("lambda", group("params", n.Params), shape(n.Body))
	case *pysyntax.Param:
		return form(fmt.Sprint("p", n.Stars), shape(n.Type), shape(n.Default))
	case *pysyntax.Seq:
		return group([...]string{"list", "tuple", "set"}[n.Kind], n.Items)
	case *pysyntax.Dict:
		var out []string
		for i := range n.Values {
			out = append(out, shape(n.Keys[i])+" "+shape(n.Values[i]))
		}
		return form("dict", out...)
	case *pysyntax.Comp:
		return form(fmt.Sprint("comp", n.Kind), append([]string{shape(n.Elt), shape(n.Value)}, shapes(n.Clauses)...)...)
	case *pysyntax.Clause:
		return form(async(n.Async)+"for", append([]string{shape(n.Target), shape(n.Iter)}, shapes(n.Ifs)...)...)
	case *pysyntax.Await:
		return form("await", shape(n.X))
	case *pysyntax.Yield:
		if n.From {
			return form("yield from", shape(n.X))
		}
		return form("yield", shape(n.X))
	case *pysyntax.Walrus:
		return form(":=", shape(n.Value))
	}
	return statementShape(n)
}

func formatted(parts []pysyntax.Expr) (out []string) {
	for _, p := range parts {
		if _, ok := p.(*pysyntax.Formatted); ok {
			out = append(out, shape(p))
		}
	}
	return out
}

func async(is bool) string {
	if is {
		return "async "
	}
	return ""
}

func statementShape(n pysyntax.Node) string {
	switch n := n.(type) {
	case *pysyntax.ExprStmt:
		return form("expr", shape(n.X))
	case *pysyntax.Assign:
		return form("assign", append(shapes(n.Targets), shape(n.Value))...)
	case *pysyntax.AnnAssign:
		return form("annotate", shape(n.Target), shape(n.Type), shape(n.Value))
	case *pysyntax.AugAssign:
		return form("aug "+strings.TrimSuffix(n.Op, "="), shape(n.Target), shape(n.Value))
	case *pysyntax.Return:
		return form("return", shape(n.X))
	case *pysyntax.Del:
		return group("del", n.Targets)
	case *pysyntax.Raise:
		return form("raise", shape(n.X), shape(n.Cause))
	case *pysyntax.Assert:
		return form("assert", shape(n.Test), shape(n.Message))
	case *pysyntax.Simple:
		return n.Word
	case *pysyntax.Outer:
		if n.Global {
			return form("global", fmt.Sprint(len(n.Names)))
		}
		return form("nonlocal", fmt.Sprint(len(n.Names)))
	case *pysyntax.Import:
		return form("import", fmt.Sprint(len(n.Names)))
	case *pysyntax.ImportFrom:
		if n.Star {
			return form("from", fmt.Sprint(n.Level), "1", "*")
		}
		return form("from", fmt.Sprint(n.Level), fmt.Sprint(len(n.Names)), "")
	}
	return compoundShape(n)
}

func compoundShape(n pysyntax.Node) string {
	body := func(stmts, orElse []pysyntax.Stmt) []string {
		return append(shapes(stmts), group("else", orElse))
	}
	switch n := n.(type) {
	case *pysyntax.If:
		out := shapes(n.Branches)
		if len(n.Else) > 0 {
			out = append(out, group("else", n.Else))
		}
		return form("branches", out...)
	case *pysyntax.Branch:
		return form("if", append([]string{shape(n.Test)}, shapes(n.Body)...)...)
	case *pysyntax.For:
		return form(async(n.Async)+"for", append([]string{shape(n.Target), shape(n.Iter)}, body(n.Body, n.Else)...)...)
	case *pysyntax.While:
		return form("while", append([]string{shape(n.Test)}, body(n.Body, n.Else)...)...)
	case *pysyntax.Try:
		out := append(append(shapes(n.Body), shapes(n.Handlers)...), group("else", n.Else), group("finally", n.Finally))
		return form("try", out...)
	case *pysyntax.Handler:
		return form("except", append([]string{shape(n.Type)}, shapes(n.Body)...)...)
	case *pysyntax.With:
		return form(async(n.Async)+"with", append(shapes(n.Items), shapes(n.Body)...)...)
	case *pysyntax.WithItem:
		return form("item", shape(n.X), shape(n.Target))
	case *pysyntax.Func:
		out := append(shapes(n.Decorators), group("params", n.Params), shape(n.Returns))
		return form(async(n.Async)+"def", append(out, shapes(n.Body)...)...)
	case *pysyntax.Class:
		out := append(append(shapes(n.Decorators), shapes(n.Bases)...), shapes(n.Keywords)...)
		return form("class", append(out, shapes(n.Body)...)...)
	case *pysyntax.Match:
		return form("match", append([]string{shape(n.Subject)}, shapes(n.Cases)...)...)
	case *pysyntax.Case:
		return form("case", append([]string{shape(n.Pattern), shape(n.Guard)}, shapes(n.Body)...)...)
	case *pysyntax.Pattern:
		return patternShape(n)
	}
	return fmt.Sprintf("%T", n)
}

func patternShape(n *pysyntax.Pattern) string {
	switch n.Kind {
	case pysyntax.PatternValue:
		return form("value", shape(n.Value))
	case pysyntax.PatternStar:
		return "star"
	case pysyntax.PatternSequence:
		return group("sequence", n.Subs)
	case pysyntax.PatternMapping:
		return form("mapping", append(shapes(n.Keys), shapes(n.Subs)...)...)
	case pysyntax.PatternClass:
		return form("of class", append([]string{shape(n.Value)}, shapes(n.Subs)...)...)
	case pysyntax.PatternOr:
		return group("or", n.Subs)
	case pysyntax.PatternAs:
		return group("as", n.Subs)
	}
	return "capture"
}
