package pysyntax

// params are those of a definition or lambda; i may be 0. Those of a lambda
// have no types.
func (c *converter) params(i int32, typed bool) []*Param {
	if i == 0 {
		return nil
	}
	var out []*Param
	var order paramOrder
	for _, k := range c.named(i) {
		p := c.param(k)
		if !order.next(c.kind(k), p) {
			c.fail(k, "%s is not possible here among parameters", c.describe(k))
		}
		if p == nil {
			continue
		}
		if p.Type != nil && !typed {
			c.fail(k, "the parameters of a lambda have no types")
		}
		out = append(out, p)
	}
	if order.bare {
		c.fail(i, "a parameter must follow the bare *")
	}
	return out
}

// paramOrder is what was among the parameters so far.
type paramOrder struct {
	some, slash, star, double, defaults bool
	bare                                bool // a * with nothing behind it yet
}

// next tells whether that parameter, nil for a separator, may follow.
func (o *paramOrder) next(kind string, p *Param) bool {
	defer func() { o.some = true }()
	switch {
	case o.double:
		return false
	case kind == "positional_separator":
		ok := o.some && !o.slash && !o.star
		o.slash = true
		return ok
	case kind == "keyword_separator" || p.Stars == 1:
		ok := !o.star
		o.star, o.bare = true, p == nil
		return ok
	case p.Stars == 2:
		o.double = true
		return !o.bare
	}
	o.bare = false
	if o.star {
		return true
	}
	ok := !o.defaults || p.Default != nil
	o.defaults = o.defaults || p.Default != nil
	return ok
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
		name = c.named(k)[0]
		may := allowance(0)
		if c.kind(name) == "list_splat_pattern" {
			may = star
		}
		p.Type = c.onlyWith(c.field(k, "type"), may)
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
