package gitstore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"plugforge"
)

// Repository is a plugin's repository as it lies in a store's folder, found
// without reading what it holds.
type Repository struct {
	Owner plugforge.Owner
	Fold  string // the plugin's name in lower case
	Path  string // below the store's folder: ns/ns_prod/text_embed.git
}

// Repositories lists the repositories below a store's folder by path.
func Repositories(dir string) ([]Repository, error) {
	var all []Repository
	for _, kind := range []string{ownersNamespace, ownersOrg} {
		found, err := filepath.Glob(filepath.Join(dir, kind, "*", "*.git"))
		if err != nil {
			return nil, plugforge.Wrap("gitstore.Repositories", err)
		}
		for _, path := range found {
			owner, name := filepath.Base(filepath.Dir(path)), filepath.Base(path)
			all = append(all, Repository{plugforge.Owner(owner), strings.TrimSuffix(name, ".git"), filepath.Join(kind, owner, name)})
		}
	}
	return all, nil
}

// Slugs names every plugin of which a version was ever published, by owner and
// name, and mends nothing. damaged are the repositories whose name can't be
// read, each with the cause.
func (s *Store) Slugs(ctx context.Context) (slugs []plugforge.Slug, damaged []error, err error) {
	all, err := Repositories(s.dir)
	for _, one := range all {
		if ctx.Err() != nil {
			return nil, nil, plugforge.Wrap("gitstore.Slugs", translate(ctx.Err()))
		}
		name, err := s.repoAt(filepath.Join(s.dir, one.Path)).trueName()
		switch {
		case err != nil:
			damaged = append(damaged, fmt.Errorf("repository %s: %w", one.Path, err))
		case name != "":
			slugs = append(slugs, plugforge.Slug{Owner: one.Owner, Name: name})
		}
	}
	return slugs, damaged, err
}

// Hold keeps every writer, of this and other processes, out of the repository
// in a folder until release is called: while it is held, nothing is under way
// there. Reading goes on.
func Hold(ctx context.Context, dir string) (release func(), err error) {
	const op = "gitstore.Hold"
	versions, err := flock(ctx, filepath.Join(dir, lockVersions))
	if err != nil {
		return nil, plugforge.Wrap(op, translate(err))
	}
	ledger, err := flock(ctx, filepath.Join(dir, lockLedger))
	if err != nil {
		versions.Close()
		return nil, plugforge.Wrap(op, translate(err))
	}
	return func() { ledger.Close(); versions.Close() }, nil
}

// Refs reads every ref of the repository in a folder, full name to hash, at one
// moment in which nothing was under way. torn are those that hold no hash.
func Refs(ctx context.Context, dir string) (refs map[string]string, torn []string, err error) {
	release, err := Hold(ctx, dir)
	if err != nil {
		return nil, nil, err
	}
	defer release()
	refs, torn, err = readRefs(dir)
	return refs, torn, plugforge.Wrap("gitstore.Refs", translate(err))
}

func readRefs(dir string) (refs map[string]string, torn []string, err error) {
	r := &repo{dir: dir}
	packed, err := r.packedRefs()
	if errors.Is(err, errCorrupt) {
		torn, err = append(torn, "packed-refs"), nil
	}
	if err != nil {
		return nil, nil, err
	}
	refs = map[string]string{}
	for name, hash := range packed {
		refs[name] = hash.String()
	}
	err = filepath.WalkDir(r.path("refs"), func(path string, d fs.DirEntry, err error) error {
		if missing(err) || err == nil && (d.IsDir() || strings.HasSuffix(path, ".lock")) {
			return nil
		}
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if hash, err := parseRef(name, text); err == nil {
			refs[name] = hash.String()
		} else {
			torn = append(torn, name)
		}
		return nil
	})
	return refs, torn, err
}

// Leftovers lists what dead processes left in the repository in a folder, by
// path within it. The caller holds it.
func Leftovers(dir string) ([]string, error) {
	var left []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if missing(err) || err == nil && d.IsDir() {
			return nil
		}
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		if strings.HasPrefix(name, quarantine+"/") || isStale(name) {
			left = append(left, name)
		}
		return nil
	})
	slices.Sort(left)
	return left, plugforge.Wrap("gitstore.Leftovers", translate(err))
}

// isStale tells the names that killed programs leave: temporary files among the
// objects, and locks.
func isStale(name string) bool {
	base := filepath.Base(name)
	inObjects := strings.HasPrefix(name, "objects/") && (strings.HasPrefix(base, "tmp_") || strings.HasPrefix(base, ".tmp-"))
	return inObjects || strings.HasSuffix(base, ".lock")
}
