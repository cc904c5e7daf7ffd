package pysyntax

import (
	"strings"
)

// expr makes an expression of node i; of 0 it makes a problem.
func (c *converter) expr(i int32) Expr { return hoist(c.plain(i)) }

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
	return &Starred{Span{star.From, span.To}, e}
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
		return &Attr{s, c.expr(c.field(i, "object")), c.identifier(c.field(i, "attribute"))}
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
		return c.only(i)
	case "list", "list_pattern":
		return &Seq{s, ListSeq, c.exprs(c.named(i))}
	case "tuple", "tuple_pattern", "expression_list", "pattern_list":
		return &Seq{s, TupleSeq, c.exprs(c.named(i))}
	case "set":
		return &Seq{s, SetSeq, c.exprs(c.named(i))}
	case "list_splat", "list_splat_pattern":
		return &Starred{s, c.only(i)}
	case "dictionary":
		return c.dict(i)
	case "subscript":
		return &Subscript{s, c.expr(c.field(i, "value")), c.index(i, c.fields(i, "subscript"))}
	case "slice":
		return c.slice(i)
	case "type", "as_pattern_target", "parenthesized_list_splat":
		return c.only(i)
	}
	return c.operation(i)
}

// operation makes an expression of the kinds that combine others.
func (c *converter) operation(i int32) Expr {
	s := c.span(i)
	switch c.kind(i) {
	case "binary_operator":
		return &BinOp{s, c.operator(i, "operator"), c.expr(c.field(i, "left")), c.expr(c.field(i, "right"))}
	case "boolean_operator":
		return &BoolOp{s, c.operator(i, "operator"), c.expr(c.field(i, "left")), c.expr(c.field(i, "right"))}
	case "not_operator":
		return &Unary{s, "not", c.expr(c.field(i, "argument"))}
	case "unary_operator":
		return &Unary{s, c.operator(i, "operator"), c.expr(c.field(i, "argument"))}
	case "comparison_operator":
		return c.compare(i)
	case "conditional_expression":
		if k := c.named(i); len(k) == 3 {
			return &Cond{s, c.expr(k[1]), c.expr(k[0]), c.expr(k[2])}
		}
	case "lambda":
		return &Lambda{s, c.params(c.field(i, "parameters")), c.expr(c.field(i, "body"))}
	case "named_expression":
		name := c.field(i, "name")
		return &Walrus{s, &Name{c.span(name), c.identifier(name)}, c.expr(c.field(i, "value"))}
	case "await":
		return &Await{s, c.only(i)}
	case "yield":
		y := &Yield{Span: s, From: c.has(i, "from")}
		if c.at(i).first != 0 {
			y.X = c.only(i)
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
		return &BinOp{s, "|", c.expr(k[0]), c.expr(k[1])}
	case c.kind(i) == "member_type" && len(k) == 2:
		return &Attr{s, c.expr(k[0]), c.identifier(k[1])}
	case c.kind(i) == "splat_type" && len(k) == 1:
		return &Starred{s, c.expr(k[0])}
	case c.kind(i) == "constrained_type" && len(k) == 2:
		return &Seq{s, TupleSeq, c.exprs(k)} // a type parameter and its bound
	}
	return c.badExpr(i)
}

// only is the one named child of i.
func (c *converter) only(i int32) Expr {
	if k := c.named(i); len(k) == 1 {
		return c.expr(k[0])
	}
	return c.badExpr(i)
}

func (c *converter) exprs(is []int32) []Expr {
	out := make([]Expr, 0, len(is))
	for _, k := range is {
		out = append(out, c.expr(k))
	}
	return out
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
			e.Operands = append(e.Operands, c.expr(k))
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
	e := &Call{Span: c.span(i), Fun: c.expr(c.field(i, "function"))}
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

func (c *converter) arguments(i int32) (args []Expr, keywords []*Keyword) {
	for _, k := range c.named(i) {
		switch c.kind(k) {
		case "keyword_argument":
			keywords = append(keywords, &Keyword{c.span(k), c.identifier(c.field(k, "name")), c.expr(c.field(k, "value"))})
		case "dictionary_splat":
			keywords = append(keywords, &Keyword{c.span(k), "", c.only(k)})
		default:
			args = append(args, c.expr(k))
		}
	}
	return args, keywords
}

func (c *converter) dict(i int32) Expr {
	e := &Dict{Span: c.span(i)}
	for _, k := range c.named(i) {
		switch c.kind(k) {
		case "pair":
			e.Keys = append(e.Keys, c.expr(c.field(k, "key")))
			e.Values = append(e.Values, c.expr(c.field(k, "value")))
		case "dictionary_splat":
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
	if len(subs) == 1 {
		return c.expr(subs[0])
	}
	if len(subs) == 0 {
		return c.badExpr(i)
	}
	return &Seq{Span{c.at(subs[0]).start, c.at(subs[len(subs)-1]).end}, TupleSeq, c.exprs(subs)}
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
		e.Elt = c.expr(body)
	}
	for _, k := range c.named(i) {
		switch c.kind(k) {
		case "for_in_clause":
			right := c.fields(k, "right")
			clause := &Clause{Span: c.span(k), Target: c.expr(c.field(k, "left")), Async: c.has(k, "async")}
			clause.Iter = c.index(k, right)
			e.Clauses = append(e.Clauses, clause)
		case "if_clause":
			if len(e.Clauses) == 0 {
				return c.badExpr(k)
			}
			last := e.Clauses[len(e.Clauses)-1]
			last.Ifs = append(last.Ifs, c.only(k))
		}
	}
	return e
}

// params are those of a definition or lambda; i may be 0.
func (c *converter) params(i int32) []*Param {
	var out []*Param
	if i == 0 {
		return nil
	}
	for _, k := range c.named(i) {
		if p := c.param(k); p != nil {
			out = append(out, p)
		}
	}
	return out
}

func (c *converter) param(k int32) *Param {
	p := &Param{Span: c.span(k)}
	name := k
	switch c.kind(k) {
	case "keyword_separator", "positional_separator":
		return nil
	case "default_parameter", "typed_default_parameter":
		name = c.field(k, "name")
		p.Type, p.Default = c.optional(c.field(k, "type")), c.expr(c.field(k, "value"))
	case "typed_parameter":
		p.Type = c.expr(c.field(k, "type"))
		name = c.named(k)[0]
	}
	switch c.kind(name) {
	case "list_splat_pattern":
		p.Stars = 1
	case "dictionary_splat_pattern":
		p.Stars = 2
	}
	if p.Stars > 0 {
		if inner := c.named(name); len(inner) == 1 {
			name = inner[0]
		}
	}
	if c.kind(name) != "identifier" {
		c.fail(k, "%s is not a parameter of Python 3", c.describe(k))
	}
	p.Name = c.identifier(name)
	return p
}

func (c *converter) number(i int32) Expr {
	text := strings.ReplaceAll(c.source(i), "_", "")
	e := &Const{Span: c.span(i), Kind: Int, Text: text}
	lower := strings.ToLower(text)
	switch {
	case strings.HasSuffix(lower, "j"):
		e.Kind = Complex
	case c.kind(i) == "float":
		e.Kind = Float
	case strings.HasSuffix(lower, "l"):
		c.fail(i, "%s is Python 2: drop the L", text)
	}
	return e
}
