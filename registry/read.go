package registry

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"time"

	"plugforge"
	"plugforge/blobs"
	"plugforge/sqlite"
)

const (
	defaultLimit = 50
	maxLimit     = 200
)

// Plugin is one version; CodeNotFound.
func (r *Registry) Plugin(ctx context.Context, owner plugforge.Owner, id plugforge.PluginID) (plugforge.Plugin, error) {
	p, err := r.db.Plugin(ctx, owner, id)
	return p, plugforge.Wrap("registry.Plugin", err)
}

// Scan is what the security scan recorded with a version that Plugin gave, as
// git has it; CodeNotFound when it was deleted meanwhile.
func (r *Registry) Scan(ctx context.Context, p plugforge.Plugin) (plugforge.ScanRecord, error) {
	full, err := r.git.Plugin(ctx, p.Slug, p.Version)
	return full.Scan, plugforge.Wrap("registry.Scan", err)
}

// Query chooses versions of one owner.
type Query struct {
	Owner      plugforge.Owner
	Name       string // one slug, to the letter; empty for all
	FeatureURI string // to the letter; empty for all
	ActiveOnly bool   // only versions that are live
	Disabled   bool   // also an organisation's that the namespace has disabled

	WasLive *bool     // only versions that ever went live, or that never did; nil for both
	Since   time.Time // published then or later; zero for all
	Author  string    // the name of the key that published, to the letter; empty for all

	Limit  int    // 1 to 200; 0 means 50
	Cursor string // Next of the page before; empty for the first
}

// Page is a part of a list.
type Page struct {
	Plugins []plugforge.Plugin // without their Manifest
	Total   int                // how many match over all pages
	Next    string             // the next page's Cursor; empty on the last
}

// Plugins lists versions, newest upload first. CodeValidation for a Limit or
// Cursor that is not legal.
func (r *Registry) Plugins(ctx context.Context, q Query) (Page, error) {
	const op = "registry.Plugins"
	before, err := decodeCursor(q.Cursor)
	if err != nil {
		return Page{}, plugforge.Wrap(op, err)
	}
	if q.Limit == 0 {
		q.Limit = defaultLimit
	}
	if q.Limit < 1 || q.Limit > maxLimit {
		e := plugforge.Errorf(plugforge.CodeValidation, "limit is %d: use 1 to %d", q.Limit, maxLimit)
		e.Fields = []plugforge.FieldError{{Loc: []string{"query", "limit"}, Msg: e.Message, Type: "value_error"}}
		return Page{}, plugforge.Wrap(op, e)
	}
	// One more than asked for tells whether there is another page.
	items, total, err := r.db.Plugins(ctx, sqlite.PluginQuery{
		Owner: q.Owner, Name: q.Name, FeatureURI: q.FeatureURI, ActiveOnly: q.ActiveOnly, Disabled: q.Disabled,
		WasLive: q.WasLive, Since: q.Since, Author: q.Author, Limit: q.Limit + 1, Before: before,
	})
	if err != nil {
		return Page{}, plugforge.Wrap(op, err)
	}
	page := Page{Plugins: items, Total: total}
	if len(items) > q.Limit {
		page.Plugins = items[:q.Limit]
		page.Next = encodeCursor(items[q.Limit-1].Seq)
	}
	return page, nil
}

// HasSlug is nil for a slug that has a version, else CodeNotFound.
func (r *Registry) HasSlug(ctx context.Context, s plugforge.Slug) error {
	has, err := r.db.HasSlug(ctx, s)
	return plugforge.Wrap("registry.HasSlug", foundSlug(s, has, err))
}

// HadSlug is nil for a slug that has a version or had one, else CodeNotFound.
// It opens what outlives deletion: the history in git and the ledger.
func (r *Registry) HadSlug(ctx context.Context, s plugforge.Slug) error {
	had, err := r.db.HadSlug(ctx, s)
	return plugforge.Wrap("registry.HadSlug", foundSlug(s, had, err))
}

func foundSlug(s plugforge.Slug, found bool, err error) error {
	if err == nil && !found {
		err = plugforge.Errorf(plugforge.CodeNotFound, "plugin %s not found in this namespace", s.Name)
	}
	return err
}

// Tree is a version's files; CodeNotFound.
func (r *Registry) Tree(ctx context.Context, s plugforge.Slug, v plugforge.Version) (fs.FS, error) {
	const op = "registry.Tree"
	if err := r.has(ctx, s, v); err != nil {
		return nil, plugforge.Wrap(op, err)
	}
	tree, err := r.git.Tree(ctx, s, v)
	return tree, plugforge.Wrap(op, r.unlessLost(ctx, err, s, v))
}

// Diff compares two versions file by file; CodeNotFound for one that does not
// exist, and for an o.Path that neither has.
func (r *Registry) Diff(ctx context.Context, s plugforge.Slug, v1, v2 plugforge.Version, o plugforge.DiffOptions) ([]plugforge.FileDiff, error) {
	const op = "registry.Diff"
	if err := r.has(ctx, s, v1, v2); err != nil {
		return nil, plugforge.Wrap(op, err)
	}
	diff, err := r.git.Diff(ctx, s, v1, v2, o)
	return diff, plugforge.Wrap(op, r.unlessLost(ctx, err, s, v1, v2))
}

// Patch writes the difference between two versions as git apply takes it;
// CodeNotFound, before anything is written, as for Diff.
func (r *Registry) Patch(ctx context.Context, w io.Writer, s plugforge.Slug, v1, v2 plugforge.Version, o plugforge.DiffOptions) error {
	const op = "registry.Patch"
	if err := r.has(ctx, s, v1, v2); err != nil {
		return plugforge.Wrap(op, err)
	}
	return plugforge.Wrap(op, r.unlessLost(ctx, r.git.Patch(ctx, w, s, v1, v2, o), s, v1, v2))
}

// has asks the index, not git: a version that has its tag and not yet its row
// is not acknowledged. What a namespace has disabled is there still, as
// history.
func (r *Registry) has(ctx context.Context, s plugforge.Slug, versions ...plugforge.Version) error {
	if err := r.HasSlug(ctx, s); err != nil {
		return err
	}
	for _, v := range versions {
		there, err := r.db.HasVersion(ctx, s, v)
		if err == nil && !there {
			err = plugforge.Errorf(plugforge.CodeNotFound, "version %s of plugin %s not found in this namespace", v, s.Name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// unlessLost gives err, unless it is that git does not know what the index has:
// then it is no answer to say that there is nothing of the kind.
func (r *Registry) unlessLost(ctx context.Context, err error, s plugforge.Slug, versions ...plugforge.Version) error {
	if plugforge.CodeOf(err) != plugforge.CodeNotFound || r.has(ctx, s, versions...) != nil {
		return err // it was deleted meanwhile
	}
	for _, v := range versions {
		if _, unknown := r.git.Plugin(ctx, s, v); plugforge.CodeOf(unknown) == plugforge.CodeNotFound {
			return Lost(s, unknown)
		}
	}
	return err
}

// Lost is the error for a plugin that the index has and whose repository is not
// there, or lacks what it should have: CodeUnavailable.
func Lost(s plugforge.Slug, cause error) error {
	return &plugforge.Error{
		Code:    plugforge.CodeUnavailable,
		Message: fmt.Sprintf("the repository of plugin %s is missing on the server, or damaged: its operator has to restore it", s.Name),
		Details: map[string]any{"retry_after_seconds": 60}, Op: "registry.Lost", Err: cause,
	}
}

// ArchiveKey is the blob key of the archive as it was uploaded:
// archives/OWNER/slug/X.Y.Z.zip, the slug in lower case.
func (r *Registry) ArchiveKey(p plugforge.Plugin) string { return archiveKey(p.Slug, p.Version) }

func archiveKey(s plugforge.Slug, v plugforge.Version) string {
	return "archives/" + string(s.Owner) + "/" + s.Name.Fold() + "/" + v.String() + ".zip"
}

// ArchiveURL names the archive to clients: plugforge:// and its key. It is a
// name, not an address.
func (r *Registry) ArchiveURL(p plugforge.Plugin) string { return "plugforge://" + r.ArchiveKey(p) }

// OpenBlob opens a blob by its key; the caller closes it. CodeNotFound.
func (r *Registry) OpenBlob(ctx context.Context, key string) (*blobs.File, error) {
	f, err := r.blobs.Open(ctx, key)
	return f, plugforge.Wrap("registry.OpenBlob", err)
}
