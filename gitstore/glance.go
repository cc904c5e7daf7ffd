package gitstore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"plugforge"
)

// Glance is what a repository's names tell without any object being read. It is
// how ten thousand of them are compared with an index in a second or two.
type Glance struct {
	Owner  plugforge.Owner
	Fold   string // the name in lower case; NameOf gives it as it was published
	Main   string // commit that main names, 40 hex digits; empty for none
	Active string // the ledger's newest entry, likewise

	Versions []plugforge.Version // that have a tag, in no order; deleted ones left out
	Deleted  []plugforge.Version // that have a tombstone

	// Still tells that nothing is under way or half done: there is nothing for
	// Recover to see to, as far as names and sizes of files tell.
	Still bool

	Worn bool // there are packs, tags or loose objects enough for Upkeep to do something
}

// Glances looks at every repository.
func (s *Store) Glances(ctx context.Context) ([]Glance, error) {
	all, err := s.glances(ctx)
	return all, plugforge.Wrap("gitstore.Glances", translate(err))
}

func (s *Store) glances(ctx context.Context) ([]Glance, error) {
	var dirs []string
	for _, kind := range []string{ownersNamespace, ownersOrg} {
		found, err := filepath.Glob(filepath.Join(s.dir, kind, "*", "*.git"))
		if err != nil {
			return nil, err
		}
		dirs = append(dirs, found...)
	}
	all := make([]Glance, len(dirs))
	var g errgroup.Group
	g.SetLimit(2 * runtime.NumCPU())
	for i, dir := range dirs {
		if ctx.Err() != nil {
			break
		}
		g.Go(func() error {
			all[i] = (&repo{dir: dir}).glance()
			return nil
		})
	}
	return all, errors.Join(g.Wait(), ctx.Err())
}

// glance never fails: what can't be read is not still.
func (r *repo) glance() Glance {
	g := Glance{Owner: r.owner(), Fold: strings.TrimSuffix(filepath.Base(r.dir), ".git")}
	var err error
	g.Still = true
	look := func(still bool, bad error) {
		g.Still = g.Still && still
		err = errors.Join(err, bad)
	}
	look(r.glanceFiles())
	look(r.glancePacks(&g))
	look(r.glanceRefs(&g))
	// As git does: one of 256 folders tells how many loose objects there are.
	sample, _ := os.ReadDir(r.path("objects", "17"))
	g.Worn = g.Worn || len(sample) > 1 || isFile(r.path(replacedFile))
	g.Still = g.Still && err == nil
	return g
}

// glanceFiles looks at what makes a folder a repository, and for what waits.
func (r *repo) glanceFiles() (still bool, err error) {
	head, err := os.ReadFile(r.path("HEAD"))
	if err != nil {
		return false, err
	}
	config, err := os.Stat(r.path("config"))
	if err != nil {
		return false, err
	}
	waiting, err := os.ReadDir(r.path(quarantine))
	return string(head) == headText && config.Size() > 0 && len(waiting) == 0, err
}

// glancePacks sees to it that each pack has its index and each index its pack.
func (r *repo) glancePacks(g *Glance) (still bool, err error) {
	entries, err := os.ReadDir(r.path("objects", "pack"))
	halves := map[string]int{}
	for _, e := range entries {
		name := e.Name()
		switch ext := filepath.Ext(name); ext {
		case ".pack":
			halves[strings.TrimSuffix(name, ext)]++
		case ".idx":
			halves[strings.TrimSuffix(name, ext)]--
		}
		if strings.HasPrefix(name, "tmp_") || strings.HasPrefix(name, ".tmp-") {
			return false, err
		}
	}
	g.Worn = len(halves) >= manyPacks
	for _, n := range halves {
		if n != 0 {
			return false, err
		}
	}
	return true, err
}

// refSize is the length of a ref's file.
const refSize = 41

func (r *repo) glanceRefs(g *Glance) (still bool, err error) {
	main, err := r.readRef(refMain)
	if err != nil {
		return false, err
	}
	active, err := r.readRef(refActive)
	if err != nil {
		return false, err
	}
	if !main.IsZero() {
		g.Main = main.String()
	}
	if !active.IsZero() {
		g.Active = active.String()
	}
	packed, err := r.packedRefs()
	if err != nil {
		return false, err
	}
	still = true
	loose := 0
	refs := map[string]bool{}
	for name := range packed {
		refs[name] = true
	}
	for _, folder := range []string{"refs/heads", refTags, refDeleted} {
		entries, err := os.ReadDir(r.path(folder))
		if err != nil && !missing(err) {
			return false, err
		}
		for _, e := range entries {
			if e.IsDir() {
				continue
			}
			if info, err := e.Info(); err != nil || info.Size() != refSize {
				still = false // a lock, or torn
				continue
			}
			refs[folder+"/"+e.Name()] = true
			loose++
		}
	}
	g.Worn = g.Worn || loose >= manyRefs
	for name := range refs {
		folder, base := filepath.Split(name)
		v, err := plugforge.ParseVersion(base)
		switch {
		case err != nil || base != tagName(v):
		case folder == refDeleted+"/":
			g.Deleted = append(g.Deleted, v)
		case folder == refTags+"/" && !refs[deletedRef(v)]:
			g.Versions = append(g.Versions, v)
		case folder == refTags+"/":
			still = false // its deletion was cut short
		}
	}
	return still, nil
}

// SlugOf reads the name of a repository as its first publisher wrote it; the
// zero Slug if nothing was ever published there. A repository whose name can't
// be read is recovered first: a power loss may have left a tag and not yet its
// objects.
func (s *Store) SlugOf(ctx context.Context, g Glance) (plugforge.Slug, error) {
	slug := plugforge.Slug{Owner: g.Owner, Name: plugforge.Name(g.Fold)}
	r := s.repoAt(s.repoDir(slug))
	name, err := r.trueName()
	if err != nil {
		if err = s.recover(ctx, r, &Report{}); err == nil {
			name, err = r.trueName()
		}
	}
	if err != nil {
		err = fmt.Errorf("repository of %s: %w", slug, err)
		return plugforge.Slug{}, plugforge.Wrap("gitstore.SlugOf", translate(err))
	}
	if name == "" {
		return plugforge.Slug{}, nil
	}
	slug.Name = name
	return slug, nil
}

// Holds tells whether the repository has the same versions, and as its newest
// the commit tip, as an index lists them.
func (g Glance) Holds(versions, deleted []plugforge.Version, tip string) bool {
	return g.Main == tip && sameVersions(g.Versions, versions) && sameVersions(g.Deleted, deleted)
}

func sameVersions(a, b []plugforge.Version) bool {
	if len(a) != len(b) {
		return false
	}
	a, b = slices.Clone(a), slices.Clone(b)
	slices.SortFunc(a, plugforge.Version.Compare)
	slices.SortFunc(b, plugforge.Version.Compare)
	return slices.Equal(a, b)
}
