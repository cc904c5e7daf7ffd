package pysyntax

import "strings"

// column is how far a line is indented, measured in both of CPython's ways: a
// tab goes on to the next multiple of eight, or counts as one. Two lines
// compare only if both ways agree.
type column struct{ wide, narrow int32 }

func (a column) deeper(b column) bool { return a.wide > b.wide && a.narrow > b.narrow }

// column measures the line of offset at; ok is false if something stands
// before it on its line. It looks no further back than that: a line may hold
// very many statements.
func (c *converter) column(at int32) (col column, ok bool) {
	start := at
	for start > 0 && strings.IndexByte(" \t\f", c.text[start-1]) >= 0 {
		start--
	}
	if start > 0 && c.text[start-1] != '\n' && c.text[:start] != "\ufeff" {
		return column{}, false
	}
	for _, b := range []byte(c.text[start:at]) {
		switch b {
		case ' ':
			col.wide++
			col.narrow++
		case '\t':
			col.wide = col.wide&^7 + 8
			col.narrow++
		case '\f':
			col = column{}
		}
	}
	return col, true
}

// lines watches that the statements of a block, or the cases of a match, are
// indented alike and deeper than what they belong to. tree-sitter is lax about
// that; CPython is not, and takes them for another block, or for none.
type lines struct {
	c      *converter
	outer  column
	some   bool
	inline bool // the block stands behind its colon
}

// lines starts one; the caller calls end.
func (c *converter) lines() *lines { return &lines{c: c, outer: c.indent} }

func (l *lines) end() { l.c.indent = l.outer }

// next takes node k; from is where what precedes it ends, and top tells that
// the block is the module.
func (l *lines) next(from, k int32, top bool) {
	c := l.c
	if next, _, _ := c.gap(from); int(next) < len(c.text) && c.text[next] == ';' {
		from = next + 1
	}
	start := c.at(k).start
	_, ended, joined := c.gap(from)
	col, first := c.column(start)
	if joined && !ended && !(top && !l.some) {
		first = false // the line goes on
	} else if joined {
		c.fail(k, "a line of a lone backslash before a statement")
	}
	switch {
	case !first:
		l.inline = l.inline || !l.some
	case l.some && (l.inline || col != c.indent), !l.some && top && col != column{}, !l.some && !top && !col.deeper(l.outer):
		c.fail(k, "the line is not indented like its block")
	default:
		c.indent = col
	}
	l.some = true
}

// clause watches that node k, a part of a statement, starts a line that is
// indented like the statement; from is where what precedes it ends.
func (c *converter) clause(from, k int32) {
	_, _, joined := c.gap(from)
	if col, first := c.column(c.at(k).start); joined || !first || col != c.indent {
		c.fail(k, "the line is not indented like its block")
	}
}

// clauses does so for all those of statement i.
func (c *converter) clauses(i int32) {
	from := c.at(i).start
	for k := c.nodes[i].first; k != 0; k = c.nodes[k].next {
		switch c.kind(k) {
		case "elif_clause", "else_clause", "except_clause", "finally_clause":
			c.clause(from, k)
		}
		from = c.at(k).end
	}
}
