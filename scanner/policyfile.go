package scanner

import "strings"

// Policy is what an operator adds to the rules. The zero value adds nothing.
type Policy struct {
	Allow    []Addition // modules that may be imported, with all below them
	Suppress []Addition // rules that an author may suppress, each in its place
}

// Addition is one thing that an operator permits, and why.
type Addition struct {
	Name   string // of a module ("acme.sdk") or a rule ("PF110")
	Reason string
}

// Allows tells whether the operator allows a module, or one above it.
func (p Policy) Allows(module string) bool {
	for _, a := range p.Allow {
		if rest, ok := strings.CutPrefix(module, a.Name); ok && (rest == "" || rest[0] == '.') {
			return true
		}
	}
	return false
}
