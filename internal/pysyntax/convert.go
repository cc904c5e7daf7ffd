package pysyntax

import (
	"fmt"
	"slices"
	"strings"

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

	indent  column // of the block that is being read
	bounds  bool   // reading type parameters, which may have bounds
	indexed int32  // what stands in the brackets of an annotation

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
	if i == 0 || keyword(s) {
		c.fail(i, "%s can't be a name", c.describe(i))
		return ""
	}
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

// suite is the block in that field of i.
func (c *converter) suite(i int32, field string) []Stmt { return c.blockOf(i, c.field(i, field)) }

// block is the block among the children of i.
func (c *converter) block(i int32) []Stmt {
	for k := c.nodes[i].first; k != 0; k = c.nodes[k].next {
		if c.kind(k) == "block" {
			return c.blockOf(i, k)
		}
	}
	return c.blockOf(i, 0)
}

// blockOf reads block k of statement i.
func (c *converter) blockOf(i, k int32) (out []Stmt) {
	from := c.at(i).start
	for j := c.nodes[i].first; j != 0 && j != k; j = c.nodes[j].next {
		from = c.nodes[j].end
	}
	if k != 0 {
		out = c.statements(k, from)
	}
	if len(out) == 0 {
		c.fail(i, "an indented block is missing after %s", c.describe(i))
	}
	return out
}

// noneOf refuses nodes of those kinds, which need parentheses where they stand.
func (c *converter) noneOf(is []int32, kinds ...string) {
	for _, k := range is {
		if slices.Contains(kinds, c.kind(k)) {
			c.fail(k, "%s has to stand in parentheses here", c.describe(k))
		}
	}
}

// looseKinds are of operators that bind less tightly than |.
var looseKinds = []string{"comparison_operator", "boolean_operator", "not_operator", "conditional_expression", "lambda", "named_expression"}

// after is the first byte behind node i that is neither blank nor comment; 0
// at the end.
func (c *converter) after(i int32) byte {
	next, _, _ := c.gap(c.at(i).end)
	if int(next) == len(c.text) {
		return 0
	}
	return c.text[next]
}

// gap goes over blanks, comments and line ends from offset at. ended tells that
// a line ended there, joined that a backslash held the last line end back.
func (c *converter) gap(at int32) (next int32, ended, joined bool) {
	for k := int(at); k < len(c.text); k++ {
		switch c.text[k] {
		case ' ', '\t', '\f', '\r':
		case '\n':
			ended, joined = true, false
		case '#':
			n := strings.IndexByte(c.text[k:], '\n')
			if n < 0 {
				return int32(len(c.text)), ended, false
			}
			k, ended, joined = k+n, true, false
		case '\\':
			rest := strings.TrimPrefix(c.text[k+1:], "\r")
			if !strings.HasPrefix(rest, "\n") {
				return int32(k), ended, joined
			}
			k, joined = len(c.text)-len(rest), true
		default:
			return int32(k), ended, joined
		}
	}
	return int32(len(c.text)), ended, joined
}

// statements are those of a module or block; from is where what precedes it
// ends.
func (c *converter) statements(i, from int32) []Stmt {
	var out []Stmt
	l := c.lines()
	defer l.end()
	for k := c.nodes[i].first; k != 0; k = c.nodes[k].next {
		if c.nodes[k].named() {
			l.next(from, k, i == 0)
			out = append(out, c.statement(k))
			from = c.nodes[k].end
		}
	}
	return out
}

// keyword tells the words that are never names. The soft ones (match, case,
// type, _) may be, and so may what looks like a keyword only once it is
// normalised.
func keyword(s string) bool {
	switch s {
	case "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue", "def", "del",
		"elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in", "is", "lambda", "nonlocal",
		"not", "or", "pass", "raise", "return", "try", "while", "with", "yield":
		return true
	}
	return false
}
