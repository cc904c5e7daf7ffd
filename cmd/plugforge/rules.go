package main

import (
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"plugforge"
	"plugforge/archive"
	"plugforge/manifest"
	"plugforge/scanner"
)

func newRules() *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "rules [ID]",
		Short: "Explain the rules that uploads are checked by",
		Long: `List every rule that an upload is checked by, or tell of one: what it is about,
why, what to write instead, and an example. Findings name the rule that they
break. Letter case does not matter. --format markdown writes all of it as a page.`,
		Example: "  plugforge rules\n  plugforge rules PF104\n  plugforge rules --format markdown > rules.md",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usageError{errors.New("rules takes one rule's id, or none to list them all")}
			}
			return nil
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			var ids []string
			for _, r := range allRules() {
				ids = append(ids, r.ID)
			}
			return ids, cobra.ShellCompDirectiveNoFileComp
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case format != "text" && format != "markdown":
				return usageError{fmt.Errorf("--format is %q: use text or markdown", plugforge.Printable(format))}
			case format == "markdown" && len(args) > 0:
				return usageError{errors.New("--format markdown writes all rules: name none")}
			case format == "markdown":
				return rulesMarkdown(cmd.OutOrStdout())
			}
			if len(args) == 0 {
				return listRules(cmd.OutOrStdout())
			}
			rule, err := findRule(args[0])
			if err == nil {
				_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s: %s\n\n%s", rule.ID, rule.What, rule.help())
			}
			return err
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text or markdown")
	return cmd
}

// rule is one rule of any of the three checks.
type rule struct {
	ID       string
	What     string
	Why      string
	Instead  string // may be empty
	Bad      string // code that breaks it; may be empty
	Good     string // the same without
	Severity string // high, medium or low
	Suppress bool   // an operator may permit its suppression
}

// help is what there is to say beside ID and What.
func (r rule) help() string {
	var b strings.Builder
	say := func(title, text string) {
		if text != "" {
			fmt.Fprintf(&b, "%-10s%s\n", title, strings.ReplaceAll(text, "\n", "\n"+strings.Repeat(" ", 10)))
		}
	}
	say("Why:", r.Why)
	say("Instead:", r.Instead)
	say("Severity:", r.Severity)
	if r.Suppress {
		say("Suppress:", "where the operator permits it (plugforge help lint)")
	}
	if r.Bad != "" {
		say("Refused:", r.Bad)
		say("Accepted:", r.Good)
	}
	return b.String()
}

// A manifest that is wrong is a slip; an archive that two programs may read
// differently, an attack.
const (
	manifestSeverity = string(scanner.Low)
	archiveSeverity  = string(scanner.High)
)

// allRules are the rules of manifest, scan and archive, in that order.
func allRules() []rule {
	examples := ruleExamples()
	var all []rule
	for _, r := range manifest.Rules() {
		all = append(all, rule{r.ID, r.Title, r.Why, r.Instead, examples[r.ID].bad, examples[r.ID].good, manifestSeverity, false})
	}
	for _, r := range scanner.Rules() {
		all = append(all, rule{r.ID, r.Title, r.Why, r.Instead, examples[r.ID].bad, examples[r.ID].good, string(r.Severity), !r.Fixed})
	}
	const why = "the files that are checked and those that run must be the same, whatever reads the archive"
	for _, r := range archive.Rules() {
		what, instead := splitSentence(r.Text)
		all = append(all, rule{ID: r.Code, What: what, Why: why, Instead: instead, Severity: archiveSeverity})
	}
	return all
}

// Where archive's sentences name what they found.
var (
	enclosed    = regexp.MustCompile(` \([^()]*%[^()]*\)`)
	placeholder = regexp.MustCompile(`%#?[0-9]*[a-z]`)
)

// splitSentence parts what is wrong from what would be right, and takes out
// the places for what was found.
func splitSentence(text string) (what, instead string) {
	cut := strings.LastIndexAny(text, ";:")
	if cut >= 0 {
		what, instead = text[:cut], strings.TrimSpace(text[cut+1:])
	} else {
		what = text
	}
	tidy := func(s string) string {
		s = placeholder.ReplaceAllString(enclosed.ReplaceAllString(s, ""), "…")
		return strings.TrimRight(strings.ReplaceAll(s, "  ", " "), " :")
	}
	return tidy(what), tidy(instead)
}

func listRules(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "RULE\tABOUT")
	for _, r := range allRules() {
		fmt.Fprintf(w, "%s\t%s\n", r.ID, r.What)
	}
	return w.Flush()
}

// findRule finds a rule by its id in any letter case.
func findRule(id string) (rule, error) {
	all := allRules()
	if i := slices.IndexFunc(all, func(r rule) bool { return strings.EqualFold(r.ID, id) }); i >= 0 {
		return all[i], nil
	}
	var near []string
	for _, r := range all {
		if _, word, ok := strings.Cut(r.ID, "."); len(near) < 3 && len(id) > 2 &&
			(ok && strings.EqualFold(word, id) || strings.Contains(strings.ToLower(r.ID+" "+r.What), strings.ToLower(id))) {
			near = append(near, r.ID)
		}
	}
	return rule{}, &noRule{plugforge.Printable(id), near}
}

// noRule is an id that no rule has.
type noRule struct {
	id   string
	near []string
}

func (e *noRule) Error() string { return fmt.Sprintf("there is no rule %q", e.id) }

func (e *noRule) Unwrap() error { return plugforge.Errorf(plugforge.CodeNotFound, "%s", e.Error()) }

func (e *noRule) hint() string {
	if len(e.near) > 0 {
		return "plugforge rules " + strings.Join(e.near, ", or plugforge rules ")
	}
	return "plugforge rules"
}
