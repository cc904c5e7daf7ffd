package operator

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"plugforge"
	"plugforge/deploy"
	"plugforge/gitstore"
	"plugforge/internal/sqlitefile"
	"plugforge/registry"
)

// markerFile tells that a folder is a backup, and whether a whole one.
const markerFile = "plugforge-backup.json"

// formatVersion is of a backup's layout. A newer one is refused.
const formatVersion = 1

// marker is what markerFile holds.
type marker struct {
	Format    int       `json:"format"`
	Complete  bool      `json:"complete"`  // it can be restored
	Begun     time.Time `json:"begun"`     // the newest run
	Completed time.Time `json:"completed"` // the newest that came to its end
}

// Copied is what a Backup or Restore copied.
type Copied struct {
	Repositories int
	Files, Bytes int64
	Kept         int64 // files that an earlier backup had
	Notes        []string
}

// Backup copies a data folder into dest while a server may use it. dest must
// not exist, or be a backup, to which what is new is added. Order and syncs are
// such that at any moment dest is the older backup or the newer one, or says
// that it is none yet. The copy is complete by itself: what git had ahead of the
// database when the two were copied is in the copy's database when it is done.
// It holds the signing key and the URL secret, so only its owner may read it.
// Errors: CodeConflict for a dest that is something else.
func Backup(ctx context.Context, data, dest string, log *slog.Logger) (Copied, error) {
	b := &backup{ctx: ctx, from: folder(data), to: folder(dest), log: log, files: &copier{ctx: ctx}}
	err := b.from.there()
	if err == nil {
		err = b.run()
	}
	return b.files.done, plugforge.Wrap("operator.Backup", err)
}

type backup struct {
	ctx      context.Context
	from, to folder
	log      *slog.Logger
	files    *copier
}

func (b *backup) run() error {
	mark, err := b.begin()
	if err != nil {
		return err
	}
	unlock, err := b.to.lock()
	if err != nil {
		return err
	}
	defer unlock()
	if err := writeMarker(b.to.path(markerFile), mark); err != nil {
		return err
	}
	fresh := map[string]string{}
	for _, part := range []string{partDB, partVectors} {
		there, err := isThere(b.from.path(part))
		if err != nil {
			return err
		}
		if !there {
			continue
		}
		fresh[part] = b.to.path(part + ".new")
		if err := removeDatabase(fresh[part]); err != nil {
			return err
		}
		if err := sqlitefile.Backup(b.ctx, b.from.path(part), fresh[part]); err != nil {
			return err
		}
	}
	if err := b.keys(); err != nil {
		return err
	}
	if err := b.history(); err != nil {
		return err
	}
	if err := syncTree(string(b.to)); err != nil {
		return err
	}
	for part, file := range fresh {
		// What a killed backup left of the older one's log is not the new one's.
		for _, log := range []string{"-wal", "-shm"} {
			if err := os.Remove(b.to.path(part + log)); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
		if err := os.Rename(file, b.to.path(part)); err != nil {
			return err
		}
	}
	if err := b.finish(); err != nil {
		return err
	}
	mark.Complete, mark.Completed = true, time.Now().UTC().Truncate(time.Second)
	if err := syncTree(string(b.to)); err != nil {
		return err
	}
	return writeMarker(b.to.path(markerFile), mark)
}

// begin makes the folder, or sees that it is a backup.
func (b *backup) begin() (marker, error) {
	mark := marker{Format: formatVersion, Begun: time.Now().UTC().Truncate(time.Second)}
	if inside(b.from, b.to) || inside(b.to, b.from) {
		return mark, plugforge.Errorf(plugforge.CodeConflict, "%s and the data folder lie in each other: name another folder, best on another disk", plugforge.Printable(string(b.to)))
	}
	info, err := os.Lstat(string(b.to))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := os.Mkdir(string(b.to), 0o700); err != nil {
			return mark, err
		}
	case err != nil:
		return mark, err
	default:
		old, err := readMarker(b.to)
		if err != nil || !info.IsDir() {
			return mark, plugforge.Errorf(plugforge.CodeConflict, "%s is there already and is no backup: name a new folder, or an earlier backup", plugforge.Printable(string(b.to)))
		}
		mark.Complete, mark.Completed = old.Complete, old.Completed
	}
	return mark, nil
}

// keys copies what the server signs with, for the owner's eyes.
func (b *backup) keys() error {
	if err := os.MkdirAll(b.to.path(partKeys), 0o700); err != nil {
		return err
	}
	for _, name := range []string{"signing", "urls", "allowed_signers"} {
		there, err := isThere(b.from.path(partKeys, name))
		if err != nil {
			return err
		}
		if !there {
			if name == "signing" {
				b.files.note("the signing key is not in the data folder, so it is not in the backup: keep the file that serve --signing-key names")
			}
			continue
		}
		if err := b.files.replace(b.from.path(partKeys, name), b.to.path(partKeys, name), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// history copies the repositories with their archives, the archives that are
// of no repository here, and the bytes that wait to be confirmed.
func (b *backup) history() error {
	repos, err := gitstore.Repositories(b.from.git())
	if err != nil {
		return err
	}
	b.files.done.Repositories = len(repos)
	for _, r := range repos {
		if err := b.repository(r); err != nil {
			return err
		}
	}
	return b.files.tree(b.from.blobs(), b.to.blobs(), func(name string) bool {
		parts := strings.Split(name, "/")
		if parts[0] != "archives" || len(parts) != 4 {
			return true
		}
		// A repository that is new since then was there before its archives.
		for _, kind := range []string{"ns", "org"} {
			if there, err := isThere(b.from.path(partGit, kind, parts[1], parts[2]+".git")); there || err != nil {
				return false
			}
		}
		return true
	})
}

// repository copies one with the archives of the versions that the copy has. A
// version's archive is there before its tag; one that is gone was deleted since,
// which the copy must know, too.
func (b *backup) repository(r gitstore.Repository) error {
	archives := filepath.Join("archives", string(r.Owner), r.Fold)
	lacked := []string{}
	for {
		done, err := gitstore.Mirror(b.ctx, b.from.path(partGit, r.Path), b.to.path(partGit, r.Path))
		if err != nil {
			return err
		}
		b.files.done.Files += done.Files
		b.files.done.Bytes += done.Bytes
		b.files.done.Kept += done.Kept
		has := func(name string) bool {
			_, tagged := done.Refs["refs/tags/v"+strings.TrimSuffix(filepath.Base(name), ".zip")]
			return tagged
		}
		from, to := filepath.Join(b.from.blobs(), archives), filepath.Join(b.to.blobs(), archives)
		if err := b.files.tree(from, to, has); err != nil {
			return err
		}
		lacks := []string{}
		for _, name := range slices.Sorted(maps.Keys(done.Refs)) {
			number, ok := strings.CutPrefix(name, "refs/tags/v")
			if _, err := os.Stat(filepath.Join(to, number+".zip")); ok && err != nil {
				lacks = append(lacks, number)
			}
		}
		// Those that lacked it before, too, are disabled, or fsck tells of them.
		if slices.Equal(lacks, lacked) || len(lacks) == 0 {
			return nil
		}
		lacked = lacks
	}
}

// finish makes the copy's database know what git was ahead of it.
func (b *backup) finish() error {
	there, err := isThere(b.to.db())
	if err != nil || !there {
		return err
	}
	return b.to.withRooms(b.ctx, b.log, func(cfg registry.Config) error {
		if err := finish(b.ctx, cfg); err != nil {
			return err
		}
		_, problems, err := deploy.Rebuild(b.ctx, cfg.DB, cfg.Git, cfg.Logger)
		for _, p := range problems {
			b.files.note("%s", p)
		}
		if err != nil {
			return err
		}
		return reopenUploads(b.ctx, cfg, &Mended{})
	})
}

// inside tells whether one folder is, or lies in, another.
func inside(outer, inner folder) bool {
	a, err := filepath.Abs(string(outer))
	b, err2 := filepath.Abs(string(inner))
	if err != nil || err2 != nil {
		return false
	}
	rel, err := filepath.Rel(a, b)
	return err == nil && rel != ".." && !strings.HasPrefix(rel, "../")
}

// lock keeps another backup, restore or server off a backup.
func (f folder) lock() (unlock func(), err error) {
	file, err := os.OpenFile(f.path("lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		file.Close()
		return nil, plugforge.Errorf(plugforge.CodeConflict, "another plugforge uses %s: wait until it is done", plugforge.Printable(string(f)))
	}
	return func() { file.Close() }, nil
}

func removeDatabase(file string) error {
	for _, end := range []string{"", "-wal", "-shm", "-journal"} {
		if err := os.Remove(file + end); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

func readMarker(at folder) (marker, error) {
	var mark marker
	text, err := os.ReadFile(at.path(markerFile))
	if err != nil {
		return mark, plugforge.Errorf(plugforge.CodeNotFound, "%s is no backup: it has no %s", plugforge.Printable(string(at)), markerFile)
	}
	if err := json.Unmarshal(text, &mark); err != nil || mark.Format < 1 {
		return mark, plugforge.Errorf(plugforge.CodeConflict, "%s of %s can't be read: it is no backup that can be used", markerFile, plugforge.Printable(string(at)))
	}
	if mark.Format > formatVersion {
		return mark, plugforge.Errorf(plugforge.CodeConflict, "%s is a backup of format %d and this program knows %d: a newer plugforge made it; run that one", plugforge.Printable(string(at)), mark.Format, formatVersion)
	}
	return mark, nil
}

// writeMarker replaces the marker, durably.
func writeMarker(file string, mark marker) error {
	text, err := json.MarshalIndent(mark, "", "  ")
	if err != nil {
		return err
	}
	if err := replaceFile(file, append(text, '\n'), 0o600); err != nil {
		return err
	}
	return syncFile(filepath.Dir(file))
}

func replaceFile(file string, content []byte, mode fs.FileMode) error {
	temp := file + ".new"
	if err := os.WriteFile(temp, content, mode); err != nil {
		return err
	}
	if err := errors.Join(os.Chmod(temp, mode), syncFile(temp)); err != nil {
		return err
	}
	return os.Rename(temp, file)
}

// copier copies files, and counts them.
type copier struct {
	ctx  context.Context
	done Copied
}

func (c *copier) note(format string, args ...any) {
	c.done.Notes = append(c.done.Notes, fmt.Sprintf(format, args...))
}

// tree copies the files below a folder that are wanted, by name within it, and
// whose content never changes under their
// names; one that the copy has in its size is not copied again, and one that
// goes meanwhile is not missed.
func (c *copier) tree(from, to string, want func(name string) bool) error {
	return filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err = errors.Join(err, c.ctx.Err()); err != nil {
			return err
		}
		name, _ := filepath.Rel(from, path)
		target := filepath.Join(to, name)
		if d.IsDir() {
			if d.Name() == ".tmp" {
				return fs.SkipDir
			}
			return os.MkdirAll(target, 0o700)
		}
		if !want(name) {
			return nil
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) || err == nil && !info.Mode().IsRegular() {
			return nil
		}
		if err != nil {
			return err
		}
		if have, err := os.Stat(target); err == nil && have.Size() == info.Size() {
			c.done.Kept++
			return nil
		}
		err = c.replace(path, target, 0o600)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	})
}

// replace copies one file in place of what is there.
func (c *copier) replace(from, to string, mode fs.FileMode) error {
	src, err := os.Open(from)
	if err != nil {
		return err
	}
	defer src.Close()
	temp := to + ".new"
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, mode)
	if err != nil {
		return err
	}
	n, err := io.Copy(f, &untilDone{c.ctx, src})
	if err = errors.Join(err, f.Chmod(mode), f.Close()); err == nil {
		err = os.Rename(temp, to)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temp))
	}
	c.done.Files++
	c.done.Bytes += n
	return nil
}

// untilDone ends reading when its context ends.
type untilDone struct {
	ctx context.Context
	src io.Reader
}

func (r *untilDone) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.src.Read(p)
}

func syncFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
