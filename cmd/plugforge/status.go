package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"plugforge"
	apiclient "plugforge/client"
)

// statusOptions are the flags of status.
type statusOptions struct {
	settings
	json bool
}

func newStatus() *cobra.Command {
	var o statusOptions
	cmd := &cobra.Command{
		Use:   "status SLUG[@VERSION]",
		Short: "Show what is live and where a version stands",
		Long: `Show which version of a plugin is live, which is the newest, and where the version
that is named stands (default: the live one, else the newest).

--json prints {"name", "namespace", "active_version" (null if nothing is live),
"newest_version", "versions" (how many there are), "status"}; status is
` + statusShape + `.`,
		Example: "  plugforge status text_embed",
		Args:    arguments(1, 1, "a plugin's name, or NAME@VERSION"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return showStatus(cmd.Context(), newOutput(cmd, o.json), &o, args[0])
		},
	}
	jsonFlag(cmd, &o.json)
	return authorCommand(cmd, &o.settings)
}

func showStatus(ctx context.Context, out *output, o *statusOptions, target string) error {
	name, version, err := parseTarget(target)
	if err != nil {
		return err
	}
	client, err := o.connect(".")
	if err != nil {
		return err
	}
	name, version = resolve(ctx, client, name, version)
	history, err := client.Versions(ctx, name, 1)
	if err != nil {
		return err
	}
	if len(history.Versions) == 0 {
		return plugforge.Errorf(plugforge.CodeNotFound, "%s has no versions in %s", name, client.Namespace())
	}
	newest := history.Versions[0].ID
	id := newest
	switch {
	case version != nil:
		id.Version = *version
	case history.Active != nil:
		id.Version = *history.Active
	}
	st, err := client.Status(ctx, id)
	if err != nil {
		return err
	}
	if out.json {
		return out.result(struct {
			Name      string     `json:"name"`
			Namespace string     `json:"namespace"`
			Active    *string    `json:"active_version"`
			Newest    string     `json:"newest_version"`
			Versions  int        `json:"versions"`
			Status    jsonStatus `json:"status"`
		}{string(name), string(client.Namespace()), jsonVersion(history.Active), newest.Version.String(), history.Total, statusJSON(st)})
	}
	return statusText(out, client.Namespace(), history, st)
}

func statusText(out *output, namespace plugforge.Owner, h apiclient.History, st apiclient.Status) error {
	live := "nothing"
	if h.Active != nil {
		live = h.Active.String()
	}
	rows := [][]string{
		{"Live:", live},
		{"Newest:", fmt.Sprintf("%s (of %d)", h.Versions[0].ID.Version, h.Total)},
		{"Version:", st.ID.Version.String()},
		{"State:", fmt.Sprintf("%s (%s)", st.State, st.Message)},
	}
	if !st.DeployedAt.IsZero() {
		rows = append(rows, []string{"Went live:", moment(st.DeployedAt)})
	}
	if st.Route != "" {
		rows = append(rows, []string{"Route:", st.Route})
	}
	if err := out.table([]string{"Plugin:", fmt.Sprintf("%s in %s", st.ID.Name, namespace)}, rows); err != nil {
		return err
	}
	if st.Error != "" {
		return out.printf("Error:\n%s\n", indent(printableLines(st.Error)))
	}
	return nil
}
