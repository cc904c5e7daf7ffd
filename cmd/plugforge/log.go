package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"plugforge"
	apiclient "plugforge/client"
)

// logOptions are the flags of log.
type logOptions struct {
	settings
	count   int
	oneline bool
	json    bool
}

func newLog() *cobra.Command {
	var o logOptions
	cmd := &cobra.Command{
		Use:   "log SLUG",
		Short: "List a plugin's versions: when, who, why, and when each was live",
		Long: `List a plugin's versions, the newest upload first: when each was published, by
whom, with what message, and when it was live, for what reason.

--json prints {"name", "namespace", "active_version", "versions": [{"version",
"plugin_id", "message", "author", "commit", "created_at", "active", "live":
[{"from", "until", "type", "action", "actor", "message"}]}]}; until is null for
what is live now, and the newest time live comes first.`,
		Example: "  plugforge log text_embed -n 5 --oneline",
		Args:    arguments(1, 1, "a plugin's name"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return showLog(cmd.Context(), newOutput(cmd, o.json), &o, args[0])
		},
	}
	cmd.Flags().IntVarP(&o.count, "number", "n", 0, "how many versions at most (default: all)")
	cmd.Flags().BoolVar(&o.oneline, "oneline", false, "one line a version")
	jsonFlag(cmd, &o.json)
	return authorCommand(cmd, &o.settings)
}

func showLog(ctx context.Context, out *output, o *logOptions, slug string) error {
	name, err := plugforge.ParseName(slug)
	if err != nil {
		return err
	}
	if o.count < 0 {
		return usageError{errors.New("-n must be 1 or more")}
	}
	client, err := o.connect(".")
	if err != nil {
		return err
	}
	history, err := client.Versions(ctx, name, o.count)
	if err != nil {
		return err
	}
	deployments, err := client.Deployments(ctx, name, 0)
	if err != nil {
		return err
	}
	live := map[plugforge.Version][]plugforge.Deployment{}
	for _, d := range deployments {
		if !d.DeployedAt.IsZero() && (d.Action == plugforge.ActionDeploy || d.Action == plugforge.ActionRollback) {
			live[d.Version] = append(live[d.Version], d)
		}
	}
	switch {
	case out.json:
		return out.result(logJSON(name, client.Namespace(), history, live))
	case o.oneline:
		return logTable(out, history, live)
	}
	return logText(out, history, live)
}

// logTable is a line a version.
func logTable(out *output, h apiclient.History, live map[plugforge.Version][]plugforge.Deployment) error {
	var rows [][]string
	for _, v := range h.Versions {
		times := live[v.ID.Version]
		shown := "never"
		if len(times) > 0 {
			shown = span(times[0])
		}
		if len(times) > 1 {
			shown += fmt.Sprintf(", %d before", len(times)-1)
		}
		rows = append(rows, []string{v.ID.Version.String(), moment(v.CreatedAt), v.Author, shown, firstLine(v.Message)})
	}
	return out.table([]string{"VERSION", "PUBLISHED", "BY", "LIVE", "MESSAGE"}, rows)
}

// logText is a block a version, as git log has it.
func logText(out *output, h apiclient.History, live map[plugforge.Version][]plugforge.Deployment) error {
	for i, v := range h.Versions {
		head := "version " + v.ID.Version.String()
		if v.Active {
			head += " (live)"
		}
		if i > 0 {
			head = "\n" + out.paint(bold, head)
		} else {
			head = out.paint(bold, head)
		}
		var b strings.Builder
		fmt.Fprintf(&b, "%s\nPublished: %s by %s\nCommit:    %s\n", head, moment(v.CreatedAt), plugforge.Printable(v.Author), plugforge.Printable(v.Commit))
		for _, d := range live[v.ID.Version] {
			kind := ""
			if d.Type == plugforge.TypeBatchOnly {
				kind = ", batch only"
			}
			fmt.Fprintf(&b, "Live:      %s (%s by %s%s: %s)\n", span(d), d.Action, plugforge.Printable(d.By.Name), kind, plugforge.Printable(firstLine(d.Message)))
		}
		fmt.Fprintf(&b, "\n%s\n", indent(printableLines(v.Message)))
		if err := out.printf("%s", b.String()); err != nil {
			return err
		}
	}
	return nil
}

// span is from when until when something was live.
func span(d plugforge.Deployment) string {
	until := "now"
	if !d.EndedAt.IsZero() {
		until = moment(d.EndedAt)
	}
	return moment(d.DeployedAt) + " to " + until
}

type (
	jsonLog struct {
		Name      string           `json:"name"`
		Namespace string           `json:"namespace"`
		Active    *string          `json:"active_version"`
		Versions  []jsonLogVersion `json:"versions"`
	}
	jsonLogVersion struct {
		Version   string     `json:"version"`
		PluginID  string     `json:"plugin_id"`
		Message   string     `json:"message"`
		Author    string     `json:"author"`
		Commit    string     `json:"commit"`
		CreatedAt *string    `json:"created_at"`
		Active    bool       `json:"active"`
		Live      []jsonLive `json:"live"`
	}
	jsonLive struct {
		From    *string `json:"from"`
		Until   *string `json:"until"`
		Type    string  `json:"type"`
		Action  string  `json:"action"`
		Actor   string  `json:"actor"`
		Message string  `json:"message"`
	}
)

func logJSON(name plugforge.Name, namespace plugforge.Owner, h apiclient.History, live map[plugforge.Version][]plugforge.Deployment) jsonLog {
	l := jsonLog{Name: string(name), Namespace: string(namespace), Active: jsonVersion(h.Active), Versions: []jsonLogVersion{}}
	for _, v := range h.Versions {
		one := jsonLogVersion{Version: v.ID.Version.String(), PluginID: v.ID.String(), Message: v.Message, Author: v.Author,
			Commit: v.Commit, CreatedAt: jsonTime(v.CreatedAt), Active: v.Active, Live: []jsonLive{}}
		for _, d := range live[v.ID.Version] {
			one.Live = append(one.Live, jsonLive{jsonTime(d.DeployedAt), jsonTime(d.EndedAt), string(d.Type), string(d.Action), d.By.Name, d.Message})
		}
		l.Versions = append(l.Versions, one)
	}
	return l
}

// printableLines keeps the line ends of a text and escapes what else moves a
// terminal's cursor.
func printableLines(text string) string {
	lines := strings.Split(strings.TrimRight(text, "\r\n"), "\n")
	for i, line := range lines {
		cells := strings.Split(strings.TrimSuffix(line, "\r"), "\t")
		for k := range cells {
			cells[k] = plugforge.Printable(cells[k])
		}
		lines[i] = strings.Join(cells, "\t")
	}
	return strings.Join(lines, "\n")
}

func indent(text string) string {
	return "    " + strings.ReplaceAll(text, "\n", "\n    ")
}
