package operator

import (
	"context"
	"os"
	"path/filepath"

	"plugforge"
	"plugforge/gitstore"
)

// restoringFile tells that a restore into a folder was not ended.
const restoringFile = "restore-unfinished"

// Unfinished refuses a data folder into which a restore was cut short.
func Unfinished(data string) error {
	there, err := isThere(filepath.Join(data, restoringFile))
	if err == nil && there {
		err = plugforge.Errorf(plugforge.CodeConflict, "a restore into %s was cut short: run it again, or empty the folder", plugforge.Printable(data))
	}
	return err
}

// RestoreOptions says what to restore, and where.
type RestoreOptions struct {
	Data  string        // the folder, which must be there
	From  string        // the backup
	Ours  []string      // names in Data that are the caller's own
	Force bool          // restore in spite of findings
	Found func(Finding) // told of each finding
}

// Restore makes a data folder of a backup, having checked that nothing is wrong
// with that: bad is how many findings there were, for which nothing is restored
// unless it is forced. Data must be empty, less the names in Ours, or hold a
// restore that was cut short, which is then ended. Errors: CodeNotFound for
// what is no backup; CodeConflict for a folder that holds something, and for a
// backup that never came to its end.
func Restore(ctx context.Context, o RestoreOptions) (done Copied, bad int, err error) {
	done, bad, err = restore(ctx, o)
	return done, bad, plugforge.Wrap("operator.Restore", err)
}

func restore(ctx context.Context, o RestoreOptions) (done Copied, bad int, err error) {
	at, src := folder(o.Data), folder(o.From)
	if err := src.there(); err != nil {
		return done, 0, err
	}
	mark, err := readMarker(src)
	if err != nil {
		return done, 0, err
	}
	if !mark.Complete {
		return done, 0, plugforge.Errorf(plugforge.CodeConflict, "the backup %s never came to its end: run plugforge backup once more, or take an older one", plugforge.Printable(string(src)))
	}
	unlock, err := src.lock()
	if err != nil {
		return done, 0, err
	}
	defer unlock()
	if err := at.empty(o.Ours); err != nil {
		return done, 0, err
	}
	checked, err := Check(ctx, CheckOptions{Data: o.From, Found: o.Found})
	if bad = len(checked.Findings); err != nil || bad > 0 && !o.Force {
		return done, bad, err
	}
	if err := replaceFile(at.path(restoringFile), nil, 0o600); err != nil {
		return done, bad, err
	}
	files := &copier{ctx: ctx}
	if err := copyBack(files, at, src); err != nil {
		return files.done, bad, err
	}
	if err := syncTree(string(at)); err != nil {
		return files.done, bad, err
	}
	if err := os.Remove(at.path(restoringFile)); err != nil {
		return files.done, bad, err
	}
	return files.done, bad, syncFile(string(at))
}

// empty refuses a folder that holds anything of somebody's.
func (f folder) empty(ours []string) error {
	entries, err := os.ReadDir(string(f))
	if err != nil {
		return err
	}
	own := map[string]bool{}
	for _, name := range ours {
		own[name] = true
	}
	for _, e := range entries {
		if e.Name() == restoringFile {
			return nil // all that is here is of that restore
		}
	}
	for _, e := range entries {
		if !own[e.Name()] {
			return plugforge.Errorf(plugforge.CodeConflict, "%s is not empty: it holds %s; restore into a new folder", plugforge.Printable(string(f)), plugforge.Printable(e.Name()))
		}
	}
	return nil
}

func copyBack(files *copier, at, src folder) error {
	b := &backup{ctx: files.ctx, from: src, to: at, files: files}
	if err := b.keys(); err != nil {
		return err
	}
	repos, err := gitstore.Repositories(src.git())
	if err != nil {
		return err
	}
	files.done.Repositories = len(repos)
	for _, r := range repos {
		done, err := gitstore.Mirror(files.ctx, src.path(partGit, r.Path), at.path(partGit, r.Path))
		if err != nil {
			return err
		}
		files.done.Files += done.Files
		files.done.Bytes += done.Bytes
	}
	if err := files.tree(src.blobs(), at.blobs(), func(string) bool { return true }); err != nil {
		return err
	}
	for _, part := range []string{partVectors, partDB} { // what makes it a data folder comes last
		there, err := isThere(src.path(part))
		if err != nil {
			return err
		}
		if !there {
			continue
		}
		if err := removeDatabase(at.path(part)); err != nil {
			return err
		}
		if err := files.replace(src.path(part), at.path(part), 0o600); err != nil {
			return err
		}
	}
	return nil
}
