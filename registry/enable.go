package registry

import (
	"context"

	"plugforge"
	"plugforge/sqlite"
)

// Enable brings an organisation's version into a namespace: a note of what is
// under way, the archive's key, tag and history in a repository of the
// namespace (the fact), then the row, with the enabling's deployment queued in
// the same step. It returns the version as the namespace has it. Enabled again
// it gets the new parameters. Errors: CodeNotFound for a version that the
// organisation does not have; CodeConflict where the namespace has, or had, a
// plugin of its own of that name.
func (r *Registry) Enable(ctx context.Context, e sqlite.Enabling) (plugforge.Plugin, error) {
	p, err := r.enable(ctx, e)
	return p, plugforge.Wrap("registry.Enable", err)
}

func (r *Registry) enable(ctx context.Context, e sqlite.Enabling) (none plugforge.Plugin, _ error) {
	release, err := r.slugs.take(ctx, lockName(e.Slug))
	if err != nil {
		return none, err
	}
	defer release()
	if err := r.db.BeginEnabling(ctx, e); err != nil {
		return none, err
	}
	r.marker(StageEnableRow)
	// From here on it is not the client's connection that decides how far this
	// comes.
	ctx = context.WithoutCancel(ctx)
	if err := r.finishEnabling(ctx, e); err != nil {
		return none, err
	}
	return r.db.Plugin(ctx, e.Slug.Owner, plugforge.PluginID{Name: e.Slug.Name, Version: e.Version})
}

// finishEnabling goes on with an enabling that has begun. One that can't be
// finished now nor later is forgotten.
func (r *Registry) finishEnabling(ctx context.Context, e sqlite.Enabling) error {
	err := r.copyVersion(ctx, e)
	switch plugforge.CodeOf(err) {
	case plugforge.CodeConflict, plugforge.CodeNotFound:
		if dropped := r.db.DropEnabling(ctx, e); dropped != nil {
			r.log.Warn("an enabling that failed is tried again at the next start", "plugin", e.Slug, "error", dropped)
			break
		}
		if has, err := r.db.HasVersion(ctx, e.Slug, e.Version); err == nil && !has {
			r.tidy(archiveKey(e.Slug, e.Version))
		}
	}
	return err
}

func (r *Registry) copyVersion(ctx context.Context, e sqlite.Enabling) error {
	id := plugforge.PluginID{Name: e.Slug.Name, Version: e.Version}
	p, err := r.db.Plugin(ctx, e.Org, id)
	if err != nil {
		return err
	}
	origin := plugforge.Slug{Owner: e.Org, Name: e.Slug.Name}
	if err := r.linkArchive(ctx, origin, e); err != nil {
		return err
	}
	r.marker(StageEnableArchive)
	if _, err := r.git.Adopt(ctx, origin, e.Slug, e.Version); err != nil {
		return err
	}
	if err := r.db.FinishEnabling(ctx, e, p); err != nil {
		return err
	}
	r.marker(StageEnableDone)
	return nil
}

// linkArchive gives the archive its key in the namespace. Other bytes there are
// what an upload left that came no further.
func (r *Registry) linkArchive(ctx context.Context, origin plugforge.Slug, e sqlite.Enabling) error {
	from, to := archiveKey(origin, e.Version), archiveKey(e.Slug, e.Version)
	err := r.blobs.Link(ctx, from, to)
	if plugforge.CodeOf(err) != plugforge.CodeAlreadyExists {
		return err
	}
	if _, err := r.git.Plugin(ctx, e.Slug, e.Version); plugforge.CodeOf(err) != plugforge.CodeNotFound {
		return err
	}
	if err := r.blobs.Remove(ctx, to); err != nil {
		return err
	}
	return r.blobs.Link(ctx, from, to)
}

// reindexEnabled makes the row of a copy that the index lost. What went with
// it, its parameters and whether it was disabled, is lost too.
func (r *Registry) reindexEnabled(ctx context.Context, p plugforge.Plugin) error {
	e := sqlite.Enabling{Slug: p.Slug, Version: p.Version, Org: p.Origin, By: p.Author, At: r.time()}
	r.log.Warn("an organisation's plugin that git had and the index lacked is indexed as enabled, without parameters: enable it again to give it some",
		"plugin", p.Slug, "version", p.Version)
	if err := r.db.FinishEnabling(ctx, e, p); err != nil {
		return err
	}
	_, err := r.git.Plugin(ctx, plugforge.Slug{Owner: p.Origin, Name: p.Slug.Name}, p.Version)
	if plugforge.CodeOf(err) == plugforge.CodeNotFound { // the organisation deleted it: so it was disabled
		return r.db.DisablePlugin(ctx, p.Slug.Owner, p.ID(), e.By, e.At)
	}
	return err
}

// finishEnablings ends what a crash cut, and tells whether there was any.
func (r *Registry) finishEnablings(ctx context.Context) (any bool, err error) {
	left, err := r.db.Enablings(ctx)
	if err != nil {
		return false, err
	}
	for _, e := range left {
		if err := r.finishEnabling(ctx, e); err != nil {
			r.log.Error("an organisation's plugin could not be enabled", "plugin", e.Slug, "version", e.Version, "error", err)
			continue
		}
		r.log.Info("an enabling that was cut short is finished", "plugin", e.Slug, "version", e.Version)
	}
	return len(left) > 0, nil
}

// Disable ends that a namespace has an organisation's version enabled: it goes
// from the lists, its history stays. The caller has taken it down. Errors:
// CodeNotFound where it is not enabled.
func (r *Registry) Disable(ctx context.Context, namespace plugforge.Owner, id plugforge.PluginID, by plugforge.Actor) error {
	const op = "registry.Disable"
	slug := plugforge.Slug{Owner: namespace, Name: id.Name}
	release, err := r.slugs.take(ctx, lockName(slug))
	if err != nil {
		return plugforge.Wrap(op, err)
	}
	defer release()
	if err := r.db.DisablePlugin(ctx, namespace, id, by, r.time()); err != nil {
		return plugforge.Wrap(op, err)
	}
	r.tidy(archiveKey(slug, id.Version))
	return nil
}

// Enabled tells which of an organisation's versions a namespace has enabled.
func (r *Registry) Enabled(ctx context.Context, namespace, org plugforge.Owner) (map[plugforge.PluginID]bool, error) {
	enabled, err := r.db.Enabled(ctx, namespace, org)
	return enabled, plugforge.Wrap("registry.Enabled", err)
}
