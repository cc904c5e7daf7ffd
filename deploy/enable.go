package deploy

import (
	"context"
	"time"

	"plugforge"
	"plugforge/sqlite"
)

// EnableRequest asks to bring an organisation's version into a namespace.
type EnableRequest struct {
	Namespace plugforge.Owner
	Org       plugforge.Owner
	ID        plugforge.PluginID
	Params    []byte // JSON object, merged under each call's parameters; nil for none
	Deploy    bool   // make it live there
	By        plugforge.Actor
}

// Enabled is what came of an EnableRequest.
type Enabled struct {
	Plugin plugforge.Plugin // as the namespace has it
	Status Status           // its deployment's, after wait
}

// Enable brings an organisation's version into a namespace, where it is from
// then on a plugin as any other under its own name, and queues its deployment
// in the same step if that is asked for; it answers when that has settled or
// after wait. Enabled again, it gets the new parameters, which a deployment
// applies. Errors: those of registry.Enable.
func (c *Controller) Enable(ctx context.Context, q EnableRequest, wait time.Duration) (Enabled, error) {
	const op = "deploy.Enable"
	e := sqlite.Enabling{
		Slug: plugforge.Slug{Owner: q.Namespace, Name: q.ID.Name}, Version: q.ID.Version, Org: q.Org,
		Params: q.Params, By: q.By, At: c.now(),
	}
	plugin, err := c.cfg.Registry.Plugin(ctx, q.Org, q.ID)
	if plugforge.CodeOf(err) == plugforge.CodeNotFound {
		err = sqlite.NotInOrg(q.ID)
	}
	if err != nil {
		return Enabled{}, plugforge.Wrap(op, err)
	}
	if q.Deploy {
		plugin.Slug = e.Slug
		kind := plugforge.TypeBatchOnly
		if plugin.HasRealtime {
			kind = plugforge.TypeRealtime
		}
		d := c.record(plugin, plugforge.ActionDeploy, kind, q.By, "")
		e.Deployment = &d
	}
	if plugin, err = c.cfg.Registry.Enable(ctx, e); err != nil {
		return Enabled{}, plugforge.Wrap(op, err)
	}
	if e.Deployment != nil {
		c.cfg.Marker(string(plugforge.ActionDeploy) + ".queued")
		c.enqueue(*e.Deployment)
		c.await(ctx, e.Deployment.ID, wait)
	}
	status, err := c.Status(context.WithoutCancel(ctx), q.Namespace, q.ID, 0)
	return Enabled{Plugin: plugin, Status: status}, plugforge.Wrap(op, err)
}

// Disable ends that a namespace has an organisation's version enabled: what is
// live of it goes down, its history stays. Only Owner, ID, Message and By of q
// are looked at. Errors: CodeNotFound for what is not enabled there.
func (c *Controller) Disable(ctx context.Context, q Request) (removed bool, err error) {
	const op = "deploy.Disable"
	if err := plugforge.CheckMessage(q.Message); err != nil {
		return false, plugforge.Wrap(op, err)
	}
	plugin, err := c.cfg.Registry.Plugin(ctx, q.Owner, q.ID)
	if err == nil && plugin.Origin == "" {
		err = plugforge.Errorf(plugforge.CodeNotFound, "plugin %q is this namespace's own, not one of the organisation's: DELETE /plugins/%s deletes it, /undeploy takes it down", q.ID.String(), q.ID)
	}
	if err != nil {
		return false, plugforge.Wrap(op, err)
	}
	l := c.lane(plugin.Slug)
	l.switching.Lock()
	defer l.switching.Unlock()
	// A client that hangs up must not leave route and ledger apart.
	ctx = context.WithoutCancel(ctx)
	reason := q.Message
	if reason == "" {
		reason = "undeploy " + string(plugin.Slug.Name) + " " + plugin.Version.String() + ": it is disabled"
	}
	if removed, err = c.remove(ctx, l, plugin, q.By, reason, errDisabled); err != nil {
		return false, plugforge.Wrap(op, err)
	}
	return removed, plugforge.Wrap(op, c.cfg.Registry.Disable(ctx, q.Owner, q.ID, q.By))
}
