package gitstore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"

	"plugforge"
)

// tags restores tags whose file was torn: each version's pack holds its tag
// object, and the file's being there says that it was published.
func (m *mender) tags() error {
	var torn []string
	for _, folder := range []string{refTags, refDeleted} {
		entries, err := os.ReadDir(m.repo.path(folder))
		if err != nil && !missing(err) {
			return err
		}
		for _, entry := range entries {
			name := folder + "/" + entry.Name()
			if entry.IsDir() {
				continue
			}
			if _, err := m.repo.readRef(name); errors.Is(err, errCorrupt) {
				torn = append(torn, name)
			} else if err != nil {
				return err
			}
		}
	}
	if len(torn) == 0 {
		return nil
	}
	found, err := m.objects(plumbing.TagObject)
	if err != nil {
		return err
	}
	for _, ref := range torn {
		if err := m.restoreTag(ref, found); err != nil {
			return err
		}
	}
	return nil
}

func (m *mender) restoreTag(ref string, found []plumbing.Hash) error {
	want := strings.TrimPrefix(ref, refTags+"/")
	var fit []plumbing.Hash
	for _, hash := range found {
		if t, err := m.repo.tag(hash); err == nil && t.name == want {
			fit = append(fit, hash)
		}
	}
	if len(fit) != 1 {
		m.problem("%s is torn and %d tags in the store bear its name", ref, len(fit))
		return nil
	}
	if err := m.put(ref, refText(fit[0])); err != nil {
		return err
	}
	m.mended("%s restored", ref)
	return nil
}

// ledger restores a torn active from the entries in the store: the newest that
// no other follows.
func (m *mender) ledger() error {
	_, err := m.repo.readRef(refActive)
	if !errors.Is(err, errCorrupt) {
		return err
	}
	found, err := m.objects(plumbing.CommitObject)
	if err != nil {
		return err
	}
	followed := map[plumbing.Hash]bool{}
	var entries []*commit
	for _, hash := range found {
		c, err := m.repo.commit(hash)
		if err != nil {
			continue // told of by the steps before
		}
		if e, err := entryOf(c); err == nil && e.Action != "" {
			entries = append(entries, c)
			followed[c.parent] = true
		}
	}
	var head *commit
	for _, c := range entries {
		if !followed[c.hash] && (head == nil || c.at.After(head.at)) {
			head = c
		}
	}
	if head == nil {
		m.problem("%s is torn and no entry is in the store", refActive)
		return nil
	}
	if err := m.put(refActive, refText(head.hash)); err != nil {
		return err
	}
	m.mended("%s restored to %s", refActive, head.hash)
	return nil
}

// objects lists all whole objects of a kind, wherever they lie.
func (m *mender) objects(kind plumbing.ObjectType) ([]plumbing.Hash, error) {
	all, err := m.repo.allObjects()
	if err != nil {
		return nil, err
	}
	var list []plumbing.Hash
	for _, hash := range all {
		if err := m.ctx.Err(); err != nil {
			return nil, err
		}
		o, err := m.repo.open(hash)
		if err != nil {
			continue
		}
		if o.kind == kind {
			list = append(list, hash)
		}
		o.Close()
	}
	return list, nil
}

// allObjects lists the names of all objects, packed and loose.
func (r *repo) allObjects() ([]plumbing.Hash, error) {
	list, err := r.idx.all()
	if err != nil {
		return nil, err
	}
	loose, err := filepath.Glob(r.path("objects", "[0-9a-f][0-9a-f]", "*"))
	if err != nil {
		return nil, err
	}
	for _, path := range loose {
		hash, err := parseHash(filepath.Base(filepath.Dir(path)) + filepath.Base(path))
		if err == nil {
			list = append(list, hash)
		}
	}
	return list, nil
}

// scanPack reads a pack that has lost its index, entry by entry. Packs of our
// own making hold no deltas; one that does needs git to index it.
func scanPack(path string) ([]packEntry, plumbing.Hash, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, plumbing.ZeroHash, err
	}
	defer f.Close()
	s, err := newPackScan(f)
	if err != nil {
		return nil, plumbing.ZeroHash, err
	}
	entries := make([]packEntry, 0, min(s.count, 1<<16))
	for range s.count {
		e, err := s.next()
		if err != nil {
			return nil, plumbing.ZeroHash, fmt.Errorf("entry %d: %w", len(entries)+1, err)
		}
		entries = append(entries, e)
	}
	return entries, s.checksum, nil
}

// Check re-hashes every object of a plugin, follows every ref, and reports
// what is damaged; it changes nothing. Errors: CodeNotFound.
func (s *Store) Check(ctx context.Context, slug plugforge.Slug) (Report, error) {
	report := Report{Slug: slug}
	r, err := s.damagedRepo(slug)
	if err == nil {
		m := &mender{ctx: ctx, store: s, repo: r, report: &report}
		err = m.check()
	}
	return report, plugforge.Wrap("gitstore.Check", translate(err))
}

func (m *mender) check() error {
	all, err := m.repo.allObjects()
	if err != nil {
		return err
	}
	for _, hash := range all {
		if err := m.ctx.Err(); err != nil {
			return err
		}
		if !wholeObject(m.repo.open(hash)) {
			m.problem("object %s is damaged", hash)
		}
	}
	line, err := m.repo.history(m.ctx)
	if err != nil {
		m.problem("versions: %v", err)
		return nil
	}
	if main, err := m.repo.readRef(refMain); err != nil || main != line.tip() {
		m.problem("%s is at %s and the last version at %s: %v", refMain, main, line.tip(), err)
	}
	at, err := m.repo.readRef(refActive)
	for err == nil && !at.IsZero() {
		var c *commit
		if _, c, err = m.repo.entry(at); err == nil {
			at = c.parent
		}
	}
	if err != nil {
		m.problem("ledger: %v", err)
	}
	return nil
}
