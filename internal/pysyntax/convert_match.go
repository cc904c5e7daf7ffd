package pysyntax

func (c *converter) match(i int32) Stmt {
	subject := c.fields(i, "subject")
	if len(subject) == 0 {
		c.badExpr(i)
		return &Match{Span: c.span(i)}
	}
	m := &Match{Span: c.span(i)}
	if last := subject[len(subject)-1]; len(subject) > 1 || c.after(last) == ',' {
		m.Subject = &Seq{Span{c.at(subject[0]).start, c.at(last).end}, TupleSeq, c.exprs(subject, star|walrus)}
	} else {
		m.Subject = c.exprWith(last, walrus)
	}
	body := c.field(i, "body")
	if body == 0 {
		return m
	}
	l := c.lines()
	defer l.end()
	from := c.at(i).start
	for j := c.at(i).first; j != 0 && j != body; j = c.at(j).next {
		from = c.at(j).end
	}
	for _, k := range c.named(body) {
		if c.kind(k) != "case_clause" {
			c.badExpr(k)
			continue
		}
		l.next(from, k, false)
		from = c.at(k).end
		one := &Case{Span: c.span(k), Body: c.suite(k, "consequence")}
		var patterns []*Pattern
		comma := false
		for _, p := range c.named(k) {
			if c.kind(p) == "case_pattern" {
				patterns = append(patterns, c.item(p))
				comma = c.after(p) == ','
			}
		}
		if len(patterns) == 1 && patterns[0].Kind == PatternStar && !comma {
			c.fail(k, "a lone star pattern needs a comma")
		}
		switch len(patterns) {
		case 0:
			one.Pattern = &Pattern{Span: c.span(k)}
		case 1:
			one.Pattern = patterns[0]
			if comma {
				one.Pattern = &Pattern{Span: patterns[0].Span, Kind: PatternSequence, Subs: patterns}
			}
		default:
			one.Pattern = &Pattern{Span: patterns[0].Span, Kind: PatternSequence, Subs: patterns}
		}
		if g := c.field(k, "guard"); g != 0 {
			one.Guard = c.onlyWith(g, walrus)
		}
		m.Cases = append(m.Cases, one)
	}
	if len(m.Cases) == 0 {
		c.fail(i, "an indented block is missing after %s", c.describe(i))
	}
	return m
}

// pattern reads a case_pattern or what stands in one.
func (c *converter) pattern(i int32) *Pattern {
	p := &Pattern{Span: c.span(i)}
	kids := c.named(i)
	switch c.kind(i) {
	case "case_pattern":
		return c.casePattern(i, kids)
	case "as_pattern":
		if len(kids) == 2 {
			p.Kind, p.Subs, p.Name = PatternAs, []*Pattern{c.pattern(kids[0])}, c.identifier(kids[1])
			if p.Name == "_" {
				c.fail(i, "_ can't be bound by as")
			}
			return p
		}
	case "dotted_name":
		if len(kids) == 1 {
			p.Name = c.identifier(kids[0])
			if p.Name == "_" {
				p.Name = ""
			}
			return p
		}
		p.Kind, p.Value = PatternValue, c.dottedExpr(i)
		return p
	case "string", "concatenated_string", "true", "false", "none", "integer", "float":
		p.Kind, p.Value = PatternValue, c.expr(i)
		if _, formatted := p.Value.(*FString); formatted {
			c.fail(i, "an f-string can't be a pattern")
		}
		return p
	case "complex_pattern":
		p.Kind, p.Value = PatternValue, c.complexPattern(i, kids)
		return p
	case "union_pattern":
		p.Kind, p.Subs = PatternOr, c.patterns(kids)
		return p
	case "list_pattern":
		p.Kind, p.Subs = PatternSequence, c.items(kids)
		return p
	case "tuple_pattern":
		if len(kids) == 1 && c.after(kids[0]) != ',' {
			return c.pattern(kids[0])
		}
		p.Kind, p.Subs = PatternSequence, c.items(kids)
		return p
	case "dict_pattern":
		return c.dictPattern(i)
	case "class_pattern":
		return c.classPattern(i, kids)
	case "_":
		return p
	}
	c.badExpr(i)
	return p
}

// starPattern reads *name in a sequence, **name in a mapping.
func (c *converter) starPattern(i int32, stars string) *Pattern {
	p := &Pattern{Span: c.span(i), Kind: PatternStar}
	if !c.has(i, stars) {
		return c.badPattern(i)
	}
	if kids := c.named(i); len(kids) == 1 {
		p.Name = c.identifier(kids[0])
	}
	return p
}

func (c *converter) badPattern(i int32) *Pattern {
	c.badExpr(i)
	return &Pattern{Span: c.span(i)}
}

func (c *converter) patterns(is []int32) []*Pattern {
	var out []*Pattern
	for _, k := range is {
		out = append(out, c.pattern(k))
	}
	return out
}

func (c *converter) casePattern(i int32, kids []int32) *Pattern {
	switch {
	case len(kids) == 1 && c.has(i, "-"):
		return &Pattern{Span: c.span(i), Kind: PatternValue, Value: &Unary{c.span(i), "-", c.expr(kids[0])}}
	case len(kids) == 1:
		return c.pattern(kids[0])
	case len(kids) == 0:
		return &Pattern{Span: c.span(i)} // _
	}
	return c.badPattern(i)
}

// complexPattern is a real number plus or minus an imaginary one.
func (c *converter) complexPattern(i int32, kids []int32) Expr {
	if len(kids) == 2 {
		re, ok := c.expr(kids[0]).(*Const)
		im, ok2 := c.expr(kids[1]).(*Const)
		if ok && ok2 && re.Kind != Complex && im.Kind == Complex {
			return &Const{Span: c.span(i), Kind: Complex, Text: c.source(i)}
		}
	}
	return c.badExpr(i)
}

// items are the patterns of a sequence.
func (c *converter) items(is []int32) []*Pattern {
	var out []*Pattern
	for _, k := range is {
		out = append(out, c.item(k))
	}
	return out
}

func (c *converter) item(i int32) *Pattern {
	if k := c.named(i); c.kind(i) == "case_pattern" && len(k) == 1 && c.kind(k[0]) == "splat_pattern" {
		return c.starPattern(k[0], "*")
	}
	return c.pattern(i)
}

func (c *converter) dictPattern(i int32) *Pattern {
	p := &Pattern{Span: c.span(i), Kind: PatternMapping}
	var rest []*Pattern
	negative := false
	for _, k := range c.children(i) {
		switch {
		case c.kind(k) == "splat_pattern":
			rest = append(rest, c.starPattern(k, "**"))
		case c.at(k).field() == "key" && c.kind(k) == "-":
			negative = true
		case c.at(k).field() == "key":
			key := c.pattern(k)
			if key.Kind != PatternValue || len(rest) > 0 {
				c.fail(k, "a key of a mapping pattern must be a literal or a dotted name, before what takes the rest")
				key.Value = &Const{Span: c.span(k), Kind: None}
			}
			if negative {
				key.Value, negative = &Unary{c.span(k), "-", key.Value}, false
			}
			p.Keys = append(p.Keys, key.Value)
		case c.at(k).field() == "value" && c.at(k).named():
			p.Subs = append(p.Subs, c.pattern(k))
		}
	}
	if len(p.Keys) != len(p.Subs) || len(rest) > 1 || len(rest) == 1 && rest[0].Name == "" {
		c.fail(i, "a mapping pattern is not understood")
	}
	p.Subs = append(p.Subs, rest...)
	return p
}

func (c *converter) classPattern(i int32, kids []int32) *Pattern {
	p := &Pattern{Span: c.span(i), Kind: PatternClass}
	if len(kids) == 0 {
		return c.badPattern(i)
	}
	p.Value = c.dottedExpr(kids[0])
	named := false
	for _, k := range kids[1:] {
		only := c.named(k)
		if c.kind(k) != "case_pattern" || len(only) != 1 || c.kind(only[0]) != "keyword_pattern" {
			if named {
				c.fail(k, "a positional pattern can't follow a named one")
			}
			p.Keywords, p.Subs = append(p.Keywords, ""), append(p.Subs, c.pattern(k))
			continue
		}
		named = true
		parts := c.children(only[0])
		if len(parts) < 2 {
			c.badExpr(k)
			continue
		}
		p.Keywords = append(p.Keywords, c.identifier(parts[0]))
		p.Subs = append(p.Subs, c.numberPattern(only[0], parts[len(parts)-1]))
	}
	return p
}

// numberPattern is pattern k, with the minus that may stand before it in i.
func (c *converter) numberPattern(i, k int32) *Pattern {
	p := c.pattern(k)
	if c.has(i, "-") {
		if p.Kind != PatternValue {
			return c.badPattern(i)
		}
		p.Value = &Unary{c.span(k), "-", p.Value}
	}
	return p
}
