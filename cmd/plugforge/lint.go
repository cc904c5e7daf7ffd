package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"plugforge"
)

// lintOptions are the flags of lint.
type lintOptions struct{ format string }

func newLint() *cobra.Command {
	var o lintOptions
	cmd := &cobra.Command{
		Use:   "lint [DIR]",
		Short: "Judge a plugin as the server will, without a server",
		Long: `Judge the plugin in DIR (default: this folder) by the server's own code: its
layout, its manifest and the security scan. Nothing of it is run, and no server
is needed. What a push would leave out is left out here too.

Each finding is a line, path:line:col: rule: text; ` + "`plugforge rules RULE`" + ` tells
more about its rule. Exit status 5 if there are any.

Formats: text; json, one object with "passed" and "findings"; sarif, for tools
that read SARIF 2.1.0; github, annotations of a GitHub workflow.`,
		Example: "  plugforge lint text_embed\n  plugforge lint --format sarif > findings.sarif",
		Args:    oneFolder,
		RunE: func(cmd *cobra.Command, args []string) error {
			if formats()[o.format] == nil {
				return usageError{fmt.Errorf("--format is %q: use text, json, sarif or github", plugforge.Printable(o.format))}
			}
			dir := folderOf(args)
			tree, err := pluginTree(dir)
			if err != nil {
				return err
			}
			found, err := lintTree(cmd.Context(), tree)
			if err != nil {
				return err
			}
			if err := formats()[o.format](cmd.OutOrStdout(), dir, found); err != nil {
				return err
			}
			if len(found) > 0 {
				return &rejectedFolder{dir: dir, found: found}
			}
			if o.format == "text" {
				_, err = fmt.Fprintf(cmd.ErrOrStderr(), "%s: nothing found\n", plugforge.Printable(dir))
			}
			return err
		},
	}
	cmd.Flags().StringVar(&o.format, "format", "text", "text, json, sarif or github")
	return cmd
}

// oneFolder accepts no argument or a folder.
func oneFolder(cmd *cobra.Command, args []string) error {
	if len(args) > 1 {
		return usageError{fmt.Errorf("%s takes one folder, and was given %d", cmd.CommandPath(), len(args))}
	}
	return nil
}

func folderOf(args []string) string {
	if len(args) == 0 {
		return "."
	}
	return filepath.Clean(args[0])
}

// pluginTree is the plugin in dir as a push would send it.
func pluginTree(dir string) (fs.FS, error) {
	tree, err := openFolder(dir)
	if err != nil {
		return nil, err
	}
	if _, err := fs.Stat(tree, "manifest.py"); errors.Is(err, fs.ErrNotExist) {
		return nil, &noPlugin{plugforge.Printable(dir)}
	}
	return tree, nil
}

// noPlugin is a folder without manifest.py.
type noPlugin struct{ dir string }

func (e *noPlugin) Error() string {
	return fmt.Sprintf("%s is no plugin: it has no manifest.py", e.dir)
}

func (e *noPlugin) Unwrap() error {
	return plugforge.Errorf(plugforge.CodeNotFound, "%s", e.Error())
}

func (e *noPlugin) hint() string {
	return "name the folder that holds manifest.py, or make a plugin with: plugforge init NAME"
}

// rejectedFolder says that findings were printed.
type rejectedFolder struct {
	dir   string
	found []plugforge.Finding
	here  bool // push judged it before the server could
}

func (e *rejectedFolder) Error() string {
	return fmt.Sprintf("%s is not fit to be pushed: %s", plugforge.Printable(e.dir), count(len(e.found), "finding"))
}

func (e *rejectedFolder) Unwrap() error { return &plugforge.Rejection{Findings: e.found} }

func (e *rejectedFolder) hint() string {
	way := "plugforge rules " + e.found[0].Rule
	if e.here {
		way += ", or leave judging to the server with --no-lint"
	}
	return way
}

// format writes findings about the plugin in dir.
type format func(w io.Writer, dir string, found []plugforge.Finding) error

func formats() map[string]format {
	return map[string]format{"text": lintText, "json": lintJSON, "sarif": lintSARIF, "github": lintGitHub}
}

// lintText writes a line a finding, its path as seen from this folder.
func lintText(w io.Writer, dir string, found []plugforge.Finding) error {
	for _, f := range found {
		f.Path = placeOf(dir, f)
		if _, err := fmt.Fprintln(w, f.String()); err != nil {
			return err
		}
	}
	return nil
}

// placeOf is where a finding's file lies, seen from this folder, so that
// editors and terminals can jump to it. What concerns the whole stays as it is.
func placeOf(dir string, f plugforge.Finding) string {
	if f.Path == "archive" && f.Line == 0 {
		return f.Path
	}
	return filepath.ToSlash(filepath.Join(dir, f.Path))
}

// lintGitHub writes the commands by which a GitHub workflow annotates lines.
func lintGitHub(w io.Writer, dir string, found []plugforge.Finding) error {
	text := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	for _, f := range found {
		at := ""
		if f.Line > 0 {
			at = fmt.Sprintf(",line=%d,col=%d", f.Line, f.Col)
		}
		if _, err := fmt.Fprintf(w, "::error file=%s%s,title=%s::%s\n",
			property.Replace(placeOf(dir, f)), at, property.Replace(f.Rule), text.Replace(plugforge.Printable(f.Text))); err != nil {
			return err
		}
	}
	return nil
}
