package scanner

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"slices"
	"sync"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"plugforge"
)

// Leaks are the secrets that stand in a tree's files. What they are is kept in
// memory only, so that no other message shows them.
type Leaks struct {
	Findings []plugforge.Finding // sorted; they name place and kind, never the value
	grams    map[string]bool     // every gram bytes of the values, in a row
}

// Secrets looks for keys and tokens in all files of tree, whatever they are
// named: in those with NUL in them byte by byte, in UTF-16 with a byte order
// mark as the text that it is. Archives and what else is compressed are not
// looked into. It takes time in the size of the tree and memory for one window
// a core. Errors: ctx's; CodeInternal when tree cannot be read.
//
// Values that are no secrets pass: documented examples, and what is put in the
// place of a value, such as sk_xxxx….
func Secrets(ctx context.Context, tree fs.FS) (Leaks, error) {
	var files []*leaky
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			files = append(files, &leaky{path: name, config: isConfig(name)})
		}
		return err
	})
	if err == nil {
		err = each(ctx, files, func(f *leaky) error { return f.read(ctx, tree) })
	}
	if err != nil {
		return Leaks{}, plugforge.Wrap("scanner.Secrets", err)
	}
	l := Leaks{grams: map[string]bool{}}
	for _, f := range files {
		l.Findings = append(l.Findings, f.found...)
		for _, v := range f.values {
			for i := 0; i+gram <= len(v); i++ {
				l.grams[v[i:i+gram]] = true
			}
		}
	}
	l.Findings = plugforge.SortFindings(l.Findings)
	return l, nil
}

// gram is how many bytes of a value in a row give it away.
const gram = 8

// Shows tells whether text has a part of one of the secrets in it.
func (l Leaks) Shows(text string) bool {
	for i := 0; len(l.grams) > 0 && i+gram <= len(text); i++ {
		if l.grams[text[i:i+gram]] {
			return true
		}
	}
	return false
}

// Hide gives the findings with every text replaced that shows a secret.
func (l Leaks) Hide(found []plugforge.Finding) []plugforge.Finding {
	found = slices.Clone(found)
	for i := range found {
		if l.Shows(found[i].Text) {
			found[i].Text = "what is found here is not shown, since it holds a secret: take that out first"
		}
	}
	return found
}

// leaky is one file on its way through the search.
type leaky struct {
	path   string
	config bool // values may stand in it without quotes
	found  []plugforge.Finding
	values []string
}

const (
	windowSize = 256 << 10
	lookBehind = 512  // bytes before a place that are looked at
	lookAhead  = 4096 // bytes after it
	maxLeaks   = 200  // findings a file
)

// windows are reused: a tree has up to a thousand files.
var windows = sync.Pool{New: func() any { b := make([]byte, windowSize); return &b }}

func (l *leaky) read(ctx context.Context, tree fs.FS) error {
	f, err := tree.Open(l.path)
	if err != nil {
		return err
	}
	defer f.Close()
	buf := windows.Get().(*[]byte)
	defer windows.Put(buf)
	return l.stream(ctx, asUTF8(f), *buf)
}

// asUTF8 reads UTF-16 with a byte order mark as UTF-8, and drops the mark.
func asUTF8(r io.Reader) io.Reader {
	b := bufio.NewReaderSize(r, 16)
	head, _ := b.Peek(3) // an error comes again when reading
	switch {
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return transform.NewReader(b, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder())
	case string(head) == "\xef\xbb\xbf":
		_, _ = b.Discard(3)
	}
	return b
}

// stream moves a window over the text. Each place is looked at once, with
// lookBehind bytes before it and lookAhead after it at hand.
func (l *leaky) stream(ctx context.Context, r io.Reader, buf []byte) error {
	at, done, have := place{line: 1}, 0, 0
	for {
		n, err := io.ReadFull(r, buf[have:])
		have += n
		last := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !last {
			return err
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		end := have
		if !last {
			end -= lookAhead
		}
		done = l.search(buf[:have], done, end, &at)
		if last || len(l.found) >= maxLeaks {
			return nil
		}
		keep := max(done-lookBehind, 0)
		have = copy(buf, buf[keep:have])
		done -= keep
	}
}

// place is where in a file the first byte that is not yet passed stands.
type place struct{ line, col int } // col counts the characters before it

// pass moves the place over some bytes.
func (p *place) pass(b []byte) {
	if n := bytes.Count(b, newline); n > 0 {
		p.line += n
		p.col = 0
		b = b[bytes.LastIndexByte(b, '\n')+1:]
	}
	for _, c := range b {
		if c&0xc0 != 0x80 {
			p.col++
		}
	}
}

var newline = []byte("\n")

// search looks at the places from start to end of the window, and tells where
// to go on: at end, or behind a value that reaches over it.
func (l *leaky) search(w []byte, start, end int, at *place) int {
	passed := start
	for i := start; i < end && i+1 < len(w); i++ {
		bucket := secrets.starts[uint16(w[i])<<8|uint16(w[i+1])]
		if bucket == 0 {
			continue
		}
		kind, from, to := secrets.at(bucket, w, i, l.config)
		if kind == nil {
			continue
		}
		at.pass(w[passed:from])
		passed = from
		l.add(kind, at, w[from:to])
		if i = to - 1; len(l.found) >= maxLeaks {
			break
		}
	}
	next := max(end, passed)
	at.pass(w[passed:next])
	return next
}

func (l *leaky) add(k *secretKind, at *place, value []byte) {
	l.found = append(l.found, plugforge.Finding{Path: l.path, Line: at.line, Col: at.col + 1, Rule: k.rule,
		Text: k.name + " stands in the file: " + ruleOf(k.rule).Why + "; instead " + ruleOf(k.rule).Instead})
	l.values = append(l.values, string(value))
}
