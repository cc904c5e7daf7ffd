package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"slices"
	"strings"

	"plugforge"
)

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
		ID                   string         `json:"id"`
		ShortDescription     sarifText      `json:"shortDescription"`
		FullDescription      *sarifText     `json:"fullDescription,omitempty"` // why
		Help                 sarifText      `json:"help"`
		DefaultConfiguration sarifLevel     `json:"defaultConfiguration"`
		Properties           map[string]any `json:"properties,omitempty"`
	}
	sarifLevel struct {
		Level string `json:"level"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID              string             `json:"ruleId"`
		RuleIndex           int                `json:"ruleIndex"`
		Level               string             `json:"level"`
		Message             sarifText          `json:"message"`
		Locations           []sarifLocation    `json:"locations"`
		PartialFingerprints map[string]string  `json:"partialFingerprints"`
		Suppressions        []sarifSuppression `json:"suppressions,omitempty"`
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
		StartColumn int `json:"startColumn,omitempty"`
	}
	sarifSuppression struct {
		Kind          string `json:"kind"`
		Justification string `json:"justification"`
	}
)

// Any finding refuses an upload, whatever its rule's severity.
const sarifError = "error"

func lintSARIF(w io.Writer, l linted) error {
	run := sarifRun{
		Tool:       sarifTool{sarifDriver{Name: "plugforge", SemanticVersion: version, Rules: []sarifRule{}}},
		ColumnKind: "unicodeCodePoints",
		Results:    []sarifResult{},
	}
	prints := fingerprints{tree: l.tree, lines: map[string][]string{}, seen: map[string]int{}}
	for _, f := range l.found {
		run.add(l.dir, f, prints.of(f), nil)
	}
	for _, s := range l.suppressed {
		f := plugforge.Finding{Path: s.Path, Line: s.Line, Rule: s.Rule}
		if rule, err := findRule(s.Rule); err == nil {
			f.Text = rule.What
		}
		run.add(l.dir, f, prints.of(f), []sarifSuppression{{"inSource", plugforge.Printable(s.Reason)}})
	}
	return writeIndented(w, sarifLog{"2.1.0", "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json", []sarifRun{run}})
}

func (run *sarifRun) add(dir string, f plugforge.Finding, print string, suppressed []sarifSuppression) {
	rules := &run.Tool.Driver.Rules
	index := slices.IndexFunc(*rules, func(r sarifRule) bool { return r.ID == f.Rule })
	if index < 0 {
		index = len(*rules)
		*rules = append(*rules, sarifRuleOf(f.Rule))
	}
	file := f.Path
	if f.Path == "archive" && f.Line == 0 {
		file = "manifest.py" // a result needs a file
	}
	place := sarifPlace{ArtifactLocation: sarifFile{(&url.URL{Path: placeOf(dir, file)}).EscapedPath()}}
	if f.Line > 0 {
		place.Region = &sarifRegion{f.Line, f.Col}
	}
	run.Results = append(run.Results, sarifResult{
		RuleID: f.Rule, RuleIndex: index, Level: sarifError, Message: sarifText{plugforge.Printable(f.Text)},
		Locations: []sarifLocation{{place}}, PartialFingerprints: map[string]string{"plugforge/v1": print}, Suppressions: suppressed,
	})
}

// sarifRuleOf is a rule's metadata. Severities are told twice: in our words, and
// as the number out of ten that code hosts sort by.
func sarifRuleOf(id string) sarifRule {
	rule, _ := findRule(id) // empty for one that a later server knows
	r := sarifRule{
		ID: id, ShortDescription: sarifText{rule.What}, Help: sarifText{rule.help()}, DefaultConfiguration: sarifLevel{sarifError},
	}
	if rule.Why != "" {
		r.FullDescription = &sarifText{rule.Why}
	}
	if number := map[string]string{"high": "8.0", "medium": "5.0", "low": "2.0"}[rule.Severity]; number != "" {
		r.Properties = map[string]any{"severity": rule.Severity, "security-severity": number, "tags": []string{"security"}}
	}
	return r
}

// fingerprints tell findings apart in a way that outlives moved lines: by the
// file, the rule, the line's text without its spacing, and which of several such
// it is, from the top.
type fingerprints struct {
	tree  fs.FS
	lines map[string][]string // by path
	seen  map[string]int
}

func (p *fingerprints) of(f plugforge.Finding) string {
	text := ""
	if f.Line > 0 && !holdsSecret(f.Rule) {
		text = strings.Join(strings.Fields(p.line(f.Path, f.Line)), " ")
	}
	key := fmt.Sprintf("%q %q %q", f.Path, f.Rule, text)
	p.seen[key]++
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", key, p.seen[key]))
	return hex.EncodeToString(sum[:16])
}

// holdsSecret tells rules whose findings' lines must not be told, not even as a
// hash: a short password could be guessed from it.
func holdsSecret(rule string) bool { return strings.HasPrefix(rule, "PF3") }

// line is a file's line, empty if that can't be read.
func (p *fingerprints) line(path string, n int) string {
	lines, known := p.lines[path]
	if !known {
		if content, err := fs.ReadFile(p.tree, path); err == nil {
			for line := range bytes.Lines(content) {
				lines = append(lines, string(line))
			}
		}
		p.lines[path] = lines
	}
	if n > len(lines) {
		return ""
	}
	return lines[n-1]
}
