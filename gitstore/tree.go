package gitstore

import (
	"bytes"
	"context"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"

	"plugforge"
	"plugforge/internal/fsdir"
)

// Tree is a version's files, read-only and straight from git. Files have mode
// 0644 or 0755 and the time of publishing. It may be used from many goroutines
// at once and as long as the store is. Every file is re-hashed while it is
// read: reading a damaged one fails before or in place of its end. A file's
// FileInfo has a method Hash() string: git's name of its content, 40 hex digits.
// Errors of Tree itself: CodeNotFound.
func (s *Store) Tree(ctx context.Context, slug plugforge.Slug, v plugforge.Version) (fs.FS, error) {
	const op = "gitstore.Tree"
	r, c, err := s.version(ctx, slug, v)
	if err != nil {
		return nil, plugforge.Wrap(op, translate(err))
	}
	t := &treeFS{repo: r, root: c.tree, at: c.at, folders: map[plumbing.Hash][]object.TreeEntry{}}
	_, err = t.folder(c.tree)
	if err != nil {
		return nil, plugforge.Wrap(op, translate(err))
	}
	return t, nil
}

func (r *repo) tree(h plumbing.Hash) ([]object.TreeEntry, error) {
	data, err := r.read(h, plumbing.TreeObject, maxMeta)
	if err != nil {
		return nil, err
	}
	return decodeTree(data)
}

// maxWhole is the size up to which a file is verified before its first byte is
// given, and can be sought in.
const maxWhole = 8 << 20

type treeFS struct {
	repo *repo
	root plumbing.Hash
	at   time.Time

	mu      sync.Mutex
	folders map[plumbing.Hash][]object.TreeEntry
}

func (t *treeFS) folder(h plumbing.Hash) ([]object.TreeEntry, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if entries, ok := t.folders[h]; ok {
		return entries, nil
	}
	entries, err := t.repo.tree(h)
	if err == nil {
		t.folders[h] = entries
	}
	return entries, err
}

// find walks to a name.
func (t *treeFS) find(name string) (object.TreeEntry, error) {
	at := object.TreeEntry{Name: ".", Mode: filemode.Dir, Hash: t.root}
	if name == "." {
		return at, nil
	}
	for rest := name; rest != ""; {
		if at.Mode != filemode.Dir {
			return at, fs.ErrNotExist
		}
		entries, err := t.folder(at.Hash)
		if err != nil {
			return at, err
		}
		var part string
		part, rest = cutPath(rest)
		found := false
		for _, e := range entries {
			if e.Name == part {
				at, found = e, true
				break
			}
		}
		if !found {
			return at, fs.ErrNotExist
		}
	}
	return at, nil
}

func cutPath(p string) (first, rest string) {
	for i := range len(p) {
		if p[i] == '/' {
			return p[:i], p[i+1:]
		}
	}
	return p, ""
}

// Open implements fs.FS.
func (t *treeFS) Open(name string) (fs.File, error) {
	fail := func(err error) (fs.File, error) { return nil, &fs.PathError{Op: "open", Path: name, Err: err} }
	if !fs.ValidPath(name) {
		return fail(fs.ErrInvalid)
	}
	entry, err := t.find(name)
	if err != nil {
		return fail(err)
	}
	info := &treeInfo{name: path.Base(name), entry: entry, at: t.at}
	if entry.Mode == filemode.Dir {
		list, err := t.list(entry)
		if err != nil {
			return fail(err)
		}
		return fsdir.Open(name, info, list), nil
	}
	o, err := t.repo.open(entry.Hash)
	if err != nil {
		return fail(err)
	}
	info.size = o.size
	if o.kind != plumbing.BlobObject || o.size > maxWhole {
		if o.kind == plumbing.BlobObject {
			return &streamFile{o, info}, nil
		}
		o.Close()
		return fail(corrupt("entry is a %s", o.kind))
	}
	defer o.Close()
	data := bytes.NewBuffer(make([]byte, 0, o.size+bytes.MinRead))
	if _, err := data.ReadFrom(o); err != nil {
		return fail(err)
	}
	return &wholeFile{bytes.NewReader(data.Bytes()), info}, nil
}

// Stat implements fs.StatFS: it reads a file's size and not its content.
func (t *treeFS) Stat(name string) (fs.FileInfo, error) {
	fail := func(err error) (fs.FileInfo, error) { return nil, &fs.PathError{Op: "stat", Path: name, Err: err} }
	if !fs.ValidPath(name) {
		return fail(fs.ErrInvalid)
	}
	entry, err := t.find(name)
	if err != nil {
		return fail(err)
	}
	info, err := t.info(entry)
	if err != nil {
		return fail(err)
	}
	return info, nil
}

func (t *treeFS) info(entry object.TreeEntry) (*treeInfo, error) {
	info := &treeInfo{name: entry.Name, entry: entry, at: t.at}
	if entry.Mode == filemode.Dir {
		return info, nil
	}
	o, err := t.repo.open(entry.Hash)
	if err != nil {
		return nil, err
	}
	info.size = o.size
	return info, o.Close()
}

// list gives a folder's entries in fs's order, which is not git's.
func (t *treeFS) list(entry object.TreeEntry) ([]fs.DirEntry, error) {
	entries, err := t.folder(entry.Hash)
	if err != nil {
		return nil, err
	}
	list := make([]fs.DirEntry, len(entries))
	for i, e := range entries {
		list[i] = treeEntry{t, e}
	}
	sortEntries(list)
	return list, nil
}

type treeEntry struct {
	tree  *treeFS
	entry object.TreeEntry
}

func (e treeEntry) Name() string      { return e.entry.Name }
func (e treeEntry) IsDir() bool       { return e.entry.Mode == filemode.Dir }
func (e treeEntry) Type() fs.FileMode { return modeOf(e.entry).Type() }
func (e treeEntry) String() string    { return fs.FormatDirEntry(e) }
func (e treeEntry) Info() (fs.FileInfo, error) {
	info, err := e.tree.info(e.entry)
	if err != nil {
		return nil, err
	}
	return info, nil
}

func modeOf(e object.TreeEntry) fs.FileMode {
	switch e.Mode {
	case filemode.Dir:
		return fs.ModeDir | 0o755
	case filemode.Executable:
		return 0o755
	}
	return 0o644
}

type treeInfo struct {
	name  string
	entry object.TreeEntry
	size  int64
	at    time.Time
}

func (i *treeInfo) Name() string       { return i.name }
func (i *treeInfo) Size() int64        { return i.size }
func (i *treeInfo) Mode() fs.FileMode  { return modeOf(i.entry) }
func (i *treeInfo) ModTime() time.Time { return i.at }
func (i *treeInfo) IsDir() bool        { return i.entry.Mode == filemode.Dir }
func (i *treeInfo) Sys() any           { return nil }
func (i *treeInfo) Hash() string       { return i.entry.Hash.String() }
func (i *treeInfo) String() string     { return fs.FormatFileInfo(i) }

// wholeFile is in memory; it can seek and be read at any place.
type wholeFile struct {
	*bytes.Reader
	info *treeInfo
}

func (f *wholeFile) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *wholeFile) Close() error               { return nil }

// streamFile is read from disk as it goes.
type streamFile struct {
	*stored
	info *treeInfo
}

func (f *streamFile) Stat() (fs.FileInfo, error) { return f.info, nil }

func sortEntries(list []fs.DirEntry) {
	slices.SortFunc(list, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
}
