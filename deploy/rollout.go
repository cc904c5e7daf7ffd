package deploy

import (
	"context"
	"errors"
	"time"

	"plugforge"
	"plugforge/gitstore"
)

// errCancelled is why a deployment ended that somebody undeployed first.
var errCancelled = plugforge.Errorf(plugforge.CodeConflict, "cancelled: the version was undeployed before it went live")

// rollOut brings one deployment from QUEUED to its end. The lane runs one at a
// time, so nothing else changes what is live but an undeploy or a crash loop,
// which take the same switching lock.
func (c *Controller) rollOut(l *lane, j *job) {
	d := &j.deployment
	next, err := c.bringUp(l, j)
	if err == nil {
		err = c.switchTo(l, j, next)
	}
	if err == nil {
		return
	}
	if next != nil {
		c.retire(next)
	}
	if c.ctx.Err() != nil && context.Cause(j.ctx) == c.ctx.Err() {
		return // the server stops: the row stays unfinished and the next start takes it up
	}
	if cause := context.Cause(j.ctx); cause != nil {
		err = cause
	}
	d.State, d.EndedAt, d.Error = plugforge.StateFailed, latest(c.now(), d.QueuedAt, d.StartedAt), explain(err)
	c.log.Warn("deployment failed", "plugin", d.Slug, "version", d.Version, "deployment", d.ID, "error", err)
	c.persist(func(ctx context.Context) error { return c.cfg.DB.UpdateDeployment(ctx, *d) })
}

// bringUp takes a deployment to the brink of its switch: the new version runs
// beside the old one, which notices nothing. It returns nil for batch-only.
func (c *Controller) bringUp(l *lane, j *job) (*running, error) {
	d := &j.deployment
	if j.ctx.Err() != nil {
		return nil, context.Cause(j.ctx)
	}
	d.State, d.StartedAt = plugforge.StatePending, latest(c.now(), d.QueuedAt) // the clock may have gone back
	if err := c.cfg.DB.UpdateDeployment(j.ctx, *d); err != nil {
		return nil, err
	}
	plugin, err := c.cfg.Registry.Plugin(j.ctx, d.Slug.Owner, plugforge.PluginID{Name: d.Slug.Name, Version: d.Version})
	if err != nil {
		return nil, err
	}
	d.Commit = plugin.Commit
	next, warm, err := c.prepare(j.ctx, l, d, plugin)
	if err != nil {
		return nil, err
	}
	d.State = plugforge.StateInProgress
	if err := c.cfg.DB.UpdateDeployment(j.ctx, *d); err != nil {
		return next, err
	}
	c.cfg.Marker(string(d.Action) + ".row")
	if next == nil || warm {
		return next, nil
	}
	if err := next.fill(j.ctx); err != nil {
		return next, err
	}
	c.supervise(next, func(cause error) { c.crashLooped(l, next, cause) })
	return next, nil
}

// prepare makes the version's running, or takes up the one kept warm.
func (c *Controller) prepare(ctx context.Context, l *lane, d *plugforge.Deployment, p plugforge.Plugin) (next *running, warm bool, err error) {
	if d.Type == plugforge.TypeBatchOnly {
		return nil, false, nil
	}
	if w := l.takeWarm(p); w != nil {
		return w, true, nil
	}
	next, err = c.newRunning(ctx, p)
	return next, false, err
}

// switchTo makes the deployment live: ledger, route, row. Past the ledger
// entry it is a fact and can't fail any more, only be late.
func (c *Controller) switchTo(l *lane, j *job, next *running) error {
	l.switching.Lock()
	defer l.switching.Unlock()
	d := &j.deployment
	if j.ctx.Err() != nil {
		return context.Cause(j.ctx)
	}
	// It may have been deleted or disabled while it was brought up.
	if _, err := c.cfg.Registry.Plugin(j.ctx, d.Slug.Owner, plugforge.PluginID{Name: d.Slug.Name, Version: d.Version}); err != nil {
		return err
	}
	at := latest(c.now(), d.StartedAt)
	if err := c.appendEntry(j.ctx, d, at); err != nil {
		return err
	}
	d.DeployedAt, d.State = at, liveState(d.Type)
	c.activate(l, next)
	c.cfg.Marker(string(d.Action) + ".switch")
	c.persist(func(ctx context.Context) error { return c.cfg.DB.SwitchActive(ctx, *d) })
	c.cfg.Marker(string(d.Action) + ".done")
	c.log.Info("version is live", "plugin", d.Slug, "version", d.Version, "deployment", d.ID, "type", d.Type)
	return nil
}

// appendEntry writes the deployment into the ledger, with what was live before
// it as its predecessor.
func (c *Controller) appendEntry(ctx context.Context, d *plugforge.Deployment, at time.Time) error {
	if d.Action == plugforge.ActionDeploy || d.Action == plugforge.ActionRollback {
		switch active, err := c.cfg.DB.Active(ctx, d.Slug); {
		case err == nil:
			d.Previous = &active.Version
		case plugforge.CodeOf(err) == plugforge.CodeNotFound:
			d.Previous = nil
		default:
			return err
		}
	}
	audit, err := c.cfg.DB.AuditHead(ctx)
	if err != nil {
		return err
	}
	_, err = c.cfg.Git.AppendLedger(ctx, d.Slug, gitstore.Entry{
		Action: d.Action, Version: d.Version, VersionCommit: d.Commit, Previous: d.Previous,
		DeploymentID: d.ID, Type: d.Type, AuditHead: audit, By: d.By, Message: d.Message, At: at,
	})
	return err
}

// persist repeats a write that must not be lost until it succeeds or the
// server stops; in the second case the ledger tells the next start.
func (c *Controller) persist(write func(context.Context) error) {
	ctx := context.WithoutCancel(c.ctx)
	for pause := 10 * time.Millisecond; ; pause = min(2*pause, time.Second) {
		err := write(ctx)
		if err == nil || c.ctx.Err() != nil {
			return
		}
		c.log.Error("deployment record not written, trying again", "error", err)
		select {
		case <-time.After(pause):
		case <-c.ctx.Done():
		}
	}
}

// crashLooped takes a version that won't stay up out of service.
func (c *Controller) crashLooped(l *lane, r *running, cause error) {
	if l.warm.CompareAndSwap(r, nil) {
		c.retire(r)
		return
	}
	l.switching.Lock()
	defer l.switching.Unlock()
	if l.route.Load() != r {
		return
	}
	d := c.record(r.plugin, plugforge.ActionStopped, plugforge.TypeRealtime, plugforge.Actor{Name: "supervisor"}, "")
	d.State, d.Error = plugforge.StateFailed, "stopped after repeated crashes: "+explain(cause)
	for c.ctx.Err() == nil {
		err := c.takeDown(c.ctx, l, &d)
		if err == nil {
			return
		}
		c.log.Error("crash loop not recorded, trying again", "plugin", l.slug, "error", err)
		select {
		case <-time.After(time.Second):
		case <-c.ctx.Done():
		}
	}
}

// takeDown closes the route, tells the ledger, then the row. The caller holds
// the switching lock. When the ledger can't be written the route opens again:
// what was not recorded did not happen.
func (c *Controller) takeDown(ctx context.Context, l *lane, d *plugforge.Deployment) error {
	old := l.route.Swap(nil)
	d.EndedAt = c.now()
	if err := c.appendEntry(ctx, d, d.EndedAt); err != nil {
		l.route.Store(old)
		return err
	}
	c.cfg.Marker(string(d.Action) + ".ledger")
	if old != nil {
		c.retire(old)
	}
	c.dropWarm(l)
	c.persist(func(ctx context.Context) error { return c.cfg.DB.ClearActive(ctx, *d) })
	c.cfg.Marker(string(d.Action) + ".done")
	c.log.Info("version is no longer live", "plugin", d.Slug, "version", d.Version, "action", d.Action)
	return nil
}

// explain renders an error for the deployment's record: the author's traceback
// where there is one, else the public message.
func explain(err error) string {
	var raised *plugforge.HandlerError
	if errors.As(err, &raised) {
		if raised.Traceback != "" {
			return raised.Traceback
		}
		return raised.Error()
	}
	var public *plugforge.Error
	if errors.As(err, &public) && public.Code != plugforge.CodeInternal {
		return public.Message
	}
	return "internal error: the server's log has the cause"
}
