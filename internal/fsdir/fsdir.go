// Package fsdir is the open folder of a file system that knows its entries
// beforehand: what an fs.FS answers when Open is asked for a folder. Archives'
// trees and versions' trees in git use it.
package fsdir

import (
	"errors"
	"io"
	"io/fs"
)

// Open gives the folder called name, which info tells of, with these entries.
// They are listed as they are: io/fs wants them sorted by name. Reading the
// folder as a file is a *fs.PathError.
func Open(name string, info fs.FileInfo, entries []fs.DirEntry) fs.ReadDirFile {
	return &folder{name, info, entries}
}

type folder struct {
	name string
	info fs.FileInfo
	left []fs.DirEntry
}

func (f *folder) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *folder) Close() error               { return nil }

func (f *folder) Read([]byte) (int, error) {
	return 0, &fs.PathError{Op: "read", Path: f.name, Err: errors.New("is a folder")}
}

// ReadDir implements fs.ReadDirFile.
func (f *folder) ReadDir(n int) ([]fs.DirEntry, error) {
	if n <= 0 {
		n = len(f.left)
	} else if len(f.left) == 0 {
		return nil, io.EOF
	}
	n = min(n, len(f.left))
	list := f.left[:n:n]
	f.left = f.left[n:]
	return list, nil
}
