package pysyntax

// Where the grammar binds otherwise than CPython, the tree is built anew.

// head is the first part of a longer expression, which may bring a star for
// hoist.
func (c *converter) head(i int32) Expr { return c.exprWith(i, star|looseStar) }

// hoist mends *a.b() and *a + b, where the grammar binds the star to a.
func hoist(e Expr) Expr {
	var left *Expr
	var span *Span
	switch e := e.(type) {
	case *Attr:
		left, span = &e.X, &e.Span
	case *Subscript:
		left, span = &e.X, &e.Span
	case *Call:
		left, span = &e.Fun, &e.Span
	case *BinOp:
		left, span = &e.L, &e.Span
	case *BoolOp:
		left, span = &e.L, &e.Span
	case *Compare:
		left, span = &e.Operands[0], &e.Span
	case *Cond:
		left, span = &e.Then, &e.Span
	default:
		return e
	}
	star, ok := (*left).(*Starred)
	if !ok {
		return e
	}
	*left, span.From = star.X, int32(star.X.Start())
	return &Starred{Span{star.From, span.To}, e, loose(e)}
}

// loose tells of operators that bind less tightly than |.
func loose(e Expr) bool {
	switch e := e.(type) {
	case *BoolOp, *Compare, *Cond, *Lambda, *Walrus:
		return true
	case *Unary:
		return e.Op == "not"
	}
	return false
}

// await binds more tightly than **, if not to the grammar.
func (c *converter) await(i int32) Expr {
	k := c.named(i)
	c.noneOf(k, "await", "unary_operator")
	if len(k) == 1 && c.kind(k[0]) == "binary_operator" {
		left, right := c.field(k[0], "left"), c.field(k[0], "right")
		if c.operator(k[0], "operator") != "**" || c.kind(left) == "binary_operator" {
			return c.badExpr(i)
		}
		return &BinOp{c.span(i), "**", &Await{Span{c.at(i).start, c.at(left).end}, c.expr(left)}, c.expr(right)}
	}
	return &Await{c.span(i), c.only(i)}
}

// bits makes a chain of & and ^. To the grammar ^ binds more tightly than &, to
// CPython it is the other way round.
func (c *converter) bits(i int32) Expr {
	var operands []Expr
	var ops []string
	var flatten func(int32)
	flatten = func(k int32) {
		if c.kind(k) == "binary_operator" {
			if op := c.operator(k, "operator"); op == "&" || op == "^" {
				flatten(c.field(k, "left"))
				ops = append(ops, op)
				flatten(c.field(k, "right"))
				return
			}
		}
		if len(operands) == 0 {
			operands = append(operands, c.head(k))
		} else {
			operands = append(operands, c.expr(k))
		}
	}
	flatten(i)
	join := func(l Expr, op string, r Expr) Expr {
		return &BinOp{Span{int32(l.Start()), int32(r.End())}, op, l, r}
	}
	var out Expr
	for at := 0; at < len(operands); at++ {
		term := operands[at]
		for ; at < len(ops) && ops[at] == "&"; at++ {
			term = hoist(join(term, "&", operands[at+1]))
		}
		if out == nil {
			out = term
		} else {
			out = hoist(join(out, "^", term))
		}
	}
	return out
}

// union is left | what node i gives. The grammar binds the | of types to the
// right, CPython to the left.
func (c *converter) union(left Expr, i int32) Expr {
	for c.kind(i) == "type" && c.at(i).first != 0 {
		i = c.at(i).first
	}
	k := c.named(i)
	switch {
	case c.kind(i) == "union_type" && len(k) == 2:
		return c.union(c.union(left, k[0]), k[1])
	case c.kind(i) == "binary_operator" && len(k) == 2 && c.operator(i, "operator") == "|":
		return c.union(c.union(left, k[0]), k[1])
	}
	c.noneOf([]int32{i}, looseKinds...)
	right := c.expr(i)
	return &BinOp{Span{int32(left.Start()), int32(right.End())}, "|", left, right}
}
