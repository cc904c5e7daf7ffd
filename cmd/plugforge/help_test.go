package main

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/cobra"
)

// Every command has help, with an example that names it and flags it has.
func TestHelpHasRealExamples(t *testing.T) {
	root := newRoot()
	var visit func(cmd *cobra.Command)
	visit = func(cmd *cobra.Command) {
		for _, sub := range cmd.Commands() {
			if sub.Name() != "help" {
				visit(sub)
			}
		}
		if cmd.HasSubCommands() {
			return
		}
		if cmd.Short == "" || cmd.Example == "" {
			t.Errorf("%s has no short help or no example", cmd.CommandPath())
		}
		for line := range strings.Lines(cmd.Example) {
			checkExample(t, root, cmd, strings.TrimSpace(line))
		}
	}
	visit(root)
}

// Help fits a terminal; only examples and usage lines, which are copied, may be
// longer.
func TestHelpIsNotWide(t *testing.T) {
	var visit func(cmd *cobra.Command)
	visit = func(cmd *cobra.Command) {
		for _, sub := range cmd.Commands() {
			visit(sub)
		}
		var help strings.Builder
		cmd.SetOut(&help)
		if err := cmd.Help(); err != nil {
			t.Fatal(err)
		}
		lines := 0
		for line := range strings.Lines(help.String()) {
			if lines++; !strings.HasPrefix(line, "  plugforge ") && utf8.RuneCountInString(strings.TrimRight(line, "\n")) > helpWidth {
				t.Errorf("the help of %s is wider than %d columns: %s", cmd.CommandPath(), helpWidth, line)
			}
		}
		if lines < 5 {
			t.Errorf("%s has no help: %q", cmd.CommandPath(), help.String())
		}
	}
	visit(newRoot())
}

func checkExample(t *testing.T, root, want *cobra.Command, line string) {
	t.Helper()
	for _, end := range []string{" | ", " > ", " && "} {
		line, _, _ = strings.Cut(line, end)
	}
	_, rest, found := strings.Cut(" "+line, " plugforge ")
	if !found {
		t.Errorf("the example of %s does not call plugforge: %s", want.CommandPath(), line)
		return
	}
	words := strings.Fields(rest)
	got, args, err := root.Find(words)
	if err != nil || got != want {
		t.Errorf("the example of %s calls another command: %s", want.CommandPath(), line)
		return
	}
	for _, arg := range args {
		name, _, _ := strings.Cut(arg, "=")
		switch {
		case strings.HasPrefix(name, "--"):
			if want.Flags().Lookup(name[2:]) == nil {
				t.Errorf("%s has no flag %s: %s", want.CommandPath(), name, line)
			}
		case strings.HasPrefix(name, "-") && len(name) == 2:
			if want.Flags().ShorthandLookup(name[1:]) == nil {
				t.Errorf("%s has no flag %s: %s", want.CommandPath(), name, line)
			}
		}
	}
}
