package httpapi

import (
	"time"

	"plugforge"
	"plugforge/internal/api"
)

// pluginID reads the path's plugin id. What can't be one is not found.
func (c *call) pluginID() (plugforge.PluginID, error) {
	return plugforge.ParsePluginID(c.vars["plugin_id"])
}

// slug reads the path's slug. What can't be a name is not found.
func (c *call) slug() (plugforge.Slug, error) {
	name, err := plugforge.ParseName(c.vars["slug"])
	if err != nil {
		return plugforge.Slug{}, plugforge.Errorf(plugforge.CodeNotFound, "plugin %s not found in this namespace", quoted(c.vars["slug"]))
	}
	return plugforge.Slug{Owner: c.namespace, Name: name}, nil
}

// routePrefix is where realtime calls of the slug go, whatever the version.
func routePrefix(slug plugforge.Slug) string {
	return "/v1/namespaces/" + string(slug.Owner) + "/realtime/" + string(slug.Name)
}

// instant is t for an answer.
func instant(t time.Time) api.Time { return api.Time{Time: t} }

// maybeInstant is null for a time that never came.
func maybeInstant(t time.Time) *api.Time {
	if t.IsZero() {
		return nil
	}
	return &api.Time{Time: t}
}

// maybe is null for the zero value.
func maybe[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

// maybeVersion is null for none.
func maybeVersion(v *plugforge.Version) *string {
	if v == nil {
		return nil
	}
	text := v.String()
	return &text
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
