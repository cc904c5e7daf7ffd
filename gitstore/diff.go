package gitstore

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"

	"plugforge"
)

// maxDiff bounds the text of all files that Diff returns together, in bytes.
const maxDiff = 16 << 20

// Diff compares two versions file by file, by path. Counts are those of git
// diff --numstat. A file whose text is too long comes as Truncated; Patch has
// it nevertheless. Errors: CodeNotFound, also for o.Path in neither version.
func (s *Store) Diff(ctx context.Context, slug plugforge.Slug, v1, v2 plugforge.Version, o plugforge.DiffOptions) ([]plugforge.FileDiff, error) {
	var list diffList
	err := s.compare(ctx, slug, v1, v2, o, list.add)
	return list.files, plugforge.Wrap("gitstore.Diff", translate(err))
}

// diffList collects the differences that Diff and DiffTrees return.
type diffList struct {
	files []plugforge.FileDiff
	total int // bytes of their text
}

func (l *diffList) add(p *patcher, f pair) error {
	d, err := p.fileDiff(f, maxDiff-l.total)
	l.total += len(d.Diff)
	l.files = append(l.files, d)
	return err
}

// Patch writes the same difference as one patch that git apply takes, in both
// directions and byte by byte, whatever the files hold; one without context
// (plugforge.NoContext) it takes with --unidiff-zero. o.Counts says nothing
// here. An error after the first byte leaves the patch cut short. Errors:
// CodeNotFound, before anything is written; w's own.
func (s *Store) Patch(ctx context.Context, w io.Writer, slug plugforge.Slug, v1, v2 plugforge.Version, o plugforge.DiffOptions) error {
	out := bufio.NewWriterSize(w, 64<<10)
	err := s.compare(ctx, slug, v1, v2, o, func(p *patcher, f pair) error { return p.write(out, f) })
	return plugforge.Wrap("gitstore.Patch", translate(errors.Join(err, out.Flush())))
}

// compare calls each for every file that differs.
func (s *Store) compare(ctx context.Context, slug plugforge.Slug, v1, v2 plugforge.Version, o plugforge.DiffOptions, each func(*patcher, pair) error) error {
	r, from, err := s.version(ctx, slug, v1)
	if err != nil {
		return err
	}
	_, to, err := s.version(ctx, slug, v2)
	if err != nil {
		return err
	}
	select {
	case s.diffs <- struct{}{}:
		defer func() { <-s.diffs }()
	case <-ctx.Done():
		return ctx.Err()
	}
	olds, news := map[string]file{}, map[string]file{}
	if err := r.differing(from.tree, to.tree, "", olds, news); err != nil {
		return err
	}
	p := newPatcher(ctx, r, o)
	found, err := p.each(olds, news, each)
	if err != nil || found || o.Path == "" {
		return err
	}
	for _, c := range []*commit{from, to} {
		t := &treeFS{repo: r, root: c.tree, folders: map[plumbing.Hash][]object.TreeEntry{}}
		if entry, err := t.find(o.Path); err == nil && entry.Mode != filemode.Dir {
			return nil
		} else if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return noSuchFile(o.Path)
}

func noSuchFile(path string) error {
	return plugforge.Errorf(plugforge.CodeNotFound, "no file %q in either version", plugforge.Printable(path))
}

// each calls do for every file that differs, by path, if o.Path wants it, and
// tells whether there was one.
func (p *patcher) each(olds, news map[string]file, do func(*patcher, pair) error) (found bool, err error) {
	pairs, err := p.joinRenames(compareFiles(olds, news))
	if err != nil {
		return false, err
	}
	for _, f := range pairs {
		if p.only != "" && p.only != f.old.path && p.only != f.new.path {
			continue
		}
		found = true
		if err := p.ctx.Err(); err != nil {
			return found, err
		}
		if err := do(p, f); err != nil {
			return found, fmt.Errorf("%s: %w", f.name(), err)
		}
	}
	return found, nil
}

// file is one side of a comparison; the zero file is none.
type file struct {
	path string
	mode filemode.FileMode
	hash plumbing.Hash
}

// pair is a file that differs: added without an old side, deleted without a
// new one.
type pair struct {
	old, new file
	alike    int // of a renamed file: how much is the same, of fullScore
}

func (f pair) status() plugforge.FileStatus {
	switch {
	case f.old.path == "":
		return plugforge.FileAdded
	case f.new.path == "":
		return plugforge.FileDeleted
	case f.old.path != f.new.path:
		return plugforge.FileRenamed
	}
	return plugforge.FileModified
}

// name is the path that the pair is known and sorted by.
func (f pair) name() string {
	if f.new.path == "" {
		return f.old.path
	}
	return f.new.path
}

// compareFiles lists what differs between two trees, given by path.
func compareFiles(olds, news map[string]file) []pair {
	var list []pair
	for name, n := range news {
		if o := olds[name]; o != n {
			list = append(list, pair{old: o, new: n})
		}
	}
	for name, o := range olds {
		if _, ok := news[name]; !ok {
			list = append(list, pair{old: o})
		}
	}
	slices.SortFunc(list, func(a, b pair) int { return strings.Compare(a.name(), b.name()) })
	return list
}

// differing reads the files of two folders, less those that are in both as
// they are.
func (r *repo) differing(from, to plumbing.Hash, dir string, olds, news map[string]file) error {
	if from == to {
		return nil
	}
	a, err := r.tree(from)
	if err != nil {
		return err
	}
	b, err := r.tree(to)
	if err != nil {
		return err
	}
	there := make(map[string]object.TreeEntry, len(b))
	for _, e := range b {
		there[e.Name] = e
	}
	for _, e := range a {
		other, both := there[e.Name]
		if both && other == e {
			delete(there, e.Name)
			continue
		}
		if both && e.Mode == filemode.Dir && other.Mode == filemode.Dir {
			delete(there, e.Name)
			err = r.differing(e.Hash, other.Hash, path.Join(dir, e.Name), olds, news)
		} else {
			err = r.flatten(e, dir, olds)
		}
		if err != nil {
			return err
		}
	}
	for _, e := range there {
		if err := r.flatten(e, dir, news); err != nil {
			return err
		}
	}
	return nil
}

// flatten reads all files of an entry of the folder dir.
func (r *repo) flatten(e object.TreeEntry, dir string, into map[string]file) error {
	name := path.Join(dir, e.Name)
	if e.Mode != filemode.Dir {
		into[name] = file{name, e.Mode, e.Hash}
		return nil
	}
	entries, err := r.tree(e.Hash)
	for _, e := range entries {
		err = errors.Join(err, r.flatten(e, name, into))
	}
	return err
}

// fileDiff is one file's difference as a client gets it, with at most room
// bytes of text.
func (p *patcher) fileDiff(f pair, room int) (plugforge.FileDiff, error) {
	d := plugforge.FileDiff{Path: f.name(), Status: f.status()}
	if d.Status == plugforge.FileRenamed {
		d.OldPath = f.old.path
	}
	a, b, err := p.loadBoth(f, true)
	if err != nil {
		return d, err
	}
	switch {
	case !a.isText || !b.isText:
		d.Binary = true
		return d, nil
	case f.old.hash == f.new.hash:
	case a.tooLong || b.tooLong:
		d.Deletions, d.Additions, d.Truncated = a.lines, b.lines, !p.counts
		return d, nil
	}
	diff := p.compare(f, a, b)
	d.Additions, d.Deletions = diff.count()
	if p.counts {
		return d, nil
	}
	text := limited{room: room}
	out := bufio.NewWriter(&text)
	writeHeader(out, f)
	diff.write(out, p.context)
	if err := out.Flush(); err != nil || text.over {
		d.Truncated = true
		return d, nil
	}
	d.Diff = text.String()
	return d, nil
}

// limited holds a text up to its room.
type limited struct {
	strings.Builder
	room int
	over bool
}

func (l *limited) Write(p []byte) (int, error) {
	if l.Len()+len(p) > l.room {
		l.over = true
		return 0, io.ErrShortBuffer
	}
	return l.Builder.Write(p)
}
