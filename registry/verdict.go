package registry

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"plugforge"
	"plugforge/sqlite"
)

// Verdict is what became of an upload.
type Verdict struct {
	UploadID   string
	ID         plugforge.PluginID
	Passed     bool
	Findings   []string          // Finding.String() each, at most 100 and one that counts the rest; under PolicyWarn also when Passed
	Plugin     *plugforge.Plugin // the version; nil unless Passed
	Message    string            // one or two sentences for the author
	ArchiveURL string            // names the archive; empty unless Passed
	FeatureURI string            // of the version, or of what would have been it
}

// A verdict spells out so many findings, in so many bytes.
const (
	maxFindings      = 100
	maxFindingsBytes = 128 << 10
)

// record is a verdict as it is kept in the upload's row.
type record struct {
	Passed   bool     `json:"passed"`
	Conflict string   `json:"conflict,omitempty"` // why the number could not be had; the answer is then CodeConflict
	Findings []string `json:"findings,omitempty"`
	Message  string   `json:"message,omitempty"`
	Feature  string   `json:"feature,omitempty"` // name of the first feature, as far as the manifest could be read
}

func (rec record) encode() []byte {
	text, err := json.Marshal(rec)
	if err != nil { // strings and a bool
		panic(err)
	}
	return text
}

// spell turns findings into what clients read.
func spell(findings []plugforge.Finding) []string {
	var lines []string
	size := 0
	for i, f := range findings {
		line := f.String()
		if size += len(line); i == maxFindings || size > maxFindingsBytes {
			return append(lines, fmt.Sprintf("and %d more", len(findings)-i))
		}
		lines = append(lines, line)
	}
	return lines
}

// recordOf is the verdict on what the checks found.
func recordOf(id plugforge.PluginID, c checked) record {
	rec := record{Passed: !c.refused, Findings: spell(c.findings), Feature: c.facts.feature}
	if c.refused {
		rec.Message = fmt.Sprintf("%s %s was refused: %s. Nothing was published and the version number is free again.",
			id.Name, id.Version, count(len(c.findings), "finding"))
	} else {
		rec.Message = fmt.Sprintf("%s %s is published.", id.Name, id.Version)
		if !c.scanned {
			rec.Message += " The security scan found what its policy lets pass with a warning: see the findings."
		}
	}
	if len(c.dropped) > 0 {
		rec.Message += " Dropped from the archive as junk: " + names(c.dropped) + "."
	}
	if c.warning != "" {
		rec.Message += " " + strings.ToUpper(c.warning[:1]) + c.warning[1:] + "."
	}
	return rec
}

func count(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprintf("%d %s", n, what)
}

// names lists entries of an archive for people: the first ten.
func names(entries []string) string {
	const most = 10
	var shown []string
	for _, e := range entries[:min(most, len(entries))] {
		shown = append(shown, plugforge.Printable(e))
	}
	text := strings.Join(shown, ", ")
	if len(entries) > most {
		text += fmt.Sprintf(" and %d more", len(entries)-most)
	}
	return text
}

// again answers for an upload that is settled.
func (r *Registry) again(ctx context.Context, u sqlite.Upload) (Verdict, error) {
	var rec record
	if err := json.Unmarshal(u.Verdict, &rec); err != nil {
		return Verdict{}, fmt.Errorf("stored verdict of %s: %w", u.ID, err)
	}
	return r.answer(ctx, u, rec)
}

func (r *Registry) answer(ctx context.Context, u sqlite.Upload, rec record) (Verdict, error) {
	if rec.Conflict != "" {
		return Verdict{}, &plugforge.Error{Code: plugforge.CodeConflict, Message: rec.Conflict}
	}
	v := Verdict{
		UploadID: u.ID, ID: plugforge.PluginID{Name: u.Slug.Name, Version: u.Version},
		Passed: rec.Passed, Findings: rec.Findings, Message: rec.Message,
	}
	v.FeatureURI = v.ID.FeatureURI(rec.Feature)
	if !rec.Passed {
		return v, nil
	}
	p, err := r.db.Plugin(ctx, u.Slug.Owner, v.ID)
	if err != nil {
		return Verdict{}, err // deleted since
	}
	return r.passed(u, rec, p), nil
}

// passed is the verdict on an upload that became a version.
func (r *Registry) passed(u sqlite.Upload, rec record, p plugforge.Plugin) Verdict {
	return Verdict{
		UploadID: u.ID, ID: p.ID(), Passed: true, Findings: rec.Findings, Message: rec.Message,
		Plugin: &p, ArchiveURL: r.ArchiveURL(p), FeatureURI: p.FeatureURI,
	}
}

// maxText bounds a message, in bytes.
const maxText = 64 << 10

// checkText refuses what a commit could not carry.
func checkText(field, text string) error {
	switch {
	case len(text) > maxText:
		return outOfBounds(field, "%s is %d bytes long: at most %d are taken", field, len(text), maxText)
	case strings.ContainsRune(text, 0):
		return outOfBounds(field, "%s holds a NUL character: leave it out", field)
	case !utf8.ValidString(text):
		return outOfBounds(field, "%s is not UTF-8: encode it so", field)
	}
	return nil
}
