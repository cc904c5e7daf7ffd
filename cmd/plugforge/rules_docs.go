package main

import (
	"fmt"
	"io"
	"strings"
)

//go:generate sh -c "go run . rules --format markdown > ../../docs/rules.md"

// rulesMarkdown writes all rules as a page of documentation.
func rulesMarkdown(w io.Writer) error {
	var b strings.Builder
	b.WriteString(rulesIntro)
	title := ""
	for _, r := range allRules() {
		if t := chapterOf(r.ID); t != title {
			title = t
			fmt.Fprintf(&b, "\n## %s\n", title)
		}
		fmt.Fprintf(&b, "\n### %s: %s\n\n", r.ID, unmarked(r.What))
		say := func(what, text string) {
			if text != "" {
				fmt.Fprintf(&b, "- %s: %s\n", what, text)
			}
		}
		say("Why", unmarked(r.Why))
		say("Instead", unmarked(r.Instead))
		say("Severity", r.Severity)
		if r.Suppress {
			say("May be suppressed", "where the operator permits it")
		}
		if r.Bad != "" {
			fmt.Fprintf(&b, "\nRefused:\n\n```python\n%s\n```\n\nAccepted:\n\n```python\n%s\n```\n", r.Bad, r.Good)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

const rulesIntro = `# Rules

Every upload is checked by these rules, and by nothing else; it is not run. A
finding is a line, ` + "`path:line:col: rule: text`" + `, and refuses the upload. ` + "`plugforge lint`" + `
finds the same before an upload, ` + "`plugforge rules ID`" + ` shows one rule of this page, which
` + "`plugforge rules --format markdown`" + ` writes.

An operator may allow more modules, and may permit authors to suppress some of
the rules (` + "`plugforge help lint`" + ` shows how); both are recorded with each version.
` + "`--scan-policy warn`" + ` lets pass, and records, what PF1…, PF2… and PF4… find. Secrets
(PF3…), and what is wrong with the manifest or the archive, are refused under
every policy.

Files below ` + "`tests/`" + ` are judged like all others, but may use unittest.mock's
` + "`patch`" + ` and its methods, where the target is a constant that a plugin may
import. Nothing outside may import from there.
`

// chapterOf is the part of the page that a rule stands in.
func chapterOf(id string) string {
	for _, c := range []struct{ prefix, title string }{
		{"PF1", "What code does"},
		{"PF2", "What can't be read"},
		{"PF3", "Secrets"},
		{"PF4", "Suppressions"},
		{"manifest.", "The manifest and the files it needs"},
		{"archive.", "The archive"},
	} {
		if strings.HasPrefix(id, c.prefix) {
			return c.title
		}
	}
	return "Others"
}

// unmarked keeps a sentence from being read as markup.
func unmarked(s string) string {
	if strings.Contains(s, "`") {
		return s // it marks its code itself
	}
	return strings.NewReplacer(`*`, `\*`, `<`, `\<`, `|`, `\|`).Replace(s)
}
