package gitstore

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
)

// replacement is a pack all of whose objects other packs hold, since when.
type replacement struct {
	pack string
	at   time.Time
}

type replacements []replacement

func (all replacements) names() map[string]bool {
	names := map[string]bool{}
	for _, one := range all {
		names[one.pack] = true
	}
	return names
}

// replaced reads the list of replaced packs: a line "PACK TIME" each.
func (r *repo) replaced() (replacements, error) {
	text, err := os.ReadFile(r.path(replacedFile))
	if missing(err) {
		return nil, nil
	}
	var all replacements
	for line := range strings.Lines(string(text)) {
		name, stamp, _ := strings.Cut(strings.TrimSpace(line), " ")
		at, bad := time.Parse(time.RFC3339, stamp)
		if bad != nil {
			return nil, corrupt("%s: line %q", replacedFile, line)
		}
		all = append(all, replacement{name, at})
	}
	return all, err
}

func (s *Store) writeReplaced(r *repo, all replacements) error {
	if len(all) == 0 {
		err := os.Remove(r.path(replacedFile))
		if missing(err) {
			return nil
		}
		return err
	}
	var text strings.Builder
	for _, one := range all {
		fmt.Fprintf(&text, "%s %s\n", one.pack, one.at.UTC().Format(time.RFC3339))
	}
	temp := r.path(replacedFile + ".new")
	if err := os.Remove(temp); err != nil && !missing(err) {
		return err
	}
	return s.replaceFile(temp, r.path(replacedFile), []byte(text.String()), 0o644)
}

// replace notes that the packs are replaced. Without the note they would only
// be gathered once more.
func (s *Store) replace(r *repo, packs []pack) error {
	all, err := r.replaced()
	if err != nil {
		return err
	}
	for _, p := range packs {
		all = append(all, replacement{p.name, time.Now()})
	}
	return s.writeReplaced(r, all)
}

// removeReplaced removes what was replaced for longer than grace, once more
// making sure that all of it is elsewhere.
func (s *Store) removeReplaced(ctx context.Context, r *repo, grace time.Duration) (int, error) {
	// Nothing is published meanwhile on the word that a replaced pack holds it.
	unlock, err := s.lock(ctx, r, lockVersions)
	if err != nil {
		return 0, err
	}
	defer unlock()
	old, err := r.replaced()
	if err != nil {
		return 0, err
	}
	staying, err := r.packsOf(old.names())
	if err != nil {
		return 0, err
	}
	kept := map[plumbing.Hash]bool{}
	for _, p := range staying {
		for _, h := range p.objects {
			kept[h] = true
		}
	}
	before := time.Now().Add(-grace)
	loose, err := s.removeLoose(r, kept, before) // first, for removing a pack makes the folder new
	if err != nil {
		return loose, err
	}
	removed, err := s.removePacks(r, &old, kept, before)
	if removed > 0 {
		r.idx.forget()
		err = errors.Join(err, s.syncDir(r.path("objects", "pack")))
	}
	return removed + loose, errors.Join(err, s.writeReplaced(r, old))
}

// removePacks takes from the list what it removes, and what is not there.
func (s *Store) removePacks(r *repo, old *replacements, kept map[plumbing.Hash]bool, before time.Time) (removed int, err error) {
	*old = slices.DeleteFunc(*old, func(one replacement) bool {
		if err != nil || one.at.After(before) {
			return false
		}
		var list *indexFile
		list, err = readIndex(r.path("objects", "pack", indexName(one.pack)))
		if missing(err) {
			err = nil
			return true
		}
		if err != nil {
			return false
		}
		if slices.ContainsFunc(list.entries, func(e packEntry) bool { return !kept[e.hash] }) {
			return true // what replaced it has gone: it counts again
		}
		// The index first: without it git does not look for the pack.
		for _, name := range []string{indexName(one.pack), packFile(one.pack)} {
			if gone := os.Remove(r.path("objects", "pack", name)); gone != nil && !missing(gone) {
				err = gone
				return false
			}
		}
		removed++
		return true
	})
	return removed, err
}

// removeLoose removes loose objects that packs hold, all older than before: a
// reader that found no pack of it then has ended.
func (s *Store) removeLoose(r *repo, kept map[plumbing.Hash]bool, before time.Time) (removed int, err error) {
	loose, err := r.looseObjects()
	if err != nil {
		return 0, err
	}
	dir, err := os.Stat(r.path("objects", "pack"))
	if err != nil || dir.ModTime().After(before) {
		return 0, err // a pack is too new to be sure that everybody sees it
	}
	for h, at := range loose {
		if !kept[h] || at.After(before) {
			continue
		}
		if err := os.Remove(r.loosePath(h)); err != nil && !missing(err) {
			return removed, err
		}
		removed++
	}
	return removed, nil
}
