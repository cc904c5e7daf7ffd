package gitstore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"plugforge"
)

// Tombstone is what a deleted version leaves: the signed tag deleted/vX.Y.Z on
// its commit. The commit stays in the history, the number stays taken.
type Tombstone struct {
	Plugin  plugforge.Plugin // the version as it was, without what its tree tells
	By      plugforge.Actor
	At      time.Time // to the millisecond
	Message string    // why; empty: "Delete NAME X.Y.Z"
}

// The trailers of a tombstone, besides those that a version has too.
const (
	trailerDeletedAt = "Deleted-At"
	actionDelete     = "delete"
)

// refRetired keeps, where no clone sees it, the tag that a deleted version had:
// nothing in the store is without a ref that leads to it.
const refRetired = "refs/plugforge/deleted"

func retiredRef(v plugforge.Version) string { return refRetired + "/" + tagName(v) }

// Retire deletes a version: the tombstone is durable before the version's tag
// goes, so that whatever happens in between the number stays taken, and Recover
// ends what a crash cut. History is not rewritten. Only By, At and Message of t
// are looked at. A version that was retired before gives its tombstone again.
// Errors: CodeNotFound for a version that never was.
func (s *Store) Retire(ctx context.Context, slug plugforge.Slug, v plugforge.Version, t Tombstone) (Tombstone, error) {
	done, err := s.retire(ctx, slug, v, t)
	return done, plugforge.Wrap("gitstore.Retire", translate(err))
}

func (s *Store) retire(ctx context.Context, slug plugforge.Slug, v plugforge.Version, t Tombstone) (none Tombstone, _ error) {
	t.Message = orDefault(t.Message, fmt.Sprintf("Delete %s %s", slug.Name, v))
	t.At = t.At.UTC().Truncate(time.Millisecond)
	if err := errors.Join(checkActor(t.By), checkText("message", t.Message), checkVersion(v)); err != nil {
		return none, err
	}
	if t.At.Unix() <= 0 {
		return none, plugforge.Errorf(plugforge.CodeValidation, "the time of the deletion is missing")
	}
	if err := s.Ready(); err != nil {
		return none, err
	}
	r, err := s.repo(slug)
	if err != nil {
		return none, err
	}
	unlock, err := s.lock(ctx, r, lockVersions)
	if err != nil {
		return none, err
	}
	defer unlock()
	if _, err := s.sweepVersions(r); err != nil {
		return none, fmt.Errorf("clear away what was left unfinished: %w", err)
	}
	old, err := r.tombstone(v)
	if err != nil || old != nil {
		if err != nil {
			return none, err
		}
		return *old, s.finishRetired(r, v)
	}
	c, err := r.versionCommit(v)
	if err != nil || c == nil {
		if err == nil {
			err = noVersion(slug, v)
		}
		return none, err
	}
	if t.Plugin, err = r.pluginOf(c); err != nil {
		return none, err
	}
	if err := s.bury(r, v, c, t); err != nil {
		_, swept := s.sweepVersions(r)
		return none, errors.Join(err, swept)
	}
	s.marker(StageTombstone)
	if err := s.finishRetired(r, v); err != nil {
		return none, err
	}
	s.marker(StageRetired)
	return t, r.clearVersion()
}

// What waits in quarantine for a tombstone: its object and its ref.
const (
	waitingGrave    = quarantineVersion + "grave-"
	waitingGraveRef = quarantineVersion + "graveref"
)

// bury makes the tombstone; it exists when this returns nil.
func (s *Store) bury(r *repo, v plugforge.Version, c *commit, t Tombstone) error {
	object, err := annotated{target: c.hash, name: "deleted/" + tagName(v), at: t.At, message: t.text()}.encode(s.key)
	if err != nil {
		return err
	}
	grave := waitingGrave + object.hash.String()
	if err := createFile(r.path(quarantine, grave), looseForm(object), 0o444); err != nil {
		return err
	}
	ref := r.path(quarantine, waitingGraveRef)
	if err := createFile(ref, refText(object.hash), 0o644); err != nil {
		return err
	}
	if err := s.syncAll(r.path(quarantine, grave), ref, r.path(quarantine)); err != nil {
		return err
	}
	if err := s.makeDirs(r.path(refDeleted)); err != nil {
		return err
	}
	if err := s.admitLoose(r, grave, object.hash); err != nil {
		return err
	}
	return s.createRef(r, deletedRef(v), ref)
}

func (t Tombstone) text() string {
	return formatMessage(t.Message, []trailer{
		{trailerAction, actionDelete},
		{trailerPlugin, string(t.Plugin.Slug.Name)},
		{trailerVersion, t.Plugin.Version.String()},
		{trailerOwner, string(t.Plugin.Slug.Owner)},
		{trailerCommit, t.Plugin.Commit},
		{trailerDeletedAt, strconv.FormatInt(t.At.UnixMilli(), 10)},
		{trailerBy, formatActor(t.By)},
	})
}

// tombstone reads the tombstone of a version; nil for none.
func (r *repo) tombstone(v plugforge.Version) (*Tombstone, error) {
	hash, err := r.readRef(deletedRef(v))
	if err != nil || hash.IsZero() {
		return nil, err
	}
	tag, err := r.tag(hash)
	if err != nil {
		return nil, err
	}
	c, err := r.taggedCommit("deleted/"+tagName(v), hash)
	if err != nil {
		return nil, err
	}
	message, t, err := parseMessage(tag.message)
	if err != nil {
		return nil, err
	}
	stone := Tombstone{Message: message}
	if stone.Plugin, err = r.pluginOf(c); err != nil {
		return nil, err
	}
	millis, timeErr := strconv.ParseInt(t[trailerDeletedAt], 10, 64)
	stone.By, err = parseActor(t[trailerBy])
	if err := errors.Join(timeErr, err); err != nil {
		return nil, corrupt("trailers of tag %s: %v", tag.name, err)
	}
	stone.At = time.UnixMilli(millis).UTC()
	return &stone, nil
}

// Tombstones reads what a plugin's deleted versions left, in no order. Errors:
// CodeNotFound for a plugin that never had a version.
func (s *Store) Tombstones(ctx context.Context, slug plugforge.Slug) ([]Tombstone, error) {
	stones, err := s.tombstones(ctx, slug)
	return stones, plugforge.Wrap("gitstore.Tombstones", translate(err))
}

func (s *Store) tombstones(ctx context.Context, slug plugforge.Slug) ([]Tombstone, error) {
	r, err := s.repo(slug)
	if err != nil {
		return nil, err
	}
	versions, err := r.deletedVersions()
	if err != nil {
		return nil, err
	}
	var stones []Tombstone
	for _, v := range versions {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		one, err := r.tombstone(v)
		if err != nil {
			return nil, err
		}
		stones = append(stones, *one)
	}
	return stones, nil
}

// deletedVersions lists the versions that have a tombstone.
func (r *repo) deletedVersions() ([]plugforge.Version, error) {
	refs, err := r.refsBelow(refDeleted)
	if err != nil {
		return nil, err
	}
	var versions []plugforge.Version
	for name := range refs {
		if v, err := plugforge.ParseVersion(name); err == nil && tagName(v) == name {
			versions = append(versions, v)
		}
	}
	return versions, nil
}

// finishRetired removes the tag of a version that has a tombstone. The caller
// holds the lock.
func (s *Store) finishRetired(r *repo, v plugforge.Version) error {
	tag, err := r.readRef(tagRef(v))
	if err != nil || tag.IsZero() {
		return err
	}
	kept, err := r.readRef(retiredRef(v))
	if err != nil {
		return err
	}
	if kept != tag {
		if err := s.makeDirs(r.path(refRetired)); err != nil {
			return err
		}
		temp := r.path(quarantine, quarantineVersion+randomName())
		if err := s.replaceFile(temp, r.path(retiredRef(v)), refText(tag), 0o644); err != nil {
			return err
		}
	}
	return s.removeRef(r, tagRef(v))
}

// finishAllRetired removes tags that a crash left beside their tombstones.
func (s *Store) finishAllRetired(r *repo) (did []string, err error) {
	versions, err := r.deletedVersions()
	if err != nil {
		return nil, err
	}
	for _, v := range versions {
		tag, err := r.readRef(tagRef(v))
		if err != nil {
			return did, err
		}
		if tag.IsZero() {
			continue
		}
		if err := s.finishRetired(r, v); err != nil {
			return did, err
		}
		did = append(did, tagRef(v)+" removed, for the version was deleted")
	}
	return did, nil
}

// sweepGraves removes tombstone objects to which no ref came to lead.
func (s *Store) sweepGraves(r *repo, left []string) error {
	for _, name := range left {
		text, ok := strings.CutPrefix(name, waitingGrave)
		hash, err := parseHash(text)
		if !ok || err != nil {
			continue
		}
		refs, err := r.refsBelow(refDeleted)
		if err != nil {
			return err
		}
		if slices.Contains(slices.Collect(maps.Values(refs)), hash) {
			continue
		}
		if err := os.Remove(r.loosePath(hash)); err != nil && !missing(err) {
			return err
		}
	}
	return nil
}

// removeRef takes a ref away for good, packed or loose. The packed one goes
// first: it would come to light without the other. The caller holds the lock.
func (s *Store) removeRef(r *repo, name string) error {
	packed, err := r.packedRefs()
	if err != nil {
		return err
	}
	if _, ok := packed[name]; ok {
		if err := s.unpackRef(r, name); err != nil {
			return err
		}
	}
	if err := os.Remove(r.path(name)); err != nil && !missing(err) {
		return err
	}
	return s.syncDir(filepath.Dir(r.path(name)))
}

// unpackRef writes packed-refs anew without one ref, under git's own lock.
func (s *Store) unpackRef(r *repo, name string) error {
	text, err := os.ReadFile(r.path("packed-refs"))
	if err != nil {
		return err
	}
	var kept bytes.Buffer
	peeled := false // the line before was the ref's, so that ^ belongs to it
	for line := range bytes.Lines(text) {
		_, ref, _ := bytes.Cut(bytes.TrimRight(line, "\n"), []byte(" "))
		isRef := len(line) > 0 && line[0] != '#' && line[0] != '^'
		gone := isRef && string(ref) == name || peeled && line[0] == '^'
		if isRef {
			peeled = gone
		}
		if !gone {
			kept.Write(line)
		}
	}
	return s.writePackedRefs(r, kept.Bytes())
}
