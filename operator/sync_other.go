//go:build !linux

package operator

import (
	"io/fs"
	"path/filepath"
)

// syncTree makes everything below a folder durable.
func syncTree(dir string) error {
	return filepath.WalkDir(dir, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return syncFile(path)
	})
}
