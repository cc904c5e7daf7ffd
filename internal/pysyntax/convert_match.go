package pysyntax

func (c *converter) match(i int32) Stmt {
	m := &Match{Span: c.span(i), Subject: c.index(i, c.fields(i, "subject"))}
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
				patterns = append(patterns, c.pattern(p))
				comma = c.after(p) == ','
			}
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
		return p
	case "complex_pattern":
		p.Kind, p.Value = PatternValue, &Const{Span: c.span(i), Kind: Complex, Text: c.source(i)}
		return p
	case "splat_pattern":
		p.Kind = PatternStar
		if len(kids) == 1 {
			p.Name = c.identifier(kids[0])
		}
		return p
	case "union_pattern":
		p.Kind, p.Subs = PatternOr, c.patterns(kids)
		return p
	case "list_pattern":
		p.Kind, p.Subs = PatternSequence, c.patterns(kids)
		return p
	case "tuple_pattern":
		if len(kids) == 1 && c.after(kids[0]) != ',' {
			return c.pattern(kids[0])
		}
		p.Kind, p.Subs = PatternSequence, c.patterns(kids)
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
	c.badExpr(i)
	return &Pattern{Span: c.span(i)}
}

func (c *converter) dictPattern(i int32) *Pattern {
	p := &Pattern{Span: c.span(i), Kind: PatternMapping}
	var rest []*Pattern
	negative := false
	for _, k := range c.children(i) {
		switch {
		case c.kind(k) == "splat_pattern":
			rest = append(rest, c.pattern(k))
		case c.at(k).field() == "key" && c.kind(k) == "-":
			negative = true
		case c.at(k).field() == "key":
			key := c.pattern(k)
			if key.Value == nil {
				c.fail(k, "a key of a mapping pattern must be a literal or a dotted name")
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
	if len(p.Keys) != len(p.Subs) {
		c.fail(i, "a mapping pattern is not understood")
	}
	p.Subs = append(p.Subs, rest...)
	return p
}

func (c *converter) classPattern(i int32, kids []int32) *Pattern {
	p := &Pattern{Span: c.span(i), Kind: PatternClass}
	if len(kids) == 0 {
		c.badExpr(i)
		return p
	}
	p.Value = c.dottedExpr(kids[0])
	for _, k := range kids[1:] {
		inner, keyword := k, ""
		if only := c.named(k); c.kind(k) == "case_pattern" && len(only) == 1 && c.kind(only[0]) == "keyword_pattern" {
			parts := c.children(only[0])
			if len(parts) < 2 {
				c.badExpr(k)
				continue
			}
			keyword, inner = c.identifier(parts[0]), parts[len(parts)-1]
			if c.kind(inner) == "integer" || c.kind(inner) == "float" {
				p.Keywords = append(p.Keywords, keyword)
				p.Subs = append(p.Subs, &Pattern{Span: c.span(k), Kind: PatternValue, Value: c.expr(inner)})
				continue
			}
		}
		p.Keywords = append(p.Keywords, keyword)
		p.Subs = append(p.Subs, c.pattern(inner))
	}
	return p
}
