package pysyntax

import (
	"context"
	"fmt"
	"strings"

	sitter "github.com/tree-sitter/go-tree-sitter"
	python "github.com/tree-sitter/tree-sitter-python/bindings/go"
)

// raw is one node of tree-sitter's tree, copied out so that C's memory is
// gone before anything is made of it.
type raw struct {
	kind, field string
	start, end  int32
	first, next int32 // indexes; 0 is none, since 0 is the root
	named       bool
}

// grammar names the symbols of tree-sitter's language by their number.
type grammar struct {
	lang   *sitter.Language
	kinds  []string
	named  []bool
	fields []string
}

func newGrammar() *grammar {
	plainMalloc()
	g := &grammar{lang: sitter.NewLanguage(python.Language())}
	for i := range g.lang.NodeKindCount() {
		g.kinds = append(g.kinds, g.lang.NodeKindForId(uint16(i)))
		g.named = append(g.named, g.lang.NodeKindIsNamed(uint16(i)))
	}
	g.fields = append(g.fields, "")
	for i := 1; i <= int(g.lang.FieldCount()); i++ {
		g.fields = append(g.fields, g.lang.FieldNameForId(uint16(i)))
	}
	return g
}

// python3 is read-only after start.
var python3 = newGrammar()

// recoverable is the size up to which tree-sitter may go on after an error, to
// say exactly where it is; its recovery takes quadratic time.
const recoverable = 16 << 10

// parseRaw gives the tree in pre-order, or the place of the first error. The
// error is ctx's, and nothing else.
func parseRaw(ctx context.Context, src []byte) ([]raw, *Problem, error) {
	p := sitter.NewParser()
	defer p.Close()
	if err := p.SetLanguage(python3.lang); err != nil {
		return nil, nil, err
	}
	w := &watch{ctx: ctx, stopAtError: len(src) > recoverable, failed: -1}
	tree := p.ParseWithOptions(func(at int, _ sitter.Point) []byte {
		// Pieces, because each piece that is asked for is copied.
		return src[min(at, len(src)):min(at+8192, len(src))]
	}, nil, &sitter.ParseOptions{ProgressCallback: w.stop})
	w.ctx = nil
	if tree != nil {
		defer tree.Close()
	}
	switch {
	case w.cancelled:
		return nil, nil, context.Cause(ctx)
	case tree == nil:
		line, col := place(src, max(w.failed, 0))
		return nil, &Problem{Syntax, line, col, "syntax error here or shortly before: the file is not Python 3"}, nil
	}
	return copyTree(ctx, tree, src)
}

// watch decides whether a parse goes on. It holds nothing large: the library
// keeps the options of every parse for good.
type watch struct {
	ctx         context.Context // nil once the parse is over
	stopAtError bool
	cancelled   bool
	failed      int // where the parser was when it had met an error; -1 for none
}

func (w *watch) stop(s sitter.ParseState) bool {
	if s.HasError && w.stopAtError {
		w.failed = int(s.CurrentByteOffset)
	}
	w.cancelled = w.ctx.Err() != nil
	return w.cancelled || w.failed >= 0
}

// copyTree walks the tree once with a cursor: asking a node for its n-th child
// takes time in n.
func copyTree(ctx context.Context, tree *sitter.Tree, src []byte) ([]raw, *Problem, error) {
	faulty := tree.RootNode().HasError()
	c := tree.Walk()
	defer c.Close()
	nodes := make([]raw, 0, len(src)/3+16)
	parents := []int32{}   // of the cursor's node
	previous := []int32{0} // the last node kept on each level; 0 is none
	blocks := 0            // open ones
	for {
		n := c.Node()
		if faulty && (n.IsError() || n.IsMissing()) {
			return nil, syntaxError(c, src), nil
		}
		id := n.KindId()
		r := raw{kind: "ERROR", start: int32(n.StartByte()), end: int32(n.EndByte())}
		if int(id) < len(python3.kinds) {
			r.kind, r.named = python3.kinds[id], python3.named[id]
		}
		if f := int(c.FieldId()); f > 0 && f < len(python3.fields) {
			r.field = python3.fields[f]
		}
		descend := r.named && !leaf(r.kind)
		if len(nodes) == 0 || keep(r) {
			at := int32(len(nodes))
			nodes = append(nodes, r)
			if depth := len(parents); depth > 0 {
				if last := previous[depth]; last != 0 {
					nodes[last].next = at
				} else {
					nodes[parents[depth-1]].first = at
				}
				previous[depth] = at
			}
			if len(nodes)%4096 == 0 && ctx.Err() != nil {
				return nil, nil, context.Cause(ctx)
			}
			if len(parents) >= MaxNesting {
				return nil, tooDeep(src, r), nil
			}
			if descend && c.GotoFirstChild() {
				if r.kind == "block" {
					blocks++
				}
				if blocks > MaxBlocks {
					return nil, tooDeep(src, r), nil
				}
				parents, previous = append(parents, at), append(previous, 0)
				continue
			}
		}
		for !c.GotoNextSibling() {
			if !c.GotoParent() {
				return nodes, nil, nil
			}
			if last := len(parents) - 1; last >= 0 {
				if nodes[parents[last]].kind == "block" {
					blocks--
				}
				parents, previous = parents[:last], previous[:last+1]
			}
		}
	}
}

// leaf tells the kinds whose inside is read from the text.
func leaf(kind string) bool { return kind == "string_content" || kind == "integer" || kind == "float" }

// keep drops comments, line continuations and punctuation that means nothing
// beyond the shape of the tree.
func keep(r raw) bool {
	if r.named {
		return r.kind != "comment" && r.kind != "line_continuation"
	}
	switch r.kind {
	case "async", ":", "*", "**", "from", "-", "_", "+", "%", "@", "/", "//", "|", "&", "^", "<<", ">>":
		return true
	}
	return r.field != ""
}

// syntaxError places the error that the cursor stands on. An ERROR node may
// hold whole statements before what could not be read: it lies behind them.
func syntaxError(c *sitter.TreeCursor, src []byte) *Problem {
	n := c.Node()
	if n.IsMissing() {
		line, col := place(src, int(n.StartByte()))
		return &Problem{Syntax, line, col, "syntax error: " + n.Kind() + " is missing"}
	}
	at := n.StartByte()
	for more := c.GotoFirstChild(); more; more = c.GotoNextSibling() {
		child := c.Node()
		at = child.StartByte()
		if kind := child.Kind(); child.HasError() || !strings.HasSuffix(kind, "_statement") && !strings.HasSuffix(kind, "_definition") && kind != "comment" {
			break
		}
	}
	line, col := place(src, int(at))
	return &Problem{Syntax, line, col, "syntax error here or shortly after: the file is not Python 3"}
}

func tooDeep(src []byte, r raw) *Problem {
	line, col := place(src, int(r.start))
	return &Problem{Size, line, col, fmt.Sprintf("the code is nested more deeply than is read (%d levels, %d indented blocks): give parts of it names of their own", MaxNesting, MaxBlocks)}
}
