package pysyntax

/*
#cgo noescape pf_read
#cgo nocallback pf_read
#include "reader.h"
#include "arena.h"
*/
import "C"

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"

	sitter "github.com/tree-sitter/go-tree-sitter"
	python "github.com/tree-sitter/tree-sitter-python/bindings/go"
)

// raw is one node of tree-sitter's tree, as pf_node in reader.h lays it out:
// first and next are indexes, 0 is none, since 0 is the root.
type raw struct {
	start, end  int32
	first, next int32
	symbol      uint16
	fieldID     uint8
}

var _ [C.sizeof_pf_node]byte = [unsafe.Sizeof(raw{})]byte{}

func (r *raw) kind() string {
	if int(r.symbol) < len(python3.kinds) {
		return python3.kinds[r.symbol]
	}
	return "ERROR"
}

func (r *raw) named() bool {
	return int(r.symbol) < len(python3.named) && python3.named[r.symbol]
}

func (r *raw) field() string { return python3.fields[r.fieldID] }

// grammar names the symbols and fields of tree-sitter's language by their
// number.
type grammar struct {
	lang   unsafe.Pointer
	kinds  []string
	named  []bool
	fields [256]string
	rules  C.pf_rules
}

// python3 is read-only after start.
var python3 = newGrammar()

// recoverable is the size up to which tree-sitter may go on after an error, to
// say exactly where it is; its recovery takes quadratic time.
const recoverable = 16 << 10

// What tree-sitter may take of memory for a text, in words of eight bytes. Real
// files take up to 14 for each byte, the densest that are Python 36, and texts
// that it has to suppose a token in every few bytes thousands.
const (
	wordsPerByte = 60
	wordsAtLeast = 4 << 20
)

func newGrammar() *grammar {
	C.pf_arena_install()
	g := &grammar{lang: python.Language()}
	lang := sitter.NewLanguage(g.lang)
	for i := range lang.NodeKindCount() {
		kind, named := lang.NodeKindForId(uint16(i)), lang.NodeKindIsNamed(uint16(i))
		g.kinds, g.named = append(g.kinds, kind), append(g.named, named)
		g.rules.traits[i] = traits(kind, named)
		if kind == "line_continuation" {
			g.rules.joint = C.uint16_t(i)
		}
	}
	for i := 1; i <= int(lang.FieldCount()); i++ {
		g.fields[i] = lang.FieldNameForId(uint16(i))
	}
	g.rules.blocks, g.rules.brackets = MaxBlocks, MaxBrackets
	g.rules.recoverable, g.rules.words, g.rules.words_per_byte = recoverable, wordsAtLeast, wordsPerByte
	return g
}

// traits tells what is done with the nodes of a kind. Comments, line
// continuations and punctuation that means nothing beyond the shape of the
// tree are dropped.
func traits(kind string, named bool) C.uint8_t {
	if !named {
		switch kind {
		case "(", "[", "{":
			return C.PF_OPEN
		case ")", "]", "}":
			return C.PF_CLOSE
		case "async", ":", "*", "**", "from", "-", "_", "+", "%", "@", "/", "//", "|", "&", "^", "<<", ">>":
			return C.PF_KEEP
		}
		return 0
	}
	switch kind {
	case "comment":
		return C.PF_DROP | C.PF_STATEMENT
	case "line_continuation":
		return C.PF_DROP
	case "string_content", "integer", "float": // their inside is read from the text
		return C.PF_KEEP
	case "block":
		return C.PF_KEEP | C.PF_DESCEND | C.PF_BLOCK
	case "elif_clause", "else_clause", "except_clause", "finally_clause", "case_clause", "decorator":
		return C.PF_KEEP | C.PF_DESCEND | C.PF_LINE
	}
	if strings.HasSuffix(kind, "_statement") || strings.HasSuffix(kind, "_definition") {
		return C.PF_KEEP | C.PF_DESCEND | C.PF_STATEMENT | C.PF_LINE
	}
	return C.PF_KEEP | C.PF_DESCEND
}

const _ = uint(MaxNesting-C.PF_LEVELS) + uint(C.PF_LEVELS-MaxNesting)

// workspace is the memory that one reading needs outside Go's heap.
type workspace struct{ c *C.pf_workspace }

// spare are workspaces that nobody uses. They go when Go's memory is next
// swept.
var spare = sync.Pool{New: func() any {
	w := &workspace{C.pf_workspace_new()}
	if w.c == nil {
		panic("out of memory") // as Go itself does
	}
	runtime.AddCleanup(w, func(c *C.pf_workspace) { C.pf_workspace_free(c) }, w.c)
	return w
}}

// readRaw calls use with the tree in pre-order, which is gone when use is
// done, and gives what use finds wrong, or the place of the first error. The
// error is ctx's, and nothing else.
func readRaw(ctx context.Context, src []byte, use func([]raw) *Problem) (*Problem, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	cancel := new(int32)
	defer context.AfterFunc(ctx, func() { atomic.StoreInt32(cancel, 1) })()
	w := spare.Get().(*workspace)
	defer func() {
		C.pf_rest(w.c)
		spare.Put(w)
	}()
	var got C.pf_result
	C.pf_read(w.c, python3.lang, (*C.char)(unsafe.Pointer(unsafe.SliceData(src))), C.uint32_t(len(src)),
		&python3.rules, (*C.int32_t)(cancel), &got)
	at := int(got.at)
	switch got.status {
	case C.PF_READ:
		return use(unsafe.Slice((*raw)(unsafe.Pointer(got.nodes)), int(got.count))), nil
	case C.PF_CANCELLED:
		return nil, context.Cause(ctx)
	case C.PF_STOPPED:
		return problemAt(src, at, Syntax, "syntax error here or shortly before: the file is not Python 3"), nil
	case C.PF_MISSING:
		return problemAt(src, at, Syntax, "syntax error: "+(&raw{symbol: uint16(got.symbol)}).kind()+" is missing"), nil
	case C.PF_BROKEN:
		return problemAt(src, at, Syntax, "syntax error: the line before ends inside a statement"), nil
	case C.PF_DEEP:
		return problemAt(src, at, Size, fmt.Sprintf(
			"the code is nested more deeply than is read (%d indented blocks, %d brackets, %d levels in all): give parts of it names of their own",
			MaxBlocks, MaxBrackets, MaxNesting)), nil
	case C.PF_MEMORY:
		panic("out of memory") // as Go itself does
	}
	return problemAt(src, at, Syntax, "syntax error here or shortly after: the file is not Python 3"), nil
}

func problemAt(src []byte, at int, kind Kind, text string) *Problem {
	line, col := place(src, at)
	return &Problem{kind, line, col, text}
}
