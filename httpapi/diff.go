package httpapi

import (
	"fmt"
	"io/fs"
	"net/url"
	"strconv"

	"plugforge"
	"plugforge/internal/api"
)

const patchType = "text/x-diff"

// getDiff compares two versions, as JSON or as a patch.
func (s *Server) getDiff(c *call) error {
	q, err := c.query()
	if err != nil {
		return err
	}
	v1, v2 := q.versionOrActive("v1"), q.versionOrActive("v2")
	o := plugforge.DiffOptions{Path: q.path(), Context: q.context(), Counts: q.flag("stat")}
	patch := c.prefers(patchType)
	if patch && o.Counts {
		q.add("value_error", "is for JSON: leave it out of the request for a patch, or ask for application/json", "query", "stat")
	}
	if err := q.err(); err != nil {
		return err
	}
	slug, err := c.existingSlug(s)
	if err != nil {
		return err
	}
	from, err := v1.in(c, s, slug)
	if err != nil {
		return err
	}
	to, err := v2.in(c, s, slug)
	if err != nil {
		return err
	}
	c.Header().Set("Vary", "Accept")
	if patch {
		return s.sendPatch(c, slug, from, to, o)
	}
	return s.sendDiff(c, slug, from, to, o)
}

func (s *Server) sendPatch(c *call, slug plugforge.Slug, from, to plugforge.Version, o plugforge.DiffOptions) error {
	c.Header().Set("Content-Type", patchType+"; charset=utf-8")
	c.Header().Set("X-Content-Type-Options", "nosniff")
	err := s.cfg.Registry.Patch(c.ctx(), c.paced(), slug, from, to, o)
	if err == nil && c.status == 0 { // equal versions: an empty patch
		c.writeBytes(200, patchType+"; charset=utf-8", nil)
	}
	return err
}

func (s *Server) sendDiff(c *call, slug plugforge.Slug, from, to plugforge.Version, o plugforge.DiffOptions) error {
	files, err := s.cfg.Registry.Diff(c.ctx(), slug, from, to, o)
	if err != nil {
		return err
	}
	answer := api.DiffAnswer{Success: true, Slug: string(slug.Name), V1: from.String(), V2: to.String(), Files: []api.DiffFile{}}
	answer.Summary.FilesChanged = len(files)
	for _, f := range files {
		one := api.DiffFile{
			Path: f.Path, OldPath: maybe(f.OldPath), Status: api.FileStatus(f.Status), Binary: f.Binary,
			Additions: f.Additions, Deletions: f.Deletions, Truncated: f.Truncated, Diff: f.Diff,
		}
		if f.Truncated || f.Binary {
			link := s.cfg.PublicURL + "/v1/namespaces/" + string(slug.Owner) + "/plugins/by-name/" + string(slug.Name) +
				"/diff?" + url.Values{"v1": {from.String()}, "v2": {to.String()}, "path": {f.Path}}.Encode()
			one.URL = &link
		}
		answer.Summary.Additions += f.Additions
		answer.Summary.Deletions += f.Deletions
		answer.Files = append(answer.Files, one)
	}
	return c.writeJSON(answer)
}

// chosen is a version by its number, or the one that is live.
type chosen struct {
	version plugforge.Version
	active  bool
}

// versionOrActive is a required version number, or the word active.
func (q *query) versionOrActive(name string) chosen {
	if value, _ := q.text(name); value == "active" {
		return chosen{active: true}
	}
	return chosen{version: q.version(name)}
}

// in is the version's number, as it is now.
func (v chosen) in(c *call, s *Server, slug plugforge.Slug) (plugforge.Version, error) {
	if !v.active {
		return v.version, nil
	}
	active, err := s.cfg.Deploy.ActiveVersion(c.ctx(), slug)
	if err == nil && active == nil {
		err = plugforge.Errorf(plugforge.CodeNotFound, "plugin %s has no active version: name one by its number", slug.Name)
	}
	if err != nil {
		return plugforge.Version{}, err
	}
	return *active, nil
}

// path is the path of one file in a version; empty when it is not given.
func (q *query) path() string {
	path, there := q.text("path")
	if there && (!fs.ValidPath(path) || path == ".") {
		q.add("value_error", "is "+quoted(path)+": use a path such as processors/core.py, from the plugin's root", "query", "path")
	}
	return path
}

// context is how many lines to show around each change, as DiffOptions has it.
func (q *query) context() int {
	value, there := q.text("context")
	if !there {
		return plugforge.DefaultContext
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < 0 || n > plugforge.MaxContext {
		q.add("int_parsing", fmt.Sprintf("is %s: use a number of lines from 0 to %d", quoted(value), plugforge.MaxContext), "query", "context")
	}
	if n == 0 {
		return plugforge.NoContext
	}
	return n
}
