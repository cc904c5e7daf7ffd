package main

import (
	"context"
	"fmt"
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
	stat bool
	json bool
}

func newDiff() *cobra.Command {
	var o diffOptions
	cmd := &cobra.Command{
		Use:   "diff [SLUG [VERSION VERSION]]",
		Short: "Compare two versions, or this folder with what is live",
		Long: `Compare two versions of a plugin, or, without versions, what is live with this
folder as a push would send it; the plugin is the one that the manifest names,
or that you name. Off a terminal it is a patch that git apply takes, but for
binary files, of which it only says that they differ. Exit status 0 whether or
not there is a difference.

--json prints {"name", "from", "to", "summary": {"files_changed", "additions",
"deletions"}, "files": [{"path", "old_path" (null unless renamed), "status"
(added, deleted, modified or renamed), "binary", "additions", "deletions",
"diff"}]}; to is null for this folder.`,
		Example: "  plugforge diff --stat\n  plugforge diff text_embed 1.0.0 1.1.0",
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
	jsonFlag(cmd, &o.json)
	return authorCommand(cmd, &o.settings)
}

// difference is what was compared, and how it differs.
type difference struct {
	name     plugforge.Name
	from, to *plugforge.Version // to is nil for this folder
	files    []plugforge.FileDiff
}

func diff(ctx context.Context, out *output, o *diffOptions, args []string) error {
	compare := func(c *apiclient.Client) (difference, error) { return diffFolder(ctx, c, args) }
	if len(args) == 3 {
		d, err := namedVersions(args)
		if err != nil {
			return err
		}
		compare = func(c *apiclient.Client) (difference, error) {
			var err error
			d.files, err = c.Diff(ctx, d.name, *d.from, *d.to)
			return d, err
		}
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
	v1, err := plugforge.ParseVersion(args[1])
	if err != nil {
		return d, err
	}
	v2, err := plugforge.ParseVersion(args[2])
	d.from, d.to = &v1, &v2
	return d, err
}

// diffFolder compares what is live with this folder.
func diffFolder(ctx context.Context, c *apiclient.Client, args []string) (d difference, err error) {
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
	d.files, err = gitstore.DiffTrees(ctx, live.Tree, tree)
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
		if f.Binary {
			text = binaryDiff(f)
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
		j.Files = append(j.Files, jsonDiffFile{f.Path, orNull(f.OldPath), string(f.Status), f.Binary, f.Additions, f.Deletions, f.Diff})
	}
	return j
}
