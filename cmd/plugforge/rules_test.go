package main

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"

	"plugforge/internal/fixture"
	"plugforge/scanner"
)

// Every rule says enough, and every example breaks its rule, and only its
// accepted form passes: the checks themselves judge.
func TestRuleExamples(t *testing.T) {
	examples := ruleExamples()
	// Too long to show, not about what stands in a file, or not to be shown.
	without := []string{"PF116", "PF203", "PF301", "PF302", "PF303", "PF304", "PF305", "manifest.missing-file", "manifest.name-mismatch", "manifest.too-large", "manifest.version-mismatch"}
	for _, r := range allRules() {
		if r.What == "" || r.Why == "" || strings.Contains(r.What+r.Instead, "%") {
			t.Errorf("%s says too little, or shows a placeholder: %+v", r.ID, r)
		}
		if strings.HasPrefix(r.ID, "archive.") || slices.Contains(without, r.ID) {
			continue
		}
		if r.Bad == "" || r.Good == "" {
			t.Errorf("%s has no example", r.ID)
			continue
		}
		t.Run(r.ID, func(t *testing.T) {
			if found := judgeExample(t, r.ID, r.Bad); !slices.Contains(found, r.ID) {
				t.Errorf("%q does not break it; found: %v", r.Bad, found)
			}
			if found := judgeExample(t, r.ID, r.Good); len(found) > 0 {
				t.Errorf("%q breaks %v", r.Good, found)
			}
		})
		delete(examples, r.ID)
	}
	for _, id := range without {
		delete(examples, id)
	}
	for id := range examples {
		t.Errorf("there is an example of %s, which is no rule", id)
	}
}

// docs/rules.md is what the table says.
func TestRulesPageIsCurrent(t *testing.T) {
	var page bytes.Buffer
	if err := rulesMarkdown(&page); err != nil {
		t.Fatal(err)
	}
	kept, err := os.ReadFile("../../docs/rules.md")
	if err != nil || !bytes.Equal(kept, page.Bytes()) {
		t.Errorf("docs/rules.md is not what the rules say (%v): write it anew with make generate", err)
	}
	for _, r := range allRules() {
		if !strings.Contains(page.String(), "\n### "+r.ID+": ") || chapterOf(r.ID) == "Others" || r.Severity == "" {
			t.Errorf("the page lacks %+v", r)
		}
	}
}

// judgeExample gives the rules that a plugin with the code in it breaks.
func judgeExample(t *testing.T, id, code string) []string {
	t.Helper()
	tree := fixture.Files("text_embed", "1.0.0")
	switch {
	case !strings.HasPrefix(id, "manifest."):
		tree = fixture.With(tree, "processors/more.py", code+"\n")
	case id == "manifest.no-build-steps":
		tree = fixture.With(tree, "pipeline.py", code+"\n")
	case id == "manifest.no-handler":
		tree = fixture.With(tree, "realtime.py", code+"\n")
	case strings.Contains(code, "metadata"):
		tree = fixture.With(tree, "manifest.py", code+"\n")
	default:
		tree = fixture.With(tree, "manifest.py", `metadata = {"name": "text_embed", "version": "1.0.0"}`+"\n"+code+"\n")
	}
	checked, err := checkTree(t.Context(), tree, scanner.Policy{})
	if err != nil {
		t.Fatal(err)
	}
	defer checked.close()
	var rules []string
	for _, f := range checked.findings {
		rules = append(rules, f.Rule)
	}
	return slices.Compact(rules)
}
