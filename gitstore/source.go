package gitstore

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"sort"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"github.com/go-git/go-git/v5/plumbing/filemode"
	"github.com/go-git/go-git/v5/plumbing/object"

	"plugforge"
)

// source is a tree as it was given to Publish, read once: every file's names,
// and the content of small ones.
type source struct {
	tree  fs.FS
	files []sourceFile // by path
}

type sourceFile struct {
	path   string
	mode   filemode.FileMode
	size   int64
	blob   plumbing.Hash
	sha256 [sha256.Size]byte
	data   []byte // nil: read it again
}

// The memory that a source may take: files up to keepFile, keepAll together.
const (
	keepFile = 256 << 10
	keepAll  = 16 << 20
)

func readSource(ctx context.Context, tree fs.FS) (*source, error) {
	src := &source{tree: tree}
	kept := int64(0)
	err := fs.WalkDir(tree, ".", func(path string, d fs.DirEntry, err error) error {
		if err = errors.Join(err, ctx.Err()); err != nil || d.IsDir() {
			return err
		}
		if err := checkPath(path); err != nil {
			return err
		}
		if !d.Type().IsRegular() {
			return plugforge.Errorf(plugforge.CodeValidation, "path %s is not a regular file: leave it out", plugforge.Printable(path))
		}
		f, err := src.hash(ctx, path, kept+keepFile <= keepAll)
		if err != nil {
			return err
		}
		kept += int64(len(f.data))
		src.files = append(src.files, f)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(src.files) == 0 {
		return nil, plugforge.Errorf(plugforge.CodeValidation, "the tree holds no file")
	}
	slices.SortFunc(src.files, func(a, b sourceFile) int { return strings.Compare(a.path, b.path) })
	return src, nil
}

func (src *source) hash(ctx context.Context, path string, keep bool) (sourceFile, error) {
	file := sourceFile{path: path, mode: filemode.Regular}
	f, err := src.tree.Open(path)
	if err != nil {
		return file, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return file, err
	}
	file.size = info.Size()
	if info.Mode().Perm()&0o111 != 0 {
		file.mode = filemode.Executable
	}
	sum, blob := sha256.New(), newObjectHash(plumbing.BlobObject, file.size)
	out := io.MultiWriter(sum, blob)
	var kept bytes.Buffer
	if keep && file.size <= keepFile {
		out = io.MultiWriter(sum, blob, &kept)
	}
	n, err := io.Copy(out, &ctxReader{ctx, io.LimitReader(f, file.size+1)})
	if err != nil {
		return file, err
	}
	if n != file.size {
		return file, fmt.Errorf("file %s is not as long as it says", path)
	}
	if file.blob, err = blob.sum(); err != nil {
		return file, err
	}
	if keep && file.size <= keepFile {
		file.data = kept.Bytes()
		if file.data == nil {
			file.data = []byte{}
		}
	}
	sum.Sum(file.sha256[:0])
	return file, nil
}

// open gives a file's bytes once more.
func (src *source) open(ctx context.Context, f sourceFile) (io.ReadCloser, error) {
	if f.data != nil {
		return io.NopCloser(bytes.NewReader(f.data)), nil
	}
	file, err := src.tree.Open(f.path)
	if err != nil {
		return nil, err
	}
	return struct {
		io.Reader
		io.Closer
	}{&ctxReader{ctx, file}, file}, nil
}

// contentHash is SHA-256 over a line "mode path sha256" for each file, sorted
// by path's bytes, each line ended.
func (src *source) contentHash() string {
	h := sha256.New()
	for _, f := range src.files {
		fmt.Fprintf(h, "%o %s %x\n", uint32(f.mode), f.path, f.sha256)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// ContentHash is the hash that a version of this tree carries as
// Content-SHA256: over "mode path sha256" lines sorted by path. Errors:
// CodeValidation for a tree that Publish would refuse.
func ContentHash(ctx context.Context, tree fs.FS) (string, error) {
	src, err := readSource(ctx, tree)
	if err != nil {
		return "", plugforge.Wrap("gitstore.ContentHash", translate(err))
	}
	return src.contentHash(), nil
}

// trees builds the tree objects, the root's last.
func (src *source) trees() ([]content, error) {
	root := &folder{}
	for _, f := range src.files {
		root.put(strings.Split(f.path, "/"), f)
	}
	var built []content
	_, err := root.build(&built)
	return built, err
}

type folder struct {
	files []object.TreeEntry
	names []string // of folders, in the order they came
	subs  []*folder
}

func (d *folder) put(parts []string, f sourceFile) {
	if len(parts) == 1 {
		d.files = append(d.files, object.TreeEntry{Name: parts[0], Mode: f.mode, Hash: f.blob})
		return
	}
	// Paths come sorted; those below one folder may still be parted by a
	// sibling such as a-b between a's files, so look at all of them.
	at := slices.Index(d.names, parts[0])
	if at < 0 {
		at = len(d.names)
		d.names = append(d.names, parts[0])
		d.subs = append(d.subs, &folder{})
	}
	d.subs[at].put(parts[1:], f)
}

func (d *folder) build(built *[]content) (plumbing.Hash, error) {
	entries := slices.Clone(d.files)
	for i, sub := range d.subs {
		hash, err := sub.build(built)
		if err != nil {
			return plumbing.ZeroHash, err
		}
		entries = append(entries, object.TreeEntry{Name: d.names[i], Mode: filemode.Dir, Hash: hash})
	}
	sort.Sort(object.TreeEntrySorter(entries))
	tree, err := encodeTree(entries)
	if err != nil {
		return plumbing.ZeroHash, err
	}
	*built = append(*built, tree)
	return tree.hash, nil
}

// ctxReader ends reading when ctx ends.
type ctxReader struct {
	ctx context.Context
	src io.Reader
}

func (r *ctxReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.src.Read(p)
}
