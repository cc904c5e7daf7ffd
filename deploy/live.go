package deploy

import (
	"context"

	"plugforge"
)

// Live is the versions of a namespace that are live, by name, with their
// manifests; batch-only ones too.
func (c *Controller) Live(ctx context.Context, owner plugforge.Owner) ([]plugforge.Plugin, error) {
	live, err := c.cfg.DB.LivePlugins(ctx, owner)
	return live, plugforge.Wrap("deploy.Live", err)
}
