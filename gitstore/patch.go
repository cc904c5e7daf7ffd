package gitstore

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/go-git/go-git/v5/plumbing"
	"golang.org/x/sync/errgroup"

	"plugforge"
)

// maxText is the size up to which a file is compared by line, in bytes. A
// larger one goes into a patch whole.
const maxText = 4 << 20

// patcher writes the parts of one difference.
type patcher struct {
	ctx     context.Context
	from    contents
	match   matcher
	seed    maphash.Seed
	only    string // a path; empty for all
	context int    // lines around each change
	counts  bool   // only the counts are wanted
}

func newPatcher(ctx context.Context, from contents, o plugforge.DiffOptions) *patcher {
	p := &patcher{ctx: ctx, from: from, match: matcher{work: diffWork}, seed: maphash.MakeSeed(), only: o.Path, context: o.Context, counts: o.Counts}
	switch {
	case o.Context == 0:
		p.context = plugforge.DefaultContext
	case o.Context < 0:
		p.context = 0
	}
	return p
}

// contents gives files by the hash of their blob.
type contents interface {
	content(h plumbing.Hash) (io.ReadCloser, int64, error) // the bytes, and how many they are
}

func (r *repo) content(h plumbing.Hash) (io.ReadCloser, int64, error) {
	o, err := r.open(h)
	if err != nil {
		return nil, 0, err
	}
	if o.kind != plumbing.BlobObject {
		return nil, 0, errors.Join(corrupt("object %s is a %s, not a %s", h, o.kind, plumbing.BlobObject), o.Close())
	}
	return o, o.size, nil
}

// loaded is what of one side is needed to compare it.
type loaded struct {
	data    string // unless tooLong
	isText  bool   // UTF-8 without NUL
	tooLong bool   // over maxText
	lines   int    // of a text that is tooLong
}

// load reads one side; no file is an empty text. One that is too long is
// looked through only if scan asks for it, and else no text.
func (p *patcher) load(side file, scan bool) (loaded, error) {
	if side.path == "" {
		return loaded{isText: true}, nil
	}
	o, size, err := p.from.content(side.hash)
	if err != nil {
		return loaded{}, err
	}
	defer o.Close()
	switch {
	case size > maxText && scan:
		return p.scan(o)
	case size > maxText:
		return loaded{tooLong: true}, nil
	}
	var b strings.Builder
	b.Grow(int(size))
	if _, err := io.Copy(&b, io.LimitReader(o, maxText)); err != nil {
		return loaded{}, err
	}
	text := b.String()
	return loaded{data: text, isText: strings.IndexByte(text, 0) < 0 && utf8.ValidString(text)}, nil
}

// loadBoth reads both sides at once.
func (p *patcher) loadBoth(f pair, scan bool) (a, b loaded, err error) {
	if f.old.path == "" || f.new.path == "" || f.old.hash == f.new.hash {
		if a, err = p.load(f.old, scan); err == nil {
			b = a
			if f.old.hash != f.new.hash {
				b, err = p.load(f.new, scan)
			}
		}
		return a, b, err
	}
	var g errgroup.Group
	g.Go(func() (err error) {
		a, err = p.load(f.old, scan)
		return err
	})
	b, err = p.load(f.new, scan)
	return a, b, errors.Join(err, g.Wait())
}

// write writes one file's part of a patch.
func (p *patcher) write(w *bufio.Writer, f pair) error {
	writeHeader(w, f)
	if f.old.hash == f.new.hash {
		return nil
	}
	a, b, err := p.loadBoth(f, false)
	if err != nil {
		return err
	}
	if a.isText && b.isText {
		p.compare(f, a, b).write(w, p.context)
		return nil
	}
	return p.writeBinary(w, f)
}

// textDiff is the difference of two texts.
type textDiff struct {
	pair
	a, b []string // lines
	list []change
}

func (p *patcher) compare(f pair, a, b loaded) textDiff {
	d := textDiff{pair: f, a: splitLines(a.data), b: splitLines(b.data)}
	d.list = changes(p.match.match(d.a, d.b))
	slide(d.list, d.a, d.b)
	return d
}

func (d textDiff) count() (added, gone int) {
	for _, c := range d.list {
		added, gone = added+c.b2-c.b1, gone+c.a2-c.a1
	}
	return added, gone
}

func (d textDiff) write(w *bufio.Writer, context int) {
	if len(d.list) == 0 { // an empty file came or went: the header says all
		return
	}
	w.WriteString("--- " + sidePath("a/", d.old) + "\n+++ " + sidePath("b/", d.new) + "\n")
	writeHunks(w, d.a, d.b, d.list, context)
}

// writeHeader writes what stands above the content, as git does.
func writeHeader(w *bufio.Writer, f pair) {
	from, to := f.old.path, f.new.path
	if from == "" {
		from = to
	}
	if to == "" {
		to = from
	}
	fmt.Fprintf(w, "diff --git %s %s\n", quotePath("a/"+from), quotePath("b/"+to))
	switch {
	case f.old.path == "":
		fmt.Fprintf(w, "new file mode %o\n", uint32(f.new.mode))
	case f.new.path == "":
		fmt.Fprintf(w, "deleted file mode %o\n", uint32(f.old.mode))
	case f.old.mode != f.new.mode:
		fmt.Fprintf(w, "old mode %o\nnew mode %o\n", uint32(f.old.mode), uint32(f.new.mode))
	}
	if from != to {
		fmt.Fprintf(w, "similarity index %d%%\nrename from %s\nrename to %s\n", f.alike*100/fullScore, quotePath(from), quotePath(to))
	}
	if f.old.hash == f.new.hash {
		return
	}
	fmt.Fprintf(w, "index %s..%s", f.old.hash, f.new.hash) // in full, which binary parts need
	if f.old.mode == f.new.mode {
		fmt.Fprintf(w, " %o", uint32(f.new.mode))
	}
	w.WriteByte('\n')
}

func (p *patcher) writeBinary(w *bufio.Writer, f pair) error {
	w.WriteString("GIT binary patch\n")
	// What becomes of the old file, then the way back.
	for _, side := range []file{f.new, f.old} {
		if err := p.writeSide(w, side); err != nil {
			return fmt.Errorf("%s: %w", f.name(), err)
		}
	}
	return nil
}

func (p *patcher) writeSide(w *bufio.Writer, side file) error {
	if side.path == "" {
		return writeLiteral(w, nil, 0)
	}
	o, size, err := p.from.content(side.hash)
	if err != nil {
		return err
	}
	defer o.Close()
	return writeLiteral(w, &ctxReader{p.ctx, o}, size)
}

// sidePath names a side in --- and +++ lines. A tab ends a name with spaces.
func sidePath(prefix string, side file) string {
	if side.path == "" {
		return "/dev/null"
	}
	name := quotePath(prefix + side.path)
	if strings.Contains(name, " ") && name[0] != '"' {
		name += "\t"
	}
	return name
}

// quotePath writes a path as git reads it: quoted only where it must be.
func quotePath(name string) string {
	plain := func(c byte) bool { return c >= 0x20 && c != 0x7f && c != '"' && c != '\\' }
	var b strings.Builder
	quoted := false
	for i := range len(name) {
		switch c := name[i]; {
		case plain(c):
			b.WriteByte(c)
		case c == '"' || c == '\\':
			quoted = true
			b.WriteByte('\\')
			b.WriteByte(c)
		default:
			quoted = true
			fmt.Fprintf(&b, `\%03o`, c)
		}
	}
	if quoted {
		return `"` + b.String() + `"`
	}
	return name
}

// scan looks through a long file: whether it is text, and of how many lines.
func (p *patcher) scan(o io.Reader) (loaded, error) {
	l := loaded{tooLong: true}
	buf := make([]byte, 32<<10)
	kept := 0 // bytes of a character that the last read cut
	last := byte('\n')
	for {
		if err := p.ctx.Err(); err != nil {
			return l, err
		}
		n, err := o.Read(buf[kept:])
		data := buf[:kept+n]
		l.lines += bytes.Count(buf[kept:kept+n], []byte{'\n'})
		if len(data) > 0 {
			last = data[len(data)-1]
		}
		ended := errors.Is(err, io.EOF)
		if err != nil && !ended {
			return l, err
		}
		whole := len(data)
		if !ended {
			whole -= cutRune(data)
		}
		if bytes.IndexByte(data, 0) >= 0 || !utf8.Valid(data[:whole]) {
			return l, nil
		}
		if ended {
			if l.isText = true; last != '\n' {
				l.lines++
			}
			return l, nil
		}
		kept = copy(buf, data[whole:])
	}
}

// cutRune is how many bytes at the end begin a character that is not whole.
func cutRune(data []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(data); n++ {
		if tail := data[len(data)-n:]; utf8.RuneStart(tail[0]) {
			if utf8.FullRune(tail) {
				return 0
			}
			return n
		}
	}
	return 0
}
