package gitstore

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/go-git/go-git/v5/plumbing"
)

// maxText is the size up to which a file is compared by line, in bytes. A
// larger one goes into a patch whole.
const maxText = 4 << 20

// patcher writes the parts of one patch.
type patcher struct {
	ctx   context.Context
	from  contents
	match matcher
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

type lineCount struct{ added, deleted int }

// write writes one file's part.
func (p *patcher) write(w *bufio.Writer, f pair) (lineCount, error) {
	writeHeader(w, f)
	if f.old.hash == f.new.hash {
		return lineCount{}, nil
	}
	small, err := p.fitsMemory(f)
	if err != nil {
		return lineCount{}, err
	}
	if small {
		a, b, text, err := p.texts(f)
		if err != nil {
			return lineCount{}, err
		}
		if text {
			return p.writeText(w, f, a, b), nil
		}
	}
	return lineCount{}, p.writeBinary(w, f)
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
		fmt.Fprintf(w, "similarity index 100%%\nrename from %s\nrename to %s\n", quotePath(from), quotePath(to))
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

func (p *patcher) writeText(w *bufio.Writer, f pair, a, b string) lineCount {
	if a == "" && b == "" { // an empty file came or went: the header says all
		return lineCount{}
	}
	w.WriteString("--- " + sidePath("a/", f.old) + "\n+++ " + sidePath("b/", f.new) + "\n")
	old, new := splitLines(a), splitLines(b)
	list := changes(p.match.match(old, new), len(old), len(new))
	added, deleted := writeHunks(w, old, new, list)
	return lineCount{added, deleted}
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

func (p *patcher) size(side file) (int64, error) {
	if side.path == "" {
		return 0, nil
	}
	o, size, err := p.from.content(side.hash)
	if err != nil {
		return 0, err
	}
	return size, o.Close()
}

func (p *patcher) fitsMemory(f pair) (bool, error) {
	a, errA := p.size(f.old)
	b, errB := p.size(f.new)
	return a <= maxText && b <= maxText, errors.Join(errA, errB)
}

// texts reads both sides, which fit into memory; text is false where one of
// them is binary.
func (p *patcher) texts(f pair) (a, b string, text bool, err error) {
	var sides [2]string
	for i, side := range []file{f.old, f.new} {
		if side.path == "" {
			continue
		}
		if sides[i], err = p.text(side); err != nil {
			return "", "", false, err
		}
		if strings.IndexByte(sides[i], 0) >= 0 || !utf8.ValidString(sides[i]) {
			return "", "", false, nil
		}
	}
	return sides[0], sides[1], true, nil
}

// text reads one side whole.
func (p *patcher) text(side file) (string, error) {
	o, size, err := p.from.content(side.hash)
	if err != nil {
		return "", err
	}
	defer o.Close()
	var b strings.Builder
	b.Grow(int(min(size, maxText)))
	_, err = io.Copy(&b, io.LimitReader(o, maxText))
	return b.String(), err
}

// isText tells whether both sides are UTF-8 without NUL, at any size.
func (p *patcher) isText(f pair) (bool, error) {
	for _, side := range []file{f.old, f.new} {
		if side.path == "" {
			continue
		}
		text, err := p.sideIsText(side)
		if err != nil || !text {
			return false, err
		}
	}
	return true, nil
}

func (p *patcher) sideIsText(side file) (bool, error) {
	o, _, err := p.from.content(side.hash)
	if err != nil {
		return false, err
	}
	defer o.Close()
	buf := make([]byte, 32<<10)
	kept := 0 // bytes of a character that the last read cut
	for {
		if err := p.ctx.Err(); err != nil {
			return false, err
		}
		n, err := o.Read(buf[kept:])
		data := buf[:kept+n]
		if strings.IndexByte(string(data), 0) >= 0 {
			return false, nil
		}
		whole := len(data)
		if !errors.Is(err, io.EOF) {
			whole -= cutRune(data)
		}
		if !utf8.Valid(data[:whole]) {
			return false, nil
		}
		if errors.Is(err, io.EOF) {
			return true, nil
		}
		if err != nil {
			return false, err
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
