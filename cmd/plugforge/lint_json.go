package main

import (
	"encoding/json"
	"io"

	"plugforge"
)

// lintReport is the JSON of lint --format json. Fields are only ever added.
type lintReport struct {
	Passed     bool                    `json:"passed"`
	Findings   []jsonFinding           `json:"findings"` // paths as seen from this folder
	Suppressed []plugforge.Suppression `json:"suppressed"`
}

func lintJSON(w io.Writer, l linted) error {
	report := lintReport{Passed: len(l.found) == 0, Findings: []jsonFinding{}, Suppressed: []plugforge.Suppression{}}
	for _, f := range l.found {
		report.Findings = append(report.Findings, jsonFinding(seenFrom(l.dir, f)))
	}
	for _, s := range l.suppressed {
		s.Path = placeOf(l.dir, s.Path)
		report.Suppressed = append(report.Suppressed, s)
	}
	return writeIndented(w, report)
}

func writeIndented(w io.Writer, v any) error {
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(v)
}
