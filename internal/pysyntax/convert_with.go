package pysyntax

// asPattern reads "x as target". The grammar binds "as" more closely than "if"
// and lambda: "a if b else c as d" is to it "a if b else (c as d)".
func (c *converter) asPattern(i int32) (x, target Expr) {
	k := c.named(i)
	switch kind := c.kind(i); {
	case kind == "as_pattern" && len(k) == 2:
		return c.expr(k[0]), c.target(k[1])
	case kind == "conditional_expression" && len(k) == 3:
		c.noneOf(k[:2], "conditional_expression", "lambda")
		last, target := c.asPattern(k[2])
		return &Cond{Span{c.at(i).start, int32(last.End())}, c.expr(k[1]), c.head(k[0]), last}, target
	case kind == "lambda":
		params := c.params(c.field(i, "parameters"), false)
		last, target := c.asPattern(c.field(i, "body"))
		return &Lambda{Span{c.at(i).start, int32(last.End())}, params, last}, target
	}
	return c.badExpr(i), nil
}

// endsInAs tells whether asPattern reads i.
func (c *converter) endsInAs(i int32) bool {
	for {
		k := c.named(i)
		switch kind := c.kind(i); {
		case kind == "as_pattern":
			return true
		case kind == "conditional_expression" && len(k) == 3:
			i = k[2]
		case kind == "lambda":
			i = c.field(i, "body")
		default:
			return false
		}
	}
}

func (c *converter) with(i int32) Stmt {
	w := &With{Span: c.span(i), Async: c.has(i, "async"), Body: c.suite(i, "body")}
	for _, clause := range c.named(i) {
		if c.kind(clause) == "with_clause" {
			items := c.named(clause)
			for _, item := range items {
				w.Items = append(w.Items, c.withItem(c.field(item, "value"), len(items) == 1)...)
			}
			if len(items) > 0 && c.after(items[len(items)-1]) == ',' && c.text[c.at(clause).end-1] != ')' {
				c.fail(clause, "a comma ends the items of with")
			}
		}
	}
	return w
}

// withItem reads one item. Items in one pair of parentheses may come as a tuple
// or as a parenthesised "x as y", if it is alone.
func (c *converter) withItem(i int32, alone bool) []*WithItem {
	if c.endsInAs(i) {
		x, target := c.asPattern(i)
		return []*WithItem{{c.span(i), x, target}}
	}
	switch c.kind(i) {
	case "tuple", "parenthesized_expression":
		kids, grouped := c.named(i), c.kind(i) == "tuple"
		for _, k := range kids {
			grouped = grouped || c.endsInAs(k)
			switch c.kind(k) {
			case "list_splat", "named_expression", "yield":
				alone = false // then it is a tuple
			}
		}
		if !grouped || !alone || len(kids) == 0 {
			break
		}
		var out []*WithItem
		for _, k := range kids {
			out = append(out, c.withItem(k, false)...)
		}
		return out
	}
	return []*WithItem{{c.span(i), c.expr(i), nil}}
}
