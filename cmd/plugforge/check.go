package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"slices"

	"plugforge"
	"plugforge/archive"
	"plugforge/manifest"
	"plugforge/scanner"
)

// checkedTree is a plugin that was judged, and the archive that it makes.
type checkedTree struct {
	findings   []plugforge.Finding // sorted; none means that it passes
	suppressed []plugforge.Suppression
	leaks      bool               // some of them are secrets, which no policy lets pass
	manifest   *manifest.Manifest // nil if it can't be read
	archive    *os.File           // a temporary file without a name; nil if the tree can't be put into an archive
	size       int64              // bytes of the archive
}

func (c *checkedTree) close() {
	if c.archive != nil {
		c.archive.Close()
	}
}

// checkTree judges a plugin's files as the server will, by the server's own
// code: layout, then manifest, security scan with the operator's additions, and
// secrets. It needs no server and runs nothing. Its error is a failure to look,
// never a verdict.
func checkTree(ctx context.Context, tree fs.FS, additions scanner.Policy) (_ *checkedTree, err error) {
	c := &checkedTree{}
	if c.findings, err = oddFiles(tree); err != nil || len(c.findings) > 0 {
		return c, err
	}
	if c.archive, c.size, err = packTree(tree); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			c.close()
		}
	}()
	packed, err := archive.Open(ctx, c.archive, c.size)
	var rejected *plugforge.Rejection
	if errors.As(err, &rejected) {
		c.findings = rejected.Findings
		return c, nil
	}
	if err != nil {
		return nil, err
	}
	// What is judged is what was packed. Without a manifest at the root the
	// archive may have been taken for one with a folder around it: the place
	// where the author keeps the files is then judged instead.
	judged := fs.FS(packed)
	if _, err := fs.Stat(tree, "manifest.py"); errors.Is(err, fs.ErrNotExist) {
		judged = tree
	}
	m, found, err := manifest.Read(ctx, judged)
	if err != nil {
		return nil, err
	}
	scan, err := scanner.Scan(ctx, judged, additions)
	if err != nil {
		return nil, err
	}
	leaks, err := scanner.Secrets(ctx, judged)
	if err != nil {
		return nil, err
	}
	c.manifest, c.suppressed, c.leaks = m, scan.Suppressed, len(leaks.Findings) > 0
	c.findings = plugforge.SortFindings(slices.Concat(leaks.Hide(append(found, scan.Findings...)), leaks.Findings))
	return c, nil
}

// oddFiles finds what no archive of ours can hold: the server would name it by
// the same rules.
func oddFiles(tree fs.FS) (found []plugforge.Finding, err error) {
	err = fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil || d.IsDir() || d.Type().IsRegular():
			return err
		case d.Type()&fs.ModeSymlink != 0:
			found = append(found, plugforge.Finding{Path: name, Rule: "archive.symlink",
				Text: "the file is a symbolic link: put the file itself into the folder"})
		default:
			found = append(found, plugforge.Finding{Path: name, Rule: "archive.special-file",
				Text: "this is neither a file nor a folder: leave it out"})
		}
		return nil
	})
	return plugforge.SortFindings(found), err
}

// packTree writes the tree's canonical archive into a temporary file that has
// no name any more, so that nothing is left behind however the program ends.
func packTree(tree fs.FS) (_ *os.File, size int64, err error) {
	f, err := os.CreateTemp("", "plugforge-*.zip")
	if err != nil {
		return nil, 0, err
	}
	if err = errors.Join(os.Remove(f.Name()), archive.Write(f, tree)); err != nil {
		f.Close()
		return nil, 0, err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, 0, err
	}
	return f, info.Size(), nil
}
