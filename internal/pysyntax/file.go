package pysyntax

import (
	"bytes"
	"context"
	"sort"
	"unicode/utf8"
)

// File is one Python file that was read without a doubt about its meaning.
type File struct {
	Src   []byte
	Body  []Stmt
	lines []int32 // offset of each line's first byte
}

// Start is 0.
func (f *File) Start() int { return 0 }

// End is the file's length in bytes.
func (f *File) End() int { return len(f.Src) }

// Parse reads src. Either the file is nil and the problems say why (all that
// are found before parsing, or the first syntax error), or there are none. The
// error is ctx's: a caller that bounds time learns of it here.
// The file keeps src: do not change it, nor the file, which others may have
// too (see Cache).
func Parse(ctx context.Context, src []byte) (*File, []Problem, error) {
	if c := cacheOf(ctx); c != nil {
		return c.parse(ctx, src)
	}
	return parse(ctx, src)
}

func parse(ctx context.Context, src []byte) (*File, []Problem, error) {
	if found := checkSource(src); len(found) > 0 {
		return nil, found, nil
	}
	f := &File{Src: src}
	problem, err := readRaw(ctx, src, func(nodes []raw) *Problem {
		c := &converter{src: src, text: string(src), nodes: nodes}
		f.Body = c.statements(0, 0)
		return c.problem
	})
	if err != nil {
		return nil, nil, err
	}
	if problem != nil {
		return nil, []Problem{*problem}, nil
	}
	f.lines = lineStarts(src)
	return f, nil, nil
}

// lineStarts are the offsets of each line's first byte.
func lineStarts(src []byte) []int32 {
	starts := make([]int32, 0, bytes.Count(src, []byte("\n"))+1)
	for at := 0; at < len(src); {
		starts = append(starts, int32(at))
		n := bytes.IndexByte(src[at:], '\n')
		if n < 0 {
			break
		}
		at += n + 1
	}
	return starts
}

// Place gives line and column of a byte offset, both from 1; the column counts
// characters.
func (f *File) Place(offset int) (line, col int) {
	if len(f.lines) == 0 {
		return 1, 1
	}
	offset = min(offset, len(f.Src))
	line = sort.Search(len(f.lines), func(i int) bool { return int(f.lines[i]) > offset })
	start := int(f.lines[line-1])
	if line == 1 && len(f.Src) >= 3 && string(f.Src[:3]) == "\xef\xbb\xbf" {
		start = min(3, offset)
	}
	return line, utf8.RuneCount(f.Src[start:offset]) + 1
}

// Text is the source of a node.
func (f *File) Text(n Node) string { return string(f.Src[n.Start():n.End()]) }
