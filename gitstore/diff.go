package gitstore

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"

	"plugforge"
)

// maxDiff bounds the text of all files that Diff returns, in bytes.
const maxDiff = 32 << 20

// Diff compares two versions file by file, by path. Only a file moved as it is
// counts as renamed. Errors: CodeNotFound; CodeTooLarge when the texts are too
// large to be held in memory, of which Patch gives the difference nevertheless.
func (s *Store) Diff(ctx context.Context, slug plugforge.Slug, v1, v2 plugforge.Version) ([]plugforge.FileDiff, error) {
	var list diffList
	err := s.compare(ctx, slug, v1, v2, list.add)
	return list.files, plugforge.Wrap("gitstore.Diff", translate(err))
}

// diffList collects the differences that Diff and DiffTrees return.
type diffList struct {
	files []plugforge.FileDiff
	total int // bytes of their text
}

func (l *diffList) add(p *patcher, f pair) error {
	d, err := p.fileDiff(f)
	if err != nil {
		return err
	}
	if l.total += len(d.Diff); l.total > maxDiff {
		return plugforge.Errorf(plugforge.CodeTooLarge, "the differences exceed %d MiB: ask for one patch (text/x-diff), or compare in a clone", maxDiff>>20)
	}
	l.files = append(l.files, d)
	return nil
}

// Patch writes the same difference as one patch that git apply takes, in both
// directions and byte by byte, whatever the files hold. An error after the
// first byte leaves the patch cut short. Errors: CodeNotFound, before anything
// is written; w's own.
func (s *Store) Patch(ctx context.Context, w io.Writer, slug plugforge.Slug, v1, v2 plugforge.Version) error {
	out := bufio.NewWriterSize(w, 64<<10)
	err := s.compare(ctx, slug, v1, v2, func(p *patcher, f pair) error {
		_, err := p.write(out, f)
		return err
	})
	return plugforge.Wrap("gitstore.Patch", translate(errors.Join(err, out.Flush())))
}

// compare calls each for every file that differs.
func (s *Store) compare(ctx context.Context, slug plugforge.Slug, v1, v2 plugforge.Version, each func(*patcher, pair) error) error {
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
	pairs, err := r.pairs(from.tree, to.tree)
	if err != nil {
		return err
	}
	p := &patcher{ctx: ctx, from: r, match: matcher{work: diffWork}}
	for _, f := range pairs {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := each(p, f); err != nil {
			return err
		}
	}
	return nil
}

// file is one side of a comparison; the zero file is none.
type file struct {
	path string
	mode filemode.FileMode
	hash plumbing.Hash
}

// pair is a file that differs: added without an old side, deleted without a
// new one.
type pair struct{ old, new file }

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

// pairs lists what differs between two trees, by path.
func (r *repo) pairs(from, to plumbing.Hash) ([]pair, error) {
	olds, news := map[string]file{}, map[string]file{}
	if err := errors.Join(r.flatten(from, "", olds), r.flatten(to, "", news)); err != nil {
		return nil, err
	}
	return compareFiles(olds, news), nil
}

// compareFiles lists what differs between two trees, given by path.
func compareFiles(olds, news map[string]file) []pair {
	var list []pair
	for name, n := range news {
		if o := olds[name]; o != n {
			list = append(list, pair{o, n})
		}
	}
	for name, o := range olds {
		if _, ok := news[name]; !ok {
			list = append(list, pair{old: o})
		}
	}
	slices.SortFunc(list, func(a, b pair) int { return strings.Compare(a.name(), b.name()) })
	return joinRenames(list)
}

func (r *repo) flatten(tree plumbing.Hash, dir string, into map[string]file) error {
	entries, err := r.tree(tree)
	if err != nil {
		return err
	}
	for _, e := range entries {
		name := path.Join(dir, e.Name)
		if e.Mode != filemode.Dir {
			into[name] = file{name, e.Mode, e.Hash}
			continue
		}
		if err := r.flatten(e.Hash, name, into); err != nil {
			return err
		}
	}
	return nil
}

var emptyBlob = plumbing.NewHash("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391")

// joinRenames makes one pair of an added and a deleted file of equal content,
// first those that keep their base name. Empty files all look alike and say
// nothing about where they come from.
func joinRenames(list []pair) []pair {
	deleted := map[plumbing.Hash][]int{}
	for i, f := range list {
		if f.new.path == "" && f.old.hash != emptyBlob {
			deleted[f.old.hash] = append(deleted[f.old.hash], i)
		}
	}
	taken := make([]bool, len(list))
	for _, sameBase := range []bool{true, false} {
		for i, f := range list {
			if f.old.path != "" {
				continue
			}
			from := deleted[f.new.hash]
			at := slices.IndexFunc(from, func(k int) bool {
				return !sameBase || path.Base(list[k].old.path) == path.Base(f.new.path)
			})
			if at < 0 {
				continue
			}
			list[i].old = list[from[at]].old
			taken[from[at]] = true
			deleted[f.new.hash] = slices.Delete(from, at, at+1)
		}
	}
	kept := list[:0:0]
	for i, f := range list {
		if !taken[i] {
			kept = append(kept, f)
		}
	}
	return kept
}

// fileDiff is one file's difference as a client gets it.
func (p *patcher) fileDiff(f pair) (plugforge.FileDiff, error) {
	d := plugforge.FileDiff{Path: f.name(), Status: f.status()}
	if d.Status == plugforge.FileRenamed {
		d.OldPath = f.old.path
	}
	text, err := p.isText(f)
	if err != nil {
		return d, err
	}
	if !text {
		d.Binary = true
		return d, nil
	}
	for _, side := range []file{f.old, f.new} {
		if size, err := p.size(side); err != nil {
			return d, err
		} else if size > maxText && f.old.hash != f.new.hash {
			return d, plugforge.Errorf(plugforge.CodeTooLarge, "file %s has %d bytes, more than the %d MiB that are compared by line: ask for one patch (text/x-diff), or compare in a clone", side.path, size, maxText>>20)
		}
	}
	var b strings.Builder
	out := bufio.NewWriter(&b)
	count, err := p.write(out, f)
	if err := errors.Join(err, out.Flush()); err != nil {
		return d, fmt.Errorf("%s: %w", f.name(), err)
	}
	d.Additions, d.Deletions, d.Diff = count.added, count.deleted, b.String()
	return d, nil
}
