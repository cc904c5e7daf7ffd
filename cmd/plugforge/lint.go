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
type lintOptions struct {
	format string
	allow  additions
}

// linted is what lint found in the plugin in dir.
type linted struct {
	dir        string
	tree       fs.FS
	found      []plugforge.Finding
	suppressed []plugforge.Suppression
}

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

Formats: text; json, one object with "passed", "findings" and "suppressed";
sarif, for tools that read SARIF 2.1.0; github, annotations of a GitHub workflow.

--scan-allow names the server's own policy file, if it has one. That is TOML:

    [[allow]]
    modules = ["acme_sdk"]          # may be imported, with all below them
    reason = "our own, reviewed"

    [[suppress]]
    rules = ["PF110"]               # authors may suppress findings of these
    reason = "looked at in review"

An author suppresses a finding on its line, or alone on the line above it:

    # plugforge: allow PF110 the name is one of three constants

What a suppression says is recorded with the version.`,
		Example: "  plugforge lint text_embed\n  plugforge lint --format sarif > findings.sarif\n  plugforge lint --scan-allow policy.toml",
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
			additions, err := o.allow.read()
			if err != nil {
				return err
			}
			checked, err := checkTree(cmd.Context(), tree, additions)
			if err != nil {
				return err
			}
			defer checked.close()
			l := linted{dir, tree, checked.findings, checked.suppressed}
			if err := formats()[o.format](cmd.OutOrStdout(), l); err != nil {
				return err
			}
			if o.format == "text" {
				if err := l.tell(cmd.ErrOrStderr()); err != nil {
					return err
				}
			}
			if len(l.found) > 0 {
				return &rejectedFolder{dir: dir, found: l.found}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&o.format, "format", "text", "text, json, sarif or github")
	o.allow.flag(cmd.Flags())
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

// format writes what was found.
type format func(w io.Writer, l linted) error

func formats() map[string]format {
	return map[string]format{
		"text": func(w io.Writer, l linted) error { return lintText(w, l.dir, l.found) },
		"json": lintJSON, "sarif": lintSARIF, "github": lintGitHub,
	}
}

// tell says to people what is no finding.
func (l linted) tell(w io.Writer) error {
	for _, s := range l.suppressed {
		if _, err := fmt.Fprintf(w, "%s:%d: %s is suppressed: %s\n", plugforge.Printable(placeOf(l.dir, s.Path)), s.Line, s.Rule, plugforge.Printable(s.Reason)); err != nil {
			return err
		}
	}
	if len(l.found) > 0 {
		return nil
	}
	_, err := fmt.Fprintf(w, "%s: nothing found\n", plugforge.Printable(l.dir))
	return err
}

// lintText writes a line a finding, its path as seen from this folder.
func lintText(w io.Writer, dir string, found []plugforge.Finding) error {
	for _, f := range found {
		f = seenFrom(dir, f)
		if _, err := fmt.Fprintln(w, f.String()); err != nil {
			return err
		}
	}
	return nil
}

// placeOf is where a file of the plugin lies, seen from this folder, so that
// editors and terminals can jump to it.
func placeOf(dir, path string) string { return filepath.ToSlash(filepath.Join(dir, path)) }

// seenFrom is a finding with its path as placeOf has it. What concerns the
// whole stays as it is.
func seenFrom(dir string, f plugforge.Finding) plugforge.Finding {
	if f.Path != "archive" || f.Line != 0 {
		f.Path = placeOf(dir, f.Path)
	}
	return f
}

// lintGitHub writes the commands by which a GitHub workflow annotates lines.
func lintGitHub(w io.Writer, l linted) error {
	text := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A")
	property := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C")
	for _, f := range l.found {
		at := ""
		if f.Line > 0 {
			at = fmt.Sprintf(",line=%d,col=%d", f.Line, f.Col)
		}
		if _, err := fmt.Fprintf(w, "::error file=%s%s,title=%s::%s\n",
			property.Replace(seenFrom(l.dir, f).Path), at, property.Replace(f.Rule), text.Replace(plugforge.Printable(f.Text))); err != nil {
			return err
		}
	}
	return nil
}
