package gitstore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"plugforge"
)

// Mirrored counts what Mirror copied, and what was there from before.
type Mirrored struct {
	Files, Bytes int64
	Kept         int64
	Refs         map[string]string // the refs of the moment that the copy shows
}

// Mirror copies the repository in one folder into another, which is made or
// holds an older copy, while others may write to the first. The copy shows one
// moment, in which nothing was under way: refs and the names of what they lead
// to are listed together, under the locks. Packs and objects that an older copy
// has in the same size are not copied again. Nothing is hard-linked, and nothing
// synced: that is the caller's, before it relies on the copy. Cut short, the
// older copy is as good as it was.
func Mirror(ctx context.Context, from, to string) (Mirrored, error) {
	var done Mirrored
	var err error
	for range mirrorTries {
		// What was listed may go before it is copied, when packs are replaced.
		if err = mirror(ctx, from, to, &done); !missing(err) {
			break
		}
	}
	if err != nil {
		err = fmt.Errorf("copy repository %s: %w", from, err)
	}
	return done, plugforge.Wrap("gitstore.Mirror", translate(err))
}

// mirrorTries bounds how often a Mirror begins again.
const mirrorTries = 10

func mirror(ctx context.Context, from, to string, done *Mirrored) error {
	objects, err := moment(ctx, from, done)
	if err != nil {
		return err
	}
	for _, sub := range []string{"objects/info", "objects/pack", "refs/heads", "refs/tags", quarantine} {
		if err := os.MkdirAll(filepath.Join(to, sub), 0o755); err != nil {
			return err
		}
	}
	m := &mirroring{ctx, from, to, done}
	for _, name := range objects {
		if err := m.copy(name); err != nil {
			return err
		}
	}
	for _, name := range []string{"HEAD", "config"} {
		if err := m.replace(name); err != nil {
			return err
		}
	}
	// The refs last, all in one file and one step; then what only the older
	// copy's refs needed may go.
	if err := m.writeRefs(done.Refs); err != nil {
		return err
	}
	return m.drop(objects)
}

// moment lists refs and objects while nothing is under way.
func moment(ctx context.Context, from string, done *Mirrored) (objects []string, err error) {
	release, err := Hold(ctx, from)
	if err != nil {
		return nil, err
	}
	defer release()
	refs, torn, err := readRefs(from)
	if err != nil {
		return nil, err
	}
	if len(torn) > 0 {
		return nil, plugforge.Errorf(plugforge.CodeInternal, "%s of %s is torn: run plugforge fsck --repair first", torn[0], from)
	}
	done.Refs = refs
	for _, pattern := range []string{"[0-9a-f][0-9a-f]/*", "pack/*.pack", "pack/*.idx"} { // a pack before its index
		found, err := filepath.Glob(filepath.Join(from, "objects", pattern))
		if err != nil {
			return nil, err
		}
		for _, path := range found {
			if name, _ := filepath.Rel(from, path); !isStale(name) {
				objects = append(objects, name)
			}
		}
	}
	return objects, nil
}

// mirroring is one Mirror under way.
type mirroring struct {
	ctx      context.Context
	from, to string
	done     *Mirrored
}

// copy copies a file that never changes under its name.
func (m *mirroring) copy(name string) error {
	if err := m.ctx.Err(); err != nil {
		return err
	}
	info, err := os.Stat(filepath.Join(m.from, name))
	if err != nil {
		return err
	}
	if have, err := os.Stat(filepath.Join(m.to, name)); err == nil && have.Size() == info.Size() {
		m.done.Kept++
		return nil
	}
	return m.replace(name)
}

// replace copies a file in place of what is there.
func (m *mirroring) replace(name string) error {
	src, err := os.Open(filepath.Join(m.from, name))
	if err != nil {
		return err
	}
	defer src.Close()
	n, err := m.put(name, &ctxReader{m.ctx, src})
	m.done.Files++
	m.done.Bytes += n
	return err
}

// put writes a file aside and moves it into place.
func (m *mirroring) put(name string, content io.Reader) (int64, error) {
	path := filepath.Join(m.to, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return 0, err
	}
	temp := filepath.Join(m.to, quarantine, quarantineVersion+randomName())
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return 0, err
	}
	n, err := io.Copy(f, content)
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(temp, path)
	}
	if err != nil {
		os.Remove(temp)
	}
	return n, err
}

// writeRefs gives the copy exactly these refs, in git's own packed form.
func (m *mirroring) writeRefs(refs map[string]string) error {
	var text bytes.Buffer
	text.WriteString("# pack-refs with: sorted \n")
	for _, name := range slices.Sorted(maps.Keys(refs)) {
		fmt.Fprintf(&text, "%s %s\n", refs[name], name)
	}
	if _, err := m.put("packed-refs", &text); err != nil {
		return err
	}
	return filepath.WalkDir(filepath.Join(m.to, "refs"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		return os.Remove(path)
	})
}

// drop removes the objects that the older copy had and the original has no
// more, and what an earlier Mirror left half written.
func (m *mirroring) drop(keep []string) error {
	kept := map[string]bool{}
	for _, name := range keep {
		kept[name] = true
	}
	return filepath.WalkDir(m.to, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		name, _ := filepath.Rel(m.to, path)
		object := strings.HasPrefix(name, "objects/") && !kept[name]
		if object || strings.HasPrefix(name, quarantine+"/") {
			return os.Remove(path)
		}
		return nil
	})
}
