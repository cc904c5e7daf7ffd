package manifest

import "plugforge/internal/pysyntax"

// quoted reads an annotation in quotes; nil if it is none. Its parts stand
// where the string does.
func (b *builder) quoted(k *pysyntax.Const) pysyntax.Expr {
	if len(k.Text) > 2000 {
		return nil
	}
	file, problems, err := pysyntax.Parse(b.ctx, []byte("("+k.Text+"\n)\n"))
	if err != nil || len(problems) > 0 || len(file.Body) != 1 {
		return nil
	}
	s, ok := file.Body[0].(*pysyntax.ExprStmt)
	if !ok {
		return nil
	}
	return moved(s.X, k.Span)
}

// moved is a copy of an annotation whose parts all lie at span; nil if it holds
// what no annotation is made of.
func moved(e pysyntax.Expr, span pysyntax.Span) pysyntax.Expr {
	switch e := e.(type) {
	case *pysyntax.Name:
		return &pysyntax.Name{Span: span, ID: e.ID}
	case *pysyntax.Const:
		c := *e
		c.Span = span
		return &c
	case *pysyntax.Attr:
		if x := moved(e.X, span); x != nil {
			return &pysyntax.Attr{Span: span, X: x, Name: e.Name}
		}
	case *pysyntax.Subscript:
		if x, i := moved(e.X, span), moved(e.Index, span); x != nil && i != nil {
			return &pysyntax.Subscript{Span: span, X: x, Index: i}
		}
	case *pysyntax.BinOp:
		if l, r := moved(e.L, span), moved(e.R, span); l != nil && r != nil {
			return &pysyntax.BinOp{Span: span, Op: e.Op, L: l, R: r}
		}
	case *pysyntax.Unary:
		if x := moved(e.X, span); x != nil {
			return &pysyntax.Unary{Span: span, Op: e.Op, X: x}
		}
	case *pysyntax.Seq:
		if items, ok := movedAll(e.Items, span); ok {
			return &pysyntax.Seq{Span: span, Kind: e.Kind, Items: items}
		}
	case *pysyntax.Call:
		return movedCall(e, span)
	}
	return nil
}

func movedAll(es []pysyntax.Expr, span pysyntax.Span) ([]pysyntax.Expr, bool) {
	out := make([]pysyntax.Expr, 0, len(es))
	for _, e := range es {
		m := moved(e, span)
		if m == nil {
			return nil, false
		}
		out = append(out, m)
	}
	return out, true
}

func movedCall(e *pysyntax.Call, span pysyntax.Span) pysyntax.Expr {
	fun := moved(e.Fun, span)
	args, ok := movedAll(e.Args, span)
	if fun == nil || !ok {
		return nil
	}
	out := &pysyntax.Call{Span: span, Fun: fun, Args: args}
	for _, k := range e.Keywords {
		v := moved(k.Value, span)
		if v == nil {
			return nil
		}
		out.Keywords = append(out.Keywords, &pysyntax.Keyword{Span: span, Name: k.Name, Value: v})
	}
	return out
}
