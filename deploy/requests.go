package deploy

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"plugforge"
)

// Request asks to deploy or undeploy one version.
type Request struct {
	Owner   plugforge.Owner
	ID      plugforge.PluginID
	Type    plugforge.DeploymentType // "": realtime if the version has realtime.py, else batch-only
	Message string                   // the reason; "": a default
	By      plugforge.Actor
}

// Deploy queues the version and answers with its status, at once or when the
// deployment has settled within wait. Errors: CodeNotFound for the version,
// CodeValidation for realtime without realtime.py or a message git can't keep.
func (c *Controller) Deploy(ctx context.Context, q Request, wait time.Duration) (Status, error) {
	const op = "deploy.Deploy"
	plugin, err := c.lookUp(ctx, q)
	if err != nil {
		return Status{}, plugforge.Wrap(op, err)
	}
	kind := q.Type
	switch {
	case kind == "" && plugin.HasRealtime:
		kind = plugforge.TypeRealtime
	case kind == "":
		kind = plugforge.TypeBatchOnly
	case kind == plugforge.TypeRealtime && !plugin.HasRealtime:
		return Status{}, plugforge.Wrap(op, plugforge.Errorf(plugforge.CodeValidation,
			"plugin %s has no realtime.py: deploy it with deployment_type=batch_only, or upload a version that has one", q.ID))
	}
	d, err := c.queue(ctx, c.record(plugin, plugforge.ActionDeploy, kind, q.By, q.Message))
	if err != nil {
		return Status{}, plugforge.Wrap(op, err)
	}
	c.await(ctx, d.ID, wait)
	return c.Status(ctx, q.Owner, q.ID, 0)
}

func (c *Controller) lookUp(ctx context.Context, q Request) (plugforge.Plugin, error) {
	if err := plugforge.CheckMessage(q.Message); err != nil {
		return plugforge.Plugin{}, err
	}
	return c.cfg.Registry.Plugin(ctx, q.Owner, q.ID)
}

// record makes a deployment that begins now.
func (c *Controller) record(p plugforge.Plugin, a plugforge.Action, t plugforge.DeploymentType, by plugforge.Actor, message string) plugforge.Deployment {
	var id [12]byte
	rand.Read(id[:])
	if strings.TrimSpace(message) == "" { // as the ledger has it
		message = fmt.Sprintf("%s %s %s", a, p.Slug.Name, p.Version)
	}
	return plugforge.Deployment{
		ID: "dpl_" + hex.EncodeToString(id[:]), Slug: p.Slug, Version: p.Version, Commit: p.Commit,
		Action: a, Type: t, State: plugforge.StateQueued, By: by, Message: message, QueuedAt: c.now(),
	}
}

// queue writes the row, which is the acknowledgement's proof, and enqueues.
func (c *Controller) queue(ctx context.Context, d plugforge.Deployment) (plugforge.Deployment, error) {
	if err := c.cfg.DB.InsertDeployment(ctx, d); err != nil {
		return d, err
	}
	c.cfg.Marker(string(d.Action) + ".queued")
	c.enqueue(d)
	return d, nil
}

// Undeploy takes the version out of service and keeps it. What is not deployed
// is left as it is, and that is a success. Deployments of it that have not
// switched are cancelled.
func (c *Controller) Undeploy(ctx context.Context, q Request) (Status, error) {
	const op = "deploy.Undeploy"
	plugin, err := c.lookUp(ctx, q)
	if err != nil {
		return Status{}, plugforge.Wrap(op, err)
	}
	l := c.lane(plugin.Slug)
	l.cancelVersion(plugin.Version, errCancelled)
	l.switching.Lock()
	defer l.switching.Unlock()
	active, err := c.cfg.DB.Active(ctx, plugin.Slug)
	switch {
	case plugforge.CodeOf(err) == plugforge.CodeNotFound:
		return c.Status(ctx, q.Owner, q.ID, 0)
	case err != nil:
		return Status{}, plugforge.Wrap(op, err)
	case active.Version == plugin.Version:
		d := c.record(plugin, plugforge.ActionUndeploy, active.Type, q.By, q.Message)
		d.State, d.StartedAt = plugforge.StateNotDeployed, d.QueuedAt
		// A client that hangs up must not leave route and ledger apart.
		if err := c.takeDown(context.WithoutCancel(ctx), l, &d); err != nil {
			return Status{}, plugforge.Wrap(op, err)
		}
	}
	return c.Status(ctx, q.Owner, q.ID, 0)
}

// RollbackRequest asks to make an earlier version live again.
type RollbackRequest struct {
	Slug    plugforge.Slug
	Target  *plugforge.Version // nil: the version that was live before this one
	Message string             // the reason; "": a default
	By      plugforge.Actor
}

// Rollback is what came of a RollbackRequest.
type Rollback struct {
	ID       plugforge.PluginID
	Previous *plugforge.Version // live before; nil: nothing was
	State    plugforge.State
	Message  string
	Error    string // why it failed; empty otherwise
}

// Rollback makes the target live, from the sandbox kept warm if there is one,
// and answers when that has settled or after wait. A target that is live
// already is a success that changes nothing. Errors: CodeNotFound for a target
// that does not exist, CodeConflict when there is no version to go back to.
func (c *Controller) Rollback(ctx context.Context, q RollbackRequest, wait time.Duration) (Rollback, error) {
	const op = "deploy.Rollback"
	if err := plugforge.CheckMessage(q.Message); err != nil {
		return Rollback{}, plugforge.Wrap(op, err)
	}
	target, kind, err := c.rollbackTarget(ctx, q)
	if err != nil {
		return Rollback{}, plugforge.Wrap(op, err)
	}
	result := Rollback{ID: target.ID()}
	active, err := c.cfg.DB.Active(ctx, q.Slug)
	switch {
	case err == nil && active.Version == target.Version:
		result.Previous, result.State = &active.Version, liveState(active.Type)
		result.Message = fmt.Sprintf("version %s is live already; nothing changed", target.Version)
		return result, nil
	case err == nil:
		result.Previous = &active.Version
	case plugforge.CodeOf(err) != plugforge.CodeNotFound:
		return Rollback{}, plugforge.Wrap(op, err)
	}
	d, err := c.queue(ctx, c.record(target, plugforge.ActionRollback, kind, q.By, q.Message))
	if err != nil {
		return Rollback{}, plugforge.Wrap(op, err)
	}
	c.await(ctx, d.ID, wait)
	if d, err = c.cfg.DB.Deployment(ctx, d.ID); err != nil {
		return Rollback{}, plugforge.Wrap(op, err)
	}
	result.State, result.Message, result.Error = d.State, d.Message, d.Error
	return result, nil
}

// rollbackTarget finds the version to go back to, and how it ran when it was
// last live. Unnamed, it is the newest ledger entry's whose version is another
// than the last one's and still exists.
func (c *Controller) rollbackTarget(ctx context.Context, q RollbackRequest) (plugforge.Plugin, plugforge.DeploymentType, error) {
	ledger, err := c.cfg.Git.Ledger(ctx, q.Slug, 0)
	if err != nil {
		return plugforge.Plugin{}, "", err
	}
	if q.Target != nil {
		plugin, err := c.cfg.Registry.Plugin(ctx, q.Slug.Owner, plugforge.PluginID{Name: q.Slug.Name, Version: *q.Target})
		if err != nil {
			return plugin, "", err
		}
		for _, e := range ledger {
			if e.Version == *q.Target {
				return plugin, e.Type, nil
			}
		}
		if plugin.HasRealtime {
			return plugin, plugforge.TypeRealtime, nil
		}
		return plugin, plugforge.TypeBatchOnly, nil
	}
	for _, e := range ledger {
		if e.Version == ledger[0].Version {
			continue
		}
		plugin, err := c.cfg.Registry.Plugin(ctx, q.Slug.Owner, plugforge.PluginID{Name: q.Slug.Name, Version: e.Version})
		switch {
		case err == nil:
			return plugin, e.Type, nil
		case plugforge.CodeOf(err) != plugforge.CodeNotFound:
			return plugin, "", err
		}
	}
	return plugforge.Plugin{}, "", plugforge.Errorf(plugforge.CodeConflict,
		"plugin %s has no earlier version to roll back to: name one with \"version\"", q.Slug.Name)
}
