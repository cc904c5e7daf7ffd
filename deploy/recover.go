package deploy

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"plugforge"
	"plugforge/gitstore"
)

// recover makes the records agree with the ledgers, then starts what is live
// and queues what had not switched. A slug whose repository can't be read is
// left alone and said loudly: the others must not wait for its mend.
func (c *Controller) recover(ctx context.Context) error {
	broken, err := c.reconcileAll(ctx)
	if err != nil {
		return err
	}
	if err := c.finishDeletions(ctx, broken); err != nil {
		return err
	}
	live, err := c.cfg.DB.ActiveAll(ctx)
	if err != nil {
		return err
	}
	for _, d := range live {
		if d.Type != plugforge.TypeRealtime || broken[d.Slug] {
			continue
		}
		if err := c.revive(ctx, d); err != nil {
			c.log.Error("live version can't be started", "plugin", d.Slug, "version", d.Version, "error", err)
			broken[d.Slug] = true
		}
	}
	return c.requeue(ctx, broken)
}

// reconcileAll reconciles every slug that a ledger or the records say something
// of, several at once, and gives those that are left alone.
func (c *Controller) reconcileAll(ctx context.Context) (broken map[plugforge.Slug]bool, err error) {
	glances, err := c.cfg.Git.Glances(ctx)
	if err != nil {
		return nil, err
	}
	active, err := c.cfg.DB.ActiveAll(ctx)
	if err != nil {
		return nil, err
	}
	recorded := map[string]plugforge.Slug{}
	for _, d := range active {
		recorded[string(d.Slug.Owner)+"/"+d.Slug.Name.Fold()] = d.Slug
	}
	var mu sync.Mutex
	broken = map[plugforge.Slug]bool{}
	var g errgroup.Group
	g.SetLimit(4 * runtime.NumCPU())
	for _, one := range glances {
		slug := recorded[string(one.Owner)+"/"+one.Fold]
		if one.Active == "" && slug.Name == "" {
			continue
		}
		g.Go(func() error {
			err := c.reconcileGlanced(ctx, &slug, one)
			if err != nil {
				c.log.Error("slug left out of service", "plugin", slug, "error", err)
				mu.Lock()
				defer mu.Unlock()
				broken[slug] = true
			}
			return nil
		})
	}
	return broken, g.Wait()
}

// reconcileGlanced reconciles a slug whose name the records may not know.
func (c *Controller) reconcileGlanced(ctx context.Context, slug *plugforge.Slug, g gitstore.Glance) error {
	if slug.Name == "" {
		found, err := c.cfg.Git.SlugOf(ctx, g)
		if err != nil {
			*slug = plugforge.Slug{Owner: g.Owner, Name: plugforge.Name(g.Fold)}
			return err
		}
		*slug = found
	}
	return c.reconcile(ctx, *slug)
}

// requeue begins again what a stop or a crash interrupted before its switch.
func (c *Controller) requeue(ctx context.Context, broken map[plugforge.Slug]bool) error {
	unfinished, err := c.cfg.DB.Unfinished(ctx)
	if err != nil {
		return err
	}
	for _, d := range unfinished {
		if d.State != plugforge.StateQueued {
			c.log.Info("deployment was interrupted, beginning again", "plugin", d.Slug, "version", d.Version, "deployment", d.ID)
		}
		d.State, d.StartedAt = plugforge.StateQueued, time.Time{}
		if broken[d.Slug] {
			d.State, d.EndedAt, d.Error = plugforge.StateFailed, c.now(), "the plugin's repository can't be read: the server's log has the cause"
		}
		if err := c.cfg.DB.UpdateDeployment(ctx, d); err != nil {
			return err
		}
		if !broken[d.Slug] {
			c.enqueue(d)
		}
	}
	return nil
}

// reconcile completes a slug's records from its ledger's head, which is the
// truth about what is live.
func (c *Controller) reconcile(ctx context.Context, slug plugforge.Slug) error {
	active, err := c.cfg.DB.Active(ctx, slug)
	if err != nil && plugforge.CodeOf(err) != plugforge.CodeNotFound {
		return err
	}
	ledger, err := c.cfg.Git.Ledger(ctx, slug, 1)
	if err != nil {
		return err
	}
	if len(ledger) == 0 {
		if active.ID != "" {
			return plugforge.Errorf(plugforge.CodeInternal,
				"slug %s: the database says %s is live, but its ledger (refs/heads/active) is empty: restore the repository from a backup", slug, active.Version)
		}
		return nil
	}
	head := ledger[0]
	d, err := c.cfg.DB.Deployment(ctx, head.DeploymentID)
	if err != nil && plugforge.CodeOf(err) != plugforge.CodeNotFound {
		return err
	}
	if err != nil {
		d = fromEntry(slug, head)
	}
	switch head.Action {
	case plugforge.ActionUndeploy, plugforge.ActionStopped:
		if active.ID == "" && err == nil {
			return nil
		}
		if err := c.backfill(ctx, slug, head, active.ID); err != nil {
			return err
		}
		d.EndedAt = latest(head.At, active.DeployedAt)
		d.State = plugforge.StateNotDeployed
		if head.Action == plugforge.ActionStopped {
			d.State, d.Error = plugforge.StateFailed, "stopped after repeated crashes"
		}
		c.log.Info("completing what a crash cut short", "plugin", slug, "action", head.Action, "version", head.Version)
		return c.cfg.DB.ClearActive(ctx, d)
	default:
		if active.ID == head.DeploymentID {
			return nil
		}
		if err := c.backfill(ctx, slug, head, active.ID); err != nil {
			return err
		}
		d.State, d.DeployedAt, d.Previous = liveState(d.Type), latest(head.At, d.StartedAt, active.DeployedAt), head.Previous
		c.log.Info("completing what a crash cut short", "plugin", slug, "action", head.Action, "version", head.Version)
		return c.cfg.DB.SwitchActive(ctx, d)
	}
}

// backfill makes the records that a database lacks which is older than the
// ledger, as a restored one may be, but for the newest entry's.
func (c *Controller) backfill(ctx context.Context, slug plugforge.Slug, head gitstore.Entry, active string) error {
	ledger, err := c.cfg.Git.Ledger(ctx, slug, 0)
	if err != nil {
		return err
	}
	slices.Reverse(ledger)
	records, _, err := c.cfg.DB.History(ctx, slug)
	if err != nil {
		return err
	}
	some, _ := agree(slug, ledger, records)
	lacking := false
	some = slices.DeleteFunc(some, func(d plugforge.Deployment) bool {
		known := slices.ContainsFunc(records, func(r plugforge.Deployment) bool { return r.ID == d.ID })
		lacking = lacking || !known && d.ID != head.DeploymentID
		return d.ID == head.DeploymentID
	})
	if !lacking {
		return nil
	}
	c.log.Info("records of deployments are made from the ledger", "plugin", slug, "records", len(some))
	return c.cfg.DB.ReplaceHistory(ctx, slug, some, active, c.now())
}

// latest keeps the order of records straight where the ledger's time, which
// git keeps to the second, lies before what led to it.
func latest(times ...time.Time) time.Time { return slices.MaxFunc(times, time.Time.Compare) }

// fromEntry makes a deployment's record anew from the ledger.
func fromEntry(slug plugforge.Slug, e gitstore.Entry) plugforge.Deployment {
	return plugforge.Deployment{
		ID: e.DeploymentID, Slug: slug, Version: e.Version, Action: e.Action, Type: e.Type,
		By: e.By, Message: e.Message, Previous: e.Previous, Commit: e.VersionCommit,
		QueuedAt: e.At, StartedAt: e.At,
	}
}

// revive opens the route of a version that was live when the server stopped
// and lets its supervisors start the replicas, so that calls meanwhile are
// told to try again shortly rather than that nothing is there.
func (c *Controller) revive(ctx context.Context, d plugforge.Deployment) error {
	plugin, err := c.cfg.Registry.Plugin(ctx, d.Slug.Owner, plugforge.PluginID{Name: d.Slug.Name, Version: d.Version})
	if err != nil {
		return err
	}
	r, err := c.newRunning(ctx, plugin)
	if err != nil {
		return err
	}
	l := c.lane(d.Slug)
	l.route.Store(r)
	c.supervise(r, func(cause error) { c.crashLooped(l, r, cause) })
	return nil
}

// Ready is nil when every live version has a replica that answers, and else
// says how many have not.
func (c *Controller) Ready() error {
	var missing int
	c.lanes.Range(func(_, v any) bool {
		if r := v.(*lane).route.Load(); r != nil && !r.ready() {
			missing++
		}
		return true
	})
	if missing > 0 {
		return errors.New("some live versions have no replica ready yet")
	}
	return nil
}
