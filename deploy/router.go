package deploy

import (
	"context"

	"plugforge"
)

// Call answers one realtime request by the slug's active version, or by the
// one that pin names if it is up. It is the hot path: one map look-up, two
// atomic operations, and the replica's own work. Errors: CodeNotFound when
// nothing (or not that version) is deployed, CodeUnavailable when no replica
// is ready, and those of plugforge.Replica.
func (c *Controller) Call(ctx context.Context, slug plugforge.Slug, pin *plugforge.Version, body []byte) (plugforge.Answer, plugforge.Version, error) {
	for {
		r := c.routed(slug, pin)
		if r == nil {
			return plugforge.Answer{}, plugforge.Version{}, notDeployed(slug, pin)
		}
		if !r.enter() {
			continue // it was replaced between the look-up and now
		}
		answer, err := r.call(ctx, plugforge.Call{Body: body})
		r.leave()
		return answer, r.plugin.Version, err
	}
}

func (c *Controller) routed(slug plugforge.Slug, pin *plugforge.Version) *running {
	v, ok := c.lanes.Load(slug)
	if !ok {
		return nil
	}
	l := v.(*lane)
	r := l.route.Load()
	if pin == nil || r != nil && r.plugin.Version == *pin {
		return r
	}
	if w := l.warm.Load(); w != nil && w.plugin.Version == *pin {
		return w
	}
	return nil
}

func (r *running) call(ctx context.Context, call plugforge.Call) (plugforge.Answer, error) {
	replica := r.pick()
	if replica == nil {
		return plugforge.Answer{}, plugforge.Errorf(plugforge.CodeUnavailable,
			"plugin %s %s is deployed, but no replica is ready: try again shortly", r.plugin.Slug.Name, r.plugin.Version)
	}
	return replica.Call(ctx, call)
}

// Test runs the handler of a version that is live and tells more about the
// answer than Call. Errors: CodeNotFound for the version, CodeConflict when it
// is not the live one or has no endpoint, else those of Call.
func (c *Controller) Test(ctx context.Context, owner plugforge.Owner, id plugforge.PluginID, body []byte) (plugforge.Answer, error) {
	const op = "deploy.Test"
	plugin, err := c.cfg.Registry.Plugin(ctx, owner, id)
	if err != nil {
		return plugforge.Answer{}, plugforge.Wrap(op, err)
	}
	l := c.lane(plugin.Slug)
	for {
		r := l.route.Load()
		if r == nil || r.plugin.Version != id.Version {
			return plugforge.Answer{}, plugforge.Wrap(op, plugforge.Errorf(plugforge.CodeConflict,
				"plugin %s is not deployed for realtime: deploy it first", id))
		}
		if !r.enter() {
			continue
		}
		answer, err := r.call(ctx, plugforge.Call{Body: body, Test: true})
		r.leave()
		return answer, err
	}
}

func notDeployed(slug plugforge.Slug, pin *plugforge.Version) error {
	if pin != nil {
		return plugforge.Errorf(plugforge.CodeNotFound, "version %s of plugin %s is not up: call it without @, or deploy it", *pin, slug.Name)
	}
	return plugforge.Errorf(plugforge.CodeNotFound, "plugin %s is not deployed for realtime in this namespace", slug.Name)
}
