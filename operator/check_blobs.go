package operator

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"plugforge"
	"plugforge/sqlite"
)

// allBlobs checks each version's archive, and looks for bytes that nothing
// needs.
func (c *checker) allBlobs() error {
	for _, key := range slices.Sorted(maps.Keys(c.expected)) {
		if err := c.archive(key, c.expected[key]); err != nil {
			return err
		}
	}
	if c.db == nil {
		return nil
	}
	if err := c.settled(c.orphans); err != nil {
		return err
	}
	return c.settled(c.uploads)
}

// archive re-hashes one. A version that was deleted since it was looked at has
// none any more.
func (c *checker) archive(key string, want expectation) error {
	c.done.Archives++
	where := path.Join(partBlobs, key)
	size, hash, err := c.hashFile(c.at.path(partBlobs, key))
	switch {
	case c.ctx.Err() != nil:
		return c.ctx.Err()
	case errors.Is(err, fs.ErrNotExist):
		return c.settled(func() ([]Finding, error) {
			if gone, err := c.isGone(key); gone || err != nil {
				return nil, err
			}
			if _, err := os.Stat(c.at.path(partBlobs, key)); err == nil {
				return nil, nil
			}
			return []Finding{{where, "the version's archive is missing", wayBackup + "; without one its files are still in git"}}, nil
		})
	case err != nil:
		c.find(where, wayBackup, "can't be read: %v", err)
	case hash != want.hash || size != want.size:
		c.find(where, wayBackup, "has the SHA-256 %s and %d bytes, and the version was published from %s with %d", hash, size, want.hash, want.size)
	}
	return nil
}

func (c *checker) hashFile(file string) (size int64, hash string, err error) {
	f, err := os.Open(file)
	if err != nil {
		return 0, "", err
	}
	defer f.Close()
	sum := sha256.New()
	buf := make([]byte, 1<<20)
	for {
		n, err := f.Read(buf)
		sum.Write(buf[:n])
		size += int64(n)
		switch {
		case err == io.EOF:
			return size, hex.EncodeToString(sum.Sum(nil)), nil
		case err != nil:
			return size, "", err
		case c.ctx.Err() != nil:
			return size, "", c.ctx.Err()
		}
	}
}

// isGone tells whether the version of an archive's key was deleted or disabled
// meanwhile.
func (c *checker) isGone(key string) (bool, error) {
	if c.db == nil {
		return false, nil
	}
	deleted, disabled, err := c.db.RetiredIDs(c.ctx)
	if err != nil {
		return false, err
	}
	for _, some := range []map[plugforge.Slug][]plugforge.Version{deleted, disabled} {
		for slug, versions := range some {
			for _, v := range versions {
				if archiveKey(slug, v) == key {
					return true, nil
				}
			}
		}
	}
	going, err := c.db.Deletions(c.ctx)
	return c.o.Serving && slices.ContainsFunc(going, func(d sqlite.Deletion) bool { return archiveKey(d.Slug, d.Version) == key }), err
}

// orphans finds files that belong to nothing. What an upload or an enabling
// that is under way has put there belongs to that.
func (c *checker) orphans() (found []Finding, err error) {
	needed := map[string]bool{}
	versions, err := c.db.VersionIDs(c.ctx)
	if err != nil {
		return nil, err
	}
	for slug, numbers := range versions {
		for _, v := range numbers {
			needed[archiveKey(slug, v)] = true
		}
	}
	_, disabled, err := c.db.RetiredIDs(c.ctx)
	if err != nil {
		return nil, err
	}
	for slug, numbers := range disabled {
		for _, v := range numbers {
			delete(needed, archiveKey(slug, v))
		}
	}
	received, err := c.db.Received(c.ctx)
	if err != nil {
		return nil, err
	}
	for _, u := range received {
		needed[u.Blob] = true
		if c.o.Serving {
			needed[archiveKey(u.Slug, u.Version)] = true
		}
	}
	enabling, err := c.db.Enablings(c.ctx)
	if err != nil {
		return nil, err
	}
	for _, e := range enabling {
		needed[archiveKey(e.Slug, e.Version)] = true
	}
	err = filepath.WalkDir(c.at.blobs(), func(file string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil || d.IsDir() {
			return errors.Join(err, c.ctx.Err())
		}
		key, _ := filepath.Rel(c.at.blobs(), file)
		switch {
		case needed[key], c.o.Serving && strings.HasPrefix(key, ".tmp/"):
		case strings.HasPrefix(key, ".tmp/"):
			found = append(found, Finding{path.Join(partBlobs, key), "is left of an upload that was cut short", wayRestart})
		default:
			found = append(found, Finding{path.Join(partBlobs, key), "belongs to no version and no upload", "if nothing is missing elsewhere, " + wayRestart + ", which remove what an upload left; anything else remove yourself"})
		}
		return nil
	})
	return found, err
}

// uploads finds those whose bytes are gone.
func (c *checker) uploads() (found []Finding, err error) {
	received, err := c.db.Received(c.ctx)
	if err != nil {
		return nil, err
	}
	for _, u := range received {
		info, err := os.Stat(c.at.path(partBlobs, u.Blob))
		switch {
		case errors.Is(err, fs.ErrNotExist):
			found = append(found, Finding{path.Join(partDB, "uploads", u.ID), "its bytes are missing", wayRepair + ", after which its client may send them again"})
		case err != nil:
			return nil, err
		case info.Size() != u.Size:
			found = append(found, Finding{path.Join(partBlobs, u.Blob), "is not as long as it was when it came", wayBackup})
		}
	}
	return found, nil
}
