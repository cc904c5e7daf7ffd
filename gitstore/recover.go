package gitstore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"plugforge"
)

// Report says what Recover found. All lists are empty for a repository that
// nothing happened to.
type Report struct {
	Slug     plugforge.Slug
	Mended   []string // what was finished, taken back, rebuilt or cleared away
	Problems []string // what is damaged and could not be mended
}

// Recover finishes or takes back what a crash cut short in a plugin's
// repository and mends what the disk lost, as far as what is left allows:
// leftovers of writing, torn indexes, loose objects, refs and the repository's
// own files. It reads the small things and the packs' ends; Check re-hashes
// everything. Other slugs are not touched, and damage is no error but a line
// in the report. Errors: CodeNotFound for a plugin without a repository.
func (s *Store) Recover(ctx context.Context, slug plugforge.Slug) (Report, error) {
	report := Report{Slug: slug}
	r, err := s.damagedRepo(slug)
	if err == nil {
		err = s.recover(ctx, r, &report)
	}
	return report, plugforge.Wrap("gitstore.Recover", translate(err))
}

// damagedRepo finds a repository without reading anything in it.
func (s *Store) damagedRepo(slug plugforge.Slug) (*repo, error) {
	if err := checkSlug(slug); err != nil {
		return nil, err
	}
	dir := s.repoDir(slug)
	if !isDir(dir) {
		return nil, notFound(slug)
	}
	return s.repoAt(dir), nil
}

func (s *Store) recover(ctx context.Context, r *repo, report *Report) error {
	if err := s.Ready(); err != nil {
		return err
	}
	unlock, err := s.lockBoth(ctx, r)
	if err != nil {
		return err
	}
	defer unlock()
	defer r.idx.forget()
	m := &mender{ctx: ctx, store: s, repo: r, report: report}
	// From the ground up: each step relies on those before it.
	for _, step := range []struct {
		what string
		do   func() error
	}{
		{"repository files", m.files},
		{"stale files", m.stale},
		{"waiting packs", m.waiting},
		{"packs", m.packs},
		{"loose objects", m.loose},
		{"tags", m.tags},
		{"ledger", m.ledger},
		{"unfinished entries", func() error { return m.swept(s.sweepLedger(r)) }},
		{"unfinished versions", func() error { return m.swept(s.sweepVersions(r)) }},
		{"deleted versions", func() error { return m.swept(s.finishAllRetired(r)) }},
		{"main", func() error { return m.swept(s.forwardMain(r)) }},
	} {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := step.do(); errors.Is(err, errCorrupt) || errors.Is(err, errAbsent) {
			m.problem("%s: %v", step.what, err)
		} else if err != nil {
			return fmt.Errorf("%s: %w", step.what, err)
		}
	}
	return nil
}

// mender works on one repository whose locks it holds.
type mender struct {
	ctx    context.Context
	store  *Store
	repo   *repo
	report *Report
}

func (m *mender) mended(format string, args ...any) {
	m.report.Mended = append(m.report.Mended, fmt.Sprintf(format, args...))
}

func (m *mender) problem(format string, args ...any) {
	m.report.Problems = append(m.report.Problems, fmt.Sprintf(format, args...))
}

func (m *mender) swept(did []string, err error) error {
	m.report.Mended = append(m.report.Mended, did...)
	return err
}

// put writes a file of the repository anew.
func (m *mender) put(name string, content []byte) error {
	temp := m.repo.path(quarantine, quarantineVersion+randomName())
	return m.store.replaceFile(temp, m.repo.path(name), content, 0o644)
}

// files restores what makes a folder a repository. Without HEAD or config git
// does not see one.
func (m *mender) files() error {
	for _, sub := range []string{"objects/info", "objects/pack", "refs/heads", refTags, quarantine} {
		if err := m.store.makeDirs(m.repo.path(sub)); err != nil {
			return err
		}
	}
	head, err := os.ReadFile(m.repo.path("HEAD"))
	if err != nil && !missing(err) {
		return err
	}
	if string(head) != headText {
		if err := m.put("HEAD", []byte(headText)); err != nil {
			return err
		}
		m.mended("HEAD rewritten")
	}
	config, err := os.ReadFile(m.repo.path("config"))
	if err != nil && !missing(err) {
		return err
	}
	if len(strings.Trim(string(config), "\x00 \n")) == 0 {
		if err := m.put("config", []byte(configText)); err != nil {
			return err
		}
		m.mended("config rewritten")
	}
	return nil
}

// stale removes what killed programs leave: temporary files among the objects
// and locks beside refs.
func (m *mender) stale() error {
	return filepath.WalkDir(m.repo.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(m.repo.dir, path)
		if d.IsDir() {
			if name == quarantine {
				return fs.SkipDir
			}
			return nil
		}
		inObjects := strings.HasPrefix(name, "objects/") && (strings.HasPrefix(d.Name(), "tmp_") || strings.HasPrefix(d.Name(), ".tmp-"))
		lock := strings.HasSuffix(name, ".lock")
		if !inObjects && !lock {
			return nil
		}
		m.mended("%s removed", name)
		return os.Remove(path)
	})
}

// waiting sees to the pack of an unfinished version before all others: a power
// loss may have left half of its names, or none and its tag.
func (m *mender) waiting() error {
	left, err := m.repo.waitingFor(waitingTag)
	for _, name := range left {
		err = errors.Join(err, m.store.abandon(m.repo, strings.TrimPrefix(name, waitingTag)))
	}
	return err
}

// packs checks that each pack and its index fit together, and rebuilds an
// index that does not fit its pack.
func (m *mender) packs() error {
	folder := m.repo.path("objects", "pack")
	found, err := filepath.Glob(filepath.Join(folder, "*.pack"))
	if err != nil {
		return err
	}
	for _, path := range found {
		pack := strings.TrimSuffix(filepath.Base(path), ".pack")
		if fits(path, filepath.Join(folder, indexName(pack))) == nil {
			continue
		}
		if err := m.reindex(path, pack); err != nil {
			m.problem("%s: %v", filepath.Base(path), err)
			continue
		}
		m.mended("index of %s rebuilt", pack)
	}
	m.repo.idx.forget()
	indexes, err := filepath.Glob(filepath.Join(folder, "*.idx"))
	if err != nil {
		return err
	}
	for _, path := range indexes {
		if _, err := os.Stat(strings.TrimSuffix(path, ".idx") + ".pack"); missing(err) {
			m.problem("%s has no pack", filepath.Base(path))
		}
	}
	return nil
}

// fits tells whether an index is whole and of that pack, by the pack's end.
func fits(pack, index string) error {
	list, err := readIndex(index)
	if err != nil {
		return err
	}
	end, err := packEnd(pack)
	if err == nil && end != list.checksum {
		err = corrupt("the index is of another pack")
	}
	return err
}

// reindex rebuilds a pack's index from the pack, all of which is read.
func (m *mender) reindex(path, pack string) error {
	temp := m.repo.path(quarantine, quarantineVersion+randomName())
	entries, checksum, err := scanPack(path)
	switch {
	case errors.Is(err, errDeltas): // made by git, in upkeep
		_, err = m.store.runGit(m.ctx, m.repo, nil, "index-pack", "-o", temp, path)
	case err == nil:
		err = writeIndex(temp, checksum, entries)
	}
	if err != nil {
		return err
	}
	if err := m.store.syncAll(temp); err != nil {
		return err
	}
	folder := m.repo.path("objects", "pack")
	if err := os.Rename(temp, filepath.Join(folder, indexName(pack))); err != nil {
		return err
	}
	return m.store.syncDir(folder)
}

// loose re-hashes the loose objects, which are small and few: ledger entries,
// and what people brought. A broken one that a pack holds too, or that is
// empty, which git trips over wherever it stands, goes.
func (m *mender) loose() error {
	found, err := filepath.Glob(m.repo.path("objects", "[0-9a-f][0-9a-f]", "*"))
	if err != nil {
		return err
	}
	for _, path := range found {
		name := filepath.Base(filepath.Dir(path)) + filepath.Base(path)
		hash, err := parseHash(name)
		if err != nil {
			continue // not an object's name: git takes no notice either
		}
		if wholeObject(openLooseFile(path, hash)) {
			continue
		}
		at, packed, err := m.repo.idx.find(hash)
		if err != nil {
			return err
		}
		packed = packed && wholeObject(m.repo.openPacked(hash, at))
		if info, err := os.Stat(path); err != nil || !packed && info.Size() > 0 {
			m.problem("loose object %s is damaged", name)
			continue
		}
		if err := os.Remove(path); err != nil {
			return err
		}
		m.mended("torn loose object %s removed", name)
		if !packed && hash != emptyTree {
			m.problem("object %s is lost if anything leads to it", name)
		}
	}
	return nil
}
