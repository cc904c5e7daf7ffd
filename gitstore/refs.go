package gitstore

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"

	"plugforge"
)

// The refs of a repository.
const (
	refMain    = "refs/heads/main"
	refActive  = "refs/heads/active"
	refTags    = "refs/tags"
	refDeleted = "refs/tags/deleted"
)

func tagName(v plugforge.Version) string { return "v" + v.String() }

func tagRef(v plugforge.Version) string { return refTags + "/" + tagName(v) }

func deletedRef(v plugforge.Version) string { return refDeleted + "/" + tagName(v) }

func refText(hash plumbing.Hash) []byte { return []byte(hash.String() + "\n") }

// readRef is what a ref names, wherever git keeps it; zero when there is none.
func (r *repo) readRef(name string) (plumbing.Hash, error) {
	text, err := os.ReadFile(r.path(name))
	switch {
	case err == nil:
		return parseRef(name, text)
	case !missing(err) && !isDir(r.path(name)):
		return plumbing.ZeroHash, err
	}
	packed, err := r.packedRefs()
	if err != nil {
		return plumbing.ZeroHash, err
	}
	if hash, ok := packed[name]; ok {
		return hash, nil
	}
	// Whoever packs refs writes the packed file before it takes the loose one
	// away, but between our two looks it may have been written back.
	text, err = os.ReadFile(r.path(name))
	if err != nil {
		return plumbing.ZeroHash, nil
	}
	return parseRef(name, text)
}

func parseRef(name string, text []byte) (plumbing.Hash, error) {
	hash, err := parseHash(strings.TrimSuffix(string(text), "\n"))
	if err != nil {
		return plumbing.ZeroHash, corrupt("ref %s holds %q", name, text[:min(len(text), 60)])
	}
	return hash, nil
}

// packedFile is packed-refs as it was read: the file is only ever replaced.
type packedFile struct {
	info fs.FileInfo
	refs map[string]plumbing.Hash
}

// packedRefs gives what stands in the file in which refs are packed. The map is
// everybody's: do not change it.
func (r *repo) packedRefs() (map[string]plumbing.Hash, error) {
	f, err := os.Open(r.path("packed-refs"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	known := r.packed.Load()
	if known != nil && os.SameFile(known.info, info) && known.info.Size() == info.Size() && known.info.ModTime().Equal(info.ModTime()) {
		return known.refs, nil
	}
	refs, err := readPackedRefs(f)
	if err != nil {
		return nil, err
	}
	r.packed.Store(&packedFile{info, refs})
	return refs, nil
}

func readPackedRefs(f io.Reader) (map[string]plumbing.Hash, error) {
	refs := map[string]plumbing.Hash{}
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		line := lines.Text()
		if strings.HasPrefix(line, "#") || strings.HasPrefix(line, "^") {
			continue
		}
		text, name, ok := strings.Cut(line, " ")
		hash, err := parseHash(text)
		if !ok || err != nil {
			return nil, corrupt("packed-refs line %q", line)
		}
		refs[name] = hash
	}
	return refs, lines.Err()
}

// refsBelow lists the refs directly in one folder, by their last part.
func (r *repo) refsBelow(folder string) (map[string]plumbing.Hash, error) {
	refs := map[string]plumbing.Hash{}
	packed, err := r.packedRefs()
	if err != nil {
		return nil, err
	}
	for name, hash := range packed {
		if dir, base := filepath.Split(name); dir == folder+"/" {
			refs[base] = hash
		}
	}
	loose, err := os.ReadDir(r.path(folder))
	if err != nil && !missing(err) {
		return nil, err
	}
	for _, entry := range loose {
		if entry.IsDir() || strings.HasSuffix(entry.Name(), ".lock") {
			continue
		}
		name := folder + "/" + entry.Name()
		hash, err := r.readRef(name)
		if err != nil {
			return nil, err
		}
		if !hash.IsZero() {
			refs[entry.Name()] = hash
		}
	}
	return refs, nil
}

// versionTags are the tags of versions that are not deleted.
func (r *repo) versionTags() (map[plugforge.Version]plumbing.Hash, error) {
	refs, err := r.refsBelow(refTags)
	if err != nil {
		return nil, err
	}
	tags := map[plugforge.Version]plumbing.Hash{}
	for name, hash := range refs {
		if v, err := plugforge.ParseVersion(name); err == nil && tagName(v) == name {
			tags[v] = hash
		}
	}
	// A delete that a crash cut short has left both tags: it counts.
	deleted, err := r.refsBelow(refDeleted)
	if err != nil {
		return nil, err
	}
	for name := range deleted {
		if v, err := plugforge.ParseVersion(name); err == nil {
			delete(tags, v)
		}
	}
	return tags, nil
}

// createRef makes a ref that does not exist, durably.
func (s *Store) createRef(r *repo, name, file string) error {
	if err := r.linkRef(name, file); err != nil {
		return err
	}
	return s.syncDir(filepath.Dir(r.path(name)))
}

// linkRef makes a ref that does not exist from a synced file that holds its
// text; it is durable when its folder is synced. A ref that is there already,
// loose or packed, is an error that wraps fs.ErrExist. The caller holds the
// lock.
func (r *repo) linkRef(name, file string) error {
	old, err := r.readRef(name)
	if err != nil {
		return err
	}
	if !old.IsZero() {
		return fmt.Errorf("ref %s: %w", name, fs.ErrExist)
	}
	return os.Link(file, r.path(name))
}

// moveRef points a ref at another object by renaming a synced file that holds
// its text. The caller holds the lock.
func (s *Store) moveRef(r *repo, name, file string) error {
	if err := os.Rename(file, r.path(name)); err != nil {
		return err
	}
	return s.syncDir(filepath.Dir(r.path(name)))
}
