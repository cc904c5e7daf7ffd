package gitstore

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"golang.org/x/sync/errgroup"
)

// sync makes a file's or folder's content durable. After a failure (other than
// a full disk, which loses nothing that was promised) the store takes no more
// writes: see Ready.
func (s *Store) sync(f *os.File) error {
	err := f.Sync()
	if err != nil && !errors.Is(err, syscall.ENOSPC) && !errors.Is(err, syscall.EDQUOT) {
		s.syncFailed.CompareAndSwap(nil, &err)
	}
	return err
}

// syncDir makes the names in a folder durable.
func (s *Store) syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	defer d.Close()
	return s.sync(d)
}

// syncAll syncs files and folders side by side: the file system writes its
// journal once for all of them.
func (s *Store) syncAll(paths ...string) error {
	var g errgroup.Group
	for _, path := range paths {
		g.Go(func() error { return s.syncDir(path) })
	}
	return g.Wait()
}

// createFile writes a new file and does not sync it.
func createFile(path string, content []byte, mode fs.FileMode) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Close())
}

// writeFile writes a new file and syncs it, but not its folder.
func (s *Store) writeFile(path string, content []byte, mode fs.FileMode) error {
	if err := createFile(path, content, mode); err != nil {
		return err
	}
	return s.syncDir(path)
}

// replaceFile puts content in place of path's in one step, durably. temp must
// be on the same file system.
func (s *Store) replaceFile(temp, path string, content []byte, mode fs.FileMode) error {
	if err := s.writeFile(temp, content, mode); err != nil {
		return err
	}
	if err := os.Rename(temp, path); err != nil {
		return err
	}
	return s.syncDir(filepath.Dir(path))
}

// makeDirs makes a folder and those above it that are missing, durably.
func (s *Store) makeDirs(path string) error {
	if isDir(path) {
		return nil
	}
	parent := filepath.Dir(path)
	if err := s.makeDirs(parent); err != nil {
		return err
	}
	if err := os.Mkdir(path, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return s.syncDir(parent)
}

func randomName() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the program instead
	return hex.EncodeToString(b[:])
}
