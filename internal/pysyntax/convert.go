package pysyntax

import (
	"fmt"

	"golang.org/x/text/unicode/norm"
)

// converter makes statements and expressions of tree-sitter's nodes. What it
// does not know is a syntax problem, so that nothing of a file is overlooked;
// after the first it goes on with placeholders and the file is refused.
type converter struct {
	src     []byte
	text    string // src; literals and names are slices of it
	nodes   []raw
	problem *Problem

	typeWord  int32 // see typeAlias; 0 for none
	wordStart int32
}

func (c *converter) at(i int32) *raw     { return &c.nodes[i] }
func (c *converter) span(i int32) Span   { return Span{c.nodes[i].start, c.nodes[i].end} }
func (c *converter) kind(i int32) string { return c.nodes[i].kind() }

// source is a node's text.
func (c *converter) source(i int32) string { return c.text[c.nodes[i].start:c.nodes[i].end] }

// children are all kept children of i.
func (c *converter) children(i int32) []int32 {
	var out []int32
	for k := c.nodes[i].first; k != 0; k = c.nodes[k].next {
		out = append(out, k)
	}
	return out
}

// named are the children of i that are not punctuation.
func (c *converter) named(i int32) []int32 {
	var out []int32
	for k := c.nodes[i].first; k != 0; k = c.nodes[k].next {
		if c.nodes[k].named() {
			out = append(out, k)
		}
	}
	return out
}

// field is the first named child in that field; 0 for none.
func (c *converter) field(i int32, name string) int32 {
	for k := c.nodes[i].first; k != 0; k = c.nodes[k].next {
		if c.nodes[k].field() == name && c.nodes[k].named() {
			return k
		}
	}
	return 0
}

// fields are the named children in that field.
func (c *converter) fields(i int32, name string) []int32 {
	var out []int32
	for k := c.nodes[i].first; k != 0; k = c.nodes[k].next {
		if c.nodes[k].field() == name && c.nodes[k].named() {
			out = append(out, k)
		}
	}
	return out
}

// has tells whether i has a punctuation child of that kind.
func (c *converter) has(i int32, token string) bool {
	for k := c.nodes[i].first; k != 0; k = c.nodes[k].next {
		if c.nodes[k].kind() == token {
			return true
		}
	}
	return false
}

func (c *converter) fail(i int32, format string, args ...any) {
	if c.problem == nil {
		line, col := place(c.src, int(c.nodes[i].start))
		c.problem = &Problem{Syntax, line, col, "syntax error: " + fmt.Sprintf(format, args...)}
	}
}

func (c *converter) badExpr(i int32) Expr {
	c.fail(i, "%s is not understood here", c.describe(i))
	return &Const{Span: c.span(i), Kind: None}
}

func (c *converter) describe(i int32) string {
	if i == 0 {
		return "what is missing"
	}
	text := c.source(i)
	if len(text) > 40 {
		text = text[:40] + "…"
	}
	return fmt.Sprintf("%q", text)
}

// identifier is a name as CPython compares it.
func (c *converter) identifier(i int32) string {
	s := c.source(i)
	for k := range len(s) {
		if s[k] >= 0x80 {
			return norm.NFKC.String(s)
		}
	}
	return s
}

// dotted is the text of a dotted_name without blanks, normalised.
func (c *converter) dotted(i int32) string {
	out := ""
	for n, k := range c.named(i) {
		if n > 0 {
			out += "."
		}
		out += c.identifier(k)
	}
	return out
}

// dottedExpr is a dotted_name as the expression it stands for in a pattern.
func (c *converter) dottedExpr(i int32) Expr {
	var e Expr
	for _, k := range c.named(i) {
		if e == nil {
			e = &Name{c.span(k), c.identifier(k)}
		} else {
			e = &Attr{Span{c.at(i).start, c.at(k).end}, e, c.identifier(k)}
		}
	}
	if e == nil {
		return c.badExpr(i)
	}
	return e
}

// statements are those of a module or block.
func (c *converter) statements(i int32) []Stmt {
	var out []Stmt
	for k := c.nodes[i].first; k != 0; k = c.nodes[k].next {
		if c.nodes[k].named() {
			out = append(out, c.statement(k))
		}
	}
	return out
}

// suite is the block in that field of i, which may be missing.
func (c *converter) suite(i int32, field string) []Stmt {
	if k := c.field(i, field); k != 0 {
		return c.statements(k)
	}
	return nil
}

// block is the block among the children of i.
func (c *converter) block(i int32) []Stmt {
	for _, k := range c.named(i) {
		if c.kind(k) == "block" {
			return c.statements(k)
		}
	}
	return nil
}
