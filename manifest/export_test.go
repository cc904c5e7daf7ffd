package manifest

import "strings"

// What packaging's own answers are compared with.

// ParsedRequirement is a dependency as the oracle tells of one.
type ParsedRequirement struct {
	Name       string
	Extras     []string
	Specifiers []string
	URL        string
	Marked     bool
}

// ParseRequirement reads one dependency; nil for none.
func ParseRequirement(text string) *ParsedRequirement {
	r, err := parseRequirement(text)
	if err != nil {
		return nil
	}
	return &ParsedRequirement{r.name, r.extras, r.clauses, r.url, r.marker != ""}
}

// Contradictory tells whether no version fits a set of specifiers.
func Contradictory(set string) bool { return contradictory(parseClauses(strings.Split(set, ","))) }

// Fits tells whether a version fits a set of specifiers.
func Fits(set, version string) bool {
	v, ok := parsePyVersion(version)
	for _, c := range parseClauses(strings.Split(set, ",")) {
		ok = ok && c.allows(v)
	}
	return ok
}
