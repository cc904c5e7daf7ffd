package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/spf13/cobra"

	"plugforge"
	apiclient "plugforge/client"
	"plugforge/gitstore"
	"plugforge/manifest"
)

// diffOptions are the flags of diff.
type diffOptions struct {
	settings
	stat    bool
	path    string
	context int
	json    bool
}

func newDiff() *cobra.Command {
	var o diffOptions
	cmd := &cobra.Command{
		Use:   "diff [SLUG [VERSION VERSION]]",
		Short: "Compare two versions, or this folder with what is live",
		Long: `Compare two versions of a plugin (a number, or "active" for the one that is
live), or, without versions, what is live with this folder as a push would send
it; the plugin is the one that the manifest names, or that you name. Off a
terminal it is a patch that git apply takes, but for binary files, of which it
only says that they differ. Exit status 0 whether or not there is a difference.

--json prints {"name", "from", "to", "summary": {"files_changed", "additions",
"deletions"}, "files": [{"path", "old_path" (null unless renamed), "status"
(added, deleted, modified or renamed), "binary", "additions", "deletions",
"diff", "truncated" (diff is empty because it is too long: name the file with
--path, without --json)}]}; to is null for this folder, and with --stat every
diff is empty.`,
		Example: "  plugforge diff --stat\n  plugforge diff text_embed 1.0.0 1.1.0\n  plugforge diff text_embed 1.0.0 active --path realtime.py",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 2 || len(args) > 3 {
				return usageError{fmt.Errorf("%s takes a plugin's name and two versions, or no version to compare this folder with what is live", cmd.CommandPath())}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return diff(cmd.Context(), newOutput(cmd, o.json), &o, args)
		},
	}
	cmd.Flags().BoolVar(&o.stat, "stat", false, "only how many lines of which files")
	cmd.Flags().StringVar(&o.path, "path", "", "only this file, by its path in the plugin")
	cmd.Flags().IntVarP(&o.context, "context", "U", plugforge.DefaultContext, "lines shown around each change; a patch with 0 needs git apply --unidiff-zero")
	jsonFlag(cmd, &o.json)
	return authorCommand(cmd, &o.settings)
}

// difference is what was compared, and how it differs.
type difference struct {
	name     plugforge.Name
	from, to *plugforge.Version // to is nil for this folder
	files    []plugforge.FileDiff
	rest     func(w io.Writer, path string) error // writes what is truncated; nil where that is not to be had
}

// options are what the flags ask for.
func (o *diffOptions) options() (plugforge.DiffOptions, error) {
	if o.context < 0 || o.context > plugforge.MaxContext {
		return plugforge.DiffOptions{}, usageError{fmt.Errorf("--context is %d: use 0 to %d", o.context, plugforge.MaxContext)}
	}
	want := plugforge.DiffOptions{Path: o.path, Context: o.context, Counts: o.stat}
	if o.context == 0 {
		want.Context = plugforge.NoContext
	}
	return want, nil
}

func diff(ctx context.Context, out *output, o *diffOptions, args []string) error {
	want, err := o.options()
	if err != nil {
		return err
	}
	compare := func(c *apiclient.Client) (difference, error) { return diffFolder(ctx, c, args, want) }
	if len(args) == 3 {
		d, err := namedVersions(args)
		if err != nil {
			return err
		}
		compare = func(c *apiclient.Client) (difference, error) { return d.versions(ctx, c, want) }
	}
	client, err := o.connect(".")
	if err != nil {
		return err
	}
	d, err := compare(client)
	switch {
	case err != nil:
		return err
	case out.json:
		return out.result(d.json())
	case o.stat:
		return d.stat(out)
	}
	return d.patch(out)
}

func namedVersions(args []string) (d difference, err error) {
	if d.name, err = plugforge.ParseName(args[0]); err != nil {
		return d, err
	}
	if d.from, err = versionOrActive(args[1]); err != nil {
		return d, err
	}
	d.to, err = versionOrActive(args[2])
	return d, err
}

// versionOrActive is nil for the version that is live.
func versionOrActive(text string) (*plugforge.Version, error) {
	if text == "active" {
		return nil, nil
	}
	v, err := plugforge.ParseVersion(text)
	return &v, err
}

// versions compares two versions of which each may be the live one.
func (d difference) versions(ctx context.Context, c *apiclient.Client, want plugforge.DiffOptions) (difference, error) {
	for _, side := range []**plugforge.Version{&d.from, &d.to} {
		id, err := activeOr(ctx, c, d.name, *side)
		if err != nil {
			return d, err
		}
		*side = &id.Version
	}
	d.rest = func(w io.Writer, path string) error {
		return c.Patch(ctx, w, d.name, *d.from, *d.to, plugforge.DiffOptions{Path: path, Context: want.Context})
	}
	var err error
	d.files, err = c.Diff(ctx, d.name, *d.from, *d.to, want)
	return d, err
}

// diffFolder compares what is live with this folder.
func diffFolder(ctx context.Context, c *apiclient.Client, args []string, want plugforge.DiffOptions) (d difference, err error) {
	if _, err := pluginTree("."); err != nil {
		return d, err
	}
	tree, err := openFolder(".")
	if err != nil {
		return d, err
	}
	if len(args) == 1 {
		d.name, err = plugforge.ParseName(args[0])
	} else {
		d.name, err = nameOf(ctx, tree)
	}
	if err != nil {
		return d, err
	}
	id, err := activeOr(ctx, c, d.name, nil)
	if err != nil {
		return d, err
	}
	live, err := c.Source(ctx, id)
	if err != nil {
		return d, err
	}
	defer live.Close()
	d.from = &id.Version
	d.files, err = gitstore.DiffTrees(ctx, live.Tree, tree, want)
	return d, err
}

// nameOf is the name that the folder's manifest gives the plugin.
func nameOf(ctx context.Context, tree fs.FS) (plugforge.Name, error) {
	m, found, err := manifest.Read(ctx, tree)
	if err != nil {
		return "", err
	}
	if m == nil {
		return "", &hinted{plugforge.Errorf(plugforge.CodeValidation, "the folder can't be read as a plugin, so its name is not known: %s", found[0]),
			"name it: plugforge diff NAME; or see all that is wrong: plugforge lint"}
	}
	return plugforge.ParseName(m.Name)
}

// patch prints the difference. A terminal gets colours and nothing that the
// files could do to it.
func (d difference) patch(out *output) error {
	terminal := isTerminal(out.out)
	for _, f := range d.files {
		text := f.Diff
		switch {
		case f.Binary:
			text = binaryDiff(f)
		case f.Truncated && !terminal && d.rest != nil:
			if err := d.rest(out.out, f.Path); err != nil {
				return err
			}
			continue
		case f.Truncated:
			text = fmt.Sprintf("The difference of %s is too long to be shown here: %d lines added, %d removed\n", plugforge.Printable(f.Path), f.Additions, f.Deletions)
		}
		if terminal {
			text = printableLines(text) + "\n"
		}
		if out.colours {
			text = paintDiff(out, text)
		}
		if err := out.printf("%s", text); err != nil {
			return err
		}
	}
	return nil
}

func binaryDiff(f plugforge.FileDiff) string {
	from, to := "a/"+f.Path, "b/"+f.Path
	if f.OldPath != "" {
		from = "a/" + f.OldPath
	}
	switch f.Status {
	case plugforge.FileAdded:
		from = "/dev/null"
	case plugforge.FileDeleted:
		to = "/dev/null"
	case plugforge.FileRenamed:
		return fmt.Sprintf("Binary file %s is renamed to %s\n", plugforge.Printable(from), plugforge.Printable(to))
	}
	return fmt.Sprintf("Binary files %s and %s differ\n", plugforge.Printable(from), plugforge.Printable(to))
}

func paintDiff(out *output, text string) string {
	var b strings.Builder
	inHunk := false
	for line := range strings.Lines(text) {
		body := strings.TrimSuffix(line, "\n")
		colour := bold
		switch {
		case strings.HasPrefix(body, "@@"):
			colour, inHunk = cyan, true
		case strings.HasPrefix(body, "diff --git"):
			inHunk = false
		case inHunk && strings.HasPrefix(body, "+"):
			colour = green
		case inHunk && strings.HasPrefix(body, "-"):
			colour = red
		case inHunk:
			colour = plain
		}
		b.WriteString(out.paint(colour, body) + "\n")
	}
	return b.String()
}

// stat prints a line a file.
func (d difference) stat(out *output) error {
	width, most := 0, 1
	for _, f := range d.files {
		width = max(width, len([]rune(statName(f))))
		most = max(most, f.Additions+f.Deletions)
	}
	const bar = 40 // the longest bar, in characters
	scale := func(n int) int {
		if most <= bar || n == 0 {
			return n
		}
		return max(1, n*bar/most)
	}
	for _, f := range d.files {
		what := fmt.Sprintf("%d %s%s", f.Additions+f.Deletions,
			out.paint(green, strings.Repeat("+", scale(f.Additions))), out.paint(red, strings.Repeat("-", scale(f.Deletions))))
		if f.Binary {
			what = "binary"
		}
		if err := out.printf(" %-*s | %s\n", width, statName(f), strings.TrimSpace(what)); err != nil {
			return err
		}
	}
	s := d.summary()
	return out.printf(" %s changed, %s added, %d removed\n", counted(s.Files, "file"), counted(s.Additions, "line"), s.Deletions)
}

func statName(f plugforge.FileDiff) string {
	if f.OldPath != "" {
		return plugforge.Printable(f.OldPath) + " => " + plugforge.Printable(f.Path)
	}
	return plugforge.Printable(f.Path)
}

func counted(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

type (
	jsonDiff struct {
		Name    string         `json:"name"`
		From    *string        `json:"from"`
		To      *string        `json:"to"`
		Summary jsonDiffTotal  `json:"summary"`
		Files   []jsonDiffFile `json:"files"`
	}
	jsonDiffTotal struct {
		Files     int `json:"files_changed"`
		Additions int `json:"additions"`
		Deletions int `json:"deletions"`
	}
	jsonDiffFile struct {
		Path      string  `json:"path"`
		OldPath   *string `json:"old_path"`
		Status    string  `json:"status"`
		Binary    bool    `json:"binary"`
		Additions int     `json:"additions"`
		Deletions int     `json:"deletions"`
		Diff      string  `json:"diff"`
		Truncated bool    `json:"truncated"`
	}
)

func (d difference) summary() jsonDiffTotal {
	s := jsonDiffTotal{Files: len(d.files)}
	for _, f := range d.files {
		s.Additions += f.Additions
		s.Deletions += f.Deletions
	}
	return s
}

func (d difference) json() jsonDiff {
	j := jsonDiff{Name: string(d.name), From: jsonVersion(d.from), To: jsonVersion(d.to), Summary: d.summary(), Files: []jsonDiffFile{}}
	for _, f := range d.files {
		j.Files = append(j.Files, jsonDiffFile{f.Path, orNull(f.OldPath), string(f.Status), f.Binary, f.Additions, f.Deletions, f.Diff, f.Truncated})
	}
	return j
}
