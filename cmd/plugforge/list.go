package main

import (
	"context"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"plugforge"
	apiclient "plugforge/client"
)

// listOptions are the flags of list.
type listOptions struct {
	settings
	json bool
}

func newList() *cobra.Command {
	var o listOptions
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the plugins of the namespace",
		Long: `List the plugins of the namespace, the newest upload first.

--json prints {"namespace", "plugins": [{"name", "active_version" (null if
nothing is live), "newest_version", "versions" (how many there are),
"description", "feature_uri", "updated_at"}]}; description and feature_uri are
the live version's, else the newest's.`,
		Example: "  plugforge list --json | jq -r '.plugins[].name'",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return list(cmd.Context(), newOutput(cmd, o.json), &o)
		},
	}
	jsonFlag(cmd, &o.json)
	return authorCommand(cmd, &o.settings)
}

// jsonPlugin is one plugin over its versions.
type jsonPlugin struct {
	Name        string  `json:"name"`
	Active      *string `json:"active_version"`
	Newest      string  `json:"newest_version"`
	Versions    int     `json:"versions"`
	Description string  `json:"description"`
	FeatureURI  string  `json:"feature_uri"`
	UpdatedAt   *string `json:"updated_at"`

	updated time.Time
}

func list(ctx context.Context, out *output, o *listOptions) error {
	client, err := o.connect(".")
	if err != nil {
		return err
	}
	versions, err := client.Plugins(ctx)
	if err != nil {
		return err
	}
	plugins := gather(versions)
	if out.json {
		return out.result(struct {
			Namespace string        `json:"namespace"`
			Plugins   []*jsonPlugin `json:"plugins"`
		}{string(client.Namespace()), plugins})
	}
	if len(plugins) == 0 {
		out.note("%s has no plugins yet: push one with plugforge push", client.Namespace())
		return nil
	}
	var rows [][]string
	for _, p := range plugins {
		live := "-"
		if p.Active != nil {
			live = *p.Active
		}
		rows = append(rows, []string{p.Name, live, p.Newest, strconv.Itoa(p.Versions), moment(p.updated), firstLine(p.Description)})
	}
	return out.table([]string{"NAME", "LIVE", "NEWEST", "VERSIONS", "CHANGED", "DESCRIPTION"}, rows)
}

// gather makes one entry a plugin of a list that has one a version, newest
// first, and keeps that order.
func gather(versions []apiclient.Listed) []*jsonPlugin {
	plugins := []*jsonPlugin{}
	known := map[plugforge.Name]*jsonPlugin{}
	for _, v := range versions {
		p := known[v.ID.Name]
		if p == nil {
			p = &jsonPlugin{Name: string(v.ID.Name), Newest: v.ID.Version.String(), Description: v.Description, FeatureURI: v.FeatureURI}
			known[v.ID.Name] = p
			plugins = append(plugins, p)
		}
		p.Versions++
		if v.Active {
			p.Active, p.Description, p.FeatureURI = jsonVersion(&v.ID.Version), v.Description, v.FeatureURI
		}
		if v.UpdatedAt.After(p.updated) {
			p.updated, p.UpdatedAt = v.UpdatedAt, jsonTime(v.UpdatedAt)
		}
	}
	return plugins
}
