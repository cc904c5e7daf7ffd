package pysyntax

import (
	"slices"
	"strings"
)

func (c *converter) statement(i int32) Stmt {
	s := c.span(i)
	switch c.kind(i) {
	case "expression_statement":
		return c.expressionStatement(i)
	case "import_statement":
		return &Import{s, c.aliases(i, true)}
	case "import_from_statement", "future_import_statement":
		return c.importFrom(i)
	case "return_statement":
		r := &Return{Span: s}
		if c.at(i).first != 0 {
			r.X = c.onlyWith(i, star)
		}
		return r
	case "pass_statement", "break_statement", "continue_statement":
		return &Simple{s, strings.TrimSuffix(c.kind(i), "_statement")}
	case "delete_statement":
		return c.del(i)
	case "raise_statement":
		return c.raise(i)
	case "assert_statement":
		if k := c.named(i); len(k) > 0 && len(k) < 3 {
			a := &Assert{Span: s, Test: c.expr(k[0])}
			if len(k) == 2 {
				a.Message = c.expr(k[1])
			}
			return a
		}
	case "global_statement", "nonlocal_statement":
		o := &Outer{Span: s, Global: c.kind(i) == "global_statement"}
		for _, k := range c.named(i) {
			o.Names = append(o.Names, c.identifier(k))
		}
		return o
	case "print_statement":
		return c.shiftedPrint(i)
	case "exec_statement":
		c.fail(i, "exec without parentheses is Python 2")
		return &Simple{s, "pass"}
	case "type_alias_statement":
		return c.typeAlias(i)
	}
	return c.compound(i)
}

func (c *converter) compound(i int32) Stmt {
	s := c.span(i)
	c.clauses(i)
	switch c.kind(i) {
	case "if_statement":
		return c.ifStatement(i)
	case "for_statement":
		return &For{s, c.has(i, "async"), c.target(c.field(i, "left")), c.exprWith(c.field(i, "right"), star),
			c.suite(i, "body"), c.orElse(i)}
	case "while_statement":
		return &While{s, c.exprWith(c.field(i, "condition"), walrus), c.suite(i, "body"), c.orElse(i)}
	case "try_statement":
		return c.try(i)
	case "with_statement":
		return c.with(i)
	case "function_definition":
		return c.function(i, nil)
	case "class_definition":
		return c.class(i, nil)
	case "decorated_definition":
		return c.decorated(i)
	case "match_statement":
		return c.match(i)
	}
	c.fail(i, "%s is not understood", c.describe(i))
	return &Simple{s, "pass"}
}

func (c *converter) expressionStatement(i int32) Stmt {
	k := c.named(i)
	if len(k) == 1 {
		switch c.kind(k[0]) {
		case "assignment":
			return c.assignment(k[0])
		case "augmented_assignment":
			return &AugAssign{c.span(k[0]), c.operator(k[0], "operator"),
				c.single(c.field(k[0], "left")), c.exprWith(c.field(k[0], "right"), star|yields)}
		}
		if c.after(k[0]) != ',' {
			return &ExprStmt{c.span(i), c.exprWith(k[0], star|yields)}
		}
	}
	return &ExprStmt{c.span(i), &Seq{c.span(i), TupleSeq, c.exprs(k, star)}}
}

// typeAlias reads type X = Y. The grammar also takes type(x).y = z and
// type[x].y = z for one, with a target that starts with a bracket; to CPython
// they are assignments.
func (c *converter) typeAlias(i int32) Stmt {
	s, left := c.span(i), c.field(i, "left")
	first := left
	for c.at(first).first != 0 && !bracketed(c.kind(first)) {
		first = c.at(first).first
	}
	if !bracketed(c.kind(first)) {
		return &TypeAlias{s, c.expr(left), c.expr(c.field(i, "right"))}
	}
	c.typeWord, c.wordStart = first, s.From
	target := c.expr(left)
	for spine := target; spine != nil; {
		switch e := spine.(type) {
		case *Attr:
			e.From, spine = s.From, e.X
		case *Subscript:
			e.From, spine = s.From, e.X
		case *Call:
			e.From, spine = s.From, e.Fun
		default:
			spine = nil
		}
	}
	if !assignable(target, false) {
		c.fail(i, "%s can't be assigned to", c.describe(left))
	}
	return &Assign{s, []Expr{target}, c.expr(c.field(i, "right"))}
}

func bracketed(kind string) bool {
	return kind == "parenthesized_expression" || kind == "tuple" || kind == "list" || kind == "generator_expression"
}

// afterType is what stands in brackets behind the word type.
func (c *converter) afterType(i int32) Expr {
	word := &Name{Span{c.wordStart, c.wordStart + 4}, "type"}
	c.typeWord = 0
	switch c.kind(i) {
	case "list":
		return &Subscript{c.span(i), word, c.index(i, c.named(i))}
	case "generator_expression":
		return &Call{Span: c.span(i), Fun: word, Args: []Expr{c.expr(i)}}
	}
	return &Call{Span: c.span(i), Fun: word, Args: c.exprs(c.named(i), looseStar|walrus)}
}

// shiftedPrint reads print >> x, y: legal, if not what its writer meant.
func (c *converter) shiftedPrint(i int32) Stmt {
	k := c.named(i)
	if len(k) == 0 || c.kind(k[0]) != "chevron" {
		c.fail(i, "print without parentheses is Python 2")
		return &Simple{c.span(i), "pass"}
	}
	word := Span{c.at(i).start, c.at(i).start + int32(len("print"))}
	for _, x := range c.named(k[0]) {
		c.noneOf([]int32{x}, looseKinds...)
		if c.kind(x) == "binary_operator" && slices.Contains([]string{"|", "^", "&", "<<", ">>"}, c.operator(x, "operator")) {
			c.fail(x, "%s has to stand in parentheses here", c.describe(x))
		}
	}
	shift := &BinOp{Span{word.From, c.at(k[0]).end}, ">>", &Name{word, "print"}, c.only(k[0])}
	if len(k) == 1 && c.after(k[0]) != ',' {
		return &ExprStmt{c.span(i), shift}
	}
	return &ExprStmt{c.span(i), &Seq{c.span(i), TupleSeq, append([]Expr{shift}, c.exprs(k[1:], star)...)}}
}

func (c *converter) raise(i int32) Stmt {
	r := &Raise{Span: c.span(i), Cause: c.optional(c.field(i, "cause"))}
	for _, k := range c.named(i) {
		if c.at(k).field() != "cause" {
			c.noneOf([]int32{k}, "expression_list")
			r.X = c.expr(k)
		}
	}
	if r.X == nil && r.Cause != nil {
		c.fail(i, "raise from, with nothing to raise")
	}
	return r
}

func (c *converter) ifStatement(i int32) Stmt {
	s := &If{Span: c.span(i)}
	s.Branches = []*Branch{{c.span(i), c.exprWith(c.field(i, "condition"), walrus), c.suite(i, "consequence")}}
	for _, k := range c.fields(i, "alternative") {
		if c.kind(k) == "elif_clause" {
			s.Branches = append(s.Branches, &Branch{c.span(k), c.exprWith(c.field(k, "condition"), walrus), c.suite(k, "consequence")})
		} else {
			s.Else = c.suite(k, "body")
		}
	}
	return s
}

// orElse is the else of a loop.
func (c *converter) orElse(i int32) []Stmt {
	if k := c.field(i, "alternative"); k != 0 {
		return c.suite(k, "body")
	}
	return nil
}

func (c *converter) try(i int32) Stmt {
	t := &Try{Span: c.span(i), Body: c.suite(i, "body")}
	groups := 0 // of except*
	for _, k := range c.named(i) {
		switch c.kind(k) {
		case "except_clause":
			h := c.handler(k)
			t.Handlers = append(t.Handlers, h)
			if c.has(k, "*") {
				if groups++; h.Type == nil {
					c.fail(k, "except* needs a type")
				}
			}
		case "else_clause":
			t.Else = c.suite(k, "body")
		case "finally_clause":
			t.Finally = c.block(k)
		}
	}
	switch {
	case len(t.Handlers) == 0 && (t.Finally == nil || t.Else != nil):
		c.fail(i, "except is missing after try")
	case groups > 0 && groups < len(t.Handlers):
		c.fail(i, "except and except* can't be mixed")
	}
	return t
}

func (c *converter) handler(i int32) *Handler {
	h := &Handler{Span: c.span(i), Body: c.block(i)}
	values := c.fields(i, "value")
	switch {
	case len(values) == 1 && c.endsInAs(values[0]):
		var target Expr
		h.Type, target = c.asPattern(values[0])
		h.Name = c.bound(values[0], target)
	case len(values) > 1 || len(values) == 1 && c.after(values[0]) == ',':
		c.fail(i, "several exceptions to catch have to stand in parentheses")
	case len(values) == 1:
		h.Type = c.expr(values[0])
		if k := c.field(i, "alias"); k != 0 {
			h.Name = c.bound(k, c.expr(k))
		}
	}
	return h
}

func (c *converter) bound(i int32, target Expr) string {
	if n, ok := target.(*Name); ok {
		return n.ID
	}
	c.fail(i, "a name must follow as")
	return ""
}

// asPattern reads X as Target.

func (c *converter) decorated(i int32) Stmt {
	var decorators []Expr
	from := int32(-1)
	for k := c.at(i).first; k != 0; k = c.at(k).next {
		if from >= 0 && c.at(k).named() {
			c.clause(from, k)
		}
		if c.kind(k) == "decorator" {
			decorators = append(decorators, c.onlyWith(k, walrus))
		}
		from = c.at(k).end
	}
	definition := c.field(i, "definition")
	if definition != 0 && c.kind(definition) == "class_definition" {
		return c.class(definition, decorators)
	}
	if definition == 0 {
		return c.compound(i)
	}
	return c.function(definition, decorators)
}

func (c *converter) function(i int32, decorators []Expr) Stmt {
	f := &Func{Span: c.span(i), Name: c.identifier(c.field(i, "name")), Async: c.has(i, "async"), Decorators: decorators}
	f.TypeParams = c.typeParams(i)
	f.Params = c.params(c.field(i, "parameters"), true)
	f.Returns = c.optional(c.field(i, "return_type"))
	f.Body = c.suite(i, "body")
	return f
}

func (c *converter) class(i int32, decorators []Expr) Stmt {
	k := &Class{Span: c.span(i), Name: c.identifier(c.field(i, "name")), Decorators: decorators}
	k.TypeParams = c.typeParams(i)
	if bases := c.field(i, "superclasses"); bases != 0 {
		k.Bases, k.Keywords = c.arguments(bases)
	}
	k.Body = c.suite(i, "body")
	return k
}

func (c *converter) typeParams(i int32) []Expr {
	k := c.field(i, "type_parameters")
	if k == 0 {
		return nil
	}
	c.bounds = true
	defer func() { c.bounds = false }()
	return c.exprs(c.named(k), star)
}
