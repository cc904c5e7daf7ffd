package archive

import (
	"errors"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"plugforge/internal/fsdir"
)

// Tree is an accepted archive's files: the wrapping folder taken off, junk
// dropped, folders only where files lie in them. It is an fs.FS with ReadDir,
// ReadFile and Stat; every mode is 0644, 0755 for programs, and every time is
// zero. Its methods may run at once.
//
// Files are unpacked as they are read, and checked again: should the bytes
// under the tree have changed, reading fails with an error that wraps
// ErrChanged at the latest where the file would end.
type Tree struct {
	src     io.ReaderAt
	room    int // of an unpacker
	entries map[string]*entry
	dropped []string
	idle    sync.Pool // of *unpacker: the buffers of closed files serve the next
}

// ErrChanged says that the archive is not what Open accepted any more.
var ErrChanged = errors.New("the archive changed after it was checked")

// entry is a file or folder of the tree; it is its own fs.FileInfo.
type entry struct {
	name     string   // last segment
	record   *record  // nil for a folder
	children []*entry // sorted by name
}

func newTree(u *unpacker, files, junk []*record) *Tree {
	t := &Tree{src: u.src, room: u.room, entries: map[string]*entry{".": {name: "."}}}
	t.idle.Put(u)
	for _, r := range junk {
		t.dropped = append(t.dropped, r.name)
	}
	for _, r := range files {
		t.enter(r.path, &entry{name: path.Base(r.path), record: r})
	}
	for _, e := range t.entries {
		slices.SortFunc(e.children, func(a, b *entry) int { return strings.Compare(a.name, b.name) })
	}
	return t
}

func (t *Tree) enter(name string, e *entry) {
	t.entries[name] = e
	folder := path.Dir(name)
	parent := t.entries[folder]
	if parent == nil {
		parent = &entry{name: path.Base(folder)}
		t.enter(folder, parent)
	}
	parent.children = append(parent.children, e)
}

// Dropped lists the junk that the archive held, as it was named there: files
// and folders of __MACOSX and __pycache__, ._*, .DS_Store, Thumbs.db and
// desktop.ini.
func (t *Tree) Dropped() []string { return slices.Clone(t.dropped) }

func (t *Tree) find(op, name string) (*entry, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	e := t.entries[name]
	if e == nil {
		return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
	}
	return e, nil
}

// Open is fs.FS.
func (t *Tree) Open(name string) (fs.File, error) {
	e, err := t.find("open", name)
	if err != nil {
		return nil, err
	}
	if e.IsDir() {
		return fsdir.Open(name, e, listing(e.children)), nil
	}
	u, ok := t.idle.Get().(*unpacker)
	if !ok {
		u = &unpacker{src: t.src, room: t.room}
	}
	u.open(e.record)
	f := &openFile{entry: e, name: name, tree: t, unpacker: u}
	return f, nil
}

// Stat is fs.StatFS.
func (t *Tree) Stat(name string) (fs.FileInfo, error) {
	e, err := t.find("stat", name)
	if err != nil {
		return nil, err
	}
	return e, nil
}

// ReadDir is fs.ReadDirFS.
func (t *Tree) ReadDir(name string) ([]fs.DirEntry, error) {
	e, err := t.find("readdir", name)
	if err != nil {
		return nil, err
	}
	if !e.IsDir() {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: errors.New("not a folder")}
	}
	return listing(e.children), nil
}

// ReadFile is fs.ReadFileFS. It holds the whole file in memory.
func (t *Tree) ReadFile(name string) ([]byte, error) {
	f, err := t.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	file, ok := f.(*openFile)
	if !ok {
		return nil, &fs.PathError{Op: "read", Path: name, Err: errors.New("is a folder")}
	}
	content := make([]byte, file.Size())
	if _, err := io.ReadFull(file, content); err != nil {
		return nil, err
	}
	// The end is where changes are noticed.
	if _, err := file.Read(make([]byte, 1)); err != io.EOF {
		return nil, err
	}
	return content, nil
}

func listing(entries []*entry) []fs.DirEntry {
	list := make([]fs.DirEntry, len(entries))
	for i, e := range entries {
		list[i] = fs.FileInfoToDirEntry(e)
	}
	return list
}

func (e *entry) Name() string       { return e.name }
func (e *entry) IsDir() bool        { return e.record == nil }
func (e *entry) ModTime() time.Time { return time.Time{} }
func (e *entry) Sys() any           { return nil }

func (e *entry) Size() int64 {
	if e.record == nil {
		return 0
	}
	return e.record.size
}

func (e *entry) Mode() fs.FileMode {
	switch {
	case e.record == nil:
		return fs.ModeDir | 0o755
	case e.record.executable():
		return 0o755
	}
	return 0o644
}

type openFile struct {
	*entry
	name     string
	tree     *Tree
	unpacker *unpacker // nil once closed: then it is the tree's again
	err      error     // sticky
}

func (f *openFile) Stat() (fs.FileInfo, error) { return f.entry, nil }

func (f *openFile) Read(p []byte) (int, error) {
	if f.err != nil || len(p) == 0 {
		return 0, f.err
	}
	u := f.unpacker
	for n := 0; u.more(); {
		if n = u.read(p); n > 0 && u.count <= u.r.size {
			return n, nil
		}
	}
	f.err = io.EOF
	if rule, _ := u.verdict(); rule != "" {
		f.err = &fs.PathError{Op: "read", Path: f.name, Err: errors.Join(ErrChanged, notEOF(u.err))}
	}
	return 0, f.err
}

func notEOF(err error) error {
	if err == io.EOF {
		return nil
	}
	return err
}

func (f *openFile) Close() error {
	if f.unpacker != nil {
		f.tree.idle.Put(f.unpacker)
		f.unpacker = nil
	}
	f.err = &fs.PathError{Op: "read", Path: f.name, Err: fs.ErrClosed}
	return nil
}
