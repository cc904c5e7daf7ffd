package gitstore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"

	"plugforge"
)

// packRefs moves the tags into packed-refs, as git pack-refs does, which syncs
// no folder before it takes the loose ones away. The branches stay: they move.
func (s *Store) packRefs(ctx context.Context, r *repo, many int) (int, error) {
	unlock, err := s.lock(ctx, r, lockVersions)
	if err != nil {
		return 0, err
	}
	defer unlock()
	loose := map[string]plumbing.Hash{}
	for _, folder := range []string{refTags, refDeleted} {
		entries, err := os.ReadDir(r.path(folder))
		if err != nil && !missing(err) {
			return 0, err
		}
		for _, e := range entries {
			if e.IsDir() || strings.HasSuffix(e.Name(), ".lock") {
				continue
			}
			name := folder + "/" + e.Name()
			if loose[name], err = r.readRef(name); err != nil {
				return 0, err
			}
		}
	}
	if len(loose) < many {
		return 0, nil
	}
	packed, err := r.packedRefs()
	if err != nil {
		return 0, err
	}
	all := maps.Clone(packed)
	if all == nil {
		all = map[string]plumbing.Hash{}
	}
	maps.Copy(all, loose)
	text, err := r.packedText(all)
	if err != nil {
		return 0, err
	}
	if err := s.writePackedRefs(r, text); err != nil {
		return 0, err
	}
	for name := range loose {
		if err := os.Remove(r.path(name)); err != nil {
			return 0, err
		}
	}
	return len(loose), nil
}

// packedText spells packed-refs: sorted, each tag with the commit that it leads
// to, so that a clone's listing reads no object.
func (r *repo) packedText(refs map[string]plumbing.Hash) ([]byte, error) {
	var text strings.Builder
	text.WriteString("# pack-refs with: peeled fully-peeled sorted \n")
	for _, name := range slices.Sorted(maps.Keys(refs)) {
		fmt.Fprintf(&text, "%s %s\n", refs[name], name)
		if !strings.HasPrefix(name, refTags+"/") {
			continue
		}
		t, err := r.tag(refs[name])
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&text, "^%s\n", t.target)
	}
	return []byte(text.String()), nil
}

// writePackedRefs replaces packed-refs, durably, under git's own lock.
func (s *Store) writePackedRefs(r *repo, text []byte) error {
	lock := r.path("packed-refs.lock")
	err := s.writeFile(lock, text, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return &plugforge.Error{Code: plugforge.CodeUnavailable, Message: "another program is packing the repository's refs: try again shortly", Err: err}
	}
	if err == nil {
		err = os.Rename(lock, r.path("packed-refs"))
	}
	if err != nil {
		os.Remove(lock)
		return err
	}
	return s.syncDir(r.dir)
}
