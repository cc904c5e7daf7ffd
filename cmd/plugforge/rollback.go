package main

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"plugforge"
	apiclient "plugforge/client"
)

// rollbackOptions are the flags of rollback.
type rollbackOptions struct {
	settings
	message string
	json    bool
}

func newRollback() *cobra.Command {
	var o rollbackOptions
	cmd := &cobra.Command{
		Use:   "rollback SLUG [VERSION]",
		Short: "Go back to an earlier version",
		Long: `Make an earlier version of a plugin live again: the one that is named, else the
one that was live before. It waits until that is done; if it fails, what is live
goes on, and the exit status is 1.

--json prints {"previous_version", "deployment"}; previous_version is null if
nothing was live, and deployment is
` + statusShape + `.`,
		Example: "  plugforge rollback text_embed -m \"wrong vectors since noon\"",
		Args:    arguments(1, 2, "a plugin's name and, if you like, a version"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return rollback(cmd.Context(), newOutput(cmd, o.json), &o, args)
		},
	}
	cmd.Flags().StringVarP(&o.message, "message", "m", "", "why; kept in the history of what ran")
	jsonFlag(cmd, &o.json)
	return authorCommand(cmd, &o.settings)
}

func rollback(ctx context.Context, out *output, o *rollbackOptions, args []string) error {
	name, to, err := parseTarget(args[0])
	switch {
	case err != nil:
		return err
	case len(args) == 2 && to != nil:
		return usageError{errors.New("the version is named twice: give it once")}
	case len(args) == 2:
		if to, err = versionFlag(args[1]); err != nil {
			return err
		}
	}
	if err := checkMessage(o.message); err != nil {
		return err
	}
	client, err := o.connect(".")
	if err != nil {
		return err
	}
	name, to = resolve(ctx, client, name, to)
	done, err := client.Rollback(ctx, name, to, o.message)
	if err != nil {
		return err
	}
	if done.State == plugforge.StateFailed {
		out.note("%s", stateLine(apiclient.Status{ID: done.ID, State: done.State}))
	}
	st, err := follow(ctx, out, client, done.ID)
	if st == nil {
		return err
	}
	if out.json {
		return errors.Join(err, out.result(struct {
			Previous   *string    `json:"previous_version"`
			Deployment jsonStatus `json:"deployment"`
		}{jsonVersion(done.Previous), statusJSON(*st)}))
	}
	if err != nil {
		return err
	}
	if done.Previous != nil && *done.Previous == done.ID.Version {
		return out.printf("%s was live already: nothing has changed\n", done.ID)
	}
	was := "nothing"
	if done.Previous != nil {
		was = done.Previous.String()
	}
	return out.printf("%s is live again (before: %s)\n", done.ID, was)
}
