package main

import (
	"encoding/json"
	"io"
	"net/url"
	"slices"

	"plugforge"
)

// lintReport is the JSON of lint --format json. Fields are only ever added.
type lintReport struct {
	Passed   bool          `json:"passed"`
	Findings []jsonFinding `json:"findings"` // paths as seen from this folder
}

func lintJSON(w io.Writer, dir string, found []plugforge.Finding) error {
	found = slices.Clone(found)
	for i, f := range found {
		found[i].Path = placeOf(dir, f)
	}
	return writeIndented(w, lintReport{Passed: len(found) == 0, Findings: jsonFindings(found)})
}

func writeIndented(w io.Writer, v any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(v)
}

// What is used of SARIF 2.1.0. Columns count characters, as findings do.
type (
	sarifLog struct {
		Version string     `json:"version"`
		Schema  string     `json:"$schema"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool       sarifTool     `json:"tool"`
		ColumnKind string        `json:"columnKind"`
		Results    []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name            string      `json:"name"`
		SemanticVersion string      `json:"semanticVersion"`
		Rules           []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID               string    `json:"id"`
		ShortDescription sarifText `json:"shortDescription"`
		Help             sarifText `json:"help"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId"`
		RuleIndex int             `json:"ruleIndex"`
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations"`
	}
	sarifLocation struct {
		PhysicalLocation sarifPlace `json:"physicalLocation"`
	}
	sarifPlace struct {
		ArtifactLocation sarifFile    `json:"artifactLocation"`
		Region           *sarifRegion `json:"region,omitempty"`
	}
	sarifFile struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn"`
	}
)

func lintSARIF(w io.Writer, dir string, found []plugforge.Finding) error {
	run := sarifRun{
		Tool:       sarifTool{sarifDriver{Name: "plugforge", SemanticVersion: version, Rules: []sarifRule{}}},
		ColumnKind: "unicodeCodePoints",
		Results:    []sarifResult{},
	}
	for _, f := range found {
		rules := &run.Tool.Driver.Rules
		index := slices.IndexFunc(*rules, func(r sarifRule) bool { return r.ID == f.Rule })
		if index < 0 {
			index = len(*rules)
			*rules = append(*rules, sarifRuleOf(f.Rule))
		}
		place := sarifPlace{ArtifactLocation: sarifFile{(&url.URL{Path: placeOf(dir, f)}).EscapedPath()}}
		if f.Path == "archive" && f.Line == 0 {
			place.ArtifactLocation.URI = (&url.URL{Path: placeOf(dir, plugforge.Finding{Path: "manifest.py"})}).EscapedPath()
		}
		if f.Line > 0 {
			place.Region = &sarifRegion{f.Line, f.Col}
		}
		run.Results = append(run.Results, sarifResult{f.Rule, index, "error", sarifText{plugforge.Printable(f.Text)}, []sarifLocation{{place}}})
	}
	return writeIndented(w, sarifLog{"2.1.0", "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json", []sarifRun{run}})
}

func sarifRuleOf(id string) sarifRule {
	rule, _ := findRule(id)
	return sarifRule{id, sarifText{rule.What}, sarifText{rule.help()}}
}
