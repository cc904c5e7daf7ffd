package pysyntax

// assignment flattens a = b = value, which the grammar nests to the right.
func (c *converter) assignment(i int32) Stmt {
	s := c.span(i)
	if t := c.field(i, "type"); t != 0 {
		left := c.field(i, "left")
		c.annotated(left)
		a := &AnnAssign{s, c.single(left), c.expr(t), nil}
		if right := c.field(i, "right"); right != 0 {
			a.Value = c.exprWith(right, star|yields)
		}
		return a
	}
	a := &Assign{Span: s}
	for {
		a.Targets = append(a.Targets, c.target(c.field(i, "left")))
		right := c.field(i, "right")
		if right == 0 || c.kind(right) != "assignment" {
			a.Value = c.exprWith(right, star|yields)
			return a
		}
		if c.field(right, "type") != 0 {
			c.fail(right, "an annotation inside an assignment")
		}
		i = right
	}
}

// target is what may be assigned to.
func (c *converter) target(i int32) Expr {
	e := c.exprWith(i, star)
	if !assignable(e, true) {
		c.fail(i, "%s can't be assigned to", c.describe(i))
	}
	return e
}

// single is a target of one value: no tuple, list or star.
func (c *converter) single(i int32) Expr {
	e := c.expr(i)
	switch e.(type) {
	case *Name, *Attr, *Subscript:
	default:
		c.fail(i, "%s is not a single target", c.describe(i))
	}
	return e
}

// annotated refuses (x).y: int and the like. CPython takes the parentheses for
// all of the target, and does not look further.
func (c *converter) annotated(i int32) {
	k := i
	for c.at(k).first != 0 && (c.kind(k) == "attribute" || c.kind(k) == "subscript" || c.kind(k) == "call") {
		k = c.at(k).first
	}
	if k == i || c.kind(k) != "parenthesized_expression" {
		return
	}
	for c.kind(k) == "parenthesized_expression" && c.at(k).first != 0 {
		k = c.at(k).first
	}
	switch c.kind(k) {
	case "identifier", "attribute", "subscript":
		c.fail(i, "%s can't be annotated: drop the parentheses", c.describe(i))
	}
}

func assignable(e Expr, stars bool) bool {
	switch e := e.(type) {
	case *Name, *Attr, *Subscript:
		return true
	case *Starred:
		return stars && !e.loose && assignable(e.X, false)
	case *Seq:
		if e.Kind == SetSeq {
			return false
		}
		for _, item := range e.Items {
			if !assignable(item, stars) {
				return false
			}
		}
		return true
	}
	return false
}

func (c *converter) del(i int32) Stmt {
	d := &Del{Span: c.span(i)}
	k := c.named(i)
	if len(k) == 1 && c.kind(k[0]) == "expression_list" {
		k = c.named(k[0])
	}
	d.Targets = c.exprs(k, 0)
	for n, t := range d.Targets {
		if !assignable(t, false) {
			c.fail(k[n], "%s can't be deleted", c.describe(k[n]))
		}
	}
	return d
}
