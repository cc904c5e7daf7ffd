package gitstore

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"

	"plugforge"
)

// Adopt copies a version's tag and its history, byte for byte and so with the
// same hashes, from one owner's repository into another's, which is made if it
// is new, and returns the version as Plugin will. The copy's Owner trailers
// mark the repository as the first owner's; it gets a ledger of its own. Older
// versions come as commits, not as tags: only what is adopted exists there.
// Adopted twice it is there once. Errors: CodeNotFound for a version that does
// not exist; CodeConflict where into has a plugin of its own of that name, in
// whatever case; those of Publish.
func (s *Store) Adopt(ctx context.Context, from, into plugforge.Slug, v plugforge.Version) (plugforge.Plugin, error) {
	done, err := s.adopt(ctx, from, into, v)
	return done, plugforge.Wrap("gitstore.Adopt", translate(err))
}

func (s *Store) adopt(ctx context.Context, from, into plugforge.Slug, v plugforge.Version) (none plugforge.Plugin, _ error) {
	if err := s.Ready(); err != nil {
		return none, err
	}
	source, c, err := s.version(ctx, from, v)
	if err != nil {
		return none, err
	}
	tag, err := source.readRef(tagRef(v))
	if err != nil {
		return none, err
	}
	if err := checkSlug(into); err != nil {
		return none, err
	}
	r, err := s.repoForWriting(into)
	if err != nil {
		return none, err
	}
	unlock, err := s.lock(ctx, r, lockVersions)
	if err != nil {
		return none, err
	}
	defer unlock()
	if _, err := s.sweepVersions(r); err != nil {
		return none, fmt.Errorf("clear away what was left unfinished: %w", err)
	}
	if err := r.checkName(into, from.Owner); err != nil {
		return none, err
	}
	here, err := r.versionCommit(v)
	if err != nil {
		return none, err
	}
	if here != nil {
		// Whoever made the tag may have died before its folder was synced.
		if err := s.syncAll(r.path("objects", "pack"), r.path(refTags), r.path("refs", "heads")); err != nil {
			return none, err
		}
		return r.plugin(here)
	}
	w := &version{in: s, repo: r, from: source, commit: c.hash, tag: tag, plugin: plugforge.Plugin{Slug: into, Version: v}}
	if err := w.list(ctx); err != nil {
		return none, err
	}
	if err := w.enter(ctx, nil, StageCopied); err != nil {
		_, swept := s.sweepVersions(r)
		return none, errors.Join(err, swept)
	}
	s.marker(StageAdopted)
	if _, err := s.forwardMain(r); err != nil {
		return none, err
	}
	s.marker(StageMain)
	if err := w.sync(); err != nil {
		return none, err
	}
	if err := r.clearVersion(); err != nil {
		return none, err
	}
	return r.plugin(c)
}

// list finds the objects that lead from the tag to the beginning and that the
// repository lacks. What it has it has whole, with all that follows.
func (w *version) list(ctx context.Context) error {
	if err := w.repo.idx.look(); err != nil {
		return err
	}
	seen := map[plumbing.Hash]bool{}
	lacks := func(h plumbing.Hash) bool {
		if seen[h] || w.repo.holds(h) {
			return false
		}
		seen[h] = true
		w.copies = append(w.copies, h)
		return true
	}
	lacks(w.tag)
	for at := w.commit; !at.IsZero() && lacks(at); {
		if err := ctx.Err(); err != nil {
			return err
		}
		c, err := w.from.commit(at)
		if err != nil {
			return err
		}
		if err := w.listTree(c.tree, lacks); err != nil {
			return err
		}
		at = c.parent
	}
	return nil
}

func (w *version) listTree(h plumbing.Hash, lacks func(plumbing.Hash) bool) error {
	if !lacks(h) {
		return nil
	}
	entries, err := w.from.tree(h)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if e.Mode == filemode.Dir {
			if err := w.listTree(e.Hash, lacks); err != nil {
				return err
			}
			continue
		}
		lacks(e.Hash)
	}
	return nil
}

// copyObjects writes what list found, re-hashed on the way.
func (w *version) copyObjects(ctx context.Context, pw *packWriter) error {
	for _, h := range w.copies {
		if err := ctx.Err(); err != nil {
			return err
		}
		o, err := w.from.open(h)
		if err != nil {
			return err
		}
		err = pw.add(h, o.kind, o.size, o)
		if err = errors.Join(err, o.Close()); err != nil {
			return fmt.Errorf("copy %s: %w", h, err)
		}
	}
	return nil
}
