package gitstore

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"syscall"

	"github.com/go-git/go-git/v5/plumbing"

	"plugforge"
)

// The folders below Config.Dir.
const (
	ownersNamespace = "ns"
	ownersOrg       = "org"
	foundry         = "new"
)

// quarantine is the folder of a repository, unknown to git, where things wait
// until they are whole.
const quarantine = "quarantine"

const (
	headText   = "ref: refs/heads/main\n"
	configText = "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n[receive]\n\tdenyCurrentBranch = refuse\n"
)

// repo is one slug's repository.
type repo struct {
	dir string
	idx *packIndex

	whose  atomic.Pointer[plugforge.Slug] // as its first version says; nil until read
	packed atomic.Pointer[packedFile]     // as it was read last; nil until then

	inflaters inflaters
}

// owner is whose folder the repository lies in.
func (r *repo) owner() plugforge.Owner { return plugforge.Owner(filepath.Base(filepath.Dir(r.dir))) }

func (r *repo) path(elem ...string) string {
	return filepath.Join(append([]string{r.dir}, elem...)...)
}

func (s *Store) repoDir(slug plugforge.Slug) string {
	kind := ownersNamespace
	if slug.Owner.IsOrg() {
		kind = ownersOrg
	}
	return filepath.Join(s.dir, kind, string(slug.Owner), slug.Name.Fold()+".git")
}

// repoAt is the repository in a folder that exists.
func (s *Store) repoAt(dir string) *repo {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.repos[dir]; r != nil {
		return r
	}
	if len(s.repos) >= maxRepos {
		for other := range s.repos { // any one: what is in use lives on without the cache
			delete(s.repos, other)
			break
		}
	}
	r := &repo{dir: dir, idx: newPackIndex(filepath.Join(dir, "objects", "pack"))}
	s.repos[dir] = r
	return r
}

// repo finds a slug's repository for reading. A slug of which nothing was
// published, or that is written in other letters, is CodeNotFound.
func (s *Store) repo(slug plugforge.Slug) (*repo, error) {
	if err := checkSlug(slug); err != nil {
		return nil, err
	}
	dir := s.repoDir(slug)
	if !isDir(dir) {
		return nil, notFound(slug)
	}
	r := s.repoAt(dir)
	name, err := r.trueName()
	if err != nil {
		return nil, err
	}
	if name != slug.Name {
		return nil, notFound(slug)
	}
	return r, nil
}

// repoForWriting finds or makes the repository. Errors: CodeConflict when the
// owner has a plugin whose name differs only by case.
func (s *Store) repoForWriting(slug plugforge.Slug) (*repo, error) {
	dir := s.repoDir(slug)
	if !isDir(dir) {
		if err := s.makeRepo(dir); err != nil {
			return nil, fmt.Errorf("make repository: %w", err)
		}
	}
	return s.repoAt(dir), nil
}

// checkName refuses a name that differs from the repository's by case, and
// versions of another origin than those that it holds: an organisation's
// plugin and a namespace's own never mix. origin is who publishes.
func (r *repo) checkName(slug plugforge.Slug, origin plugforge.Owner) error {
	held, err := r.first()
	if err != nil || held.Name == "" {
		return err
	}
	name := held.Name
	switch {
	case held.Owner != origin && held.Owner == r.owner():
		return plugforge.Errorf(plugforge.CodeConflict, "%s has a plugin %s of its own, so the organisation's cannot be enabled under that name: its numbers stay taken even when all versions are deleted", slug.Owner, name)
	case held.Owner != origin:
		return plugforge.Errorf(plugforge.CodeConflict, "name %s belongs to a plugin of the organisation that %s has, or had, enabled: choose another name", name, slug.Owner)
	case name == slug.Name:
		return nil
	}
	return plugforge.Errorf(plugforge.CodeConflict, "name %s clashes with plugin %s, from which it differs only by case: use %s, or another name", slug.Name, name, name)
}

// trueName is the name as its first publisher wrote it; empty while there is no
// version.
func (r *repo) trueName() (plugforge.Name, error) {
	held, err := r.first()
	return held.Name, err
}

// first is the name as its first publisher wrote it and who that was, read from
// the trailers of a version; zero while there is none. Where the owner is
// another than the folder's, the versions are copies: that is the mark of an
// organisation's plugin in a namespace, and it is signed.
func (r *repo) first() (plugforge.Slug, error) {
	if known := r.whose.Load(); known != nil {
		return *known, nil
	}
	c, err := r.anyVersionCommit()
	if err != nil || c == nil {
		return plugforge.Slug{}, err
	}
	p, err := pluginOf(c)
	if err != nil {
		return plugforge.Slug{}, err
	}
	r.whose.Store(&p.Slug)
	return p.Slug, nil
}

// anyVersionCommit is main's commit or, where main is damaged, a tag's; nil
// for a repository without versions.
func (r *repo) anyVersionCommit() (*commit, error) {
	main, err := r.readRef(refMain)
	if err == nil && !main.IsZero() {
		if c, err := r.commit(main); err == nil {
			return c, nil
		}
	}
	var tags []plumbing.Hash
	for _, folder := range []string{refTags, refDeleted} {
		refs, err := r.refsBelow(folder)
		if err != nil {
			return nil, err
		}
		tags = slices.AppendSeq(tags, maps.Values(refs))
	}
	var last error
	for _, hash := range tags {
		t, err := r.tag(hash)
		if err != nil {
			last = err
			continue
		}
		c, err := r.commit(t.target)
		if err == nil {
			return c, nil
		}
		last = err
	}
	return nil, last
}

// makeRepo builds an empty repository aside and moves it in whole. That
// another process made it meanwhile is no error.
func (s *Store) makeRepo(dir string) error {
	if err := s.makeDirs(filepath.Dir(dir)); err != nil {
		return err
	}
	atWork, err := s.enterFoundry()
	if err != nil {
		return err
	}
	defer atWork.Close()
	temp := filepath.Join(s.dir, foundry, randomName())
	if err := os.Mkdir(temp, 0o755); err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	folders := []string{"", "objects", "objects/info", "objects/pack", "refs", "refs/heads", "refs/tags", quarantine}
	synced := []string{}
	for _, sub := range folders {
		path := filepath.Join(temp, sub)
		if err := os.MkdirAll(path, 0o755); err != nil {
			return err
		}
		synced = append(synced, path)
	}
	for name, text := range map[string]string{"HEAD": headText, "config": configText} {
		path := filepath.Join(temp, name)
		if err := createFile(path, []byte(text), 0o644); err != nil {
			return err
		}
		synced = append(synced, path)
	}
	if err := s.syncAll(synced...); err != nil {
		return err
	}
	// rename(2) refuses a target that is a folder with something in it, which
	// every repository is.
	err = os.Rename(temp, dir)
	if errors.Is(err, fs.ErrExist) || errors.Is(err, syscall.ENOTEMPTY) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.syncDir(filepath.Dir(dir))
}

// enterFoundry keeps sweepers, of this process and others, away until the file
// is closed.
func (s *Store) enterFoundry() (*os.File, error) {
	f, err := os.Open(filepath.Join(s.dir, foundry))
	if err != nil {
		return nil, err
	}
	if err := flockShared(f); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// sweepFoundry removes repositories that a crash left half made, unless
// somebody is making one now: then the next start does it.
func (s *Store) sweepFoundry() error {
	f, err := os.Open(filepath.Join(s.dir, foundry))
	if err != nil {
		return err
	}
	defer f.Close()
	if alone, err := tryFlock(f); err != nil || !alone {
		return err
	}
	left, err := f.ReadDir(-1)
	for _, entry := range left {
		err = errors.Join(err, os.RemoveAll(filepath.Join(s.dir, foundry, entry.Name())))
	}
	return err
}
