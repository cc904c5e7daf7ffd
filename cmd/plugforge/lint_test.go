package main

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"plugforge"
)

// What lint --format sarif prints is SARIF: testdata holds the standard's own
// schema, without its descriptions.
func TestSARIFFitsItsSchema(t *testing.T) {
	text, err := os.ReadFile("testdata/sarif-2.1.0.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("sarif.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("sarif.json")
	if err != nil {
		t.Fatal(err)
	}
	for name, found := range map[string][]plugforge.Finding{
		"none":  nil,
		"whole": {{Path: "archive", Rule: "PF203", Text: "too large"}},
		"many": {
			{Path: "a file with spaces, and ü.py", Line: 3, Col: 7, Rule: "PF101", Text: "no\x1b[31m"},
			{Path: "b%20.py", Rule: "manifest.missing-file", Text: "missing"},
			{Path: "c.py", Line: 1, Col: 1, Rule: "PF101", Text: "again"},
			{Path: "d.py", Line: 1, Col: 1, Rule: "of-a-later-server", Text: "unknown here"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			if err := lintSARIF(&out, linted{dir: "../some plugin", tree: fstest.MapFS{"c.py": {Data: []byte("import os\n")}}, found: found}); err != nil {
				t.Fatal(err)
			}
			value, err := jsonschema.UnmarshalJSON(bytes.NewReader(out.Bytes()))
			if err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(value); err != nil {
				t.Errorf("%v\n%s", err, out.String())
			}
			var log sarifLog
			if err := json.Unmarshal(out.Bytes(), &log); err != nil {
				t.Fatal(err)
			}
			for i, result := range log.Runs[0].Results {
				if id := log.Runs[0].Tool.Driver.Rules[result.RuleIndex].ID; id != found[i].Rule {
					t.Errorf("result %d points at the rule %s, and is of %s", i, id, found[i].Rule)
				}
			}
		})
	}
	broken := `{"version": "2.1.0", "runs": [{"tool": {}}]}`
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(broken))
	if err != nil {
		t.Fatal(err)
	}
	if schema.Validate(value) == nil {
		t.Error("the schema accepts what is no SARIF")
	}
}

// A fingerprint outlives moved lines and other spacing; it is another one for
// another rule, file, text, or a second such line. That of a secret does not
// hang on the line.
func TestFingerprints(t *testing.T) {
	prints := func(text string, found ...plugforge.Finding) (all []string) {
		p := fingerprints{tree: fstest.MapFS{"a.py": {Data: []byte(text)}, "b.py": {Data: []byte(text)}}, lines: map[string][]string{}, seen: map[string]int{}}
		for _, f := range found {
			all = append(all, p.of(f))
		}
		return all
	}
	at := func(path string, line int, rule string) plugforge.Finding {
		return plugforge.Finding{Path: path, Line: line, Col: 1, Rule: rule}
	}
	before := prints("x = 1\nimport os\nimport os\n", at("a.py", 2, "PF101"), at("a.py", 3, "PF101"), at("b.py", 2, "PF101"), at("a.py", 2, "PF102"),
		at("a.py", 1, "PF101"), at("a.py", 0, "PF101"), at("a.py", 9, "PF303"), at("gone.py", 7, "PF101"), at("a.py", 1, "PF304"))
	after := prints("\n\nif y:\n\timport  os\n\timport os \r\nx = 1", at("a.py", 4, "PF101"), at("a.py", 5, "PF101"), at("b.py", 5, "PF101"), at("a.py", 4, "PF102"),
		at("a.py", 6, "PF101"), at("a.py", 0, "PF101"), at("a.py", 1, "PF303"), at("gone.py", 8, "PF101"), at("a.py", 2, "PF304"))
	if !slices.Equal(before, after) {
		t.Errorf("before %v\nafter  %v", before, after)
	}
	slices.Sort(before)
	if len(slices.Compact(before)) != len(after) {
		t.Errorf("some are the same: %v", after)
	}
}
