package blobs

import (
	"cmp"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"

	"plugforge"
)

// tempFolder lies inside the store's folder, so that a rename out of it never
// crosses file systems. No key can name it.
const tempFolder = ".tmp"

// Store is a folder of blobs. Its methods may run at once. Two stores, in one
// process or two, must not share a folder: the second would sweep away what
// the first is writing.
type Store struct {
	dir     string
	folders folders
}

// Info is what Put learned about the bytes on their way.
type Info struct {
	Size   int64
	SHA256 string // hex
	MD5    string // hex
}

// Open makes the folder where it is missing and removes what a crash left
// half-written.
func Open(dir string) (*Store, error) {
	const op = "blobs.Open"
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, plugforge.Wrap(op, err)
	}
	temp := filepath.Join(dir, tempFolder)
	if err := os.RemoveAll(temp); err != nil {
		return nil, plugforge.Wrap(op, translate(err))
	}
	if err := makeDurable(temp); err != nil {
		return nil, plugforge.Wrap(op, translate(err))
	}
	return &Store{dir: dir, folders: folders{durable: map[string]bool{}}}, nil
}

// Put stores what r yields under key, replacing what the key held. It reads in
// pieces, so memory stays small whatever the size, and returns once the blob
// would survive power loss. On any failure before that the key is as it was,
// except where the error is ErrSync: the key may then hold either. Of several
// calls on one key the last to finish wins.
//
// A blob of more than limit bytes is CodeTooLarge; a full disk or quota is
// CodeInsufficientStorage; an error of r that is not public itself is
// CodeBadRequest, for the bytes are a client's; a key that is not legal is
// CodeBadRequest, one that runs through another blob CodeConflict. After ctx
// is done no more is read.
func (s *Store) Put(ctx context.Context, key string, r io.Reader, limit int64) (Info, error) {
	info, err := s.put(ctx, key, r, limit)
	return info, plugforge.Wrap("blobs.Put", translate(err))
}

func (s *Store) put(ctx context.Context, key string, r io.Reader, limit int64) (Info, error) {
	if err := checkKey(key); err != nil {
		return Info{}, err
	}
	temp, err := os.CreateTemp(filepath.Join(s.dir, tempFolder), "put-")
	if err != nil {
		return Info{}, err
	}
	info, err := write(ctx, temp, r, limit)
	if err == nil {
		err = s.publish(temp.Name(), key)
	}
	if err != nil {
		os.Remove(temp.Name())
		return Info{}, err
	}
	return info, nil
}

// publish gives a finished temporary file its name.
func (s *Store) publish(temp, key string) error {
	path := s.path(key)
	if err := s.folders.ensure(s.dir, filepath.Dir(path)); err != nil {
		return err
	}
	if err := os.Rename(temp, path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// Open gives the blob for reading; the caller closes it. It stays readable,
// and the same, after the key is replaced or removed. A key that holds nothing
// is CodeNotFound.
func (s *Store) Open(ctx context.Context, key string) (*File, error) {
	const op = "blobs.Store.Open"
	if err := cmp.Or(ctx.Err(), checkKey(key)); err != nil {
		return nil, plugforge.Wrap(op, err)
	}
	f, err := open(s.path(key))
	return f, plugforge.Wrap(op, translate(err))
}

// Link gives the blob under from a second key. From then on the two are
// independent: what is put under from later does not change to. So a reader
// that must be sure of its bytes links first and then opens the second key.
//
// Where to holds the same bytes already, Link succeeds; where it holds others,
// it is CodeAlreadyExists and nothing changes. A from that holds nothing is
// CodeNotFound.
func (s *Store) Link(ctx context.Context, from, to string) error {
	return plugforge.Wrap("blobs.Link", translate(s.link(ctx, from, to)))
}

func (s *Store) link(ctx context.Context, from, to string) error {
	if err := cmp.Or(ctx.Err(), checkKey(from), checkKey(to)); err != nil {
		return err
	}
	// Before any folder is made: a link from nothing leaves nothing.
	f, err := open(s.path(from))
	if err != nil {
		return err
	}
	f.Close()
	folder := filepath.Dir(s.path(to))
	if err := s.folders.ensure(s.dir, folder); err != nil {
		return err
	}
	err = os.Link(s.path(from), s.path(to))
	if errors.Is(err, fs.ErrExist) {
		err = s.same(ctx, from, to)
	}
	if err != nil {
		return err
	}
	// Also when the link was there: its maker may have died before the sync.
	return syncFolder(folder)
}

// same is nil when both keys hold the same bytes.
func (s *Store) same(ctx context.Context, from, to string) error {
	a, err := open(s.path(from))
	if err != nil {
		return err
	}
	defer a.Close()
	b, err := open(s.path(to))
	if errors.Is(err, fs.ErrNotExist) {
		return syscall.EISDIR
	}
	if err != nil {
		return err
	}
	defer b.Close()
	equal, err := equalFiles(ctx, a, b)
	if err == nil && !equal {
		return plugforge.Errorf(plugforge.CodeAlreadyExists, "blob %s exists with other bytes", strconv.QuoteToASCII(to))
	}
	return err
}

// Remove takes the key away for good. A key that holds nothing is fine. The
// bytes go with their last key and reader.
func (s *Store) Remove(ctx context.Context, key string) error {
	const op = "blobs.Remove"
	if err := cmp.Or(ctx.Err(), checkKey(key)); err != nil {
		return plugforge.Wrap(op, err)
	}
	// Not os.Remove, which would take an empty folder of keys for a blob.
	err := syscall.Unlink(s.path(key))
	if err != nil && !s.holds(key) {
		err = nil
	}
	if err == nil {
		// Also when it was gone: who removed it may have died before the sync.
		err = syncFolder(filepath.Dir(s.path(key)))
		if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
			err = nil
		}
	}
	return plugforge.Wrap(op, translate(err))
}

// holds tells whether there is a blob under key, which it can't when the file
// system fails: then it says yes, and the first failure counts.
func (s *Store) holds(key string) bool {
	info, err := os.Lstat(s.path(key))
	if err != nil {
		return !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ENOTDIR)
	}
	return !info.IsDir()
}

// Keys lists, sorted, the keys below a folder: those that start with prefix
// and a slash; all of them for an empty prefix. Blobs that come or go
// meanwhile may be in it or not.
func (s *Store) Keys(ctx context.Context, prefix string) ([]string, error) {
	const op = "blobs.Keys"
	root := s.dir
	if prefix != "" {
		if err := checkKey(prefix); err != nil {
			return nil, plugforge.Wrap(op, err)
		}
		root = s.path(prefix)
	}
	var keys []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
			return nil
		case err != nil:
			return err
		case d.IsDir() && path == filepath.Join(s.dir, tempFolder):
			return fs.SkipDir
		case d.Type().IsRegular() && path != root:
			key, err := filepath.Rel(s.dir, path)
			if err != nil {
				return err
			}
			keys = append(keys, filepath.ToSlash(key))
		}
		return ctx.Err()
	})
	if err != nil {
		return nil, plugforge.Wrap(op, translate(err))
	}
	slices.Sort(keys)
	return keys, nil
}

func (s *Store) path(key string) string {
	return filepath.Join(s.dir, filepath.FromSlash(key))
}

// public tells whether err has its public code already.
func public(err error) bool {
	var e *plugforge.Error
	return errors.As(err, &e)
}

// translate gives the file system's errors their public code, once.
func translate(err error) error {
	switch {
	case err == nil, public(err):
		return err
	case errors.Is(err, fs.ErrNotExist):
		return &plugforge.Error{Code: plugforge.CodeNotFound, Message: "no archive is stored here", Err: err}
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return &plugforge.Error{Code: plugforge.CodeInsufficientStorage,
			Message: "the server has no room left for the archive: try again later", Err: err}
	case errors.Is(err, syscall.ENOTDIR), errors.Is(err, syscall.EISDIR), errors.Is(err, fs.ErrExist):
		return &plugforge.Error{Code: plugforge.CodeConflict,
			Message: "the blob key runs through another blob, or is a folder of blobs", Err: err}
	}
	return err
}
