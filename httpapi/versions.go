package httpapi

import (
	"time"

	"plugforge"
	"plugforge/deploy"
	"plugforge/internal/api"
	"plugforge/registry"
)

// rollbackWait is how long a rollback that names no wait is waited for: from a
// sandbox kept warm it takes milliseconds.
const rollbackWait = 10 * time.Second

// listVersions lists a plugin's versions with what became of each.
func (s *Server) listVersions(c *call) error {
	q, err := c.query()
	if err != nil {
		return err
	}
	want := registry.Query{Owner: c.namespace, Limit: q.limit(), Disabled: true, WasLive: q.maybeFlag("deployed")}
	want.Cursor, _ = q.text("cursor")
	if since := q.time("since"); since != nil {
		want.Since = *since
	}
	author, named := q.text("author")
	if named && author == "" {
		q.add("value_error", "is empty: give the name of a key, as author has it, or leave it out", "query", "author")
	}
	want.Author = author
	if err := q.err(); err != nil {
		return err
	}
	slug, err := c.existingSlug(s)
	if err != nil {
		return err
	}
	want.Name = string(slug.Name)
	page, standings, err := s.page(c, want)
	if err != nil {
		return err
	}
	active, err := s.cfg.Deploy.ActiveVersion(c.ctx(), slug)
	if err != nil {
		return err
	}
	answer := api.VersionList{
		Success: true, Slug: string(slug.Name), NamespaceID: string(slug.Owner), ActiveVersion: maybeVersion(active),
		Total: page.Total, NextCursor: maybe(page.Next), Versions: []api.VersionItem{},
	}
	for _, p := range page.Plugins {
		answer.Versions = append(answer.Versions, versionItem(p, standings[p.ID()]))
	}
	return c.writeJSON(answer)
}

func versionItem(p plugforge.Plugin, st deploy.Standing) api.VersionItem {
	return api.VersionItem{
		Version: p.Version.String(), PluginID: p.ID().String(), Message: p.Message, Author: p.Author.Name,
		Commit: p.Commit, CodeHash: p.CodeHash, SizeBytes: p.ArchiveSize, CreatedAt: instant(p.CreatedAt),
		DeployedAt: maybeInstant(st.DeployedAt), DeploymentStatus: api.State(st.State), Active: st.Deployed,
		ValidationStatus: api.ValidationStatusPassed,
	}
}

// existingSlug is the path's slug, of which a version must exist.
func (c *call) existingSlug(s *Server) (plugforge.Slug, error) {
	slug, err := c.slug()
	if err == nil {
		err = s.cfg.Registry.HasSlug(c.ctx(), slug)
	}
	return slug, err
}

// knownSlug is the path's slug, of which a version must exist or have existed:
// what ran is told after the last one is deleted, too.
func (c *call) knownSlug(s *Server) (plugforge.Slug, error) {
	slug, err := c.slug()
	if err == nil {
		err = s.cfg.Registry.HadSlug(c.ctx(), slug)
	}
	return slug, err
}

// rollback makes an earlier version live again.
func (s *Server) rollback(c *call) error {
	given, err := decodeBody[api.RollbackRequest](c, true)
	if err != nil {
		return err
	}
	q, err := c.query()
	if err != nil {
		return err
	}
	wait := q.wait()
	if _, named := q.values["wait"]; !named {
		wait = rollbackWait
	}
	f := q.faults
	want := deploy.RollbackRequest{By: c.actor(), Message: f.message(given.Message)}
	target := f.target(given)
	if err := f.err(); err != nil {
		return err
	}
	if want.Slug, err = c.existingSlug(s); err != nil {
		return err
	}
	if want.Target, err = target.in(want.Slug); err != nil {
		return err
	}
	done, err := s.cfg.Deploy.Rollback(c.ctx(), want, wait)
	if err != nil {
		return err
	}
	message := done.Message
	if done.Error != "" {
		message = done.Error
	}
	return c.writeJSON(api.RollbackAnswer{
		Success: done.State != plugforge.StateFailed, Slug: string(want.Slug.Name), PluginID: done.ID.String(),
		Version: done.ID.Version.String(), PreviousVersion: maybeVersion(done.Previous),
		DeploymentStatus: api.State(done.State), Message: message,
	})
}

// target is which version a rollback names, if any.
type target struct {
	version *plugforge.Version
	id      string // as given; it may be no plugin id at all
}

// target reads the three ways to name a version, which must not disagree.
func (f *faults) target(given api.RollbackRequest) target {
	var t target
	name := func(field string, v plugforge.Version) {
		if t.version != nil && *t.version != v {
			f.add("value_error", "names another version than the fields before it: give one", "body", field)
		}
		t.version = &v
	}
	for _, one := range []struct {
		field string
		value *string
	}{{"version", given.Version}, {"target_version", given.TargetVersion}} {
		if one.value == nil {
			continue
		}
		v, err := plugforge.ParseVersion(*one.value)
		if err != nil {
			f.addError(err, "body", one.field)
			continue
		}
		name(one.field, v)
	}
	if given.PluginID != nil {
		t.id = *given.PluginID
		if id, err := plugforge.ParsePluginID(t.id); err == nil {
			name("plugin_id", id.Version)
		}
	}
	return t
}

// in is the version, once it is known that a plugin id, if there is one, is of
// this slug.
func (t target) in(slug plugforge.Slug) (*plugforge.Version, error) {
	if t.id == "" {
		return t.version, nil
	}
	id, err := plugforge.ParsePluginID(t.id)
	if err == nil && id.Name != slug.Name {
		err = plugforge.NoSuchPlugin(id)
	}
	return t.version, err
}
