package blobs

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"syscall"
)

// ErrSync marks the failure of an fsync. What the kernel did with the data is
// unknown from then on and asking again proves nothing: the process should
// stop calling itself ready.
var ErrSync = errors.New("fsync failed")

// folders makes folders and remembers which of them are known to be on disk.
// That one exists does not prove it: who made it may have died before the
// sync, or be about to sync.
type folders struct {
	mu      sync.Mutex
	durable map[string]bool
}

// ensure makes path and what is missing above it, down from root, which is on
// disk already. It syncs each folder's parent once in the life of f.
func (f *folders) ensure(root, path string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.step(root, path)
}

func (f *folders) step(root, path string) error {
	if path == root || f.durable[path] {
		return nil
	}
	parent := filepath.Dir(path)
	if err := f.step(root, parent); err != nil {
		return err
	}
	if err := mkdir(path); err != nil {
		return err
	}
	if err := syncFolder(parent); err != nil {
		return err
	}
	f.durable[path] = true
	return nil
}

// makeDurable makes path and what is missing above it, each synced into its
// parent.
func makeDurable(path string) error {
	err := mkdir(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := makeDurable(filepath.Dir(path)); err != nil {
			return err
		}
		err = mkdir(path)
	}
	if err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// mkdir is content with a folder that exists.
func mkdir(path string) error {
	err := os.Mkdir(path, 0o700)
	if !errors.Is(err, fs.ErrExist) {
		return err
	}
	info, err := os.Stat(path)
	if err == nil && !info.IsDir() {
		return &fs.PathError{Op: "mkdir", Path: path, Err: syscall.ENOTDIR}
	}
	return err
}

func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	defer d.Close()
	return syncFile(d)
}

func syncFile(f *os.File) error {
	if err := f.Sync(); err != nil {
		return fmt.Errorf("%w: %w", ErrSync, err)
	}
	return nil
}
