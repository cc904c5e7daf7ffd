package main

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

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
			if err := lintSARIF(&out, "../some plugin", found); err != nil {
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
