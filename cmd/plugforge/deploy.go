package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"plugforge"
	apiclient "plugforge/client"
)

// deployOptions are the flags of deploy.
type deployOptions struct {
	settings
	batchOnly bool
	wait      bool
	message   string
	json      bool
}

func newDeploy() *cobra.Command {
	var o deployOptions
	cmd := &cobra.Command{
		Use:   "deploy SLUG[@VERSION]",
		Short: "Make a version live, beside the old one until it answers",
		Long: `Queue a version (default: the newest upload) to go live. What is live now answers
until the new version does, and goes on if it never does.

--wait follows the states until it is DEPLOYED, or live for batch only, or has
FAILED, which is exit status 1 with the reason.

--json prints
` + statusShape + `.`,
		Example: "  plugforge deploy text_embed@1.2.0 --wait -m \"the release of May\"",
		Args:    arguments(1, 1, "a plugin's name, or NAME@VERSION"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return deployVersion(cmd.Context(), newOutput(cmd, o.json), &o, args[0])
		},
	}
	f := cmd.Flags()
	f.BoolVar(&o.batchOnly, "batch-only", false, "make it the active version without a realtime endpoint")
	f.BoolVar(&o.wait, "wait", false, "wait until it is live, or has failed")
	f.StringVarP(&o.message, "message", "m", "", "why; kept in the history of what ran")
	jsonFlag(cmd, &o.json)
	return authorCommand(cmd, &o.settings)
}

func deployVersion(ctx context.Context, out *output, o *deployOptions, target string) error {
	name, version, err := parseTarget(target)
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
	name, version = resolve(ctx, client, name, version)
	id, err := newestOr(ctx, client, name, version)
	if err != nil {
		return err
	}
	var kind plugforge.DeploymentType
	if o.batchOnly {
		kind = plugforge.TypeBatchOnly
	}
	st, err := startDeployment(ctx, out, client, id, kind, o.message, o.wait)
	return errors.Join(err, showDeployment(out, st))
}

// showDeployment prints where a deployment stands, if that is known.
func showDeployment(out *output, st *apiclient.Status) error {
	switch {
	case st == nil:
		return nil
	case out.json:
		return out.result(statusJSON(*st))
	case st.Active && st.Realtime:
		return out.printf("%s DEPLOYED %s\n", st.ID, plugforge.Printable(st.Route))
	case st.Active && st.Settled():
		return out.printf("%s deployed for batch only\n", st.ID)
	}
	return out.printf("%s %s\n", st.ID, st.State)
}

// newestOr gives the version named, else the newest upload.
func newestOr(ctx context.Context, c *apiclient.Client, name plugforge.Name, v *plugforge.Version) (plugforge.PluginID, error) {
	if v != nil {
		return plugforge.PluginID{Name: name, Version: *v}, nil
	}
	h, err := c.Versions(ctx, name, 1)
	if err != nil {
		return plugforge.PluginID{}, err
	}
	if len(h.Versions) == 0 {
		return plugforge.PluginID{}, plugforge.Errorf(plugforge.CodeNotFound, "%s has no versions in %s", name, c.Namespace())
	}
	return h.Versions[0].ID, nil
}
