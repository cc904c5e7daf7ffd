package pysyntax

// allowance is what may stand in a place beside plain expressions.
type allowance uint8

const (
	star      allowance = 1 << iota // *x, x being of operators that bind tightly
	looseStar                       // *x, x being anything
	walrus                          // x := y without parentheses
	yields                          // yield without parentheses
)

// expr makes an expression of node i; of 0 it makes a problem.
func (c *converter) expr(i int32) Expr { return c.exprWith(i, 0) }

func (c *converter) exprWith(i int32, may allowance) Expr {
	e := hoist(c.plain(i))
	switch x := e.(type) {
	case *Starred:
		if may&(star|looseStar) == 0 || x.loose && may&looseStar == 0 {
			c.fail(i, "a starred expression can't stand here")
		}
	case *Walrus:
		if may&walrus == 0 && c.kind(i) == "named_expression" {
			c.fail(i, "an assignment expression has to stand in parentheses here")
		}
	case *Yield:
		if may&yields == 0 && c.kind(i) == "yield" {
			c.fail(i, "yield has to stand in parentheses here")
		}
	}
	return e
}

func (c *converter) plain(i int32) Expr {
	if i == 0 {
		return c.badExpr(i)
	}
	if i == c.typeWord {
		return c.afterType(i)
	}
	s := c.span(i)
	switch c.kind(i) {
	case "identifier":
		return &Name{s, c.identifier(i)}
	case "attribute":
		return &Attr{s, c.head(c.field(i, "object")), c.identifier(c.field(i, "attribute"))}
	case "call":
		return c.call(i)
	case "string", "concatenated_string":
		return c.stringExpr(i)
	case "integer", "float":
		return c.number(i)
	case "true":
		return &Const{Span: s, Kind: True}
	case "false":
		return &Const{Span: s, Kind: False}
	case "none":
		return &Const{Span: s, Kind: None}
	case "ellipsis":
		return &Const{Span: s, Kind: Ellipsis}
	case "parenthesized_expression":
		return c.onlyWith(i, walrus|yields)
	case "list", "list_pattern":
		return &Seq{s, ListSeq, c.exprs(c.named(i), star|walrus)}
	case "tuple", "tuple_pattern":
		k := c.named(i)
		if len(k) == 1 && c.after(k[0]) != ',' {
			return c.exprWith(k[0], walrus|yields) // parentheses alone
		}
		return &Seq{s, TupleSeq, c.exprs(k, star|walrus)}
	case "expression_list", "pattern_list":
		return &Seq{s, TupleSeq, c.exprs(c.named(i), star)}
	case "set":
		return &Seq{s, SetSeq, c.exprs(c.named(i), star|walrus)}
	case "list_splat", "list_splat_pattern":
		return c.splat(i)
	case "dictionary":
		return c.dict(i)
	case "subscript":
		return &Subscript{s, c.head(c.field(i, "value")), c.index(i, c.fields(i, "subscript"))}
	case "slice":
		return c.slice(i)
	case "as_pattern_target":
		return c.onlyWith(i, star)
	case "type":
		return c.onlyWith(i, star) // whether it may be starred is for the place to say
	}
	return c.operation(i)
}

// operation makes an expression of the kinds that combine others.
func (c *converter) operation(i int32) Expr {
	s := c.span(i)
	switch c.kind(i) {
	case "binary_operator":
		op := c.operator(i, "operator")
		if op == "&" || op == "^" {
			return c.bits(i)
		}
		return &BinOp{s, op, c.head(c.field(i, "left")), c.expr(c.field(i, "right"))}
	case "boolean_operator":
		c.noneOf(c.named(i), "lambda", "conditional_expression")
		return &BoolOp{s, c.operator(i, "operator"), c.head(c.field(i, "left")), c.expr(c.field(i, "right"))}
	case "not_operator":
		c.noneOf(c.named(i), "lambda", "conditional_expression")
		return &Unary{s, "not", c.expr(c.field(i, "argument"))}
	case "unary_operator":
		return &Unary{s, c.operator(i, "operator"), c.expr(c.field(i, "argument"))}
	case "comparison_operator":
		return c.compare(i)
	case "conditional_expression":
		if k := c.named(i); len(k) == 3 {
			c.noneOf(k[:2], "conditional_expression", "lambda")
			return &Cond{s, c.expr(k[1]), c.head(k[0]), c.expr(k[2])}
		}
	case "lambda":
		return &Lambda{s, c.params(c.field(i, "parameters"), false), c.expr(c.field(i, "body"))}
	case "named_expression":
		name := c.field(i, "name")
		return &Walrus{s, &Name{c.span(name), c.identifier(name)}, c.expr(c.field(i, "value"))}
	case "await":
		return c.await(i)
	case "yield":
		y := &Yield{Span: s, From: c.has(i, "from")}
		if c.at(i).first != 0 {
			y.X = c.onlyWith(i, star)
		}
		if _, starred := y.X.(*Starred); starred && y.From {
			c.fail(i, "a starred expression can't follow yield from")
		}
		return y
	case "list_comprehension":
		return c.comp(i, ListComp)
	case "set_comprehension":
		return c.comp(i, SetComp)
	case "dictionary_comprehension":
		return c.comp(i, DictComp)
	case "generator_expression":
		return c.comp(i, Generator)
	}
	return c.typeExpr(i)
}

// typeExpr makes expressions of the forms that stand only in annotations.
func (c *converter) typeExpr(i int32) Expr {
	s, k := c.span(i), c.named(i)
	switch {
	case c.kind(i) == "generic_type" && len(k) == 2 && c.kind(k[1]) == "type_parameter":
		return &Subscript{s, c.expr(k[0]), c.index(k[1], c.named(k[1]))}
	case c.kind(i) == "union_type" && len(k) == 2:
		return c.union(c.expr(k[0]), k[1])
	case c.kind(i) == "member_type" && len(k) == 2:
		return &Attr{s, c.expr(k[0]), c.identifier(k[1])}
	case c.kind(i) == "splat_type" && len(k) == 1:
		if c.has(i, "**") {
			return c.badExpr(i)
		}
		return &Starred{Span: s, X: c.expr(k[0])}
	case c.kind(i) == "constrained_type" && len(k) == 2 && c.bounds:
		return &Seq{s, TupleSeq, c.exprs(k, 0)} // a type parameter and its bound
	case c.kind(i) == "constrained_type" && len(k) == 2 && c.indexed == i:
		return c.typeSlice(i, k)
	}
	return c.badExpr(i)
}

// typeSlice is a:b or a:b:c in the brackets of an annotation.
func (c *converter) typeSlice(i int32, k []int32) Expr {
	e := &Slice{Span: c.span(i), Lo: c.expr(k[0])}
	if rest := c.named(k[1]); len(rest) == 1 && c.kind(rest[0]) == "constrained_type" {
		if k = c.named(rest[0]); len(k) == 2 {
			e.Hi, e.Step = c.expr(k[0]), c.expr(k[1])
			return e
		}
	}
	e.Hi = c.expr(k[1])
	return e
}

// only is the one named child of i.
func (c *converter) only(i int32) Expr { return c.onlyWith(i, 0) }

func (c *converter) onlyWith(i int32, may allowance) Expr {
	if k := c.named(i); len(k) == 1 {
		return c.exprWith(k[0], may)
	}
	return c.badExpr(i)
}

func (c *converter) exprs(is []int32, may allowance) []Expr {
	out := make([]Expr, 0, len(is))
	for _, k := range is {
		out = append(out, c.exprWith(k, may))
	}
	return out
}

func (c *converter) splat(i int32) Expr {
	k := c.named(i)
	if len(k) != 1 {
		return c.badExpr(i)
	}
	x := c.expr(k[0])
	return &Starred{c.span(i), x, c.kind(k[0]) != "parenthesized_expression" && loose(x)}
}

// optional is nil for 0.
func (c *converter) optional(i int32) Expr {
	if i == 0 {
		return nil
	}
	return c.expr(i)
}

// operator is the text of the punctuation in that field.
func (c *converter) operator(i int32, field string) string {
	for k := c.nodes[i].first; k != 0; k = c.nodes[k].next {
		if c.nodes[k].field() == field && !c.nodes[k].named() {
			return c.nodes[k].kind()
		}
	}
	c.fail(i, "%s has no operator", c.describe(i))
	return ""
}

func (c *converter) compare(i int32) Expr {
	e := &Compare{Span: c.span(i)}
	for _, k := range c.children(i) {
		switch {
		case c.at(k).named():
			may := allowance(0)
			if len(e.Operands) == 0 {
				may = star | looseStar
			}
			e.Operands = append(e.Operands, c.exprWith(k, may))
		case c.at(k).field() == "operators":
			e.Ops = append(e.Ops, c.kind(k))
			if c.kind(k) == "<>" {
				c.fail(k, "<> is Python 2: write !=")
			}
		}
	}
	if len(e.Operands) != len(e.Ops)+1 {
		return c.badExpr(i)
	}
	return e
}

func (c *converter) call(i int32) Expr {
	e := &Call{Span: c.span(i), Fun: c.head(c.field(i, "function"))}
	switch args := c.field(i, "arguments"); {
	case args == 0:
		return c.badExpr(i)
	case c.kind(args) == "generator_expression":
		e.Args = []Expr{c.expr(args)}
	default:
		e.Args, e.Keywords = c.arguments(args)
	}
	return e
}

// arguments are those of a call or a class.
func (c *converter) arguments(i int32) (args []Expr, keywords []*Keyword) {
	double := false
	c.loneComma(i)
	for _, k := range c.named(i) {
		switch c.kind(k) {
		case "keyword_argument":
			keywords = append(keywords, &Keyword{c.span(k), c.identifier(c.field(k, "name")), c.expr(c.field(k, "value"))})
		case "dictionary_splat":
			keywords, double = append(keywords, &Keyword{c.span(k), "", c.only(k)}), true
		default:
			x := c.exprWith(k, looseStar|walrus)
			if _, starred := x.(*Starred); double || len(keywords) > 0 && !starred {
				c.fail(k, "a positional argument can't follow a named one")
			}
			args = append(args, x)
		}
	}
	return args, keywords
}

// loneComma refuses brackets that hold a comma and nothing else.
func (c *converter) loneComma(i int32) {
	if next, _, _ := c.gap(c.at(i).start + 1); c.at(i).start+1 < c.at(i).end && int(next) < len(c.text) && c.text[next] == ',' {
		c.fail(i, "a comma with nothing before it")
	}
}

func (c *converter) dict(i int32) Expr {
	e := &Dict{Span: c.span(i)}
	c.loneComma(i)
	for _, k := range c.named(i) {
		switch c.kind(k) {
		case "pair":
			e.Keys = append(e.Keys, c.expr(c.field(k, "key")))
			e.Values = append(e.Values, c.expr(c.field(k, "value")))
		case "dictionary_splat":
			c.noneOf(c.named(k), looseKinds...)
			e.Keys = append(e.Keys, nil)
			e.Values = append(e.Values, c.only(k))
		default:
			return c.badExpr(k)
		}
	}
	return e
}

// index is what stands in brackets: one expression, or several as a tuple.
func (c *converter) index(i int32, subs []int32) Expr {
	if len(subs) == 0 {
		return c.badExpr(i)
	}
	all, last := make([]Expr, 0, len(subs)), subs[len(subs)-1]
	for _, k := range subs {
		if c.kind(k) == "type" {
			c.indexed = c.at(k).first
		}
		all = append(all, c.exprWith(k, star|looseStar|walrus))
	}
	if _, starred := all[0].(*Starred); len(subs) == 1 && !starred && c.after(last) != ',' {
		return all[0]
	}
	return &Seq{Span{c.at(subs[0]).start, c.at(last).end}, TupleSeq, all}
}

func (c *converter) slice(i int32) Expr {
	e := &Slice{Span: c.span(i)}
	places := []*Expr{&e.Lo, &e.Hi, &e.Step}
	n := 0
	for _, k := range c.children(i) {
		switch {
		case c.kind(k) == ":":
			n++
		case n < len(places) && c.at(k).named():
			*places[n] = c.expr(k)
		}
	}
	return e
}

func (c *converter) comp(i int32, kind CompKind) Expr {
	e := &Comp{Span: c.span(i), Kind: kind}
	body := c.field(i, "body")
	if kind == DictComp {
		if body == 0 {
			return c.badExpr(i)
		}
		e.Elt, e.Value = c.expr(c.field(body, "key")), c.expr(c.field(body, "value"))
	} else {
		e.Elt = c.exprWith(body, walrus)
	}
	for _, k := range c.named(i) {
		switch c.kind(k) {
		case "for_in_clause":
			right := c.fields(k, "right")
			c.noneOf(right, "conditional_expression", "lambda")
			if len(right) != 1 || c.after(right[0]) == ',' {
				return c.badExpr(k)
			}
			e.Clauses = append(e.Clauses, &Clause{Span: c.span(k), Target: c.target(c.field(k, "left")),
				Iter: c.expr(right[0]), Async: c.has(k, "async")})
		case "if_clause":
			if len(e.Clauses) == 0 {
				return c.badExpr(k)
			}
			c.noneOf(c.named(k), "conditional_expression", "lambda")
			last := e.Clauses[len(e.Clauses)-1]
			last.Ifs = append(last.Ifs, c.only(k))
		}
	}
	return e
}
