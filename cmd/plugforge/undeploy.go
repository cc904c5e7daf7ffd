package main

import (
	"context"

	"github.com/spf13/cobra"

	"plugforge"
	apiclient "plugforge/client"
)

// undeployOptions are the flags of undeploy.
type undeployOptions struct {
	settings
	message string
	json    bool
}

func newUndeploy() *cobra.Command {
	var o undeployOptions
	cmd := &cobra.Command{
		Use:   "undeploy SLUG",
		Short: "Take what is live out of service; the versions stay",
		Long: `Take the live version of a plugin out of service. Its versions stay. Where nothing
is live there is nothing to do, which is no failure.

--json prints {"name", "version", "message"}; version is what was live, or on
its way, or null.`,
		Example: "  plugforge undeploy text_embed -m \"wrong vectors since noon\"",
		Args:    arguments(1, 1, "a plugin's name"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return undeploy(cmd.Context(), newOutput(cmd, o.json), &o, args[0])
		},
	}
	cmd.Flags().StringVarP(&o.message, "message", "m", "", "why; kept in the history of what ran")
	jsonFlag(cmd, &o.json)
	return authorCommand(cmd, &o.settings)
}

func undeploy(ctx context.Context, out *output, o *undeployOptions, slug string) error {
	name, err := plugforge.ParseName(slug)
	if err != nil {
		return err
	}
	if err := checkMessage(o.message); err != nil {
		return err
	}
	client, err := o.connect(".")
	if err != nil {
		return err
	}
	version, err := liveOrComing(ctx, client, name)
	if err != nil {
		return err
	}
	message := "nothing was live"
	if version != nil {
		if message, err = client.Undeploy(ctx, plugforge.PluginID{Name: name, Version: *version}, o.message); err != nil {
			return err
		}
	}
	if out.json {
		return out.result(struct {
			Name    string  `json:"name"`
			Version *string `json:"version"`
			Message string  `json:"message"`
		}{string(name), jsonVersion(version), message})
	}
	return out.printf("%s: %s\n", name, plugforge.Printable(message))
}

// liveOrComing is the version to take out of service: the live one, else the
// one that is about to be; nil for neither.
func liveOrComing(ctx context.Context, c *apiclient.Client, name plugforge.Name) (*plugforge.Version, error) {
	history, err := c.Versions(ctx, name, 1)
	if err != nil || history.Active != nil {
		return history.Active, err
	}
	newest, err := c.Deployments(ctx, name, 1)
	if err != nil || len(newest) == 0 {
		return nil, err
	}
	if st := (apiclient.Status{State: newest[0].State}); st.Settled() {
		return nil, nil
	}
	return &newest[0].Version, nil
}
