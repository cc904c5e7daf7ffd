package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"plugforge"
	apiclient "plugforge/client"
)

// output is where an author's command writes: results on standard output, what
// goes on meanwhile on standard error. With --json standard output holds one
// JSON document and nothing else.
type output struct {
	out, err io.Writer
	json     bool
	colours  bool // standard output is a terminal that shows them
	live     bool // standard error is a terminal that shows moving things
}

// newOutput looks at where the command's output goes. NO_COLOR and TERM=dumb
// make it plain; what is no terminal is plain anyway.
func newOutput(cmd *cobra.Command, asJSON bool) *output {
	o := &output{out: cmd.OutOrStdout(), err: cmd.ErrOrStderr(), json: asJSON}
	rich := os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	o.colours = rich && isTerminal(o.out)
	o.live = os.Getenv("TERM") != "dumb" && isTerminal(o.err)
	return o
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// jsonFlag is the flag that every command with a result has.
func jsonFlag(cmd *cobra.Command, asJSON *bool) {
	cmd.Flags().BoolVar(asJSON, "json", false, "print one JSON document, as described above")
}

// printf writes a result for people.
func (o *output) printf(format string, args ...any) error {
	_, err := fmt.Fprintf(o.out, format, args...)
	return err
}

// note tells what goes on. It is lost where nobody looks.
func (o *output) note(format string, args ...any) { fmt.Fprintf(o.err, format+"\n", args...) }

// result writes v for programs.
func (o *output) result(v any) error {
	enc := json.NewEncoder(o.out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// table writes rows in columns. What the cells hold came from elsewhere, so
// nothing in them moves the cursor.
func (o *output) table(header []string, rows [][]string) error {
	w := tabwriter.NewWriter(o.out, 0, 0, 2, ' ', 0)
	for _, row := range append([][]string{header}, rows...) {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = plugforge.Printable(cell)
		}
		line := strings.TrimRight(strings.Join(cells, "\t"), "\t")
		if _, err := fmt.Fprintln(w, line); err != nil {
			return err
		}
	}
	return w.Flush()
}

// The colours of diffs, as git has them.
const (
	plain = ""
	bold  = "\x1b[1m"
	red   = "\x1b[31m"
	green = "\x1b[32m"
	cyan  = "\x1b[36m"
)

func (o *output) paint(colour, text string) string {
	if !o.colours || colour == plain || text == "" {
		return text
	}
	return colour + text + "\x1b[0m"
}

// moment is a time for people, in UTC; a dash for none.
func moment(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format("2006-01-02 15:04:05Z")
}

// jsonTime is a time for programs: RFC 3339 in UTC with milliseconds; null for
// none.
func jsonTime(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	s := t.UTC().Format("2006-01-02T15:04:05.000Z")
	return &s
}

// jsonVersion is a version for programs; null for none.
func jsonVersion(v *plugforge.Version) *string {
	if v == nil {
		return nil
	}
	s := v.String()
	return &s
}

// orNull is null for what is empty.
func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// firstLine is a message's first line, cut to what a table can hold.
func firstLine(s string) string {
	const most = 60
	s, _, _ = strings.Cut(strings.TrimSpace(s), "\n")
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

// jsonFinding is a finding for programs.
type jsonFinding struct {
	Path string `json:"path"`
	Line int    `json:"line"` // 0 for what concerns a whole file
	Col  int    `json:"col"`
	Rule string `json:"rule"`
	Text string `json:"text"`
}

func jsonFindings(found []plugforge.Finding) []jsonFinding {
	list := []jsonFinding{}
	for _, f := range found {
		list = append(list, jsonFinding(f))
	}
	return list
}

// jsonStatus is a deployment's standing for programs: status, deploy and
// rollback all print it.
type jsonStatus struct {
	PluginID   string  `json:"plugin_id"`
	Name       string  `json:"name"`
	Version    string  `json:"version"`
	State      string  `json:"state"`
	Active     bool    `json:"active"`
	Realtime   bool    `json:"realtime"`
	Message    string  `json:"message"`
	Error      *string `json:"error"`
	Route      *string `json:"route"`
	FeatureURI string  `json:"feature_uri"`
	QueuedAt   *string `json:"queued_at"`
	DeployedAt *string `json:"deployed_at"`
}

func statusJSON(s apiclient.Status) jsonStatus {
	return jsonStatus{PluginID: s.ID.String(), Name: string(s.ID.Name), Version: s.ID.Version.String(), State: string(s.State),
		Active: s.Active, Realtime: s.Realtime, Message: s.Message, Error: orNull(s.Error), Route: orNull(s.Route),
		FeatureURI: s.FeatureURI, QueuedAt: jsonTime(s.QueuedAt), DeployedAt: jsonTime(s.DeployedAt)}
}

// statusShape describes jsonStatus in the help of the commands that print it.
const statusShape = `{"plugin_id", "name", "version", "state" (QUEUED, PENDING, IN_PROGRESS,
DEPLOYED, NOT_DEPLOYED or FAILED), "active" (it is the live version), "realtime"
(it answers calls), "message", "error", "route", "feature_uri", "queued_at",
"deployed_at"}`
