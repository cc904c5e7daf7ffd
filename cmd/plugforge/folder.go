package main

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"plugforge"
)

// openFolder is an author's folder as the tree that push sends: less what
// .gitignore files name, less caches and less what configures this program.
func openFolder(dir string) (fs.FS, error) {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, plugforge.Errorf(plugforge.CodeNotFound, "there is no folder %s", plugforge.Printable(dir))
	case err != nil:
		return nil, err
	case !info.IsDir():
		return nil, usageError{plugforge.Errorf(plugforge.CodeBadRequest, "%s is a file: name the plugin's folder", plugforge.Printable(dir))}
	}
	rules, err := rulesAbove(dir)
	if err != nil {
		return nil, err
	}
	f := &folder{FS: os.DirFS(dir), entries: map[string][]fs.DirEntry{}}
	return f, f.list(".", rules)
}

// folder is a tree that shows only what it listed when it was opened.
type folder struct {
	fs.FS
	entries map[string][]fs.DirEntry // by folder
}

func (f *folder) list(dir string, rules []ignoreRule) error {
	own, err := ignoreFile(f.FS, path.Join(dir, ".gitignore"), dir)
	if err != nil {
		return err
	}
	rules = append(slices.Clip(rules), own...)
	all, err := fs.ReadDir(f.FS, dir)
	if err != nil {
		return err
	}
	kept := []fs.DirEntry{}
	for _, e := range all {
		name := path.Join(dir, e.Name())
		if leftOut(e.Name(), e.IsDir()) || ignored(rules, name, e.IsDir()) {
			continue
		}
		if e.IsDir() {
			if err := f.list(name, rules); err != nil {
				return err
			}
			if len(f.entries[name]) == 0 {
				continue
			}
		}
		kept = append(kept, e)
	}
	f.entries[dir] = kept
	return nil
}

// Open opens what was listed.
func (f *folder) Open(name string) (fs.File, error) {
	if !fs.ValidPath(name) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	if name != "." && !slices.ContainsFunc(f.entries[path.Dir(name)], func(e fs.DirEntry) bool { return e.Name() == path.Base(name) }) {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	}
	return f.FS.Open(name)
}

// ReadDir gives what was listed.
func (f *folder) ReadDir(name string) ([]fs.DirEntry, error) {
	entries, ok := f.entries[name]
	if !ok {
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: fs.ErrNotExist}
	}
	return slices.Clone(entries), nil
}

// leftOut names what tools leave behind, which is never part of a plugin, and
// plugforge.toml, which may hold a key.
func leftOut(name string, isDir bool) bool {
	if isDir {
		switch name {
		case ".git", "__pycache__", "__MACOSX", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis",
			".tox", ".nox", ".venv", "venv", "node_modules", ".ipynb_checkpoints", ".idea", ".vscode":
			return true
		}
		return false
	}
	switch strings.ToLower(name) {
	case configName, ".ds_store", "thumbs.db", "desktop.ini", ".coverage", ".git":
		return true
	}
	return strings.HasPrefix(name, "._") || strings.HasSuffix(name, ".pyc") || strings.HasSuffix(name, ".pyo")
}

// rulesAbove are the rules that the folder's repository has outside of it,
// down from its root. Without a repository there are none.
func rulesAbove(dir string) ([]ignoreRule, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	var above []string // from the folder up to the repository's root
	for at := abs; ; at = filepath.Dir(at) {
		above = append(above, at)
		if _, err := os.Lstat(filepath.Join(at, ".git")); err == nil {
			break
		}
		if at == filepath.Dir(at) {
			return nil, nil
		}
	}
	var rules []ignoreRule
	for i, at := range slices.Backward(above) {
		// Paths are matched as seen from at: what leads down to the folder
		// goes before each.
		below, err := filepath.Rel(at, abs)
		if err != nil {
			return nil, err
		}
		files := []string{filepath.Join(at, ".gitignore")}
		if i == len(above)-1 {
			files = slices.Insert(files, 0, filepath.Join(at, ".git", "info", "exclude"))
		}
		if i == 0 {
			files = slices.DeleteFunc(files, func(f string) bool { return filepath.Base(f) == ".gitignore" }) // list reads it
		}
		for _, file := range files {
			found, err := ignoreFile(os.DirFS(filepath.Dir(file)), filepath.Base(file), ".")
			if err != nil {
				return nil, err
			}
			for _, r := range found {
				r.above = filepath.ToSlash(below)
				rules = append(rules, r)
			}
		}
	}
	return rules, nil
}
