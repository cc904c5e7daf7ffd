package deploy

import (
	"context"

	"plugforge"
	"plugforge/sqlite"
)

// errDeleted is why a deployment ended whose version was deleted first, and
// errDisabled one whose version was disabled.
var (
	errDeleted  = plugforge.Errorf(plugforge.CodeConflict, "cancelled: the version was deleted before it went live")
	errDisabled = plugforge.Errorf(plugforge.CodeConflict, "cancelled: the version was disabled before it went live")
)

// StageDeleteBegun: a deletion is noted; the next start finishes it.
const StageDeleteBegun = "delete.begun"

// Delete deletes a version for good: what is live goes down first, then the
// version is retired. removed tells whether it was live. Once the deletion is
// noted a crash does not stop it: the next start finishes it. If it fails, the
// version may be down, and is there. Only Owner, ID, Message and By of
// q are looked at. Errors: CodeNotFound; CodeConflict for an organisation's,
// in a namespace or while namespaces have it enabled (Details: enabled_in).
func (c *Controller) Delete(ctx context.Context, q Request) (removed bool, err error) {
	const op = "deploy.Delete"
	if err := plugforge.CheckMessage(q.Message); err != nil {
		return false, plugforge.Wrap(op, err)
	}
	d := sqlite.Deletion{Slug: plugforge.Slug{Owner: q.Owner, Name: q.ID.Name}, Version: q.ID.Version, By: q.By, At: c.now(), Message: q.Message}
	plugin, err := c.cfg.Registry.Plugin(ctx, q.Owner, q.ID)
	if plugforge.CodeOf(err) == plugforge.CodeNotFound && q.Owner.IsOrg() {
		err = sqlite.NotInOrg(q.ID)
	}
	if err != nil {
		return false, plugforge.Wrap(op, err)
	}
	d.Commit = plugin.Commit
	l := c.lane(d.Slug)
	l.switching.Lock()
	defer l.switching.Unlock()
	if err := c.cfg.DB.BeginDeletion(ctx, d); err != nil {
		return false, plugforge.Wrap(op, err)
	}
	c.cfg.Marker(StageDeleteBegun)
	// A client that hangs up must not leave it half deleted.
	removed, err = c.finishDeletion(context.WithoutCancel(ctx), l, plugin, d)
	return removed, plugforge.Wrap(op, err)
}

// finishDeletion takes down and retires a version whose deletion is noted. The
// caller holds the lane's switching lock.
func (c *Controller) finishDeletion(ctx context.Context, l *lane, p plugforge.Plugin, d sqlite.Deletion) (removed bool, err error) {
	reason := d.Message
	if reason == "" {
		reason = "undeploy " + string(p.Slug.Name) + " " + p.Version.String() + ": it is deleted"
	}
	removed, err = c.remove(ctx, l, p, d.By, reason, errDeleted)
	if err == nil {
		err = c.cfg.Registry.Retire(ctx, d)
	}
	if err != nil {
		// Whether it is deleted is for git to say: with a tombstone there the
		// next try, or start, goes on.
		if dropped := c.cfg.DB.DropDeletion(ctx, d); dropped != nil {
			c.log.Warn("a deletion that failed is finished at the next start", "plugin", d.Slug, "version", d.Version, "error", dropped)
		}
		return false, err
	}
	return removed, nil
}

// remove takes a version out of service for good: what is queued of it is
// cancelled, what is live or warm goes down. removed tells whether it was
// live. The caller holds the lane's switching lock.
func (c *Controller) remove(ctx context.Context, l *lane, p plugforge.Plugin, by plugforge.Actor, reason string, cause error) (removed bool, err error) {
	l.cancelVersion(p.Version, cause)
	active, err := c.cfg.DB.Active(ctx, p.Slug)
	switch {
	case plugforge.CodeOf(err) == plugforge.CodeNotFound:
	case err != nil:
		return false, err
	case active.Version == p.Version:
		d := c.record(p, plugforge.ActionUndeploy, active.Type, by, reason)
		d.State, d.StartedAt = plugforge.StateNotDeployed, d.QueuedAt
		return true, c.takeDown(ctx, l, &d)
	}
	if w := l.warm.Load(); w != nil && w.plugin.Version == p.Version && l.warm.CompareAndSwap(w, nil) {
		c.retire(w)
	}
	return false, nil
}

// finishDeletions ends the deletions that a crash cut. The records agree with
// the ledgers already.
func (c *Controller) finishDeletions(ctx context.Context, broken map[plugforge.Slug]bool) error {
	left, err := c.cfg.DB.Deletions(ctx)
	if err != nil {
		return err
	}
	for _, d := range left {
		if broken[d.Slug] {
			continue
		}
		if err := c.deleteAgain(ctx, d); err != nil {
			c.log.Error("a deletion that was cut short can't be finished; the next start tries again", "plugin", d.Slug, "version", d.Version, "error", err)
			continue
		}
		c.log.Info("a deletion that was cut short is finished", "plugin", d.Slug, "version", d.Version)
	}
	return nil
}

func (c *Controller) deleteAgain(ctx context.Context, d sqlite.Deletion) error {
	plugin, err := c.cfg.Registry.Plugin(ctx, d.Slug.Owner, plugforge.PluginID{Name: d.Slug.Name, Version: d.Version})
	if err != nil {
		return err
	}
	l := c.lane(d.Slug)
	l.switching.Lock()
	defer l.switching.Unlock()
	_, err = c.finishDeletion(ctx, l, plugin, d)
	return err
}
