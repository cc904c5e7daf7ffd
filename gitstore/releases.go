package gitstore

import (
	"context"
	"io/fs"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/object"

	"plugforge"
)

// Release is a version as its history has it, deleted or not.
type Release struct {
	Plugin    plugforge.Plugin
	Tree      fs.FS      // as Store.Tree gives it
	Tombstone *Tombstone // nil: it exists
}

// Releases reads all versions that a plugin ever had, in upload order, deleted
// ones too: their commits stay. Errors: CodeNotFound for a plugin that never
// had one.
func (s *Store) Releases(ctx context.Context, slug plugforge.Slug) ([]Release, error) {
	list, err := s.releases(ctx, slug)
	return list, plugforge.Wrap("gitstore.Releases", translate(err))
}

func (s *Store) releases(ctx context.Context, slug plugforge.Slug) ([]Release, error) {
	r, err := s.repo(slug)
	if err != nil {
		return nil, err
	}
	line, err := r.history(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]Release, 0, len(line.commits))
	for _, c := range line.commits {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		one := Release{Tree: &treeFS{repo: r, root: c.tree, at: c.at, folders: map[plumbing.Hash][]object.TreeEntry{}}}
		if one.Plugin, err = r.plugin(c); err != nil {
			return nil, err
		}
		if !line.live[c.hash] {
			if one.Tombstone, err = r.tombstone(one.Plugin.Version); err != nil {
				return nil, err
			}
		}
		list = append(list, one)
	}
	return list, nil
}
