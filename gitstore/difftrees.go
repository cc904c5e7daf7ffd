package gitstore

import (
	"context"
	"io"
	"io/fs"

	"github.com/go-git/go-git/v5/plumbing"

	"plugforge"
)

// DiffTrees compares two trees that need not be in any store, as Diff compares
// two versions. Errors: CodeValidation for a path or a file that no version
// could have; CodeNotFound for an o.Path in neither; the trees' own.
func DiffTrees(ctx context.Context, from, to fs.FS, o plugforge.DiffOptions) ([]plugforge.FileDiff, error) {
	list, err := diffTrees(ctx, from, to, o)
	return list, plugforge.Wrap("gitstore.DiffTrees", err)
}

func diffTrees(ctx context.Context, from, to fs.FS, o plugforge.DiffOptions) ([]plugforge.FileDiff, error) {
	places, sides, err := readTrees(ctx, from, to)
	if err != nil {
		return nil, err
	}
	var list diffList
	found, err := newPatcher(ctx, places, o).each(sides[0], sides[1], list.add)
	if err == nil && !found && o.Path != "" && sides[0][o.Path].path == "" {
		err = noSuchFile(o.Path)
	}
	return list.files, err
}

// readTrees gives the files of both trees by path.
func readTrees(ctx context.Context, from, to fs.FS) (treeContents, [2]map[string]file, error) {
	places := treeContents{}
	var sides [2]map[string]file
	for i, tree := range []fs.FS{from, to} {
		src, err := readSource(ctx, tree)
		if err != nil {
			return nil, sides, err
		}
		sides[i] = make(map[string]file, len(src.files))
		for _, f := range src.files {
			sides[i][f.path] = file{f.path, f.mode, f.blob}
			places[f.blob] = treePlace{tree, f.path, f.size}
		}
	}
	return places, sides, nil
}

// treeContents finds files in the trees that were read.
type treeContents map[plumbing.Hash]treePlace

type treePlace struct {
	tree fs.FS
	path string
	size int64
}

func (t treeContents) content(h plumbing.Hash) (io.ReadCloser, int64, error) {
	at := t[h]
	f, err := at.tree.Open(at.path)
	return f, at.size, err
}
