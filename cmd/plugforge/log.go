package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"plugforge"
	apiclient "plugforge/client"
)

// logOptions are the flags of log.
type logOptions struct {
	settings
	count    int
	deployed bool
	since    string
	author   string
	oneline  bool
	json     bool
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
		Example: "  plugforge log text_embed -n 5 --oneline\n  plugforge log text_embed --deployed --since 2026-01-01",
		Args:    arguments(1, 1, "a plugin's name"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return showLog(cmd.Context(), newOutput(cmd, o.json), &o, args[0])
		},
	}
	cmd.Flags().IntVarP(&o.count, "number", "n", 0, "how many versions at most (default: all)")
	cmd.Flags().BoolVar(&o.deployed, "deployed", false, "only versions that ever were live")
	cmd.Flags().StringVar(&o.since, "since", "", "only versions published since: a day (2026-01-02, UTC), a time (RFC 3339), or how long ago (36h)")
	cmd.Flags().StringVar(&o.author, "author", "", "only versions published by the key of this name")
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
	want := apiclient.VersionQuery{Limit: o.count, Deployed: o.deployed, Author: o.author}
	if want.Since, err = sinceFlag(o.since, time.Now()); err != nil {
		return err
	}
	client, err := o.connect(".")
	if err != nil {
		return err
	}
	history, err := client.FindVersions(ctx, name, want)
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

// sinceFlag reads a day, a time, or how long before now; zero for none.
func sinceFlag(text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if ago, err := time.ParseDuration(text); err == nil && ago >= 0 {
		return now.Add(-ago), nil
	}
	for _, form := range []string{time.DateOnly, time.RFC3339Nano} {
		if at, err := time.Parse(form, text); err == nil {
			return at, nil
		}
	}
	return time.Time{}, usageError{fmt.Errorf("--since is %q: use a day such as 2026-01-02, a time such as 2026-01-02T03:04:05Z, or how long ago, such as 36h", plugforge.Printable(text))}
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
