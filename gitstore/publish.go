package gitstore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-git/go-git/v5/plumbing"
	"golang.org/x/sync/errgroup"

	"plugforge"
)

// Publish makes a version of the tree, durably, and returns it as Plugin will.
// Done twice with one UploadID it returns the first result. What it needs of
// memory does not grow with the tree's bytes. Errors: CodeAlreadyExists when
// another upload holds the version, or a deleted one does; CodeConflict when
// the name differs from an existing plugin's only by case; CodeValidation for
// a path, mode or text that git could not carry; CodeInsufficientStorage;
// CodeUnavailable after ctx ended or the disk failed. After an error nothing
// of the version is in the store, with one exception: what fails after the tag
// was made is finished by the next Publish or Recover.
func (s *Store) Publish(ctx context.Context, p Publication, tree fs.FS) (plugforge.Plugin, error) {
	done, err := s.publish(ctx, p, tree)
	return done, plugforge.Wrap("gitstore.Publish", translate(err))
}

func (s *Store) publish(ctx context.Context, p Publication, tree fs.FS) (none plugforge.Plugin, _ error) {
	if err := p.check(); err != nil {
		return none, err
	}
	if err := s.Ready(); err != nil {
		return none, err
	}
	src, err := readSource(ctx, tree)
	if err != nil {
		return none, err
	}
	r, err := s.repoForWriting(p.Plugin.Slug)
	if err != nil {
		return none, err
	}
	unlock, err := s.lock(ctx, r, lockVersions)
	if err != nil {
		return none, err
	}
	defer unlock()
	if _, err := s.sweepVersions(r); err != nil {
		return none, fmt.Errorf("clear away an unfinished upload: %w", err)
	}
	if err := r.checkName(p.Plugin.Slug, p.Plugin.Slug.Owner); err != nil {
		return none, err
	}
	if done, err := s.already(r, p.Plugin); done != nil || err != nil {
		if err != nil {
			return none, err
		}
		return *done, nil
	}
	w, err := s.newVersion(r, p, src)
	if err != nil {
		return none, err
	}
	w.beside = p.Beside
	if err := w.store(ctx, src); err != nil {
		// If this fails too, the quarantine folder stays for the next writer.
		_, swept := s.sweepVersions(r)
		return none, errors.Join(err, swept)
	}
	r.whose.CompareAndSwap(nil, &p.Plugin.Slug)
	return w.plugin, r.clearVersion()
}

// already answers for a version that exists: the same upload gets it again,
// another one an error. Nil and nil: the number is free.
func (s *Store) already(r *repo, p plugforge.Plugin) (*plugforge.Plugin, error) {
	taken := plugforge.Errorf(plugforge.CodeAlreadyExists, "version %s of %s exists already and never changes: publish under another number", p.Version, p.Slug.Name)
	gone, err := r.readRef(deletedRef(p.Version))
	if err != nil {
		return nil, err
	}
	if !gone.IsZero() {
		taken.Message = fmt.Sprintf("version %s of %s was deleted and its number stays taken: publish under another one", p.Version, p.Slug.Name)
		return nil, taken
	}
	c, err := r.versionCommit(p.Version)
	if err != nil || c == nil {
		return nil, err
	}
	old, err := r.plugin(c)
	if err != nil {
		return nil, err
	}
	if old.UploadID != p.UploadID {
		return nil, taken
	}
	// The process that made the tag may have died before its folder was synced.
	return &old, s.syncAll(r.path("objects", "pack"), r.path(refTags), r.path("refs", "heads"))
}

// version is one version on its way into a repository.
type version struct {
	in     *Store
	repo   *repo
	plugin plugforge.Plugin

	blobs  []sourceFile                // that the store lacks
	others []content                   // trees, commit and tag that it lacks
	beside func(context.Context) error // what must succeed before the tag is made; may be nil
	copies []plumbing.Hash             // of a version that is adopted: objects that it lacks
	from   *repo                       // which has them
	commit plumbing.Hash
	tag    plumbing.Hash

	entries []packEntry // of the pack in quarantine, and its name
	pack    string
}

// quarantineVersion starts the names of what waits in quarantine for a
// version. There is one version under way at most, for its writer holds the
// lock; and the files are few and in no folder of their own, because making
// them is what publishing costs most.
const (
	quarantineVersion = "version-"
	waitingPack       = quarantineVersion + "pack"
	waitingIndex      = quarantineVersion + "idx"
	waitingMain       = quarantineVersion + "main"
	waitingTag        = quarantineVersion + "tag-" // and the tag's name
)

// newVersion works out all objects, and which of them have to be written.
func (s *Store) newVersion(r *repo, p Publication, src *source) (*version, error) {
	w := &version{in: s, repo: r}
	trees, err := src.trees()
	if err != nil {
		return nil, err
	}
	root := trees[len(trees)-1].hash
	parent, err := r.readRef(refMain)
	if err != nil {
		return nil, err
	}
	p.Plugin.ContentHash = src.contentHash()
	message, err := p.message()
	if err != nil {
		return nil, err
	}
	c := &commit{tree: root, parent: parent, author: identOf(p.Plugin.Author), at: p.Plugin.CreatedAt, message: message}
	commitObject, err := c.encode(s.key)
	if err != nil {
		return nil, err
	}
	tagObject, err := annotated{target: c.hash, name: tagName(p.Plugin.Version), at: c.at, message: message}.encode(s.key)
	if err != nil {
		return nil, err
	}
	w.commit, w.tag = c.hash, tagObject.hash
	w.plugin = resultOf(p.Plugin, src, c.hash)
	return w, w.pick(src, append(trees, commitObject, tagObject))
}

// resultOf is the version as Plugin reads it.
func resultOf(p plugforge.Plugin, src *source, commit plumbing.Hash) plugforge.Plugin {
	p.Commit = commit.String()
	p.Manifest, p.FeatureURI, p.Seq, p.HasRealtime = nil, "", 0, false
	for _, f := range src.files {
		p.HasRealtime = p.HasRealtime || f.path == realtimeFile
	}
	return p
}

// pick leaves out what the store holds whole, and each object's repetitions.
func (w *version) pick(src *source, others []content) error {
	if err := w.repo.idx.look(); err != nil {
		return err
	}
	seen := map[plumbing.Hash]bool{}
	lacks := func(h plumbing.Hash) bool {
		if seen[h] {
			return false
		}
		seen[h] = true
		return !w.repo.holds(h)
	}
	for _, f := range src.files {
		if lacks(f.blob) {
			w.blobs = append(w.blobs, f)
		}
	}
	for _, o := range others {
		if lacks(o.hash) {
			w.others = append(w.others, o)
		}
	}
	return nil
}

// store takes the version through its stages. An error before the tag exists
// leaves what sweepVersions takes back, one after it what that finishes.
func (w *version) store(ctx context.Context, src *source) error {
	s, r := w.in, w.repo
	if err := w.enter(ctx, src, StageObjects); err != nil {
		return err
	}
	s.marker(StageTag)
	if err := os.Rename(w.waiting(waitingMain), r.path(refMain)); err != nil {
		return err
	}
	s.marker(StageMain)
	return w.sync()
}

// enter brings the objects into the store and makes the tag. Of the order of
// names only a process that dies needs to know: after a power loss the tag may
// be there and the pack not, but then the pack still waits in quarantine, which
// was synced, and sweepVersions links it again.
func (w *version) enter(ctx context.Context, src *source, stage string) error {
	if err := w.write(ctx, src); err != nil {
		return err
	}
	if err := w.repo.admit(w.pack); err != nil {
		return err
	}
	w.repo.idx.add(w.pack, w.entries)
	w.dropTorn()
	w.in.marker(stage)
	return w.repo.linkRef(tagRef(w.plugin.Version), w.waiting(w.tagFile()))
}

// sync makes the names that enter and store gave durable, all at once: a file
// system writes its journal once for all that wait.
func (w *version) sync() error {
	return w.in.syncAll(w.repo.path("objects", "pack"), w.repo.path(refTags), w.repo.path("refs", "heads"))
}

func (w *version) waiting(name string) string { return w.repo.path(quarantine, name) }

func (w *version) tagFile() string { return waitingTag + tagName(w.plugin.Version) }

// write fills the quarantine, and does meanwhile what is to be done beside.
func (w *version) write(ctx context.Context, src *source) error {
	if w.beside == nil {
		return w.fill(ctx, src)
	}
	var g errgroup.Group
	g.Go(func() error { return w.fill(ctx, src) })
	defer g.Wait() // should beside panic
	err := w.beside(ctx)
	return errors.Join(err, g.Wait())
}

// fill writes everything into quarantine, syncs it, and reads it back.
func (w *version) fill(ctx context.Context, src *source) error {
	in := w.waiting
	pw, err := newPackWriter(in(waitingPack), len(w.blobs)+len(w.others)+len(w.copies), &w.in.deflaters)
	if err != nil {
		return err
	}
	defer pw.f.Close()
	if err := w.writeObjects(ctx, src, pw); err != nil {
		return err
	}
	checksum, err := pw.finish(in(waitingIndex))
	if err != nil {
		return err
	}
	for name, hash := range map[string]plumbing.Hash{w.tagFile(): w.tag, waitingMain: w.commit} {
		if err := createFile(in(name), refText(hash), 0o644); err != nil {
			return err
		}
	}
	var g errgroup.Group
	g.Go(func() error {
		return w.in.syncAll(in(waitingPack), in(waitingIndex), in(w.tagFile()), in(waitingMain), in(""))
	})
	read := verifyPack(in(waitingPack), pw.entries, checksum)
	if read == nil {
		_, read = readIndex(in(waitingIndex))
	}
	if err := g.Wait(); err != nil {
		return err
	}
	if read != nil {
		return fmt.Errorf("the disk gives back other bytes than it was given: %w", read)
	}
	w.entries, w.pack = pw.entries, packName(checksum)
	return nil
}

func (w *version) writeObjects(ctx context.Context, src *source, pw *packWriter) error {
	for _, o := range w.others {
		if err := pw.add(o.hash, o.kind, int64(len(o.data)), bytes.NewReader(o.data)); err != nil {
			return err
		}
	}
	for _, f := range w.blobs {
		file, err := src.open(ctx, f)
		if err != nil {
			return err
		}
		err = pw.add(f.blob, plumbing.BlobObject, f.size, file)
		if err = errors.Join(err, file.Close()); err != nil {
			return fmt.Errorf("%s: %w", f.path, err)
		}
	}
	return w.copyObjects(ctx, pw)
}

// admit links the waiting pack into the store; from then on git sees its
// objects, though no ref leads there yet. A torn file of that name is replaced.
// The names are not durable before their folder is synced.
func (r *repo) admit(pack string) error {
	for _, f := range []struct{ from, to string }{
		{waitingPack, packFile(pack)}, {waitingIndex, indexName(pack)}, // git sees a pack by its index
	} {
		if err := linkOver(r.path(quarantine, f.from), r.path("objects", "pack", f.to)); err != nil {
			return err
		}
	}
	return nil
}

// linkOver gives a file a second name, in place of what has it.
func linkOver(from, to string) error {
	err := os.Link(from, to)
	if !errors.Is(err, fs.ErrExist) {
		return err
	}
	temp := from + ".link"
	if err := os.Link(from, temp); err != nil {
		return err
	}
	return os.Rename(temp, to)
}

// dropTorn removes loose copies of what the pack now holds: they were there
// and could not be read, or they would not be in the pack.
func (w *version) dropTorn() {
	for _, o := range w.others {
		os.Remove(w.repo.loosePath(o.hash))
	}
	for _, f := range w.blobs {
		os.Remove(w.repo.loosePath(f.blob))
	}
	for _, h := range w.copies {
		os.Remove(w.repo.loosePath(h))
	}
}

// sweepVersions ends what dead processes left of publishing: a version whose
// tag exists is finished, any other taken back. The caller holds the lock, so
// nobody alive has anything here. It returns what it did.
func (s *Store) sweepVersions(r *repo) ([]string, error) {
	left, err := r.waitingFor(quarantineVersion)
	if err != nil || len(left) == 0 {
		return nil, err
	}
	for _, name := range left {
		if tag, ok := strings.CutPrefix(name, waitingTag); ok {
			if err := s.abandon(r, tag); err != nil {
				return nil, err
			}
		}
	}
	// The files go last: until main is right they are the note that it may
	// not be.
	if err := s.sweepGraves(r, left); err != nil {
		return nil, err
	}
	did, err := s.forwardMain(r)
	if err != nil {
		return nil, err
	}
	for _, name := range left {
		did = append(did, quarantine+"/"+name+" removed")
	}
	return did, r.clearVersion()
}

// clearVersion empties the quarantine of versions. The tag's file goes last: a
// pack beside it is one that may have to be taken back.
func (r *repo) clearVersion() error {
	left, err := r.waitingFor(quarantineVersion)
	slices.Sort(left) // idx, main, pack, tag-
	for _, name := range left {
		err = errors.Join(err, os.RemoveAll(r.path(quarantine, name)))
	}
	return err
}

// waitingFor lists what in quarantine has names that start so.
func (r *repo) waitingFor(prefix string) ([]string, error) {
	entries, err := os.ReadDir(r.path(quarantine))
	var names []string
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), prefix) {
			names = append(names, entry.Name())
		}
	}
	return names, err
}

// abandon takes the waiting version's objects out of the store, unless the tag
// that they were written for leads to them: then it makes sure of them.
func (s *Store) abandon(r *repo, tag string) error {
	text, err := os.ReadFile(r.path(quarantine, waitingTag+tag))
	if err != nil {
		return err
	}
	checksum, err := packEnd(r.path(quarantine, waitingPack))
	if err != nil {
		return nil // not whole, so it never came to the store
	}
	if v, err := plugforge.ParseVersion(tag); err != nil || tagName(v) != tag {
		return nil
	}
	at, err := r.readRef(refTags + "/" + tag)
	switch {
	case errors.Is(err, errCorrupt), err == nil && at.String()+"\n" == string(text):
		return s.readmit(r, packName(checksum)) // also for a torn tag: its object is in there
	case err != nil:
		return err
	}
	return s.takeBack(r, packName(checksum), tag)
}

// readmit gives a pack its names in the store again, where a power loss took
// them and left the tag.
func (s *Store) readmit(r *repo, pack string) error {
	folder := r.path("objects", "pack")
	if isFile(filepath.Join(folder, packFile(pack))) && isFile(filepath.Join(folder, indexName(pack))) {
		return nil
	}
	if err := r.admit(pack); err != nil {
		return err
	}
	r.idx.forget()
	return s.syncDir(folder)
}

// takeBack removes the pack of a version that was not published, nor deleted.
func (s *Store) takeBack(r *repo, pack, tag string) error {
	if gone, err := r.readRef(refDeleted + "/" + tag); err != nil || !gone.IsZero() {
		return err
	}
	// The index first: without it git does not look for the pack.
	for _, name := range []string{indexName(pack), packFile(pack)} {
		if err := os.Remove(r.path("objects", "pack", name)); err != nil && !missing(err) {
			return err
		}
	}
	r.idx.forget()
	return s.syncDir(r.path("objects", "pack"))
}

// forwardMain points main at the last tagged version. The caller holds the
// lock.
func (s *Store) forwardMain(r *repo) ([]string, error) {
	line, err := r.history(context.Background())
	if err != nil {
		return nil, err
	}
	main, err := r.readRef(refMain)
	if err != nil && !errors.Is(err, errCorrupt) {
		return nil, err
	}
	tip := line.tip()
	if main == tip || tip.IsZero() && err == nil && r.holds(main) {
		return nil, nil
	}
	if tip.IsZero() { // main is torn or leads nowhere, above nothing
		if err := os.Remove(r.path(refMain)); err != nil {
			return nil, err
		}
		return []string{refMain + " removed"}, s.syncDir(r.path("refs", "heads"))
	}
	err = s.replaceFile(r.path(quarantine, quarantineVersion+randomName()), r.path(refMain), refText(tip), 0o644)
	return []string{refMain + " moved to " + tip.String()}, err
}
