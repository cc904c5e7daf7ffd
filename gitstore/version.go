package gitstore

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/go-git/go-git/v5/plumbing"

	"plugforge"
)

// Publication is what Publish is given.
type Publication struct {
	// Plugin's Slug, Version, Message (empty: the default one), Description,
	// Author, CodeHash, ArchiveSize, ScanPassed, Scan, UploadID and CreatedAt
	// are read; Publish fills Commit, ContentHash and HasRealtime.
	Plugin plugforge.Plugin

	// Beside is run while the objects are written, once it is sure that the
	// version is new. The version is not made before it is done, nor if it
	// fails. Nil is nothing to do.
	Beside func(context.Context) error
}

const (
	scanPassed = "passed"
	scanWarned = "warned" // published in spite of findings
)

// check refuses what could not be read back as it was given.
func (p *Publication) check() error {
	v := &p.Plugin
	v.Message = orDefault(v.Message, fmt.Sprintf("Publish %s %s", v.Slug.Name, v.Version))
	v.CreatedAt = v.CreatedAt.UTC().Truncate(time.Millisecond)
	for _, err := range []error{
		checkSlug(v.Slug), checkVersion(v.Version), checkActor(v.Author),
		checkText("message", v.Message), checkText("description", v.Description),
	} {
		if err != nil {
			return err
		}
	}
	switch {
	case !sha256Hex.MatchString(v.CodeHash) || !sha256Hex.MatchString(v.Scan.Policy):
		return plugforge.Errorf(plugforge.CodeValidation, "the hashes of archive and policy are not 64 lower-case hex digits")
	case !token.MatchString(v.UploadID):
		return plugforge.Errorf(plugforge.CodeValidation, "upload id %q is not legal", plugforge.Printable(v.UploadID))
	case v.ArchiveSize < 0:
		return plugforge.Errorf(plugforge.CodeValidation, "archive size %d is negative", v.ArchiveSize)
	case v.CreatedAt.Unix() <= 0:
		return plugforge.Errorf(plugforge.CodeValidation, "the time of publishing is missing")
	}
	return nil
}

// message is the version's message in git, the same on commit and tag, so that
// either signature covers all of it.
func (p *Publication) message() (string, error) {
	v := p.Plugin
	description, err := json.Marshal(v.Description)
	if err != nil {
		return "", err
	}
	scan := scanPassed
	if !v.ScanPassed {
		scan = scanWarned
	}
	scanned, err := scanTrailers(v.Scan)
	if err != nil {
		return "", err
	}
	return formatMessage(v.Message, append([]trailer{
		{trailerPlugin, string(v.Slug.Name)},
		{trailerVersion, v.Version.String()},
		{trailerOwner, string(v.Slug.Owner)},
		{trailerArchiveSHA256, v.CodeHash},
		{trailerArchiveSize, strconv.FormatInt(v.ArchiveSize, 10)},
		{trailerContentSHA256, v.ContentHash},
		{trailerPublishedAt, strconv.FormatInt(v.CreatedAt.UnixMilli(), 10)},
		{trailerScan, scan},
		{trailerPolicySHA256, v.Scan.Policy},
		{trailerUploadID, v.UploadID},
		{trailerPublishedBy, formatActor(v.Author)},
		{trailerDescription, string(description)},
	}, scanned...)), nil
}

// pluginOf reads a version back from its commit.
func pluginOf(c *commit) (plugforge.Plugin, error) {
	text, t, err := parseMessage(c.message)
	if err != nil {
		return plugforge.Plugin{}, err
	}
	p := plugforge.Plugin{
		Slug:        plugforge.Slug{Owner: plugforge.Owner(t[trailerOwner]), Name: plugforge.Name(t[trailerPlugin])},
		Message:     text,
		Commit:      c.hash.String(),
		CodeHash:    t[trailerArchiveSHA256],
		ContentHash: t[trailerContentSHA256],
		ScanPassed:  t[trailerScan] == scanPassed,
		UploadID:    t[trailerUploadID],
	}
	fail := func(err error) (plugforge.Plugin, error) {
		return plugforge.Plugin{}, corrupt("trailers of commit %s: %v", c.hash, err)
	}
	if err := checkSlug(p.Slug); err != nil {
		return fail(err)
	}
	if p.Version, err = plugforge.ParseVersion(t[trailerVersion]); err != nil {
		return fail(err)
	}
	if p.ArchiveSize, err = strconv.ParseInt(t[trailerArchiveSize], 10, 64); err != nil {
		return fail(err)
	}
	millis, err := strconv.ParseInt(t[trailerPublishedAt], 10, 64)
	if err != nil {
		return fail(err)
	}
	p.CreatedAt = time.UnixMilli(millis).UTC()
	if p.Scan, err = scanRecord(t); err != nil {
		return fail(err)
	}
	if p.Author, err = parseActor(t[trailerPublishedBy]); err != nil {
		return fail(err)
	}
	if err := json.Unmarshal([]byte(t[trailerDescription]), &p.Description); err != nil {
		return fail(err)
	}
	return p, nil
}

// pluginOf reads a version as it is here: a copy is its holder's, and names
// its origin.
func (r *repo) pluginOf(c *commit) (plugforge.Plugin, error) {
	p, err := pluginOf(c)
	if holder := r.owner(); err == nil && p.Slug.Owner != holder {
		p.Origin, p.Slug.Owner = p.Slug.Owner, holder
	}
	return p, err
}

// plugin reads a version with what its tree tells.
func (r *repo) plugin(c *commit) (plugforge.Plugin, error) {
	p, err := r.pluginOf(c)
	if err != nil {
		return p, err
	}
	root, err := r.tree(c.tree)
	if err != nil {
		return p, err
	}
	for _, e := range root {
		p.HasRealtime = p.HasRealtime || e.Name == realtimeFile && e.Mode.IsFile()
	}
	return p, nil
}

const realtimeFile = "realtime.py"

// versionCommit is the commit of a version that exists; nil for one that does
// not, or no longer.
func (r *repo) versionCommit(v plugforge.Version) (*commit, error) {
	gone, err := r.readRef(deletedRef(v))
	if err != nil || !gone.IsZero() {
		return nil, err
	}
	hash, err := r.readRef(tagRef(v))
	if err != nil || hash.IsZero() {
		return nil, err
	}
	return r.taggedCommit(tagName(v), hash)
}

// taggedCommit follows a tag, which must be of that name.
func (r *repo) taggedCommit(name string, hash plumbing.Hash) (*commit, error) {
	t, err := r.tag(hash)
	if err != nil {
		return nil, err
	}
	if t.name != name {
		return nil, corrupt("ref of tag %s names tag %q", name, t.name)
	}
	return r.commit(t.target)
}

// Plugin reads one version from git alone. Manifest, FeatureURI and Seq are
// not in git's trailers and stay empty. Errors: CodeNotFound.
func (s *Store) Plugin(ctx context.Context, slug plugforge.Slug, v plugforge.Version) (plugforge.Plugin, error) {
	const op = "gitstore.Plugin"
	r, c, err := s.version(ctx, slug, v)
	if err != nil {
		return plugforge.Plugin{}, plugforge.Wrap(op, translate(err))
	}
	p, err := r.plugin(c)
	return p, plugforge.Wrap(op, translate(err))
}

func (s *Store) version(ctx context.Context, slug plugforge.Slug, v plugforge.Version) (*repo, *commit, error) {
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	r, err := s.repo(slug)
	if err != nil {
		return nil, nil, err
	}
	c, err := r.versionCommit(v)
	if err == nil && c == nil {
		err = noVersion(slug, v)
	}
	return r, c, err
}

// Plugins reads all versions of a plugin that exist, deleted ones left out, in
// upload order. Errors: CodeNotFound for a plugin that never had a version.
func (s *Store) Plugins(ctx context.Context, slug plugforge.Slug) ([]plugforge.Plugin, error) {
	list, err := s.plugins(ctx, slug)
	return list, plugforge.Wrap("gitstore.Plugins", translate(err))
}

func (s *Store) plugins(ctx context.Context, slug plugforge.Slug) ([]plugforge.Plugin, error) {
	r, err := s.repo(slug)
	if err != nil {
		return nil, err
	}
	line, err := r.history(ctx)
	if err != nil {
		return nil, err
	}
	var list []plugforge.Plugin
	for _, c := range line.commits {
		if !line.live[c.hash] {
			continue
		}
		p, err := r.plugin(c)
		if err != nil {
			return nil, err
		}
		list = append(list, p)
	}
	return list, nil
}

// history is every version's commit in upload order, deleted ones too, and
// which of them are live.
type history struct {
	commits []*commit
	live    map[plumbing.Hash]bool
}

// history reads the tags alone: they are what counts, and where main was left
// behind by a crash or is damaged, so be it.
func (r *repo) history(ctx context.Context) (history, error) {
	live, err := r.versionTags()
	if err != nil {
		return history{}, err
	}
	tags, err := r.refsBelow(refDeleted)
	if err != nil {
		return history{}, err
	}
	refs := map[string]plumbing.Hash{}
	for name, hash := range tags {
		refs[strings.TrimPrefix(refDeleted, refTags+"/")+"/"+name] = hash
	}
	for v, hash := range live {
		refs[tagName(v)] = hash
	}
	all := map[plumbing.Hash]*commit{}
	h := history{live: map[plumbing.Hash]bool{}}
	for name, hash := range refs {
		if err := ctx.Err(); err != nil {
			return history{}, err
		}
		c, err := r.taggedCommit(name, hash)
		if err != nil {
			return history{}, fmt.Errorf("tag %s: %w", name, err)
		}
		all[c.hash] = c
		h.live[c.hash] = h.live[c.hash] || !strings.Contains(name, "/")
	}
	before, err := r.predecessors(all)
	if err != nil {
		return history{}, err
	}
	followed := map[plumbing.Hash]bool{}
	for _, hash := range before {
		followed[hash] = true
	}
	for hash, c := range all {
		if followed[hash] {
			continue
		}
		for ; c != nil; c = all[before[c.hash]] {
			h.commits = append(h.commits, c)
		}
	}
	slices.Reverse(h.commits)
	if len(h.commits) != len(all) { // two ends, or a gap
		return history{}, corrupt("the tagged versions are not one line of history")
	}
	return h, nil
}

// predecessors gives for each version the one before it. In a repository of
// copies, commits of versions that were not adopted may lie between the two.
func (r *repo) predecessors(all map[plumbing.Hash]*commit) (map[plumbing.Hash]plumbing.Hash, error) {
	before := map[plumbing.Hash]plumbing.Hash{}
	for hash, c := range all {
		at := c.parent
		held, err := r.first()
		if err != nil {
			return nil, err
		}
		for held.Owner != r.owner() && !at.IsZero() && all[at] == nil {
			between, err := r.commit(at)
			if err != nil {
				return nil, err
			}
			at = between.parent
		}
		before[hash] = at
	}
	return before, nil
}

// tip is the last version's commit; zero without versions.
func (h history) tip() plumbing.Hash {
	if len(h.commits) == 0 {
		return plumbing.ZeroHash
	}
	return h.commits[len(h.commits)-1].hash
}
