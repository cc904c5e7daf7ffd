package client

import (
	"context"
	"io"
	"net/http"
	"time"

	"plugforge"
	"plugforge/internal/api"
)

// pageSize is how many items are asked for at once: the most that the server
// gives.
const pageSize = 200

// Version is one published version and its standing.
type Version struct {
	ID         plugforge.PluginID
	Message    string // the author's, or the default one
	Author     string // the name of the key that published it
	Commit     string // 40 hex digits
	CodeHash   string // SHA-256 of the archive, 64 hex digits
	Size       int64  // of the archive, in bytes
	CreatedAt  time.Time
	DeployedAt time.Time // when it last went live; zero if never
	State      plugforge.State
	Active     bool // it is the live version
}

// Listed is one published version in the list of all.
type Listed struct {
	ID          plugforge.PluginID
	Description string
	FeatureURI  string
	Active      bool
	CreatedAt   time.Time
	UpdatedAt   time.Time // when it was published or last went live
}

// Plugins lists every version of every plugin, newest first.
func (c *Client) Plugins(ctx context.Context) ([]Listed, error) {
	const op = "client.Plugins"
	var all []Listed
	err := pages(func(cursor *string) (*string, error) {
		params := &api.ListPluginsParams{Limit: &c.page, Cursor: cursor}
		page, err := decode[api.PluginList](c, op)(c.raw.ListPlugins(ctx, string(c.namespace), params))
		if err != nil {
			return nil, err
		}
		for _, p := range page.Plugins {
			id, err := parseID(op, p.PluginID)
			if err != nil {
				return nil, err
			}
			all = append(all, Listed{ID: id, Description: p.Description, FeatureURI: p.FeatureURI,
				Active: p.Deployed, CreatedAt: p.CreatedAt.Time, UpdatedAt: p.UpdatedAt.Time})
		}
		return page.NextCursor, nil
	})
	return all, err
}

// History is a plugin over its versions.
type History struct {
	Versions []Version          // newest upload first
	Active   *plugforge.Version // nil when nothing is live
	Total    int                // how many versions there are
}

// VersionQuery chooses versions of a plugin; the zero value is all.
type VersionQuery struct {
	Limit    int       // how many at most; 0 is all
	Deployed bool      // only those that ever went live
	Since    time.Time // published then or later
	Author   string    // the name of the key that published, to the letter
}

// since puts Since into a request: the generated code would write its day alone.
func (q VersionQuery) since(_ context.Context, r *http.Request) error {
	if q.Since.IsZero() {
		return nil
	}
	values := r.URL.Query()
	values.Set("since", api.Time{Time: q.Since}.String())
	r.URL.RawQuery = values.Encode()
	return nil
}

// Versions lists a plugin's versions, at most limit; 0 is all. CodeNotFound
// for a plugin that has none.
func (c *Client) Versions(ctx context.Context, name plugforge.Name, limit int) (History, error) {
	return c.FindVersions(ctx, name, VersionQuery{Limit: limit})
}

// FindVersions is Versions of those that the query chooses, which Total counts.
func (c *Client) FindVersions(ctx context.Context, name plugforge.Name, q VersionQuery) (History, error) {
	const op = "client.FindVersions"
	var h History
	err := pages(func(cursor *string) (*string, error) {
		size := c.page
		if q.Limit > 0 {
			size = min(size, q.Limit-len(h.Versions))
		}
		params := &api.ListVersionsParams{Limit: &size, Cursor: cursor, Deployed: some(q.Deployed), Author: some(q.Author)}
		page, err := decode[api.VersionList](c, op)(c.raw.ListVersions(ctx, string(c.namespace), string(name), params, q.since))
		if err != nil {
			return nil, err
		}
		if h.Active, err = parseVersion(op, page.ActiveVersion); err != nil {
			return nil, err
		}
		h.Total = page.Total
		for _, v := range page.Versions {
			id, err := parseID(op, v.PluginID)
			if err != nil {
				return nil, err
			}
			h.Versions = append(h.Versions, Version{ID: id, Message: v.Message, Author: v.Author, Commit: v.Commit,
				CodeHash: v.CodeHash, Size: v.SizeBytes, CreatedAt: v.CreatedAt.Time, DeployedAt: or(v.DeployedAt).Time,
				State: plugforge.State(v.DeploymentStatus), Active: v.Active})
		}
		if q.Limit > 0 && len(h.Versions) >= q.Limit {
			return nil, nil
		}
		return page.NextCursor, nil
	})
	return h, err
}

// Deployments lists what was asked to run and what came of it, newest first,
// at most limit; 0 is all. Of By only the name is known.
func (c *Client) Deployments(ctx context.Context, name plugforge.Name, limit int) ([]plugforge.Deployment, error) {
	const op = "client.Deployments"
	var all []plugforge.Deployment
	slug := plugforge.Slug{Owner: c.namespace, Name: name}
	err := pages(func(cursor *string) (*string, error) {
		size := c.page
		if limit > 0 {
			size = min(size, limit-len(all))
		}
		params := &api.ListDeploymentsParams{Limit: &size, Cursor: cursor}
		page, err := decode[api.DeploymentList](c, op)(c.raw.ListDeployments(ctx, string(c.namespace), string(name), params))
		if err != nil {
			return nil, err
		}
		for _, d := range page.Deployments {
			v, err := parseVersion(op, &d.Version)
			if err != nil {
				return nil, err
			}
			all = append(all, plugforge.Deployment{Slug: slug, Version: *v, Action: plugforge.Action(d.Action),
				Type: plugforge.DeploymentType(d.DeploymentType), State: plugforge.State(d.Status),
				By: plugforge.Actor{Name: d.Actor}, Message: d.Message, Commit: d.Commit, Error: or(d.Error),
				QueuedAt: d.QueuedAt.Time, StartedAt: or(d.StartedAt).Time, DeployedAt: or(d.DeployedAt).Time, EndedAt: or(d.EndedAt).Time})
		}
		if limit > 0 && len(all) >= limit {
			return nil, nil
		}
		return page.NextCursor, nil
	})
	return all, err
}

// Diff compares two versions file by file. A file whose text is too long for
// the answer comes as Truncated; Patch gives it.
func (c *Client) Diff(ctx context.Context, name plugforge.Name, v1, v2 plugforge.Version, o plugforge.DiffOptions) ([]plugforge.FileDiff, error) {
	params := diffParams(v1, v2, o)
	answer, err := decode[api.DiffAnswer](c, "client.Diff")(c.raw.DiffVersions(ctx, string(c.namespace), string(name), params))
	if err != nil {
		return nil, err
	}
	files := make([]plugforge.FileDiff, 0, len(answer.Files))
	for _, f := range answer.Files {
		files = append(files, plugforge.FileDiff{Path: f.Path, OldPath: or(f.OldPath), Status: plugforge.FileStatus(f.Status),
			Binary: f.Binary, Additions: f.Additions, Deletions: f.Deletions, Truncated: f.Truncated, Diff: f.Diff})
	}
	return files, nil
}

// Patch writes the same difference to w as one patch that git apply takes, of
// any length. o.Counts says nothing here.
func (c *Client) Patch(ctx context.Context, w io.Writer, name plugforge.Name, v1, v2 plugforge.Version, o plugforge.DiffOptions) error {
	const op = "client.Patch"
	o.Counts = false
	params := diffParams(v1, v2, o)
	params.Accept = some("text/x-diff")
	res, err := c.raw.DiffVersions(ctx, string(c.namespace), string(name), params)
	body, err := c.body(op)(res, err)
	if err != nil {
		return err
	}
	defer body.Close()
	out := &ownWriter{w: w}
	if _, err := io.Copy(out, body); err != nil && out.err == nil {
		return c.broken(op, res, err)
	}
	return plugforge.Wrap(op, out.err)
}

// ownWriter remembers that it was the writer that failed, and not the answer.
type ownWriter struct {
	w   io.Writer
	err error
}

func (o *ownWriter) Write(p []byte) (n int, err error) {
	n, o.err = o.w.Write(p)
	return n, o.err
}

func diffParams(v1, v2 plugforge.Version, o plugforge.DiffOptions) *api.DiffVersionsParams {
	params := &api.DiffVersionsParams{V1: v1.String(), V2: v2.String(), Path: some(o.Path), Context: some(o.Context), Stat: some(o.Counts)}
	if o.Context < 0 {
		params.Context = new(int)
	}
	return params
}

// pages asks for page after page until there is none. A server that gives the
// same cursor twice would never end.
func pages(next func(cursor *string) (*string, error)) error {
	var cursor *string
	for {
		after, err := next(cursor)
		if err != nil || after == nil {
			return err
		}
		if cursor != nil && *cursor == *after {
			return plugforge.Errorf(plugforge.CodeInternal, "the server gives the same page again and again")
		}
		cursor = after
	}
}
